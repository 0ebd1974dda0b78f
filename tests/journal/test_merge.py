"""One letter of all turns: every word stands in it, and none stands twice."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from journal import turns
from journal.models import Entry
from tests import factories
from tests.journal.conftest import Put

pytestmark = pytest.mark.django_db
WHOLE = "Grown-up me\n\nthe roof\n\nYounger me\n\nthe wind\n\nGrown-up me\n\nthe torch"


def merge(client: Client, thread: Entry) -> None:
    client.post(f"/kept/{thread.pk}/turns/merge/")


def bin_of(client: Client) -> str:
    return client.get("/kept/bin/").content.decode()


def turn_of(thread: Entry, voice: str) -> Entry:
    return thread.children.get(voice=voice)


def bodies(person: User) -> list[str]:
    return sorted(row.body for row in person.entries.out())


def test_merge_makes_one_letter_and_its_turns_are_not_offered_back(ada: User, signed_in: Client, thread: Entry) -> None:
    merge(signed_in, thread)
    assert (bodies(ada), "item-" in bin_of(signed_in)) == ([WHOLE], False)
    turn = turn_of(thread, "child")
    assert signed_in.post(f"/kept/{turn.pk}/unbin/").status_code == 404
    assert "unbin" not in signed_in.get("/kept/", {"gone": str(turn.pk)}).content.decode()
    page = signed_in.get(f"/kept/{turn.pk}/").content.decode()
    assert ("unbin" in page, f'href="/kept/{thread.pk}/"' in page) == (False, True)
    assert bodies(ada) == [WHOLE]


def test_a_turn_let_go_before_the_merge_can_still_be_had_back(ada: User, signed_in: Client, thread: Entry) -> None:
    turn = turn_of(thread, "child")
    signed_in.post(f"/kept/{turn.pk}/bin/")
    merge(signed_in, thread)
    assert f"item-{turn.pk}" in bin_of(signed_in)
    assert signed_in.post(f"/kept/{turn.pk}/unbin/").status_code == 302
    assert [body for body in bodies(ada) if "the wind" in body] == ["the wind"]


def test_words_added_to_a_turn_after_the_merge_bring_it_back(
    ada: User, signed_in: Client, put: Put, thread: Entry
) -> None:
    turn = turn_of(thread, "child")
    merge(signed_in, thread)
    put(turn.pk, "the wind", 1)
    assert bodies(ada) == [WHOLE]
    put(turn.pk, "the wind, and rain", 1)
    assert bodies(ada) == [WHOLE, "the wind, and rain"]
    assert not Entry.objects.get(pk=turn.pk).merged


def test_a_turn_changed_while_the_letter_is_made_stays(ada: User, put: Put, thread: Entry) -> None:
    turn, changes = turn_of(thread, "child"), iter(["the wind, and rain"])

    def meanwhile(execute: object, sql: str, *rest: object) -> object:
        if sql.startswith('UPDATE "journal_entry" SET "binned_at"') and (text := next(changes, None)):
            put(turn.pk, text, 1)
        return execute(sql, *rest)  # type: ignore[operator]

    with connection.execute_wrapper(meanwhile):
        turns.merge(ada, thread)
    assert "the wind, and rain" in bodies(ada)


def test_a_turn_that_cannot_be_opened_stays_where_it_is(ada: User, signed_in: Client, thread: Entry) -> None:
    turn = turn_of(thread, "child")
    Entry.objects.filter(pk=turn.pk).update(body_sealed=b"nothing sealed")
    merge(signed_in, thread)
    assert [row.pk for row in turns.of(ada, thread)] == [turn.pk]
    assert Entry.objects.get(pk=thread.pk).body == WHOLE.replace("Younger me\n\nthe wind\n\n", "")


def test_turns_of_a_merged_letter_are_gone_with_the_bin_and_the_letter_stays(
    ada: User, signed_in: Client, thread: Entry
) -> None:
    merge(signed_in, thread)
    month_ago = timezone.now() - timedelta(days=31)
    ada.entries.exclude(binned_at=None).update(binned_at=month_ago)
    call_command("prune", verbosity=0)
    assert [row.body for row in ada.entries.all()] == [WHOLE]


def test_merge_of_too_much_changes_nothing(ada: User, signed_in: Client, thread: Entry) -> None:
    factories.entry(ada, "w" * 199_990, kind="letter", voice="child", parent=thread, position=9)
    signed_in.post(f"/kept/{thread.pk}/turns/merge/")
    thread.refresh_from_db()
    assert (thread.rev, turns.of(ada, thread).count()) == (0, 4)
