"""Plan in the background: plans that people ask for, and the price of each school that proves a draft.

While it is applied: old code goes on; it knows neither the table nor the column.

Revision ID: 20261210_1000
Revises: 20261209_1130
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261210_1000"
down_revision = "20261209_1130"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("cluster_draft_row", sa.Column("price", sa.Float(), nullable=True))
    op.create_table(
        "plan_job",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", _choice("kind", "clusters", "cascade"), nullable=False),
        sa.Column("wish", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("by_person_id", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            _choice("state", "waiting", "working", "tightening", "done", "refused", "failed", "cancelled"),
            server_default="waiting",
            nullable=False,
        ),
        sa.Column(
            "stage",
            _choice("stage", "reading", "grouping", "circles", "orders", "dates", "saving", "tightening"),
            nullable=True,
        ),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.Column("share", sa.Float(), server_default=sa.text("0"), nullable=False),
        sa.Column("draft_id", sa.BigInteger(), nullable=True),
        sa.Column("found", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("error", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("tries", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_job")),
    )
    op.create_index(
        "ix_plan_job_wanted",
        "plan_job",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state IN ('waiting', 'working', 'tightening')"),
    )
    op.create_index(op.f("ix_plan_job_by_person_id"), "plan_job", ["by_person_id"], unique=False)
    for role in ("cop_web", "cop_worker"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON plan_job TO {role}")
        op.execute(f"GRANT USAGE ON SEQUENCE plan_job_id_seq TO {role}")


def _choice(name: str, *values: str) -> sa.Enum:
    """Text that a check holds to these values."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("plan_job")
    op.drop_column("cluster_draft_row", "price")
