"""Headers of every answer, and what happens to whoever is not signed in."""

import pytest
from django.conf import LazySettings, settings

from tests import factories
from tests.client import StrictClient, check_headers

pytestmark = pytest.mark.usefixtures("routes")
LOGIN = "/accounts/login/"


def test_a_public_page_may_be_kept_by_anyone(client: StrictClient) -> None:
    response = client.get("/-/public/")
    assert response["Cache-Control"] == "public, max-age=60"
    assert (dict(response.cookies), response.get("Vary")) == ({}, None)


def test_a_public_page_that_looked_at_the_person_is_private(client: StrictClient) -> None:
    assert client.get("/-/public-by-mistake/")["Cache-Control"] == "no-store, private"


def test_any_other_answer_is_stored_nowhere(failing: StrictClient) -> None:
    for address in ("/-/takes/", "/-/private/", "/-/breaks/", "/nowhere/", "/healthz"):
        assert failing.get(address)["Cache-Control"] == "no-store, private"


def test_every_request_has_an_id_of_its_own(client: StrictClient) -> None:
    first, second = (client.get("/healthz")["X-Request-ID"] for _ in range(2))
    assert first != second
    assert len(first) == 32


def test_over_https_even_the_redirect_and_a_static_file_carry_the_headers(settings: LazySettings) -> None:
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 63_072_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    client = StrictClient()
    moved = client.get("/-/public/")
    assert (moved.status_code, moved["Location"]) == (301, "https://testserver/-/public/")
    page = client.get("/-/public/", secure=True)
    assert page["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    assert client.get("/healthz").status_code == 200


def test_a_static_file_carries_the_headers_and_may_be_kept(settings: LazySettings) -> None:
    (settings.STATIC_ROOT / "probe.css").write_text("a { color: red }")
    response = StrictClient().get("/static/probe.css")
    assert response.getvalue() == b"a { color: red }"
    check_headers(response)
    assert response["Cache-Control"] == "max-age=60, public"
    assert "Access-Control-Allow-Origin" not in response


def test_signed_out_page_leads_to_sign_in_and_back(client: StrictClient) -> None:
    response = client.get("/-/private/?of=mine")
    assert (response.status_code, response["Location"]) == (302, f"{LOGIN}?next=/-/private/%3Fof%3Dmine")


def test_signed_out_post_does_not_lead_back_to_an_address_that_only_posts(client: StrictClient) -> None:
    response = client.post("/-/private/")
    assert response["Location"] == f"{LOGIN}?next={settings.LOGIN_REDIRECT_URL}"


def test_signed_out_htmx_moves_the_whole_page_and_comes_back_to_it(client: StrictClient) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/place/?a=1"}
    response = client.get("/-/private/", headers=headers)
    assert response["HX-Redirect"] == f"{LOGIN}?next=/place/%3Fa%3D1"
    assert "Location" not in response


def test_signed_out_htmx_from_another_host_comes_home(client: StrictClient) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "https://evil.example/"}
    response = client.get("/-/private/", headers=headers)
    assert response["HX-Redirect"] == f"{LOGIN}?next={settings.LOGIN_REDIRECT_URL}"


@pytest.mark.parametrize("method", ["get", "post", "put"])
def test_signed_out_autosave_is_never_redirected(client: StrictClient, method: str) -> None:
    response = getattr(client, method)("/-/private/", headers={"X-Requested-With": "journal"})
    assert (response.status_code, response.json()) == (401, {"error": "session"})


@pytest.mark.django_db
def test_signed_in_person_passes(client: StrictClient) -> None:
    client.force_login(factories.person())
    response = client.get("/-/private/")
    assert (response.status_code, response.text) == (200, "for one person")
