"""What is here already, so that nothing comes twice: by what it was called elsewhere, and by its very words on that day."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.models import User
from journal import checkins, words
from journal.importing import Skip
from journal.importing.records import zone
from journal.kept import opened_title
from journal.models import Entry
from journal.saving import opened
from vault import envelope, keyring
from vault.batches import by_key

PURPOSE = b"import"
AT_ONCE = 25  # texts, of 200,000 characters at most
COMPARED = ("id", "owner_id", "local_date", "kind", "voice", "title_sealed", "body_sealed")
MOMENT = ("step", "question_key", "created_at", "time_zone")


class Here:
    """One person's side of an import. It remembers what it has met, so that an archive may say a thing twice.

    A month is read before anything of it is written, so nothing of the archive itself is among what was here.
    """

    def __init__(self, person: User, source: str) -> None:
        self._person, self._source = person, source
        self._keys = [key for _generation, key in sorted(keyring.current().all(person.pk).items(), reverse=True)]
        self._sources = _sources(person)
        self._texts: dict[date, Counter[bytes]] = {}
        self._clocks: set[tuple[datetime, bytes]] = set()  # of what this format brought
        self._spoken: Counter[tuple[date, bytes]] = Counter()  # how many of the texts here stand for one of the archive
        self._moments: set[tuple[datetime, bytes]] = set()
        self._met: Counter[str] = Counter()

    def meet(
        self, name: str, text: str, day: date, at: datetime, *, formerly: tuple[str, str] | None = None
    ) -> bytes | None:
        """The hash something new will be known by; None for what is here. An empty `text` is compared by its name alone.

        The text is part of the hash: what was changed where it came from comes in beside what came in before. A text
        that was here before stands for one of that day, and one that this format brought only for what was written at
        that hour; the archive itself may say the same twice at two times. `at`: on the clock of its place. `formerly`:
        another name and text it may be known by.
        """
        print_ = hashlib.sha256(text.encode()).digest()
        known, new = self._known((name, text), *([formerly] if formerly else []))
        met = self._sources.get(known, "")
        if not met and text:
            if (at, print_) in self._moments:
                met = "twice"
            elif self._on(day)[print_] > self._spoken[day, print_]:
                met = "here"
                self._spoken[day, print_] += 1
            elif (at.replace(tzinfo=None), print_) in self._clocks:
                met = "here"
        self._sources[known] = "twice"
        self._moments.add((at, print_))
        self._met[met] += 1
        return None if met else new

    def met(self, there: bool) -> bool:  # noqa: FBT001 # it is the question, and the answer
        """Count what its own format found to be here."""
        self._met["here"] += there
        return there

    def _known(self, *pairs: tuple[str, str]) -> tuple[bytes, bytes]:
        """The hash it is known by already, if it is, and that of the newest key."""
        said = [f"{self._source}:{name}:".encode() + hashlib.sha256(text.encode()).digest() for name, text in pairs]
        hashes = [envelope.keyed_hash(key, PURPOSE, one) for one in said for key in self._keys]
        return next((one for one in hashes if one in self._sources), hashes[0]), hashes[0]

    def skipped(self) -> list[Skip]:
        told = {
            "here": (_("Things that came before"), _("They are here already, word for word.")),
            "binned": (_("Things that came before"), _("They are here already, in the bin.")),
            "twice": (_("Repeats"), _("It stands in this file more than once, word for word.")),
        }
        return [Skip(*told[name], self._met[name]) for name in told if self._met[name]]

    def _on(self, day: date) -> Counter[bytes]:
        """The texts that were here of that day, read with their whole month; apart from them those of this format."""
        first = day.replace(day=1)
        if first not in self._texts:
            self._texts[first] = Counter()
            after = (first + timedelta(days=31)).replace(day=1)
            rows = self._person.entries.out().filter(local_date__gte=first, local_date__lt=after, rev__gt=0)
            for some in by_key(rows.only(*COMPARED, *MOMENT), size=AT_ONCE):
                for row in some:
                    if (row.step, row.question_key) == (words.BROUGHT, self._source):
                        clock = row.created_at.astimezone(zone(row.time_zone, ZoneInfo("UTC"))).replace(tzinfo=None)
                        self._clocks.add((clock, _print(row)))
                        continue
                    self._texts.setdefault(row.local_date, Counter())[_print(row)] += 1
        return self._texts.setdefault(day, Counter())


class Looks:
    """The looks that were brought in, here or where an archive of ours comes from: by the clock of their place, and line."""

    def __init__(self, person: User, source: str) -> None:
        self._rows = person.check_ins.exclude(source_hashed=None)
        self._named = set(person.imports.filter(format=source).values_list("pk", flat=True))
        self._lines: dict[str, dict[str, Counter[tuple[str, bool]]]] = {}

    def have(self, clock: str, whole: str, bare: str) -> bool:
        """Whether one of that minute says that line. `clock`: "2026-11-29T21:30".

        `bare`: the line without its mood. That of a look which its own name tells, as this format gave it, may have been
        another mood's, so only one from an archive of ours stands for it, and for one alone.
        """
        month = clock[:7]
        if month not in self._lines:
            self._lines[month] = self._read(date.fromisoformat(f"{month}-01"))
        said = self._lines[month].get(clock, Counter())
        if said[whole, True] or said[whole, False]:
            return True
        met = bool(bare) and said[bare, False] > 0
        said[bare, False] -= met
        return met

    def _read(self, first: date) -> dict[str, Counter[tuple[str, bool]]]:
        found: dict[str, Counter[tuple[str, bool]]] = {}
        rows = self._rows.filter(local_date__gte=first, local_date__lt=(first + timedelta(days=31)).replace(day=1))
        for some in by_key(rows.only("id", "owner_id", "at", "time_zone", "answers_sealed", "batch_id")):
            for row in some:
                said = checkins.opened(row)
                clock = f"{row.at.astimezone(zone(row.time_zone, ZoneInfo('UTC'))):%Y-%m-%dT%H:%M}"
                found.setdefault(clock, Counter())[said.line if said else "", row.batch_id in self._named] += 1
        return found


class Brought:
    """What came from other journals, for an archive of ours that holds the same: by day, kind, voice and very words.

    Each is met once. What an archive of ours brought is known by its id, and nothing that was written here is met at all.
    """

    def __init__(self, person: User, own: str) -> None:
        """`own`: the format of our own archives."""
        self._rows = person.entries.out().filter(step=words.BROUGHT, parent=None, sealed_until=None, drawer=False)
        self._rows = self._rows.exclude(batch__format=own)
        self._found: dict[tuple[str, ...], list[UUID]] | None = None

    def meet(self, said: Mapping[str, object]) -> UUID | None:
        """The row here that says the same as that row of an archive, if one does."""
        plain = said.get("parent") is None and said.get("sealed_until") is None and not said.get("drawer")
        if not plain or not said.get("body"):
            return None
        if self._found is None:
            self._found = self._read()
        told = f"{said.get('title') or ''}\n\n{said['body']}"
        same = self._found.get(
            (*(str(said.get(name)) for name in ("local_date", "kind", "voice")), _hashed(told).hex())
        )
        return same.pop() if same else None

    def _read(self) -> dict[tuple[str, ...], list[UUID]]:
        found: dict[tuple[str, ...], list[UUID]] = {}
        for some in by_key(self._rows.only(*COMPARED), size=AT_ONCE):
            for row in some:
                key = (row.local_date.isoformat(), row.kind, row.voice, _print(row).hex())
                found.setdefault(key, []).append(row.pk)
        return found


def _sources(person: User) -> dict[bytes, str]:
    """The hash of everything that came from elsewhere, and where it lies: "here", or "binned"."""
    found: dict[bytes, str] = {}
    brought = (person.entries.exclude(source_hashed=None), person.check_ins.exclude(source_hashed=None))
    for rows in brought:
        for known, binned in rows.values_list("source_hashed", "binned_at"):
            found[bytes(known or b"")] = "here" if binned is None else "binned"
    return found


def _print(row: Entry) -> bytes:
    return _hashed(f"{opened_title(row)}\n\n{opened(row) or ''}")


def _hashed(words: str) -> bytes:
    return hashlib.sha256(words.strip().encode(errors="surrogatepass")).digest()
