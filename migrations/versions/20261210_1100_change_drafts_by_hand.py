"""Keep changes by hand of a draft, plans between today and the best, what a school has to host, official clusters.

While it is applied: old code goes on; it writes none of these.

Revision ID: 20261210_1100
Revises: 20261210_1000
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261210_1100"
down_revision = "20261210_1000"
branch_labels = None
depends_on = None

OF_SCHOOLS = (
    ("rooms", sa.BigInteger()),
    ("power", sa.Boolean()),
    ("safe_access", sa.Boolean()),
    ("can_host", sa.Boolean()),
    ("official_cluster", sa.Text()),
    ("official_host", sa.Text()),
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name, kind in OF_SCHOOLS:
        op.add_column("school", sa.Column(name, kind, nullable=True))
    op.create_table(
        "cluster_draft_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("was", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("became", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["cluster_draft.id"], name=op.f("fk_cluster_draft_change_draft_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_cluster_draft_change_school_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cluster_draft_change")),
    )
    op.create_index(op.f("ix_cluster_draft_change_draft_id"), "cluster_draft_change", ["draft_id"])
    op.create_index(op.f("ix_cluster_draft_change_school_id"), "cluster_draft_change", ["school_id"])
    op.create_table(
        "cluster_draft_step",
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("mean_km", sa.Float(), nullable=False),
        sa.Column("clusters", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["cluster_draft.id"], name=op.f("fk_cluster_draft_step_draft_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("draft_id", "number", name=op.f("pk_cluster_draft_step")),
    )
    for table in ("cluster_draft_change", "cluster_draft_step"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO cop_web, cop_worker")
    op.execute("GRANT USAGE ON SEQUENCE cluster_draft_change_id_seq TO cop_web, cop_worker")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("cluster_draft_step")
    op.drop_table("cluster_draft_change")
    for name, _ in reversed(OF_SCHOOLS):
        op.drop_column("school", name)
