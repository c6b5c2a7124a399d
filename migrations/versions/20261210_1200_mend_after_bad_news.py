"""Mend plans after bad news: what happened, which training sessions change, and days closed at a place.

While it is applied: old code goes on; it knows neither table.

Revision ID: 20261210_1200
Revises: 20261210_1100
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261210_1200"
down_revision = "20261210_1100"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "place_closure",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("first <= last", name=op.f("ck_place_closure_in_order")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_place_closure_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_closure")),
    )
    op.create_index(op.f("ix_place_closure_place_id"), "place_closure", ["place_id"], unique=False)
    op.create_table(
        "mending",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("state", _choice("state", "draft", "done", "undone", "discarded"), nullable=False),
        sa.Column("news", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("summary", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("followed", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_mending_round_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mending")),
    )
    op.create_index(op.f("ix_mending_round_id"), "mending", ["round_id"], unique=False)
    for table in ("place_closure", "mending"):
        for role in ("cop_web", "cop_worker"):
            op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {role}")
            op.execute(f"GRANT USAGE ON SEQUENCE {table}_id_seq TO {role}")
    _allow_kinds("clusters", "cascade", "mending")


def _choice(name: str, *values: str) -> sa.Enum:
    """Text that a check holds to these values."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _allow_kinds(*kinds: str) -> None:
    op.drop_constraint(op.f("ck_plan_job_kind"), "plan_job", type_="check")
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint(op.f("ck_plan_job_kind"), "plan_job", f"kind IN ({listed})")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DELETE FROM plan_job WHERE kind = 'mending'")
    _allow_kinds("clusters", "cascade")
    op.drop_table("mending")
    op.drop_table("place_closure")
