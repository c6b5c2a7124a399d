"""The written installation, followed word for word on a bare Debian; then the house is used, hurt and mended."""

import os
import re
import shutil
import signal
import time

from tests.deploy.conftest import ROOT

BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)
CERTIFICATE = "local_certs"
"""Caddy's own certificate: a machine without a name of the internet gets no other one."""
READY = '{"database":true,"migrations":true,"tick":true}'
PAGE = "curl --silent --insecure --max-time 20"


def commands() -> list[str]:
    """Every command of the guide, in order."""
    blocks = BLOCK.findall((ROOT / "deploy/README.md").read_text())
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def becomes_ready(machine, seconds=60):
    for _ in range(seconds):
        if machine.run(f"{PAGE} https://cop.example.org/health/ready").stdout.strip() == READY:
            return True
        time.sleep(1)
    return False


def test_the_guide_leads_from_a_bare_debian_to_a_running_house(machine, wheelhouse):
    shutil.copytree(wheelhouse, machine.root / "root/wheelhouse")
    link = ""
    for command in commands():
        if command == "systemctl restart caddy":
            machine.said(f"sed -i '1i {{\\n\\t{CERTIFICATE}\\n}}' /etc/caddy/Caddyfile")
        said = machine.said(command)
        if command.startswith("cop init"):
            link = said
        if command == "cop doctor":
            assert said.endswith("All is well."), said
    assert becomes_ready(machine)

    # The administrator's link opens the house, over https and through the proxy.
    page = machine.said(f"{PAGE} {link}")
    assert "<form" in page
    assert machine.said(f"{PAGE} --output /dev/null --write-out '%{{http_code}}' https://cop.example.org/") == "303"
    assert (
        machine.said(f"{PAGE} --output /dev/null --write-out '%{{http_code}}' https://cop.example.org/metrics") == "404"
    )

    # Nothing runs as root, and nobody else can read the data.
    users = machine.said("systemctl show --property=User cop-web cop-worker cop-database").split()
    assert users == ["User=cop"] * 3
    assert machine.said("stat --format='%U %a' /var/lib/cop/secret /etc/cop/cop.env").splitlines() == [
        "cop 600",
        "root 600",
    ]

    # Whatever is killed comes back by itself.
    for victim in ("/opt/cop/bin/cop web", "/opt/cop/bin/cop worker", "postgres -D /var/lib/cop/postgres"):
        killed = machine.pids(victim)
        assert killed, victim
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        assert becomes_ready(machine), victim

    # While the pages are away, people are told so.
    machine.said("systemctl stop cop-web")
    assert "Back in a minute" in machine.said(f"{PAGE} https://cop.example.org/")
    machine.said("systemctl start cop-web")
    assert becomes_ready(machine)

    # The timers stand, and what they call works under the services' own limits.
    timers = machine.said("systemctl list-timers --all --no-legend")
    assert "cop-backup.timer" in timers
    assert "cop-restore-check.timer" in timers
    for unit in ("cop-backup.service", "cop-restore-check.service"):
        machine.said(f"systemctl start {unit}")
