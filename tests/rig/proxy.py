"""A TCP proxy that can swallow everything: both sides stay connected, and nothing passes until it is mended."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Proxy:
    """Carries connections from `port` to a port of this machine, but for the time in which it is cut."""

    def __init__(self, listener: socket.socket, target: int) -> None:
        self._listener, self._target = listener, target
        self._whole = threading.Event()
        self._whole.set()

    def cut(self) -> None:
        """From now on nothing passes; what comes waits."""
        self._whole.clear()

    def mend(self) -> None:
        """Everything that waited passes, and all that follows."""
        self._whole.set()

    def carry(self) -> None:
        """Take connections until the listener is closed."""
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._target))
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._pump, args=(one, other), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                self._whole.wait()
                sink.sendall(data)
            self._whole.wait()
        for each in (source, sink):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


@contextmanager
def carrying(listener: socket.socket, target: int) -> Iterator[Proxy]:
    """A proxy that works while the context lasts; fork before, since it lives in threads of this process."""
    proxy = Proxy(listener, target)
    threading.Thread(target=proxy.carry, daemon=True).start()
    try:
        yield proxy
    finally:
        proxy.mend()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
