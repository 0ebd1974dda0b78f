"""The place of a fault: one `up` for real, a crew of writers who are signed in, and a look at what was kept."""

import contextlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.tally import Tally
from tests.faults.writer import PASSWORD, Writer, fingerprint
from tests.up.house import House

CREW = 6

INVITE = """
from django.utils import timezone
from accounts.models import User
now = timezone.now()
for email in {emails!r}:
    User.objects.create_user(email, {password!r}, adult_at=now, consent_at=now)
"""
LOOK = """
import hashlib, json
from accounts.models import User
from vault import keyring
found = {}
for person in User.objects.exclude(email__startswith="crowd"):
    with keyring.opened_for(person.pk, purpose="a test"):
        def sha(row): return hashlib.sha256(row.body.encode()).hexdigest()[:16]
        found[person.email] = {
            str(row.pk): {
                "rev": row.rev,
                "sha256": sha(row),
                "operations": {str(one.operation): one.rev for one in row.operations.all()},
                "revisions": [sha(one) for one in row.revisions.all()],
            }
            for row in person.entries.prefetch_related("operations", "revisions")
        }
print(json.dumps(found))
"""


@dataclass
class Scene:
    """`full` is the long set: the same faults, more often."""

    house: House
    full: bool = False
    crew: list[Writer] = field(default_factory=list)

    @property
    def up(self) -> int:
        return self.house.started[-1].pid

    def either[T](self, fast: T, full: T) -> T:
        return full if self.full else fast

    def look(self, tally: Tally, crew: Iterable[Writer] = ()) -> Tally:
        """Open every entry of the crew in the app's own process, and compare it with what was acknowledged."""
        done = self.house.run("shell", "--no-imports", "-v", "0", "-c", LOOK)
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        for writer in crew or self.crew:
            _compare(tally, writer, found[writer.email])
        return tally


def _compare(tally: Tally, writer: Writer, rows: dict[str, dict[str, object]]) -> None:
    known = {str(sheet.entry): sheet for sheet in writer.sheets if sheet.acknowledged}
    strange = rows.keys() - {str(sheet.entry) for sheet in writer.sheets}
    tally.duplicated += len(strange)
    tally.notes += [f"{writer.email} {name}: nobody wrote it" for name in strange]
    for name, sheet in known.items():
        row = rows.get(name)
        if row is None:
            tally.missing += len(sheet.acknowledged)
            continue
        stored = row["operations"]
        assert isinstance(stored, dict)
        for operation, rev in sheet.acknowledged:
            tally.missing += operation not in stored
            tally.wrong += stored.get(operation, rev) != rev
        if row["sha256"] != fingerprint(sheet.text):
            tally.missing += 1
        gaps = row["rev"] != sheet.rev or [rev for _, rev in sheet.acknowledged] != list(range(1, sheet.rev + 1))
        tally.duplicated += bool(gaps)
        if gaps or row["sha256"] != fingerprint(sheet.text):
            tally.notes.append(f"{writer.email} {name}: acknowledged to {sheet.rev}, found {row['rev']}")


@contextlib.contextmanager
def opened(
    *, full: bool = False, crew: int = CREW, home: Path | None = None, extra: dict[str, str] | None = None
) -> Iterator[Scene]:
    """A house with a crew inside. Whatever happens, nothing of it is left running, and no folder stays."""
    own = home is None
    home = home or Path(tempfile.mkdtemp(prefix="ic-faults-"))
    house = House(home, extra=extra or {})
    scene = Scene(house, full)
    try:
        house.up()
        scene.crew = invited(house, [f"writer{number}@example.org" for number in range(crew)])
        yield scene
    finally:
        for writer in scene.crew:
            writer.hang_up()
        house.clear()
        if own:
            shutil.rmtree(home, ignore_errors=True)


def invited(house: House, emails: list[str]) -> list[Writer]:
    """People with accounts, each signed in."""
    done = house.run("shell", "--no-imports", "-v", "0", "-c", INVITE.format(emails=emails, password=PASSWORD))
    assert done.returncode == 0, done.stderr
    return [Writer(house.port, email).sign_in() for email in emails]
