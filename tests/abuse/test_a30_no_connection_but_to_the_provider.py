"""A-30: whatever texts, webhooks and answers name, nothing is connected to but the one host that was configured."""

import json
import socket
import sys
import threading
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID

import pytest

from messaging.channels.base import Outgoing, SendError, Template
from messaging.channels.twilio import TwilioChannel
from messaging.channels.wire import Unsent, Wire
from tests.rig.forging import OURS, PUBLIC, TEXT_URL, signed
from tests.rig.gateway.provider import ACCOUNT, TOKEN

SID = "SM" + "0c" * 16
NOW = datetime.now(UTC)
TARGETS = (
    "http://127.0.0.1:{trap}/", "http://localhost:{trap}/", "http://[::1]:{trap}/", "//127.0.0.1:{trap}/",
    "http://0:{trap}/", "http://2130706433:{trap}/", "http://0x7f000001:{trap}/", "http://127.1:{trap}/",
    "http://user@127.0.0.1:{trap}/", "http://api.twilio.com@127.0.0.1:{trap}/", "http://127.0.0.1:{trap}#.twilio.com",
    "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://[::ffff:127.0.0.1]:{trap}/",
    "gopher://127.0.0.1:{trap}/", "file:///etc/passwd", "http://127.0.0.1:{trap}/?a=http://api.twilio.com",
    "https://127.0.0.1:{trap}/", "/\\\\127.0.0.1:{trap}/", "http:127.0.0.1:{trap}/", "dict://127.0.0.1:{trap}/",
)  # fmt: skip

connected: list[tuple[str, int]] = []
_watching = threading.Event()


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect" and _watching.is_set() and isinstance(arguments[1], tuple):
        connected.append((str(arguments[1][0]), int(arguments[1][1])))


sys.addaudithook(_watch)


@contextmanager
def watched():
    """Every connection that anything in this process begins."""
    connected.clear()
    _watching.set()
    try:
        yield connected
    finally:
        _watching.clear()


class Provider(ThreadingHTTPServer):
    """Answers as it is told, with addresses in all places where one could stand."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answering)
        self.target, self.redirects = "", False


class Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        target = self.server.target
        text = {
            "sid": SID, "to": "+923001234567", "from": target, "body": target, "status": "sent", "uri": target,
            "direction": "outbound-api", "date_created": NOW.strftime("%a, %d %b %Y %H:%M:%S +0000"),
            "subresource_uris": {"media": target}, "error_code": None,
        }  # fmt: skip
        first = "Page=1" not in self.path and target not in self.path
        page = {"messages": [text], "next_page_uri": target if first else None, "first_page_uri": target}
        body = json.dumps(page if self.command == "GET" and "Messages.json" in self.path else text).encode()
        self.send_response(302 if self.server.redirects else 201 if self.command == "POST" else 200)
        self.send_header("Location", target)
        self.send_header("Link", f"<{target}>; rel=next")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815  # the library looks for this name

    def log_message(self, *_):
        pass


@pytest.fixture
def provider():
    with Provider() as server:
        running = threading.Thread(target=server.serve_forever, args=(0.01,))
        running.start()
        yield server
        server.shutdown()
        running.join()


@pytest.fixture
def trap():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.settimeout(0)
        yield listening


def ask_all(channel, outgoing):
    """All that a channel can ask of its provider, whatever comes of it."""
    day = timedelta(days=1)
    for ask in (
        lambda: channel.send(outgoing),
        lambda: channel.fetch(SID),
        lambda: channel.find(outgoing, NOW - day, NOW + day),
        lambda: list(channel.listed(NOW - day, NOW + day)),
        lambda: list(channel.heard(NOW - day, NOW + day)),
    ):
        with suppress(SendError):
            ask()


@pytest.mark.parametrize("redirects", [False, True])
def test_whatever_an_answer_names_only_the_provider_is_asked(provider, trap, redirects):
    provider.redirects = redirects
    here = provider.server_address[1]
    address = f"http://127.0.0.1:{here}"
    channel = TwilioChannel(ACCOUNT, TOKEN, address=address, public_url=PUBLIC, wire=Wire(address, total=3))
    with watched() as asked:
        for target in TARGETS:
            provider.target = target.format(trap=trap.getsockname()[1])
            outgoing = Outgoing(
                UUID(int=1), "+923001234567", provider.target, sender="+12025550123",
                template=Template("HX" + "0a" * 16, {"1": provider.target}) if redirects else None,
            )  # fmt: skip
            ask_all(channel, outgoing)
    assert set(asked) == {("127.0.0.1", here)}
    with pytest.raises(BlockingIOError):
        trap.accept()


def test_media_and_addresses_in_texts_that_come_in_are_never_fetched(trap):
    channel = TwilioChannel(ACCOUNT, TOKEN, address="http://127.0.0.1:9", public_url=PUBLIC, senders=OURS)
    with watched() as asked:
        for target in TARGETS:
            named = target.format(trap=trap.getsockname()[1])
            told = {
                "AccountSid": ACCOUNT, "Body": named, "From": "+923001234567", "MediaContentType0": "image/png",
                "MediaUrl0": named if named.startswith("http") and "\\" not in named else "https://127.0.0.1/",
                "MessageSid": SID, "NumMedia": "1", "To": OURS[0],
            }  # fmt: skip
            signed(TEXT_URL, tuple(told.items())).at(channel)
    assert asked == []


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00::1", "::ffff:127.0.0.1"])
def test_a_name_of_the_internet_that_leads_into_a_private_net_is_not_followed(monkeypatch, address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    where = (address, 443, 0, 0) if ":" in address else (address, 443)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(family, socket.SOCK_STREAM, 6, "", where)])
    with watched() as asked, pytest.raises(Unsent):
        Wire("https://api.twilio.com").ask("GET", "/", {})
    assert asked == []
