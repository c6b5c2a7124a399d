"""Keep what the programme decides: hours, offsets, closed days, price, retention, each with its version.

While it is applied: old code goes on with the values of its environment and does not see what is decided.

Revision ID: 20261206_1300
Revises: 20261206_1200
"""

import sqlalchemy as sa
from alembic import op

revision = "20261206_1300"
down_revision = "20261206_1200"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "decision",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_decision")),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON decision TO cop_web")
    op.execute("GRANT SELECT ON decision TO cop_worker")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("decision")
