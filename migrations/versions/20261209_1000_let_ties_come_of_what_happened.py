"""Let ties come of what happened: answered questions, lessons planned together, peers observed.

While it is applied: old code goes on and writes nominated ties as before.

Revision ID: 20261209_1000
Revises: 20261208_1245
"""

import sqlalchemy as sa
from alembic import op

revision = "20261209_1000"
down_revision = "20261208_1245"
branch_labels = None
depends_on = None

OLD = ("nominated", "exchanged", "together", "attended")
NEW = ("nominated", "exchanged", "planned", "observed", "attended")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DELETE FROM tie WHERE kind NOT IN ('nominated')")
    _kinds(NEW)
    op.alter_column("tie", "nomination_id", existing_type=sa.BigInteger(), nullable=True)
    op.add_column("tie", sa.Column("event_id", sa.BigInteger(), nullable=True))
    op.add_column("tie", sa.Column("source", sa.Text(), nullable=False, server_default="sms"))
    op.add_column("tie", sa.Column("consent_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_tie_consent_id"), "tie", "consent_decision", ["consent_id"], ["id"], ondelete="CASCADE"
    )
    op.create_index(op.f("ix_tie_consent_id"), "tie", ["consent_id"])
    op.create_index(
        "uq_tie_event",
        "tie",
        ["from_id", "to_id", "kind", "event_id"],
        unique=True,
        postgresql_where=sa.text("event_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DELETE FROM tie WHERE nomination_id IS NULL")
    op.drop_index("uq_tie_event", table_name="tie")
    op.drop_index(op.f("ix_tie_consent_id"), table_name="tie")
    op.drop_constraint(op.f("fk_tie_consent_id"), "tie", type_="foreignkey")
    for column in ("consent_id", "source", "event_id"):
        op.drop_column("tie", column)
    op.alter_column("tie", "nomination_id", existing_type=sa.BigInteger(), nullable=False)
    _kinds(OLD)


def _kinds(kinds: tuple[str, ...]) -> None:
    op.execute("ALTER TABLE tie DROP CONSTRAINT ck_tie_kind")
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    op.execute(f"ALTER TABLE tie ADD CONSTRAINT ck_tie_kind CHECK (kind IN ({listed}))")
