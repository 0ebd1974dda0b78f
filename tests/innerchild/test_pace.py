"""B14: more saves than anybody writes are refused before they cost anything, and nobody else notices."""

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from innerchild import failures, pace
from tests import factories
from tests.client import StrictClient
from tests.innerchild.conftest import WRITING
from tests.innerchild.test_failures import AUTOSAVE, fields

KEPT = f"/kept/{uuid4()}/text/"


def test_pace_lets_many_come_at_once_and_then_as_many_as_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 99.0, 99.0, 99.0])
    monkeypatch.setattr(pace, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    bucket = pace.Pace(at_once=2, per_second=0.5, people=9)
    assert [bucket.wait("ada") for _ in range(4)] == [0, 0, 2, 2]
    assert bucket.wait("bob") == 0
    assert bucket.wait("ada") == 1
    assert bucket.wait("ada") == 1
    assert [bucket.wait("ada") for _ in range(3)] == [0, 0, 2]  # never more at once than at the start


def test_pace_remembers_only_so_many_people() -> None:
    bucket = pace.Pace(at_once=1, per_second=0.001, people=3)
    for who in range(1000):
        assert bucket.wait(who) == 0
    assert len(bucket._buckets) == 3
    assert bucket.wait(999) > 0


@pytest.fixture
def loud(monkeypatch: pytest.MonkeyPatch, failing: StrictClient, db: None) -> StrictClient:
    """Somebody who has used up what they may save at once."""
    monkeypatch.setattr(pace, "AT_ONCE", 2)
    monkeypatch.setattr(pace, "PER_SECOND", 0.01)
    failing.force_login(factories.person())
    for _ in range(2):
        assert failing.put(KEPT, b"", content_type="text/plain", headers=AUTOSAVE).status_code == 409
    return failing


def test_b14_script_is_told_when_to_ask_again(loud: StrictClient, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):  # the session and the person, as for any page
        response = loud.put(KEPT, b"", content_type="text/plain", headers=AUTOSAVE)
    assert (response.status_code, response.json(), response["Retry-After"]) == (429, {"error": "often"}, "100")


def test_b14_form_gets_its_words_back(loud: StrictClient) -> None:
    response = loud.post("/steps/hello/first-words/", WRITING)
    assert (response.status_code, response["Retry-After"]) == (429, "100")
    sent = fields(response)
    assert sent.pop("csrfmiddlewaretoken")
    assert sent == WRITING
    assert "Give it a few seconds, then press Keep." in response.text


def test_b14_reading_and_leaving_are_never_held_up(loud: StrictClient) -> None:
    assert loud.get("/kept/").status_code == 200
    assert loud.get("/session/", headers=AUTOSAVE).status_code == 200
    assert loud.post(failures.LEAVE, WRITING).status_code == 303


def test_b14_others_go_on(loud: StrictClient) -> None:
    loud.force_login(factories.person())
    assert loud.put(KEPT, b"", content_type="text/plain", headers=AUTOSAVE).status_code == 409


def test_b14_what_another_site_sends_uses_nothing_up(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(pace, "AT_ONCE", 1)
    monkeypatch.setattr(pace, "PER_SECOND", 0.01)
    client = StrictClient(enforce_csrf_checks=True)
    client.force_login(factories.person())
    for _ in range(3):
        assert (
            client.post("/steps/hello/first-words/", WRITING, headers={"Origin": "https://evil.example"}).status_code
            == 403
        )
    token = client.get("/session/", headers=AUTOSAVE).json()["csrf"]
    headers = {**AUTOSAVE, "X-CSRFToken": token}
    assert client.put(KEPT, b"", content_type="text/plain", headers=headers).status_code == 409
    assert client.put(KEPT, b"", content_type="text/plain", headers=headers).status_code == 429
