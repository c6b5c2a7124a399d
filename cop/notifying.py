"""Tells systemd that a service is ready and still alive, by its notification socket; silent where there is none."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass

ABSTRACT = "@"
"""Begins the name of a socket that is no file."""


@dataclass(frozen=True, slots=True)
class Notifier:
    """The socket of `sd_notify(3)`, empty when nobody listens; a lost notice is no reason to fail."""

    path: str = ""

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "Notifier":
        """The socket that systemd named for this service."""
        return cls(environ.get("NOTIFY_SOCKET", ""))

    def ready(self) -> None:
        """The service answers."""
        self._tell("READY=1")

    def alive(self) -> None:
        """The service still works; systemd restarts one that stays silent for longer than WatchdogSec."""
        self._tell("WATCHDOG=1")

    def stopping(self) -> None:
        """The service ends because it was asked to."""
        self._tell("STOPPING=1")

    def _tell(self, notice: str) -> None:
        if not self.path:
            return
        address = "\0" + self.path[1:] if self.path.startswith(ABSTRACT) else self.path
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as teller:
            try:
                teller.sendto(notice.encode(), address)
            except OSError:  # systemd itself may be restarting
                return
