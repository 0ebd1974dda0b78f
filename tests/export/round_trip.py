"""A whole life from one house into another, by the pages: `python -m tests.export.round_trip [ENTRIES]`, 20,000 if unsaid.

It tells how long each way takes and how much memory a web process needs for it, compares both houses field by field,
and ends with 1 where anything is not as it was or took too much. The suite runs it with some hundreds in one house that
is emptied in between, `--one-house` (`tests/export/test_round_trip.py`).
"""

import argparse
import http.client
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlencode

from tests.faults.scene import invited
from tests.faults.writer import AREA, INPUT, PASSWORD, Writer
from tests.up.house import ROOT, House, children

ENTRIES, LIMIT_MB = 20_000, 60
YEAR = 38  # entries in one year of tests/export/life.py, about
EMAIL = "ruth@example.org"
EDGE = "edge-of-a-form"
CHUNK = 1 << 20
WARM = 12  # pages on lines of their own, so that every web process has read its code before it is measured
LIVE = """
from accounts.models import User
from tests.export.life import Life
Life(User.objects.get(), seed=1).live({years})
"""
# A short hash of each field of each row: two houses agree where these do.
LOOK = """
import hashlib, json
from accounts.models import User
from journal import export, rows
from vault import keyring
from vault.batches import by_key
def sha(value):
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
person = User.objects.get()
found = {"person": {"": {name: sha(getattr(person, name)) for name in ("time_zone", "country", "preferences")}}}
with keyring.opened_for(person.pk, purpose="a test"):
    found["person"][""] |= {name: sha(getattr(person, name)) for name in ("name", "child_word", "call")}
for section in export.SECTIONS:
    said = found[section.key] = {}
    for some in by_key(section.model._default_manager.filter(owner=person), size=50):
        with keyring.opened_for(person.pk, purpose="a test"):
            said |= {str(row.pk): {name: sha(value) for name, value in rows.told(row).items()} for row in some}
print(json.dumps(found))
"""
EMPTIED = """
from accounts.models import User
User.objects.get().delete()
"""
DIFFERENT_ON_PURPOSE = {"resurfacing"}


def main(given: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.export.round_trip", description=__doc__)
    parser.add_argument("entries", nargs="?", type=int, default=ENTRIES)
    parser.add_argument("--one-house", action="store_true", help="into the same one, emptied in between")
    wanted = parser.parse_args(given)
    troubles: list[str] = []
    with tempfile.TemporaryFile() as file, ExitStack() as opened:
        house, writer = opened.enter_context(_house())
        before = _out(house, writer, file, max(wanted.entries // YEAR, 1), troubles)
        if wanted.one_house:
            _shell(house, EMPTIED)
            writer = opened.enter_context(_in(house))
        else:
            opened.close()
            house, writer = opened.enter_context(_house())
        different = _differences(before, _back(house, writer, file, troubles))
    print("\n".join(different) or "Every field is as it was.")
    return int(bool(troubles or different))


def _out(house: House, writer: Writer, file: IO[bytes], years: int, troubles: list[str]) -> dict[str, Any]:
    """A whole life, taken along into the file. What there was of it comes back."""
    _shell(house, LIVE.format(years=years))
    before: dict[str, Any] = json.loads(_shell(house, LOOK))
    print(", ".join(f"{len(rows)} {name}" for name, rows in before.items() if name != "person"), flush=True)
    again = writer.ask("GET", "/accounts/reauthenticate/").fields()
    writer.post("/accounts/reauthenticate/", {**again, "password": PASSWORD})  # it takes memory of its own
    with _measured(house, "taken along", troubles):
        _take_along(writer, file)
    print(f"archive of {file.tell() / 1e6:.0f} MB", flush=True)
    return before


def _back(house: House, writer: Writer, file: IO[bytes], troubles: list[str]) -> dict[str, Any]:
    """The file, brought in. What there is now comes back."""
    with _measured(house, "looked at", troubles):
        page = _sent(writer, "look", file, _page(writer))
    with _measured(house, "brought in", troubles):
        _sent(writer, "bring", file, {**_page(writer), "sha256": page["sha256"]})
    after: dict[str, Any] = json.loads(_shell(house, LOOK))
    return after


@contextmanager
def _house() -> Iterator[tuple[House, Writer]]:
    """One of its own, with nobody in it but one person who is signed in."""
    home = Path(tempfile.mkdtemp(prefix="ic-round-trip-"))
    house = House(home)
    try:
        house.up()
        with _in(house) as writer:
            yield house, writer
    finally:
        house.clear()
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _in(house: House) -> Iterator[Writer]:
    """Somebody new, signed in."""
    (writer,) = invited(house, [EMAIL])
    writer.timeout = 600
    for _ in range(WARM):
        writer.hang_up()
        assert writer.ask("GET", "/settings/import/").status == 200
    yield writer
    writer.hang_up()


def _shell(house: House, code: str) -> str:
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-v", "0", "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=house._env({}), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def _measured(house: House, what: str, troubles: list[str]) -> Iterator[None]:
    """Seconds, and the most that any web process had over what it has at rest."""
    workers = _workers(house)
    idle = {pid: _mb(pid, "VmRSS") for pid in workers}
    for pid in workers:
        Path(f"/proc/{pid}/clear_refs").write_text("5")  # from here on VmHWM counts anew
    began = time.monotonic()
    yield
    seconds = time.monotonic() - began
    over = max(_mb(pid, "VmHWM") - idle[pid] for pid in workers)
    print(f"{what} in {seconds:.0f} s with {over:.0f} MB over {max(idle.values()):.0f} MB idle", flush=True)
    if over > LIMIT_MB:
        troubles.append(f"{what} with more than {LIMIT_MB} MB")
        print(troubles[-1], flush=True)


def _workers(house: House) -> list[int]:
    web = children(house.started[-1].pid)["web"]
    return [int(pid) for pid in Path(f"/proc/{web}/task/{web}/children").read_text().split()]


def _mb(pid: int, name: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1]) / 1024


def _take_along(writer: Writer, file: Any) -> None:
    page = writer.ask("GET", "/settings/export/")
    kinds = [pair for pair in INPUT.findall(page.text) if pair[0] == "kinds"]
    token = ("csrfmiddlewaretoken", page.fields()["csrfmiddlewaretoken"])
    body = urlencode([token, ("form", "archive"), ("binned", "on"), ("since", ""), ("until", ""), *kinds]).encode()
    with _asked(writer, "/settings/export/", body, "application/x-www-form-urlencoded") as answer:
        assert answer.status == 200, answer.status
        shutil.copyfileobj(answer, file)


def _page(writer: Writer) -> dict[str, str]:
    return {"csrfmiddlewaretoken": writer.ask("GET", "/settings/import/").fields()["csrfmiddlewaretoken"]}


def _sent(writer: Writer, where: str, file: Any, fields: Mapping[str, str]) -> dict[str, str]:
    """The file by that form. What the next page would send comes back; after the second there is another page."""
    head = "".join(f'--{EDGE}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields.items())
    head += f'--{EDGE}\r\nContent-Disposition: form-data; name="file"; filename="notes.zip"\r\n\r\n'
    with tempfile.TemporaryFile() as body:
        file.seek(0)
        body.write(head.encode())
        shutil.copyfileobj(file, body)
        body.write(f"\r\n--{EDGE}--\r\n".encode())
        body.seek(0)
        with _asked(writer, f"/settings/import/{where}/", body, f"multipart/form-data; boundary={EDGE}") as answer:
            text = answer.read().decode()
            assert answer.status == {"look": 200, "bring": 302}[where], text
    return dict(INPUT.findall(text) + AREA.findall(text))


@contextmanager
def _asked(writer: Writer, path: str, body: Any, kind: str) -> Iterator[http.client.HTTPResponse]:
    """On a line of its own, because an answer may be larger than memory."""
    size = len(body) if isinstance(body, bytes) else body.seek(0, 2)
    if not isinstance(body, bytes):
        body.seek(0)
    said = {"Host": f"localhost:{writer.port}", "Cookie": writer._cookie(), "Origin": f"http://localhost:{writer.port}"}
    line = http.client.HTTPConnection("127.0.0.1", writer.port, timeout=writer.timeout, blocksize=CHUNK)
    with closing(line):
        line.request("POST", path, body, {**said, "Content-Type": kind, "Content-Length": str(size)})
        yield line.getresponse()


def _differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What is not as it was: rows that are missing or new, and how many rows differ in which field."""
    found: list[str] = []
    for section, rows in before.items():
        others = after[section]
        if rows.keys() != others.keys():
            found.append(
                f"{section}: {len(rows.keys() - others.keys())} missing, {len(others.keys() - rows.keys())} new"
            )
        for name in next(iter(rows.values()), {}).keys() - DIFFERENT_ON_PURPOSE:
            count = sum(row[name] != others[key].get(name) for key, row in rows.items() if key in others)
            found += [f"{section}: {count} differ in {name}"] if count else []
    return found


if __name__ == "__main__":
    sys.exit(main())
