"""`cop init --service`: writes what makes `cop` a service of this machine, and says what to call next."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from clusters.kernel.errors import Conflict, Invalid
from clusters.kernel.writing import write_whole
from cop.commands.service_files import EXAMPLE_ADDRESS, SETTINGS, ServiceFile, service_files

PRIVATE = ("/root", "/home", "/run/user")
"""Folders that a service of ours is not let into."""
BOOTED = Path("/run/systemd/system")
"""There when systemd runs this machine (`sd_booted(3)`)."""
SERVICES = ("cop-database", "cop-web", "cop-worker", "cop-backup.timer", "cop-restore-check.timer")
LEARNING = (("systemd-sysusers",), ("systemctl", "daemon-reload"))
"""How systemd learns of the files: makes the user, reads the units."""


@dataclass(frozen=True, slots=True)
class Installed:
    """What was written, what was left as it was, and the commands that come next."""

    written: tuple[str, ...]
    kept: tuple[str, ...]
    following: tuple[str, ...]


def install(address: str | None, under: Path) -> Installed:
    """Write the files below `under`, "/" but for a package or a test; settings that are there already stay."""
    executable = PurePosixPath(sys.executable).parent / "cop"
    if str(executable).startswith(PRIVATE):
        raise Invalid("service_in_private_folder", folder=str(executable.parent))
    if address is not None and not address.startswith("https://"):
        raise Invalid("https_needed", host=address)
    written, kept = [], []
    for file in service_files(executable, address or EXAMPLE_ADDRESS).values():
        target = under / file.path.relative_to("/")
        if file.path == SETTINGS and target.exists():
            kept.append(str(file.path))
        elif _write(target, _addressed(file, address)):
            written.append(str(file.path))
        else:
            kept.append(str(file.path))
    following = [
        f"systemctl enable --now {' '.join(SERVICES)}",
        'cop init --programme "Bannu" --lang ur,en',
        "cop doctor",
    ]
    if under == Path("/") and BOOTED.is_dir():
        for command in LEARNING:
            subprocess.run(command, check=False)  # noqa: S603 - two fixed commands of the administrator's own system
    else:
        following[:0] = [" ".join(command) for command in LEARNING]
    return Installed(tuple(written), tuple(kept), tuple(following))


def _addressed(file: ServiceFile, address: str | None) -> ServiceFile:
    """The settings with the address filled in, when one was given."""
    if file.path != SETTINGS or address is None:
        return file
    return ServiceFile(file.path, file.content.replace("#COP_PUBLIC_URL=", f"COP_PUBLIC_URL={address}"), file.mode)


def _write(target: Path, file: ServiceFile) -> bool:
    """False when the file says so already."""
    if target.is_file() and target.read_text() == file.content:
        return False
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, file.content.encode(), mode=file.mode)
    except OSError as error:
        raise Conflict("service_unwritable", file=str(target), why=error.strerror) from error
    return True
