"""The same over TLS: a host must prove its name, a connection is kept, and a slow one is still given up in time."""

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from messaging.channels.wire import Unanswered, Unsent, Wire

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not there to make a certificate")
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost, and its key."""
    folder = tmp_path_factory.mktemp("proof")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    named = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(["openssl", *made, *named, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key


@pytest.fixture
def port(proof: tuple[Path, Path]) -> Iterator[int]:
    """A host that answers each request on one connection; at /slow it stops after half of its answer."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*proof)

    def serve() -> None:
        try:
            plain, _ = listening.accept()
            with context.wrap_socket(plain, server_side=True) as other:
                while request := other.recv(65536):
                    other.sendall(OK[:20] if b"/slow" in request else OK)
        except OSError:
            return

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        running = threading.Thread(target=serve)
        running.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        running.join(5)


def test_a_host_that_proves_its_name_is_asked_on_one_connection(
    proof: tuple[Path, Path], port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(proof[0]))
    wire = Wire(f"https://localhost:{port}", total=0.5)
    assert [wire.ask("GET", "/", {}).body for _ in range(3)] == [b"ok"] * 3
    with pytest.raises(Unanswered):
        wire.ask("GET", "/slow", {})


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_to_a_host_that_cannot_prove_its_name_nothing_is_sent(
    host: str, proof: tuple[Path, Path], port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if host == "127.0.0.1":
        monkeypatch.setenv("SSL_CERT_FILE", str(proof[0]))
    with pytest.raises(Unsent):
        Wire(f"https://{host}:{port}").ask("POST", "/", {}, b"x")
