"""What systemd hears of a service, and that silence is no fault."""

import socket

from cop.notifying import Notifier


def test_systemd_hears_that_a_service_is_ready_alive_and_ends(tmp_path):
    path = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(path)
        systemd.settimeout(5)
        told = Notifier.of({"NOTIFY_SOCKET": path})
        told.ready()
        told.alive()
        told.stopping()
        assert [systemd.recv(64) for _ in range(3)] == [b"READY=1", b"WATCHDOG=1", b"STOPPING=1"]


def test_an_abstract_socket_is_no_file():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind("\0cop-notify-test")
        systemd.settimeout(5)
        Notifier("@cop-notify-test").ready()
        assert systemd.recv(64) == b"READY=1"


def test_without_systemd_nothing_is_said_and_nothing_fails(tmp_path):
    Notifier.of({}).ready()
    Notifier(str(tmp_path / "gone")).alive()
