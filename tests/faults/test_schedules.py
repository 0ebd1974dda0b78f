"""F6 (R60) and the clocks of F12: random schedules of two devices and three tabs over one text.

A text that was stored, acknowledged or not, may vanish only under one whose writer had seen it. Everything else is
found again, as the entry's own text, as an earlier one, or as a copy beside it.
"""

import os
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

import hypothesis
import pytest
import time_machine
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.models import User
from journal import history, saving
from journal.models import Entry, Revision
from tests.faults.tally import Tally
from tests.journal.conftest import ABOUT

SCHEDULES = int(os.environ.get("FAULTS_SCHEDULES", "60"))
TABS = 3
tabs = st.integers(0, TABS - 1)
texts = st.one_of(st.sampled_from(["", "one", "two"]), st.uuids().map(str), st.text("a💛\n", max_size=700))


@dataclass
class Tab:
    """What one open page knows. `seen` is the text its base stands for; `lost` a save whose answer never came."""

    where: UUID
    rev: int = 0
    seen: str = ""
    lost: saving.Save | None = None
    answered: list[tuple[saving.Save, saving.Saved]] = field(default_factory=list)


class Schedules(RuleBasedStateMachine):
    person: User
    tally: Tally

    @initialize()
    def open_three_tabs(self) -> None:
        self.entry = uuid4()
        self.tabs = [Tab(self.entry) for _ in range(TABS)]
        self.ahead = timedelta()
        self.needed: set[str] = set()

    @rule(saves=st.lists(st.tuples(tabs, texts, st.booleans(), st.booleans()), min_size=1, max_size=4))
    def write(self, saves: list[tuple[int, str, bool, bool]]) -> None:
        for tab, text, loses, moves in saves:
            self._save(tab, text, loses=loses, moves=moves)

    def _save(self, tab: int, text: str, *, loses: bool, moves: bool) -> None:
        """The page sends its text; the answer may be lost; after a conflict a page that is confused stays."""
        page = self.tabs[tab]
        after = page.lost.operation if page.lost else None
        wanted = saving.Save(
            entry=page.where, operation=uuid4(), base_rev=page.rev, text=text, about=ABOUT, after=after
        )
        stored, copies = self._stored(page.where), self._count()
        alone = stored is None or stored.rev in {0, page.rev} or self._is_own(page, stored)
        saved = self._send(wanted)
        if alone or (stored and stored.body == text):
            assert saved.conflict is None, "a conflict with oneself, or over the same words"
        assert self._count() == copies + (stored is None or saved.conflict is not None)
        if saved.conflict is None:  # its writer had seen what it replaces, or wrote that too
            self.needed -= {page.seen, page.lost.text if page.lost else page.seen}
        self.needed |= {text} - {""}  # where nothing was written there is nothing to lose
        if loses:
            page.lost = wanted
        else:
            self._acknowledge(page, wanted, saved, moves=moves)

    @rule(tab=tabs)
    def ask_again(self, tab: int) -> None:
        """The answer was lost: the same operation gets it."""
        page = self.tabs[tab]
        if page.lost:
            saved = self._send(page.lost)
            assert saved.replay, "stored twice"
            wanted, page.lost = page.lost, None
            self._acknowledge(page, wanted, saved, moves=True)

    @rule(tab=tabs, which=st.integers(0, 9))
    def ask_once_more_much_later(self, tab: int, which: int) -> None:
        answered = self.tabs[tab].answered
        if answered:
            wanted, saved = answered[which % len(answered)]
            rows = self._everything()
            again = self._send(wanted)
            assert (again.rev, again.conflict, again.sha256, again.replay) == (
                saved.rev,
                saved.conflict,
                saved.sha256,
                True,
            )
            assert self._everything() == rows

    @rule(tab=tabs)
    def use_an_operation_for_other_words(self, tab: int) -> None:
        for wanted, _ in self.tabs[tab].answered[-1:]:
            rows = self._everything()
            other = saving.Save(
                entry=wanted.entry,
                operation=wanted.operation,
                base_rev=wanted.base_rev,
                text=f"{wanted.text}, or not",
                about=ABOUT,
            )
            with pytest.raises(saving.OperationReused):
                self._send(other)
            assert self._everything() == rows

    @rule(tab=tabs)
    def open_anew(self, tab: int) -> None:
        """The page is loaded again: it sees what is stored. What it had not sent is the browser's to keep."""
        stored = self._stored(self.tabs[tab].where)
        if stored:
            answered = self.tabs[tab].answered
            self.tabs[tab] = Tab(stored.pk, stored.rev, stored.body, answered=answered)

    @rule(binned=st.booleans())
    def put_into_the_bin_or_take_out(self, binned: bool) -> None:
        self.person.entries.filter(pk=self.entry).update(binned_at=timezone.now() if binned else None)

    @rule(which=st.integers(0, 9))
    def bring_an_earlier_text_back(self, which: int) -> None:
        """Nothing is let go by it: the text that stood there is an earlier one now."""
        for row in self.person.entries.filter(pk=self.entry):
            earlier = list(history.of(self.person, row))
            if earlier:
                before = self._readable()
                history.restore(self.person, row, earlier[which % len(earlier)])
                assert before - {""} <= self._readable()

    @rule(hours=st.sampled_from([-2, -1, 1, 2]), seconds=st.sampled_from([0, 61]))
    def let_the_clock_jump(self, hours: int, seconds: int) -> None:
        """A wrong clock, a summer that begins: only revisions may notice."""
        self.ahead += timedelta(hours=hours, seconds=seconds)

    @invariant()
    def everything_is_found_again(self) -> None:
        if hasattr(self, "needed"):
            missing = self.needed - self._readable()
            self.tally.missing += len(missing)
            assert not missing

    def _send(self, wanted: saving.Save) -> saving.Saved:
        self.tally.tried += 1
        with time_machine.travel(timezone.now() + self.ahead, tick=False):
            saved = saving.save(self.person, wanted)
        assert saved.sha256 == saving.fingerprint(wanted.text)
        return saved

    def _acknowledge(self, page: Tab, wanted: saving.Save, saved: saving.Saved, *, moves: bool) -> None:
        self.tally.acknowledged += 1
        page.answered.append((wanted, saved))
        page.lost = None
        page.where = saved.entry if moves else page.where  # who stays takes the copy's base for that of the entry
        page.rev, page.seen = saved.rev, wanted.text

    def _is_own(self, page: Tab, stored: Entry) -> bool:
        """Whether what is stored is this page's own save whose answer it never got."""
        lost = page.lost
        return (
            lost is not None
            and stored.operations.filter(operation=lost.operation, rev=stored.rev, conflict=None).exists()
        )

    def _stored(self, pk: UUID) -> Entry | None:
        return self.person.entries.filter(pk=pk).first()

    def _count(self) -> int:
        return self.person.entries.count()

    def _everything(self) -> list[tuple[UUID, int, str]]:
        return [(row.pk, row.rev, row.body) for row in self.person.entries.order_by("pk")]

    def _readable(self) -> set[str]:
        return {row.body for row in self.person.entries.all()} | {
            row.body for row in Revision.objects.filter(owner=self.person)
        }

    def teardown(self) -> None:
        self.person.entries.all().delete()


def test_f6_no_schedule_of_two_devices_loses_an_acknowledged_text(ada: User) -> None:
    tally = Tally(f"F6 {SCHEDULES} schedules of three tabs on two devices, clocks jumping")
    machine = type("Schedules", (Schedules,), {"person": ada, "tally": tally})
    settings = hypothesis.settings(
        max_examples=SCHEDULES,
        stateful_step_count=25,
        deadline=None,
        database=None,
        phases=[hypothesis.Phase.generate],  # a failure tells its schedule; making it shorter takes minutes
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    try:
        run_state_machine_as_test(machine, settings=settings)
    finally:
        print(tally.line())
    assert tally.lost == 0
