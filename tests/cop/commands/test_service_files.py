"""`cop init --service`: the files in deploy/ are those it writes, systemd and the proxies can read them."""

import shutil
import stat
import subprocess
from pathlib import Path, PurePosixPath

import pytest

from clusters.kernel.errors import Invalid
from cop.commands import installing
from cop.commands.service_files import EXECUTABLE, SETTINGS, service_files

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("name", service_files())
def test_what_lies_in_deploy_is_what_the_command_writes(name):
    assert (ROOT / "deploy" / name).read_text() == service_files()[name].content


def test_every_unit_calls_a_command_that_exists(run):
    for name, file in service_files().items():
        for line in file.content.splitlines():
            if line.startswith("ExecStart="):
                executable, command, *_ = line.removeprefix("ExecStart=").split()
                assert executable == str(EXECUTABLE), name
                assert run(command, "--help").code == 0, name


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not here")
def test_systemd_finds_no_fault_in_the_units(tmp_path):
    for name, file in service_files(PurePosixPath("/bin/true")).items():
        (tmp_path / name).write_text(file.content)
    units = [*tmp_path.glob("*.service"), *tmp_path.glob("*.timer")]
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True)
    ours = [line for line in done.stderr.splitlines() if "cop-" in line]
    assert len(units) == 7
    assert ours == []


@pytest.mark.skipif(not shutil.which("caddy"), reason="Caddy is not here")
def test_caddy_understands_its_sample():
    done = subprocess.run(
        ["caddy", "validate", "--adapter", "caddyfile", "--config", ROOT / "deploy/Caddyfile"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_the_files_go_below_the_root_and_settings_that_are_there_stay(run, tmp_path, monkeypatch):
    monkeypatch.setattr(installing.sys, "executable", "/opt/cop/bin/python3")
    done = run("init", "--service", "--address", "https://cop.bannu.example", "--under", tmp_path, "--json")
    assert done.code == 0
    settings = tmp_path / SETTINGS.relative_to("/")
    assert "\nCOP_PUBLIC_URL=https://cop.bannu.example\n" in settings.read_text()
    assert stat.S_IMODE(settings.stat().st_mode) == 0o600
    assert "\ncop.bannu.example {\n" in (tmp_path / "etc/cop/Caddyfile").read_text()
    assert {str(file.path) for file in service_files().values()} == set(done.document["written"])
    settings.write_text("COP_PORT=9000\n")
    again = run("init", "--service", "--address", "https://cop.bannu.example", "--under", tmp_path, "--json")
    assert (again.code, again.document["written"]) == (0, [])
    assert settings.read_text() == "COP_PORT=9000\n"


def test_a_program_in_a_home_folder_is_no_service(monkeypatch):
    monkeypatch.setattr(installing.sys, "executable", "/root/.local/bin/python3")
    with pytest.raises(Invalid, match="service_in_private_folder"):
        installing.install(None, Path("/nowhere"))


def test_an_address_in_the_clear_is_refused(run, tmp_path):
    done = run("init", "--service", "--address", "http://cop.bannu.example", "--under", tmp_path, "--json")
    assert (done.code, done.document["error"]["key"]) == (3, "https_needed")
    assert list(tmp_path.glob("etc/**/*")) == []
