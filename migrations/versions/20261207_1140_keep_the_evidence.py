"""Keep what channels told of texts that nobody can place, numbers they call wrong, second copies, and how their lists lag.

While it is applied: old code goes on; it marks no second copy.

Revision ID: 20261207_1140
Revises: 20261207_1115
"""

import sqlalchemy as sa
from alembic import op

revision = "20261207_1140"
down_revision = "20261207_1115"
branch_labels = None
depends_on = None

UNITS = ("cop_web", "cop_worker")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("message", sa.Column("contradicted", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column(
        "provider_message", sa.Column("extra", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.create_index("ix_provider_message_extra", "provider_message", ["at"], postgresql_where=sa.text("extra"))
    op.create_index(
        "ix_provider_event_unread",
        "provider_event",
        ["received_at"],
        postgresql_where=sa.text("code IS NOT NULL AND fault IS NULL"),
    )
    op.create_table(
        "stray",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sid", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("body_hash", sa.Text(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stray")),
        sa.UniqueConstraint("sid", "why", name=op.f("uq_stray_sid_why")),
    )
    op.create_index(op.f("ix_stray_found_at"), "stray", ["found_at"])
    op.create_table(
        "wrong_number",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wrong_number")),
    )
    op.create_index(
        "uq_wrong_number_current",
        "wrong_number",
        ["number"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "list_watch",
        sa.Column("sid", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_list_watch_message_id")),
        sa.PrimaryKeyConstraint("sid", name=op.f("pk_list_watch")),
    )
    op.create_index("ix_list_watch_channel_taken_at", "list_watch", ["channel", "taken_at"])
    for role in UNITS:
        op.execute(f"GRANT SELECT, INSERT ON stray TO {role}")
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON wrong_number TO {role}")
        op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
    op.execute("GRANT SELECT ON list_watch TO cop_web")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON list_watch TO cop_worker")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("list_watch", "wrong_number", "stray"):
        op.drop_table(table)
    op.drop_index("ix_provider_event_unread", table_name="provider_event")
    op.drop_index("ix_provider_message_extra", table_name="provider_message")
    op.drop_column("provider_message", "extra")
    op.drop_column("message", "contradicted")
