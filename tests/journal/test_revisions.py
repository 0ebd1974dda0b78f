"""Which earlier texts are kept, and for how long anything rests before it is gone."""

from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from journal import revising, saving
from journal.models import Entry, Revision, SaveOperation
from tests import factories
from tests.journal.conftest import ABOUT

pytestmark = pytest.mark.django_db
LONG = "word " * 100


def save(person: User, entry: Entry, text: str, *, finish: bool = False) -> saving.Saved:
    rev = Entry.objects.get(pk=entry.pk).rev
    wanted = saving.Save(entry=entry.pk, operation=uuid4(), base_rev=rev, text=text, about=ABOUT, finish=finish)
    return saving.save(person, wanted)


def revision(entry: Entry, *, days: int, rev: int) -> Revision:
    """One made so many days ago, the higher the rev the later."""
    made_at = timezone.now() - timedelta(days=days) + timedelta(seconds=rev)
    return Revision.objects.create(
        owner=entry.owner, entry=entry, rev=rev, body_sealed=b"x", reason="timed", made_at=made_at
    )


def made() -> list[tuple[str, str, int]]:
    return [(row.body, row.reason, row.rev) for row in Revision.objects.order_by("made_at")]


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("one", "two", None),
        ("", LONG * 2, None),
        (LONG, LONG[:249], "shrink"),
        (LONG, LONG[:250], None),
        ("a" * 300, "a" * 100, None),
        ("a" * 301, "a" * 100, "shrink"),
        ("a", "a" + "b" * 499, None),
        ("a", "a" + "b" * 500, "large"),
        (LONG * 3, LONG * 3 + "b", None),
        ("a" * 600, "b" * 600, "large"),
        ("ab" + "c" * 900 + "de", "ab" + "C" + "c" * 898 + "C" + "de", "large"),
        ("c" * 900 + "d", "c" * 900 + "e", None),
    ],
)
def test_revision_of_a_large_change_or_a_shrinking_text(ada: User, before: str, after: str, reason: str | None) -> None:
    row = factories.entry(ada, before, kept_at=None)
    save(ada, row, after)
    assert made() == ([(before, reason, 1)] if reason else [])


def test_revision_after_a_minute_since_the_last(ada: User) -> None:
    start = timezone.now()
    row = factories.entry(ada, "0", kept_at=None, created_at=start, updated_at=start)
    for second in (59, 60, 119, 120):
        with time_machine.travel(start + timedelta(seconds=second), tick=False):
            save(ada, row, str(second))
    assert made() == [("59", "timed", 2), ("119", "timed", 4)]


def test_revision_of_a_text_kept_on_purpose_before_it_changes(ada: User) -> None:
    row = factories.entry(ada, "draft", kept_at=None)
    save(ada, row, "kept on purpose", finish=True)
    save(ada, row, "kept on purpose, and more")
    save(ada, row, "kept on purpose, and more still")
    assert made() == [("kept on purpose", "kept", 2)]


@pytest.mark.parametrize(
    ("before", "text", "count"),
    [("", "", 0), ("abc", "abc", 0), ("abc", "abXc", 1), ("aaa", "aa", 1), ("abc", "xyz", 3)],
)
def test_changed_counts_what_lies_between_the_common_ends(before: str, text: str, count: int) -> None:
    assert revising.changed(before, text) == count


def test_prune_takes_what_rested_long_enough_and_nothing_else(ada: User) -> None:
    now = timezone.now()
    stays = factories.entry(ada, "stays")
    copy, often = factories.entry(ada, "a copy stays"), factories.entry(ada, "changed often")
    binned = {days: factories.entry(ada, "let go", binned_at=now - timedelta(days=days)) for days in (29, 31)}
    Entry.objects.filter(pk=copy.pk).update(conflict_of=binned[31])
    for days in (13, 15):
        SaveOperation.objects.create(
            owner=ada, entry=stays, operation=uuid4(), text_hash=b"x", rev=1, made_at=now - timedelta(days=days)
        )
    for days in (0, 91):  # past fifty and past ninety days at once: only those go
        for number in range(49 if days == 0 else 3):
            revision(stays, days=days, rev=100 * (days == 0) + number)
        revision(copy, days=91, rev=days)
    for number in range(52):
        revision(often, days=89, rev=number)
    out = StringIO()
    call_command("prune", stdout=out)
    assert set(Entry.objects.values_list("pk", flat=True)) == {stays.pk, copy.pk, often.pk, binned[29].pk}
    assert SaveOperation.objects.count() == 1
    assert [row.revisions.count() for row in (stays, copy, often)] == [50, 2, 52]
    assert sorted(stays.revisions.values_list("rev", flat=True))[:2] == [2, 100]
    assert out.getvalue() == "shared 0, saves 1, entries 1, looks 0, versions 2, accounts 0\n"
