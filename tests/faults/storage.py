"""F10–F12: the database stops, freezes, is too slow, is read only, or has no room left."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import psycopg

from innerchild import embedded
from innerchild.processes import Process
from tests.faults.doors import form
from tests.faults.proxy import Proxy
from tests.faults.scene import Scene, opened
from tests.faults.tally import Tally, counted, spread
from tests.faults.writer import IMPATIENT, Answer, Sheet, Writer, another, side_by_side, words
from tests.up.house import until

LIMIT = "1500ms"  # statement_timeout of the house whose database is elsewhere
ROOM = "320m"


def f10(scene: Scene) -> Tally:
    """R78: a database elsewhere is stopped and started again, holds a lock for too long, and then says nothing."""
    tally = Tally("F10 PostgreSQL stopped, locked, silent")
    home = Path(tempfile.mkdtemp(prefix="ic-faults-db-"))
    cluster = embedded.Cluster(home / "var", home / "keys")
    cluster.initialise()
    server = cluster.start()
    where = cluster.conninfo()
    try:
        with Proxy(f"{where['host']}/.s.PGSQL.{where['port']}") as proxy:
            options = quote(f"-c statement_timeout={LIMIT}")
            address = f"127.0.0.1:{proxy.port}/{where['dbname']}?options={options}"
            url = f"postgresql://{where['user']}:{where['password']}@{address}"
            with opened(full=scene.full, crew=3, extra={"DATABASE_URL": url}) as elsewhere:
                server = _stopped(elsewhere, tally, cluster, server)
                _locked(elsewhere, tally, cluster)
                _silent(elsewhere, tally, proxy)
                statuses = sum((writer.statuses for writer in elsewhere.crew), Counter[int]())
                tally.notes.append(f"answers {counted(statuses)}")
                tally.expect("no answer of 500", holds=not statuses[500])
                elsewhere.look(tally)
    finally:
        embedded.stop(server)
        cluster.stop_leftover()
        cluster.forget_socket()
        shutil.rmtree(home, ignore_errors=True)
    return tally


def _stopped(scene: Scene, tally: Tally, cluster: embedded.Cluster, server: Process) -> Process:
    """Everybody goes on asking; the house says 503 and lives; what was typed is kept once it is back."""
    embedded.stop(server)
    ada = scene.crew[0]
    sheet, text = Sheet(), words(1, 400)
    _told(tally, ada.put(sheet, text, str(uuid4())), 503, "away")
    back = form(ada, sheet, text, str(uuid4()))
    tally.expect("the form gives the text back", holds=back.fields().get("first-words.text") == text)
    tally.expect("503 to the form", holds=back.status == 503 and bool(back.headers.get("retry-after")))
    tally.expect("/healthz says it lives", holds=scene.house.status("/healthz") == 200)
    began = time.monotonic()
    tally.expect("/readyz says it is not ready", holds=scene.house.status("/readyz") == 503)
    tally.notes.append(f"/readyz noticed in {time.monotonic() - began:.1f} s")
    troubles: list[BaseException] = []
    work = [partial(_three, writer) for writer in scene.crew]
    writing = threading.Thread(target=lambda: troubles.extend(side_by_side(work)))
    writing.start()
    time.sleep(scene.either(2, 60))  # this long it is away
    fresh = cluster.start()
    began = time.monotonic()
    until(lambda: any(writer.log for writer in scene.crew))
    tally.notes.append(f"first save {time.monotonic() - began:.1f} s after its return")
    until(lambda: scene.house.status("/readyz") == 200)
    writing.join()
    tally.expect(f"nothing refused {troubles[:2]}", holds=not troubles)
    _count(tally, scene)
    return fresh


def _three(writer: Writer) -> None:
    sheet = writer.new_sheet()
    for number in range(3):
        writer.keep(sheet, words(number, 300), seconds=120)


def _locked(scene: Scene, tally: Tally, cluster: embedded.Cluster) -> None:
    """Somebody holds the row: the statement runs out of time, and later the same operation is kept."""
    ada = scene.crew[0]
    sheet, text, operation = ada.new_sheet(), words(1, 300), str(uuid4())
    ada.keep(sheet, words(0, 300))
    with psycopg.connect(**cluster.conninfo(user=embedded.OWNER, dbname=embedded.APP)) as holder:  # type: ignore[arg-type]
        holder.execute("SELECT 1 FROM journal_entry WHERE id = %s FOR UPDATE", [sheet.entry])
        _told(tally, ada.put(sheet, text, operation), 503, "away")
    ada.keep(sheet, text, operation=operation)
    _count(tally, scene)


def _silent(scene: Scene, tally: Tally, proxy: Proxy) -> None:
    """The network to the database says nothing any more: whoever waits for a connection is told, nobody hangs for ever."""
    ada = scene.crew[0]
    crowd = [another(ada) for _ in range(28)]  # two processes with ten connections each
    sheets = [ada.new_sheet() for _ in crowd]
    proxy.freeze()
    thaw = threading.Timer(scene.either(4, 12), proxy.mend)
    thaw.start()

    def save(line: Writer, sheet: Sheet) -> None:
        line.waits = IMPATIENT
        line.keep(sheet, words(1, 100))
        line.hang_up()

    troubles = side_by_side([partial(save, *pair) for pair in zip(crowd, sheets, strict=True)])
    thaw.join()
    tally.expect(f"nothing refused {troubles[:2]}", holds=not troubles)
    statuses = sum((line.statuses for line in crowd), Counter[int]())
    tally.expect("a pool that is used up says 503", holds=statuses[503] > 0 and not statuses[500])
    log = [kept for line in crowd for kept in line.log]
    tally.tried, tally.acknowledged = tally.tried + statuses.total(), tally.acknowledged + len(log)
    tally.notes.append(f"while silent {spread(kept.seconds for kept in log)}")


def f11(scene: Scene) -> Tally:
    """R75: a disk of its own is filled: no room for rows, then no room for the log, then room again."""
    tally = Tally("F11 disk full (R75)")
    if os.geteuid() != 0:
        tally.skipped = "only root can mount a small disk"
        return tally
    with _small_disk(tally) as home:
        if home is None:
            return tally
        with opened(full=scene.full, crew=2, home=home) as small:
            filler = home / "filler"
            for fills in (_no_room_for_rows, _no_room_for_the_log):
                sheets = [(writer, writer.new_sheet()) for writer in small.crew]
                for writer, sheet in sheets:
                    writer.keep(sheet, words(0, 2_000))
                _fill(filler)
                fills(small, tally, sheets)
                filler.unlink()
                began = time.monotonic()
                for writer, sheet in sheets:
                    writer.keep(sheet, words(2, 3_000))
                tally.notes.append(f"kept again {time.monotonic() - began:.1f} s after there was room")
                until(lambda: small.house.status("/healthz") == 200)
            _count(tally, small)
            small.look(tally)
    return tally


def _no_room_for_rows(scene: Scene, tally: Tally, sheets: list[tuple[Writer, Sheet]]) -> None:
    """New words are refused with 507; earlier ones can still be read."""
    writer, sheet = sheets[0]
    for number in range(60):
        text, operation = words(number, 150_000), str(uuid4())
        answer = writer.put(sheet, text, operation)
        if answer.status != 200:
            break
        writer.note(sheet, text, operation, answer.json()["rev"])
    _told(tally, answer, 507, "full")
    back = form(writer, sheet, text, operation)
    tally.expect(f"507 to the form, not {back.status}", holds=back.status == 507)
    tally.expect("the form gives the text back", holds=back.fields().get("first-words.text") == text)
    page = writer.ask("GET", f"/kept/{sheet.entry}/edit/")
    tally.expect("what was kept can be read", holds=page.fields().get("words.text", "").strip() == sheet.text.strip())
    tally.expect("/readyz says it is not ready", holds=scene.house.status("/readyz") == 503)


def _no_room_for_the_log(scene: Scene, tally: Tally, sheets: list[tuple[Writer, Sheet]]) -> None:
    """PostgreSQL stops itself where it cannot write its log; `up` starts it again until there is room."""
    with contextlib.suppress(psycopg.Error):
        scene.house.sql("SELECT pg_switch_wal()", user=embedded.OWNER)
        scene.house.sql("CHECKPOINT", user=embedded.OWNER)
    writer, sheet = sheets[0]
    for number in range(200):
        text, operation = words(number, 150_000), str(uuid4())
        answer = writer.put(sheet, text, operation)
        if answer.status == 200:
            writer.note(sheet, text, operation, answer.json()["rev"])
        elif answer.status == 503:
            break
    tally.expect(f"503 while it is away, not {answer.status}", holds=answer.status in {503, 507})
    tally.expect("/healthz says it lives", holds=scene.house.status("/healthz") == 200)


def f12(scene: Scene) -> Tally:
    """A database that may only be read, as after a fail-over. Clocks that jump are part of F6."""
    tally = Tally("F12 database read only")
    ada = scene.crew[3]
    sheet, text, operation = ada.new_sheet(), words(1, 300), str(uuid4())
    ada.keep(sheet, words(0, 300))
    _widened(ada)
    role = f"ALTER ROLE {embedded.APP}"
    anew = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{embedded.APP}'"
    for order in (f"{role} SET default_transaction_read_only = on", anew):
        scene.house.sql(order, user=embedded.OWNER)
    _told(tally, ada.put(sheet, text, operation), 503, "away")
    page = ada.ask("GET", f"/kept/{sheet.entry}/edit/")
    tally.expect("what was kept can be read", holds=page.fields().get("words.text") == sheet.text)
    for order in (f"{role} RESET default_transaction_read_only", anew):
        scene.house.sql(order, user=embedded.OWNER)
    first = ada.put(sheet, text, operation)  # whichever process answers, its idle connections are all dead
    tally.expect(f"the first save after its return is kept, not {first.status}", holds=first.status == 200)
    ada.keep(sheet, text, operation=operation)
    tally.tried, tally.acknowledged = 5, 2
    return scene.look(tally, [ada])


def _widened(owner: Writer) -> None:
    """So many pages at once that every process has its pool full."""
    lines = [another(owner) for _ in range(24)]
    side_by_side([partial(line.ask, "GET", "/kept/") for line in lines])
    for line in lines:
        line.hang_up()


def _told(tally: Tally, answer: Answer, status: int, error: str) -> None:
    said = (answer.status, answer.json(), bool(answer.headers.get("retry-after")))
    tally.expect(f"{status} {error} with Retry-After, not {said}", holds=said == (status, {"error": error}, True))


def _count(tally: Tally, scene: Scene) -> None:
    """Everything this crew did so far."""
    tally.tried = sum(writer.statuses.total() for writer in scene.crew)
    tally.acknowledged = sum(len(sheet.acknowledged) for writer in scene.crew for sheet in writer.sheets)


def _fill(filler: Path) -> None:
    """Take the last byte."""
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(1 << 16))
    with contextlib.suppress(OSError), filler.open("ab", buffering=0) as file:
        while True:
            file.write(b"x")


@contextlib.contextmanager
def _small_disk(tally: Tally) -> Iterator[Path | None]:
    home = Path(tempfile.mkdtemp(prefix="ic-faults-disk-"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(home)], capture_output=True, text=True, check=False
    )
    try:
        if mounted.returncode:
            tally.skipped = f"no small disk can be mounted here: {mounted.stderr.strip()}"
        yield None if mounted.returncode else home
    finally:
        if not mounted.returncode:
            subprocess.run(["umount", str(home)], check=False)
        home.rmdir()
