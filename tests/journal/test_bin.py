"""What is let go: thirty days with a way back, for a letter, its turns, a drawer's item, a copy; then it is gone."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from journal.models import Entry, Revision, SaveOperation
from tests import factories
from tests.client import StrictClient
from tests.journal.conftest import Put
from tests.journal.test_kept import shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(ada: User, client: StrictClient) -> StrictClient:
    client.force_login(ada)
    return client


def age(person: User, *, days: int) -> None:
    for row in person.entries.exclude(binned_at=None):
        person.entries.filter(pk=row.pk).update(binned_at=timezone.now() - timedelta(days=days))
    call_command("prune", verbosity=0)


def test_letter_by_turns_is_let_go_whole_and_comes_back_whole(
    ada: User, signed_in: StrictClient, thread: Entry
) -> None:
    assert signed_in.post(f"/kept/{thread.pk}/bin/")["Location"] == f"/kept/?gone={thread.pk}"
    assert (shown(signed_in.get("/kept/")), shown(signed_in.get("/kept/bin/"))) == ([], [thread.pk])
    page = signed_in.get(f"/kept/{thread.pk}/").content.decode()
    assert ([text in page for text in ("the roof", "the wind", "the torch")], "Bring it back" in page) == (
        [True] * 3,
        True,
    )
    age(ada, days=29)
    signed_in.post(f"/kept/{thread.pk}/unbin/")
    assert (shown(signed_in.get("/kept/")), thread.children.count()) == ([thread.pk], 3)
    signed_in.post(f"/kept/{thread.pk}/bin/")
    age(ada, days=31)
    assert ada.entries.count() == 0


def test_one_turn_is_let_go_and_offered_back_on_its_letter(ada: User, signed_in: StrictClient, thread: Entry) -> None:
    turn = thread.children.get(voice="child")
    assert f'href="/kept/{turn.pk}/"' in signed_in.get(f"/kept/{thread.pk}/").content.decode()
    gone = signed_in.post(f"/kept/{turn.pk}/bin/")["Location"]
    assert gone == f"/kept/{thread.pk}/?gone={turn.pk}"
    page = signed_in.get(gone).content.decode()
    assert (f'action="/kept/{turn.pk}/unbin/"' in page, "the wind" in page) == (True, False)
    assert signed_in.post(f"/kept/{turn.pk}/unbin/")["Location"] == f"/kept/{thread.pk}/"
    assert "the wind" in signed_in.get(f"/kept/{thread.pk}/").content.decode()
    signed_in.post(f"/kept/{turn.pk}/bin/")
    age(ada, days=31)
    assert sorted(row.body for row in thread.children.all()) == ["the roof", "the torch"]


def test_item_of_the_drawer_comes_back_into_the_drawer(ada: User, signed_in: StrictClient) -> None:
    row = factories.entry(ada, "out of sight", drawer=True)
    gone = signed_in.post(f"/kept/{row.pk}/bin/")["Location"]
    page = signed_in.get(gone).content.decode()
    assert ("Bring it back" in page, "out of sight" in page) == (True, False)
    assert shown(signed_in.get("/kept/drawer/")) == []
    signed_in.post(f"/kept/{row.pk}/unbin/")
    assert (shown(signed_in.get("/kept/drawer/")), shown(signed_in.get("/kept/"))) == ([row.pk], [])


def test_what_is_gone_takes_its_versions_answers_and_notes_and_leaves_its_copy(
    ada: User, signed_in: StrictClient, put: Put
) -> None:
    row, stays = factories.entry(ada, "here"), factories.entry(ada, "stays")
    factories.entry(ada, "a note", kind="note", parent=row, question_key="note")
    put(row.pk, "here, and on", 1)
    copy = put(row.pk, "from elsewhere", 1).json()["conflict"]
    assert (Revision.objects.count(), SaveOperation.objects.count()) == (2, 2)
    signed_in.post(f"/kept/{row.pk}/bin/")
    age(ada, days=31)
    assert (Revision.objects.count(), SaveOperation.objects.count()) == (0, 0)
    assert {str(one.pk) for one in ada.entries.all()} == {copy, str(stays.pk)}
    assert "Another version" not in signed_in.get(f"/kept/{copy}/").content.decode()
