"""Let the office say to a suggestion: planned, not now, or that it does not fit.

While it is applied: old code goes on and knows none of it.

Revision ID: 20261209_1110
Revises: 20261209_1100
"""

import sqlalchemy as sa
from alembic import op

revision = "20261209_1110"
down_revision = "20261209_1100"
branch_labels = None
depends_on = None

KINDS = ("joint_session", "visiting_broker", "travel_money", "venue", "resource", "welcome")
VERDICTS = ("planned", "not_now", "does_not_fit")
MISFITS = ("done_already", "no_means", "not_wanted", "not_true")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "network_watering",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("kind", _choice("kind", KINDS), nullable=False),
        sa.Column("places", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("verdict", _choice("verdict", VERDICTS), nullable=False),
        sa.Column("why", _choice("why", MISFITS), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network_watering")),
    )
    op.create_index(
        "uq_network_watering_what", "network_watering", ["month", "kind", "places", "subject"], unique=True
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON network_watering TO cop_web")
    op.execute("GRANT USAGE ON SEQUENCE network_watering_id_seq TO cop_web")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("network_watering")


def _choice(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
