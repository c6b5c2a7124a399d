"""Keep how each text was read, and tell questions put unprompted from those asked back.

While it is applied: old code goes on; it writes no record, and every question of its own is one asked back.

Revision ID: 20261208_1000
Revises: 20261207_1330
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261208_1000"
down_revision = "20261207_1330"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("question", sa.Column("invites", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_table(
        "parse_record",
        sa.Column("inbound_text_id", sa.BigInteger(), nullable=False),
        sa.Column("normal", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("did", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["inbound_text_id"],
            ["inbound_text.id"],
            name=op.f("fk_parse_record_inbound_text_id_inbound_text"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("inbound_text_id", name=op.f("pk_parse_record")),
    )
    op.create_index(op.f("ix_parse_record_at"), "parse_record", ["at"])
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON parse_record TO cop_web, cop_worker")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("parse_record")
    op.drop_column("question", "invites")
