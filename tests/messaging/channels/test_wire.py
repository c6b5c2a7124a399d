"""One request over a socket: what counts as a whole answer, and what is certain when there is none."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from messaging.channels.wire import Unanswered, Unsent, Wire

HEAD = b"HTTP/1.1 200 OK\r\n"


@contextmanager
def answering(*answers: bytes) -> Iterator[tuple[str, list[bytes], list[int]]]:
    """A host that says these bytes, one for each request; what it heard, and how often somebody connected."""
    heard: list[bytes] = []
    connections: list[int] = []
    left = list(answers)

    def serve() -> None:
        while left:
            try:
                other, _ = listening.accept()
            except OSError:
                return
            connections.append(1)
            with other:
                while left and (request := _request(other)):
                    heard.append(request)
                    answer = left.pop(0)
                    other.sendall(answer)
                    if b"Connection: close" in answer or b"Content-Length" not in answer:
                        break

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        running = threading.Thread(target=serve)
        running.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", heard, connections
        listening.shutdown(socket.SHUT_RDWR)
        running.join(5)


def _request(other: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = other.recv(65536)
        if not piece:
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length:")), 0)
    while len(body) < length:
        body += other.recv(65536)
    return head + b"\r\n\r\n" + body


def test_a_request_goes_out_whole_and_its_answer_comes_back_whole() -> None:
    with answering(HEAD + b"Content-Length: 5\r\nX-One: 1\r\n\r\nhello") as (address, heard, _):
        answer = Wire(address + "/below").ask("POST", "/a?b=c", {"X-Two": "2"}, b"body")
    assert (answer.status, answer.headers["x-one"], answer.body) == (200, "1", b"hello")
    first, *lines = heard[0].split(b"\r\n")
    assert first == b"POST /below/a?b=c HTTP/1.1"
    assert {b"X-Two: 2", b"Content-Length: 4", b"Host: " + address.removeprefix("http://").encode()} <= set(lines)
    assert lines[-1] == b"body"


def test_a_connection_is_used_again() -> None:
    with answering(*[HEAD + b"Content-Length: 2\r\n\r\nok"] * 3) as (address, heard, connections):
        wire = Wire(address)
        assert [wire.ask("GET", "/", {}).body for _ in range(3)] == [b"ok"] * 3
    assert (len(heard), len(connections)) == (3, 1)


def test_a_connection_that_was_closed_meanwhile_is_left_and_another_one_made() -> None:
    shut = HEAD + b"Content-Length: 2\r\nConnection: close\r\n\r\nok"
    with answering(shut, shut) as (address, _, connections):
        wire = Wire(address)
        assert [wire.ask("GET", "/", {}).body for _ in range(2)] == [b"ok"] * 2
    assert len(connections) == 2


@pytest.mark.parametrize(
    "answer",
    [
        HEAD + b"Connection: close\r\n\r\nhello",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
        b"HTTP/1.0 200 OK\r\n\r\nhello",
    ],
    ids=["until it is closed", "in pieces", "the old way"],
)
def test_an_answer_may_come_in_any_way_that_says_where_it_ends(answer: bytes) -> None:
    with answering(answer) as (address, _, _):
        assert Wire(address).ask("GET", "/", {}).body == b"hello"


@pytest.mark.parametrize(
    "answer",
    [
        HEAD + b"Content-Length: 50\r\nConnection: close\r\n\r\nhello",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhe",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        HEAD + b"X-Long: " + b"x" * 70_000 + b"\r\n\r\n",
        HEAD + b"X: 1\r\n" * 200 + b"\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"",
    ],
    ids=["too short", "piece cut off", "no piece", "long header", "many headers", "no HTTP", "nothing"],
)
def test_what_is_no_whole_answer_leaves_it_open_whether_the_request_arrived(answer: bytes) -> None:
    with answering(answer) as (address, heard, _):
        with pytest.raises(Unanswered):
            Wire(address, total=3).ask("POST", "/", {}, b"x")
        assert len(heard) == 1


def test_an_answer_without_end_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("messaging.channels.wire.LARGEST", 1000)
    with answering(HEAD + b"Content-Length: 5000\r\n\r\n" + b"x" * 5000) as (address, _, _), pytest.raises(Unanswered):
        Wire(address).ask("GET", "/", {})


@pytest.mark.parametrize("strange", ["a\r\nX-Evil: 1", "a\nb", "a\0", "\x7f"])
def test_no_header_and_no_path_can_smuggle_in_another_line(strange: str) -> None:
    wire = Wire("http://127.0.0.1:9")
    for path, headers in ((f"/{strange}", {}), ("/", {"X-One": strange}), ("/", {strange: "1"})):
        with pytest.raises(ValueError, match="a line that is none"):
            wire.ask("GET", path, headers)


def test_where_nobody_listens_nothing_was_sent() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(Unsent):
            Wire(f"http://127.0.0.1:{taken.getsockname()[1]}").ask("GET", "/", {})


def test_a_host_that_never_takes_the_connection_is_given_up_before_anything_was_sent() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(3)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(full.getsockname())
        with pytest.raises(Unsent):
            Wire(f"http://127.0.0.1:{full.getsockname()[1]}", connect=0.2).ask("GET", "/", {})
        for each in waiting:
            each.close()
