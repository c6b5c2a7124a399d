"""Let a person, or the house itself, hold all sending, and find the newest attempt quickly.

While it is applied: code of before goes on sending; it does not know the switch.

Revision ID: 20261202_0410
Revises: 20261201_1000
"""

import sqlalchemy as sa
from alembic import op

revision = "20261202_0410"
down_revision = "20261201_1000"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "sending_stop",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "person",
                "restored",
                "older",
                "other",
                "unmarked",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sending_stop")),
    )
    op.create_index(
        "ix_sending_stop_standing", "sending_stop", ["id"], postgresql_where=sa.text("released_at IS NULL")
    )
    op.create_index(op.f("ix_attempt_started_at"), "attempt", ["started_at"])
    for role in ("cop_web", "cop_worker"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON sending_stop TO {role}")
        op.execute(f"GRANT USAGE ON SEQUENCE sending_stop_id_seq TO {role}")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(op.f("ix_attempt_started_at"), table_name="attempt")
    op.drop_table("sending_stop")
