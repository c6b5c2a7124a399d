"""Let it be published who spans communities, moves between edge and core, hosts and is heard.

While it is applied: old code goes on and publishes what it knows.

Revision ID: 20261209_1120
Revises: 20261209_1110
"""

from alembic import op

revision = "20261209_1120"
down_revision = "20261209_1110"
branch_labels = None
depends_on = None

BEFORE = (
    "taking_part", "asked", "answered", "within", "between", "returned", "returning", "welcomed", "core",
    "concentrated", "notes", "tried", "bridged", "hosted", "heard",
)  # fmt: skip
NEW = ("heard_men", "women", "spanning", "moved", "splitting")
COLUMNS = "id, community_id, person_id, standing, since, ended_at"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _allow(*BEFORE, *NEW)
    op.execute(f"GRANT SELECT ({COLUMNS}) ON community_membership TO cop_measure")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"REVOKE SELECT ({COLUMNS}) ON community_membership FROM cop_measure")
    op.execute(f"DELETE FROM network_figure WHERE figure IN ({_listed(NEW)})")
    _allow(*BEFORE)


def _allow(*figures: str) -> None:
    op.execute("ALTER TABLE network_figure DROP CONSTRAINT ck_network_figure_figure")
    op.execute(
        f"ALTER TABLE network_figure ADD CONSTRAINT ck_network_figure_figure CHECK (figure IN ({_listed(figures)}))"
    )


def _listed(figures: tuple[str, ...]) -> str:
    return ", ".join(f"'{each}'" for each in figures)
