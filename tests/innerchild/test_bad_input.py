"""Trust §5, table B, as far as no stored text is needed: each has its answer, and none is a 500."""

import pytest
from django.conf import settings

from tests.client import StrictClient

pytestmark = pytest.mark.usefixtures("routes")
FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("charset", ["utf-16", "latin-1"])
def test_a_form_in_another_charset_is_refused(failing: StrictClient, charset: str) -> None:
    response = failing.post("/-/reads/", b"a=1", content_type=f"{FORM}; charset={charset}")
    assert response.status_code == 400


@pytest.mark.parametrize("kind", [FORM, "text/plain; charset=utf-8"])
def test_ten_megabytes_are_too_much(failing: StrictClient, kind: str) -> None:
    response = failing.post("/-/takes/", b"a" * 10_000_000, content_type=kind)
    assert response.status_code == 413
    assert "more than one page can hold" in response.text


def test_ten_megabytes_of_autosave_get_json(failing: StrictClient) -> None:
    response = failing.put(
        "/-/takes/", b"a" * 10_000_000, content_type="text/plain", headers={"X-Requested-With": "journal"}
    )
    assert (response.status_code, response.json()) == (413, {"error": "large"})


def test_what_the_limit_allows_is_read(failing: StrictClient) -> None:
    body = b"a" * (3 * 200_000 * 12)
    response = failing.put("/-/takes/", body, content_type="text/plain")
    assert (response.status_code, response.text) == (200, str(len(body)))


@pytest.mark.parametrize(("count", "status"), [(1001, 400), (201, 400), (200, 200)])
def test_more_fields_than_any_form_has_are_refused(failing: StrictClient, count: int, status: int) -> None:
    body = "&".join(f"f{n}=1" for n in range(count))
    assert failing.post("/-/reads/", body, content_type=FORM).status_code == status


def test_too_many_fields_of_someone_signed_out_lead_to_sign_in(failing: StrictClient) -> None:
    body = "&".join(f"f{n}=1" for n in range(201))
    assert failing.post("/-/private/", body, content_type=FORM).status_code == 302


def test_broken_multipart_is_refused(failing: StrictClient) -> None:
    assert failing.post("/-/reads/", b"junk", content_type="multipart/form-data; boundary=").status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        "/kept/%00/",
        "/steps/%00/a/",
        "/accounts/%00",
        "/%00",
        "/?a=%00",
        "/help/?country=a%00b",
        "/?%00=1",
        "/static/%00",
    ],
)
def test_nul_in_an_address_is_refused(failing: StrictClient, address: str) -> None:
    assert failing.get(address).status_code == 400


def test_a_percent_sign_before_two_noughts_is_no_nul(failing: StrictClient) -> None:
    assert failing.get("/-/takes/?a=%2500").status_code == 200


def test_nul_in_a_cookie_is_refused_before_any_query(failing: StrictClient) -> None:
    response = failing.get("/-/public-by-mistake/", HTTP_COOKIE=f'{settings.SESSION_COOKIE_NAME}="abcdefgh\\000"')
    assert response.status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["x", "a" * 5000, "'; drop table", '"\\303\\050"', "💛".encode().decode("latin-1")])
def test_a_made_up_session_is_nobody(failing: StrictClient, value: str) -> None:
    failing.cookies[settings.SESSION_COOKIE_NAME] = value
    assert failing.get("/-/private/").status_code == 302


@pytest.mark.parametrize(
    "path",
    [
        *("/../../etc/passwd", "/..%2f..%2fetc/passwd", "/.env", "/.git/config", "/static/../innerchild/settings.py"),
        *("/%ff%fe", "/%ed%a0%80", "/kept/not-a-uuid/", "/" + "a" * 5000, "/%E2%80%AE", "/a;b?c=d;e"),
    ],
)
def test_junk_in_a_path_is_not_found(failing: StrictClient, path: str) -> None:
    assert failing.get(path).status_code == 404


def test_junk_in_a_query_changes_nothing(failing: StrictClient) -> None:
    for query in ("%ff=%fe", "page=99999999999999999999", "a[]=1&a[]=2", "=", "&&&", "%ED%A0%80"):
        assert failing.get(f"/-/takes/?{query}").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost@evil.example", "localhost:99999x", "", "[::1", "a b"])
def test_another_host_is_refused(failing: StrictClient, host: str) -> None:
    assert failing.get("/-/takes/", HTTP_HOST=host).status_code == 400


def test_forged_and_missing_tokens_are_refused() -> None:
    client = StrictClient(enforce_csrf_checks=True)
    assert client.post("/-/takes/", {"a": "1"}).status_code == 403
    assert client.post("/-/takes/", {"csrfmiddlewaretoken": "x" * 64}).status_code == 403
    assert client.put("/-/takes/", "a", headers={"X-CSRFToken": "\x7f"}).status_code == 403


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
@pytest.mark.parametrize("address", ["/", "/about/", "/help/", "/steady/", "/healthz", "/readyz"])
def test_public_pages_are_read_only(client: StrictClient, method: str, address: str) -> None:
    assert getattr(client, method)(address).status_code == 405


def test_a_method_nobody_knows_is_refused(failing: StrictClient) -> None:
    assert failing.generic("BREW", "/healthz").status_code == 405
