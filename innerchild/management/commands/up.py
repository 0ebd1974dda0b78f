"""Serve the whole app: database, web and tasks, watched until somebody says stop."""

import errno
import http.client
import ipaddress
import os
import signal
import socket
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connections

from innerchild import ballast, collected, embedded
from innerchild.datafolder import Holder
from innerchild.processes import CannotStart, Child, Process, spawn, stopping

WEB = ("-m", "granian", "--interface", "wsgi", "--workers", "2", "--log-level", "error", "--http", "1")
# Connections may rest open, so their number is not what a worker can do at once: its threads are, one
# database connection each. A worker that fell is replaced; one that cannot finish is not waited for.
CARE = (
    "--backpressure",
    "512",
    "--respawn-failed-workers",
    "--respawn-interval",
    "0.5",
    "--workers-kill-timeout",
    "20",
)
WORKER = ("manage.py", "db_worker", "--queue-name", "*", "--no-startup-delay")
# What is run again and again: its words, and after how many seconds.
ROUNDS = {
    "tidying": (("manage.py", "prune", "--verbosity", "0"), 6 * 3600),  # thirty days are promised for what is let go
    "reminders": (("manage.py", "send_reminders", "--verbosity", "0"), 300),
}


class Command(BaseCommand):
    help = "Serve the whole app here: its database, its pages and its tasks, until Ctrl+C."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen at (default: 127.0.0.1)")
        parser.add_argument("--port", type=int, help="port to listen at (default: that of INNERCHILD_URL, or 8000)")

    def handle(self, *, host: str, port: int | None, **_options: Any) -> None:
        listen, url = _addresses(host, port)
        _wait_for_port(listen)
        children: list[Child] = []
        rounds: dict[str, Child] = {}
        try:
            for begin in (self._database, self._prepare, lambda: self._serve(listen, url)):
                if not stopping.is_set():
                    children.extend(begin())
            if not stopping.is_set():
                self._welcome(listen, url, children)
            while not stopping.wait(0.2):
                for child in children:
                    child.look(self._say)
                for name in ROUNDS if settings.MAIL else ("tidying",):
                    rounds[name] = _round(name, rounds.get(name), url)
        finally:
            self._close([*children, *rounds.values()])

    def _database(self) -> Sequence[Child]:
        if settings.DATABASE_URL:
            return ()
        cluster = embedded.Cluster(settings.DATA_DIR, settings.KEYS_DIR)
        if not (settings.STATIC_ROOT / "staticfiles.json").exists():
            self._say("Making ready for the first time. This takes a few seconds.")
        server = cluster.start()
        return (
            Child("database", cluster.spawn, ask=signal.SIGINT, patience=20, process=server, began=time.monotonic()),
        )

    def _prepare(self) -> Sequence[Child]:
        """Tables, static files, and the question whether our keys open what is kept."""
        call_command("migrate", interactive=False, verbosity=0)
        collected.refresh()
        found = checks.run_checks(tags=["ready"])
        if wrong := [str(message.msg) for message in found if message.level >= checks.ERROR]:
            raise CannotStart("\n".join(wrong))
        if not settings.DATABASE_URL:
            ballast.lay_down(settings.DATA_DIR)
        for message in found:
            self._say(str(message.msg))
        connections.close_all()
        return ()

    def _serve(self, listen: tuple[str, int], url: str) -> Sequence[Child]:
        environment = _environment(url)
        where = ("--host", listen[0], "--port", str(listen[1]), "--blocking-threads", str(settings.POOL_SIZE))
        return (
            _begun("web server", (*WEB, *CARE, *where, "innerchild.wsgi:application"), environment),
            _begun("task worker", WORKER, environment),
        )

    def _welcome(self, listen: tuple[str, int], url: str, children: Sequence[Child]) -> None:
        """Say where it is, once it truly answers."""
        if not _answers(listen, until=time.monotonic() + 60, web=children[-2]):
            if stopping.is_set():
                return
            raise CannotStart("The web server did not start; what it said stands above.")
        if Holder.current:
            Holder.current.say(f"Innerchild is already running at {url} (process {os.getpid()}).")
        self._say(f"\nInnerchild is open at {url}")
        if settings.HTTPS:
            self._say(f"It listens at http://{_printed(listen)} for the proxy that brings https.")
        self._say(f"What is written here is kept in {settings.DATA_DIR}, its keys in {settings.KEYS_DIR}.")
        if not settings.MAIL:
            self._say(
                "Mail is off, because EMAIL_URL is not set: addresses are not verified and passwords cannot be reset\n"
                "by mail. For a forgotten password there is `manage.py changepassword ADDRESS`. A password in a browser\n"
                "that is not known is not followed by a code; a second step of one's own is."
            )
        self._say("To stop: Ctrl+C.")

    def _close(self, children: Sequence[Child]) -> None:
        """Pages first, so that what is being kept is kept; then tasks; the database last."""
        for child in sorted(children, key=lambda child: child.name == "database"):
            child.stop()
        if not settings.DATABASE_URL:
            embedded.Cluster(settings.DATA_DIR, settings.KEYS_DIR).forget_socket()
        if stopping.is_set():
            self._say("Innerchild is closed. Everything is kept.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _addresses(host: str, port: int | None) -> tuple[tuple[str, int], str]:
    """Where to listen, and what people type. Without https that is this machine only."""
    name, given = settings.HOST, settings.ADDRESS
    try:
        ip = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
        port = port or (given.port if given.scheme == "http" else None) or 8000
    except ValueError as error:
        raise CannotStart(
            f"--host takes an IP address, --port and INNERCHILD_URL a port up to 65535: {error}."
        ) from None
    if settings.HTTPS:
        return (str(ip), port), settings.INNERCHILD_URL
    if given.scheme != "http" or name not in {"localhost", "127.0.0.1", "::1"} or not ip.is_loopback:
        raise CannotStart(
            "Without https Innerchild is served at localhost only, because browsers keep drafts safe nowhere else: "
            "set INNERCHILD_URL to the https:// address that people will type."
        )
    return (str(ip), port), f"http://{_printed((name, port))}"


def _printed(listen: tuple[str, int]) -> str:
    return f"[{listen[0]}]:{listen[1]}" if ":" in listen[0] else f"{listen[0]}:{listen[1]}"


def _wait_for_port(listen: tuple[str, int]) -> None:
    """The web server would share a port with whoever has it, so we ask first. After a kill the old one may linger."""
    until = time.monotonic() + (25 if Holder.current and Holder.current.after_a_kill else 0)
    while True:
        try:
            with socket.socket(socket.AF_INET6 if ":" in listen[0] else socket.AF_INET) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(listen)
                return
        except OSError as error:
            if error.errno == errno.EADDRINUSE and time.monotonic() < until and not stopping.wait(0.1):
                continue
            reason = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be opened ({error.strerror})"
            raise CannotStart(f"Port {listen[1]} {reason}: choose another with --port.") from None


def _environment(url: str) -> dict[str, str]:
    """Children serve the address we were asked for, from the folders we hold, whatever theirs would be."""
    ours = {
        "INNERCHILD_URL": url,
        "INNERCHILD_DATA": str(settings.DATA_DIR),
        "INNERCHILD_KEYS_DIR": str(settings.KEYS_DIR),
    }
    return {name: value for name, value in os.environ.items() if name != "INNERCHILD_COMMAND"} | ours


def _begun(name: str, words: Sequence[str], environment: dict[str, str]) -> Child:
    def start() -> Process:
        return spawn([sys.executable, *words], env=environment, cwd=settings.BASE_DIR)

    child = Child(name, start)
    child.begin()
    return child


def _round(name: str, last: Child | None, url: str) -> Child:
    """The last round of it, or a new one when that is due. It ends by itself, and with us."""
    words, every = ROUNDS[name]
    if last and time.monotonic() - last.began < every:
        if last.process:
            last.process.poll()
        return last
    return _begun(name, words, _environment(url))


def _answers(listen: tuple[str, int], *, until: float, web: Child) -> bool:
    """Whether the web server answers before it ends or time is over."""
    while time.monotonic() < until and web.process and web.process.poll() is None and not stopping.wait(0.05):
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection(*listen, timeout=5)
            connection.request("GET", "/healthz", headers={"Host": settings.HOST})
            if connection.getresponse().status == 200:
                return True
    return False
