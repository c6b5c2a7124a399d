"""A bare Debian that boots: made by debootstrap, run by systemd-nspawn, thrown away at the end."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NEEDED = ("debootstrap", "systemd-nspawn", "nsenter")
RELEASE = "bookworm"
BOOT_SECONDS = 90


@dataclass(frozen=True)
class Machine:
    """A machine that runs; `leader` is its first process as this machine counts it."""

    root: Path
    leader: int

    def run(self, command: str, *, seconds: float = 600) -> subprocess.CompletedProcess[str]:
        """Run a line of shell inside, as root in /root, and give back what it said."""
        inside = ["nsenter", "--target", str(self.leader), "--all", "--"]
        clean = ["env", "-i", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"]
        settled = ["LANG=C.UTF-8", "DEBIAN_FRONTEND=noninteractive", "sh", "-ec", f"cd /root\n{command}"]
        return subprocess.run([*inside, *clean, *settled], capture_output=True, text=True, timeout=seconds)

    def said(self, command: str) -> str:
        """The same, and it must succeed."""
        done = self.run(command)
        assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        return done.stdout.strip()

    def pids(self, pattern: str) -> list[int]:
        """Processes of the machine whose command line fits, as this machine counts them."""
        found = subprocess.run(["pgrep", "-f", pattern], capture_output=True, text=True)
        ours = [int(pid) for pid in found.stdout.split()]
        return [pid for pid in ours if os.readlink(f"/proc/{pid}/ns/pid") == os.readlink(f"/proc/{self.leader}/ns/pid")]


@pytest.fixture(scope="session")
def workshop() -> Iterator[Path]:
    """A folder for large things: pytest's own one is cleared by other runs on this machine."""
    folder = Path(tempfile.mkdtemp(prefix="cop-debian-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def wheelhouse(workshop: Path) -> Path:
    """The folder that is carried to a machine without internet."""
    folder = workshop / "wheelhouse"
    done = subprocess.run(["sh", "deploy/wheelhouse.sh", folder], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return folder


@pytest.fixture(scope="session")
def machine(request: pytest.FixtureRequest, workshop: Path) -> Iterator[Machine]:
    """A bare Debian, booted, with systemd and nothing of ours."""
    if not request.config.getoption("--bare-debian"):
        pytest.skip("asked for by --bare-debian: it takes minutes, and root")
    missing = [tool for tool in NEEDED if not shutil.which(tool)]
    if os.geteuid() or missing:
        pytest.skip(f"needs root and {', '.join(missing) or 'nothing else'}")
    root = workshop / "root"
    bare = "systemd,systemd-sysv,dbus,ca-certificates,curl"
    subprocess.run(
        ["debootstrap", "--variant=minbase", f"--include={bare}", RELEASE, root], check=True, capture_output=True
    )
    (root / "etc/hosts").write_text("127.0.0.1 localhost cop.example.org\n")
    boot = subprocess.Popen(
        ["systemd-nspawn", "--quiet", "--directory", root, "--boot", "--register=no", "--keep-unit", "--console=pipe"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        machine = Machine(root, _leader(boot.pid))
        _booted(machine)
        yield machine
        machine.run("systemctl poweroff")
        boot.wait(60)
    finally:
        boot.terminate()
        boot.wait(30)


def _leader(nspawn: int) -> int:
    for _ in range(BOOT_SECONDS):
        children = subprocess.run(["pgrep", "-P", str(nspawn)], capture_output=True, text=True).stdout.split()
        if children:
            return int(children[0])
        time.sleep(1)
    raise AssertionError("the machine did not boot")


def _booted(machine: Machine) -> None:
    for _ in range(BOOT_SECONDS):
        if machine.run("systemctl is-system-running").stdout.strip() in ("running", "degraded"):
            return
        time.sleep(1)
    raise AssertionError("the machine did not come up")
