"""Say of each text by what it travels, and of each attempt from which number of ours it went and until when it is tried.

While it is applied: old code goes on; what it plans and sends is SMS of real people from the channel's only sender.

Revision ID: 20261207_1000
Revises: 20261206_1500
"""

import sqlalchemy as sa
from alembic import op

revision = "20261207_1000"
down_revision = "20261206_1500"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column(
        "message",
        sa.Column(
            "medium",
            sa.Enum("sms", "whatsapp", name="medium", native_enum=False, create_constraint=True, length=32),
            server_default="sms",
            nullable=False,
        ),
    )
    op.add_column("message", sa.Column("invented", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("attempt", sa.Column("sender", sa.Text(), server_default="", nullable=False))
    op.add_column("attempt", sa.Column("segments", sa.BigInteger(), server_default="1", nullable=False))
    op.add_column("attempt", sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("attempt", "valid_until")
    op.drop_column("attempt", "segments")
    op.drop_column("attempt", "sender")
    op.drop_column("message", "invented")
    op.drop_column("message", "medium")
