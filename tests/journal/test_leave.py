"""Leaving: what was written is kept if that is quick, the session is over, and the cover site opens."""

import threading
import time

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test import Client

from accounts.models import User
from journal.models import Entry
from tests import factories
from tests.journal.test_boxes import fields, texts
from vault import keyring

COVER = settings.COVER_SITES["weather"]


def cleared(response: object) -> tuple[int, str, str, str, str]:
    cookie = response.cookies[settings.SESSION_COOKIE_NAME]  # type: ignore[attr-defined]
    return (
        response.status_code,  # type: ignore[attr-defined]
        response["Location"],  # type: ignore[index]
        response["Referrer-Policy"],  # type: ignore[index]
        response["Clear-Site-Data"],  # type: ignore[index]
        cookie.value,
    )


@pytest.mark.django_db
def test_leave_with_nothing_written_clears_everything(signed_in: Client) -> None:
    response = signed_in.post("/leave/")
    assert cleared(response) == (303, COVER, "no-referrer", '"cache", "cookies", "storage"', "")
    assert Session.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["/leave/", "/accounts/logout/", "/steps/place/scene/?leave"])
def test_leaving_by_script_is_answered_without_a_redirect(signed_in: Client, way: str) -> None:
    """WebKit never answers a script whose request is redirected and told to clear what it holds."""
    response = signed_in.post(way, headers={"X-Requested-With": "parting"})
    assert (response.status_code, response.content, response.has_header("Location")) == (204, b"", False)
    assert response["Clear-Site-Data"].startswith('"cache", "cookies"')
    assert Session.objects.count() == 0


@pytest.mark.django_db
def test_leave_keeps_what_was_written(ada: User, signed_in: Client) -> None:
    response = signed_in.post("/leave/", fields(ada, "half a sent"))
    assert cleared(response) == (303, COVER, "no-referrer", '"cache", "cookies", "storage"', "")
    assert [(row.body, row.kept_at) for row in ada.entries.all()] == [("half a sent", None)]


@pytest.mark.django_db
def test_leave_goes_to_the_cover_a_person_chose(ada: User, signed_in: Client) -> None:
    ada.preferences = {"cover": "clock"}
    ada.save()
    assert signed_in.post("/leave/")["Location"] == settings.COVER_SITES["clock"]


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"words.text": "w" * 200_001}, {"words.op": "x"}, {"writer": "another"}])
def test_leave_with_what_cannot_be_kept_leaves_the_draft_on_the_device(
    ada: User, signed_in: Client, change: dict[str, str]
) -> None:
    response = signed_in.post("/leave/", {**fields(ada, "words"), **change})
    assert cleared(response) == (303, COVER, "no-referrer", '"cache", "cookies"', "")
    assert (texts(ada), Session.objects.count()) == ([], 0)


@pytest.mark.django_db
def test_leave_signed_out_stores_nothing_and_leaves(ada: User) -> None:
    response = Client().post("/leave/", fields(ada, "words"))
    assert (response.status_code, response["Location"], texts(ada)) == (303, COVER, [])


@pytest.mark.django_db
def test_leave_by_get_ends_nothing(signed_in: Client) -> None:
    assert (signed_in.get("/leave/").status_code, Session.objects.count()) == (405, 1)


@pytest.mark.django_db(transaction=True)
def test_leave_waits_two_seconds_for_a_lock_and_no_longer() -> None:
    person = factories.person()
    row = factories.entry(person, "held")
    client = Client()
    client.force_login(person)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Entry.objects.select_for_update().get(pk=row.pk)
            held.set()
            done.wait(10)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(10)
    began = time.monotonic()
    response = client.post("/leave/", fields(person, "words", entry=row.pk, base_rev=1))
    waited = time.monotonic() - began
    done.set()
    holder.join()
    assert cleared(response) == (303, COVER, "no-referrer", '"cache", "cookies"', "")
    assert (waited < 4.5, Session.objects.count()) == (True, 0)
    with keyring.opened_for(person.pk, purpose="a test"):
        assert texts(person) == ["held"]


@pytest.mark.django_db
def test_session_says_who_is_here_to_our_own_scripts_alone(ada: User, signed_in: Client) -> None:
    ours = {"X-Requested-With": "journal"}
    response = signed_in.get("/session/", headers={**ours, "Sec-Fetch-Site": "same-origin"})
    assert (set(response.json()), response.json()["writer"], response["Cache-Control"]) == (
        {"csrf", "writer"},
        str(ada.pk),
        "no-store, private",
    )
    assert signed_in.get("/session/", headers=ours).status_code == 200
    assert signed_in.get("/session/").status_code == 403
    assert signed_in.get("/session/", headers={**ours, "Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert signed_in.post("/session/", headers=ours).status_code == 405
    assert Client().get("/session/", headers=ours).status_code == 401
