"""Asking: a connection that costs next to nothing, and rounds of requests on one or several of them."""

import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

TIMEOUT = 60.0


class Job(Protocol):
    """What one connection asks for, again and again."""

    def request(self) -> bytes: ...

    def heard(self, status: int, body: bytes) -> bool:
        """Whether that answer was the right one."""


@dataclass
class Heard:
    """What a round of requests came to. `wrong` were answered otherwise than they were to be, or not at all."""

    seconds: list[float] = field(default_factory=list)
    wrong: int = 0
    took: float = 0.0
    size: int = 0

    def add(self, other: "Heard") -> None:
        self.seconds += other.seconds
        self.wrong += other.wrong
        self.took += other.took
        self.size = other.size or self.size


class Line:
    """One connection over HTTP/1.1, kept; opened again where the server closed it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._socket: socket.socket | None = None
        self._rest = b""

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """Status and body; status 0 is no answer."""
        try:
            if self._socket is None:
                self._socket = socket.create_connection(("127.0.0.1", self.port), timeout=TIMEOUT)
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket.sendall(request)
            return self._answer()
        except (OSError, ValueError):
            self.close()
            return 0, b""

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket, self._rest = None, b""

    def _answer(self) -> tuple[int, bytes]:
        head = self._until(b"\r\n\r\n").decode("latin-1").lower()
        status = int(head.split(" ", 2)[1])
        fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        if "content-length" in fields:
            return status, self._exactly(int(fields["content-length"]))
        if fields.get("transfer-encoding") == "chunked":
            return status, self._chunks()
        return status, b""

    def _chunks(self) -> bytes:
        body = b""
        while size := int(self._until(b"\r\n").strip(), 16):
            body += self._exactly(size)
            self._until(b"\r\n")
        self._until(b"\r\n")
        return body

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._rest:
            self._more()
        found, _, self._rest = self._rest.partition(mark)
        return found

    def _exactly(self, size: int) -> bytes:
        while len(self._rest) < size:
            self._more()
        found, self._rest = self._rest[:size], self._rest[size:]
        return found

    def _more(self) -> None:
        assert self._socket is not None
        came = self._socket.recv(65536)
        if not came:
            raise OSError("closed")
        self._rest += came


def ask(port: int, jobs: Sequence[Job], times: int) -> Heard:
    """Each job on a connection of its own, all at once, each so many times."""
    heard = [Heard() for _job in jobs]
    begin = threading.Barrier(len(jobs) + 1)

    def work(job: Job, mine: Heard) -> None:
        line = Line(port)
        begin.wait()
        for _time in range(times):
            _once(line, job, mine)
        line.close()

    threads = [threading.Thread(target=work, args=pair) for pair in zip(jobs, heard, strict=True)]
    for thread in threads:
        thread.start()
    begin.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    whole = Heard(took=time.perf_counter() - began)
    for one in heard:
        whole.add(one)
    return whole


def _once(line: Line, job: Job, mine: Heard) -> None:
    request = job.request()
    began = time.perf_counter()
    status, body = line.ask(request)
    mine.seconds.append(time.perf_counter() - began)
    mine.wrong += not job.heard(status, body)
    mine.size = len(body)
