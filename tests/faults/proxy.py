"""A wire on loopback that can be made bad: it loses requests or answers, delays them, falls silent, or is cut."""

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable
from typing import Self

type Target = tuple[str, int] | str  # host and port, or the path of a Unix socket

RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close with a reset, as a dead wire does


class Proxy:
    """`on_request` says whether what a client sent goes on; `on_answer` after how many seconds what the server
    said goes back, None for never. Both are asked for every piece that arrives.
    """

    def __init__(self, target: Target) -> None:
        self._target = target
        self.on_request: Callable[[], bool] = lambda: True
        self.on_answer: Callable[[], float | None] = lambda: 0
        self._flowing = threading.Event()
        self._flowing.set()
        self._open: set[socket.socket] = set()
        self._door = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._door.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._flowing.set()
        self.cut()

    def mend(self) -> None:
        """From now on everything arrives."""
        self.on_request, self.on_answer = lambda: True, lambda: 0
        self._flowing.set()

    def freeze(self) -> None:
        """Nothing arrives any more, and nobody is told."""
        self._flowing.clear()

    def cut(self) -> None:
        """Reset every connection there is."""
        for one in list(self._open):
            self._close(one)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._door.accept()
                threading.Thread(target=self._join, args=(client,), daemon=True).start()

    def _join(self, client: socket.socket) -> None:
        try:
            server = self._reach()
        except OSError:
            self._close(client)
            return
        self._open |= {client, server}
        back = threading.Thread(target=self._pump, args=(server, client, self._answer), daemon=True)
        back.start()
        self._pump(client, server, self._request)
        back.join()
        self._open -= {client, server}

    def _reach(self) -> socket.socket:
        if isinstance(self._target, str):
            server = socket.socket(socket.AF_UNIX)
            try:
                server.connect(self._target)
            except OSError:
                server.close()
                raise
            return server
        return socket.create_connection(self._target)

    def _request(self) -> bool:
        return self.on_request()

    def _answer(self) -> bool:
        delay = self.on_answer()
        if delay:
            time.sleep(delay)
        return delay is not None

    def _pump(self, source: socket.socket, sink: socket.socket, passes: Callable[[], bool]) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self._flowing.wait()
                if not passes():
                    break
                sink.sendall(data)
        self._close(source)
        self._close(sink)

    @staticmethod
    def _close(one: socket.socket) -> None:
        with contextlib.suppress(OSError):
            if one.family != socket.AF_UNIX:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            one.shutdown(socket.SHUT_RDWR)
        one.close()
