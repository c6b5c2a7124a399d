"""Keep commands that wait for a one-time code or for the end of their hold, and wrong tries at codes.

While it is applied: old code goes on; it knows no command that needs a code.

Revision ID: 20261208_1120
Revises: 20261208_1000
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261208_1120"
down_revision = "20261208_1000"
branch_labels = None
depends_on = None

DOES = ("move", "venue", "call off", "msg")
STAGES = ("waiting", "replaced", "held", "stopped", "done", "turned_back", "refused")


def _choice(values: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "pending_command",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("does", _choice(DOES, "does"), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("values", postgresql.JSONB(), nullable=False),
        sa.Column("inbound_text_id", sa.BigInteger(), nullable=True),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stage", _choice(STAGES, "stage"), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("turned_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("done", postgresql.JSONB(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pending_command_person_id_person")),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["training_session.id"],
            name=op.f("fk_pending_command_session_id_training_session"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["inbound_text_id"],
            ["inbound_text.id"],
            name=op.f("fk_pending_command_inbound_text_id_inbound_text"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_command")),
    )
    for column in ("person_id", "session_id", "inbound_text_id"):
        op.create_index(op.f(f"ix_pending_command_{column}"), "pending_command", [column])
    op.create_index(op.f("ix_pending_command_number_asked_at"), "pending_command", ["number", "asked_at"])
    op.create_index(
        "ix_pending_command_held", "pending_command", ["due_at"], postgresql_where=sa.text("stage = 'held'")
    )
    op.create_table(
        "wrong_try",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wrong_try")),
    )
    op.create_index(op.f("ix_wrong_try_number_at"), "wrong_try", ["number", "at"])
    # What waits is shown on pages; only texts make, confirm and stop it.
    op.execute("GRANT SELECT ON pending_command TO cop_web")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON pending_command, wrong_try TO cop_worker")
    op.execute("GRANT USAGE ON SEQUENCE pending_command_id_seq, wrong_try_id_seq TO cop_worker")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("wrong_try")
    op.drop_table("pending_command")
