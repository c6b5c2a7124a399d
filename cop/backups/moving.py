"""Moves everything to another database, of any server we speak to; the old one stays as it was."""

from sqlalchemy import Engine, text

from clusters.kernel.clock import real_now
from clusters.kernel.errors import Conflict
from cop.backups.container import PIECE
from cop.backups.looking import looking
from cop.backups.programs import dumping
from cop.backups.restoring import Restored, put, refuse_filled

_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
    " AND pid <> pg_backend_pid() AND application_name IN ('cop', 'cop migrate')"
)
_WHICH = text("SELECT system_identifier::text || '/' || current_database() FROM pg_control_system()")


def move(old: Engine, old_url: str, new: Engine, new_url: str) -> Restored:
    """Copy the old database into an empty new one and compare them row by row; the old one is only read."""
    _refuse_itself(old, new)
    refuse_filled(new)
    _refuse_company(old)
    with looking(old) as look:
        manifest = look.manifest(real_now())
        with dumping(old_url, look.snapshot) as dump:
            restored = put(new, new_url, manifest, iter(lambda: dump.read(PIECE), b""), held=False)
    if restored.differing:
        how = "; ".join(f"{table} {words}" for table, words in list(restored.differing.items())[:3])
        raise Conflict("move_differs", tables=len(restored.differing), how=how)
    return restored


def _refuse_itself(old: Engine, new: Engine) -> None:
    with old.connect() as one, new.connect() as other:
        if one.scalar(_WHICH) == other.scalar(_WHICH):
            raise Conflict("move_to_itself")


def _refuse_company(old: Engine) -> None:
    """What is written while the copy is made would be lost with the old database."""
    with old.connect() as connection:
        if count := connection.scalar(_OTHERS):
            raise Conflict("database_in_use", count=count)
