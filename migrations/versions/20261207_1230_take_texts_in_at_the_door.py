"""Keep of each text that comes in what it came by and how many pictures lay in it, and count what the door turns away.

While it is applied: old code goes on; what it keeps came as SMS without a picture, and it counts nothing.

Revision ID: 20261207_1230
Revises: 20261207_1145
"""

import sqlalchemy as sa
from alembic import op

revision = "20261207_1230"
down_revision = "20261207_1145"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column(
        "inbound_text",
        sa.Column(
            "medium",
            sa.Enum("sms", "whatsapp", name="medium", native_enum=False, create_constraint=True, length=32),
            server_default="sms",
            nullable=False,
        ),
    )
    op.add_column("inbound_text", sa.Column("media", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("inbound_text", sa.Column("unlisted_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "hook_count",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "what", "day", name=op.f("pk_hook_count")),
    )
    op.create_table(
        "inbound_listing",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("compared_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_inbound_listing")),
    )
    for role in ("cop_web", "cop_worker"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON hook_count, inbound_listing TO {role}")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("inbound_listing")
    op.drop_table("hook_count")
    op.drop_column("inbound_text", "unlisted_at")
    op.drop_column("inbound_text", "media")
    op.drop_column("inbound_text", "medium")
