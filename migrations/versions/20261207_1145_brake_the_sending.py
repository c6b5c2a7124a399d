"""Keep the rates of senders and the tallies of caps and budget; let a stop hold one channel or one place only.

While it is applied: old code takes a stop of one channel or place for one of everything, and knows no rate.

Revision ID: 20261207_1145
Revises: 20261207_1140
"""

import sqlalchemy as sa
from alembic import op

revision = "20261207_1145"
down_revision = "20261207_1140"
branch_labels = None
depends_on = None

_REASONS = ("person", "restored", "older", "other", "unmarked")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "sender_bucket",
        sa.Column(
            "medium",
            sa.Enum("sms", "whatsapp", name="medium", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("filled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pace", sa.Float(), server_default="1", nullable=False),
        sa.Column("slowed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wait_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("medium", "sender", name=op.f("pk_sender_bucket")),
    )
    op.create_table(
        "sending_tally",
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=False),
        sa.Column("texts", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.Float(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("what", "key", "slot", name=op.f("pk_sending_tally")),
    )
    op.add_column("sending_stop", sa.Column("channel", sa.Text(), nullable=True))
    op.add_column("sending_stop", sa.Column("training_path", sa.Text(), nullable=True))
    op.add_column("sending_stop", sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True))
    _reasons(*_REASONS, "account", "budget")
    op.create_index(
        "uq_sending_stop_breaker",
        "sending_stop",
        ["reason", "channel"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("released_at IS NULL AND reason IN ('account', 'budget')"),
    )
    for role in ("cop_web", "cop_worker"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON sender_bucket, sending_tally TO {role}")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("uq_sending_stop_breaker", table_name="sending_stop")
    op.execute("DELETE FROM sending_stop WHERE channel IS NOT NULL OR training_path IS NOT NULL")
    op.execute("UPDATE sending_stop SET reason = 'person' WHERE reason IN ('account', 'budget')")
    _reasons(*_REASONS)
    op.drop_column("sending_stop", "retry_at")
    op.drop_column("sending_stop", "training_path")
    op.drop_column("sending_stop", "channel")
    op.drop_table("sending_tally")
    op.drop_table("sender_bucket")


def _reasons(*allowed: str) -> None:
    """The reasons that a stop may have."""
    op.drop_constraint(op.f("ck_sending_stop_reason"), "sending_stop", type_="check")
    op.create_check_constraint(op.f("ck_sending_stop_reason"), "sending_stop", sa.column("reason").in_(allowed))
