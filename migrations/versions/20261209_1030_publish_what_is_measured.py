"""Publish what is measured of the community in frozen snapshots, and keep who looked at which area.

While it is applied: old code goes on; nothing of it knows these tables.

Revision ID: 20261209_1030
Revises: 20261209_1040
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261209_1030"
down_revision = "20261209_1040"
branch_labels = None
depends_on = None

FIGURES = (
    "taking_part", "asked", "answered", "within", "between", "returned", "returning", "welcomed", "core",
    "concentrated", "notes", "tried", "bridged", "hosted", "heard",
)  # fmt: skip
SEEN = ("network_snapshot", "network_figure", "network_spot")
"""What pages and jobs read, of published snapshots alone."""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "network_snapshot",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", _one_of("state", "candidate", "published", "refused"), nullable=False),
        sa.Column("k", sa.BigInteger(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("versions", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network_snapshot")),
    )
    op.create_index(
        "uq_network_snapshot_published", "network_snapshot", ["month"], unique=True,
        postgresql_where=sa.text("state = 'published'"),
    )  # fmt: skip
    op.create_table(
        "network_figure",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("snapshot_id", sa.BigInteger(), nullable=False),
        sa.Column("nth", sa.BigInteger(), nullable=False),
        sa.Column("figure", _one_of("figure", *FIGURES), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("second", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Float(), nullable=False) for name in ("low", "high", "doubt_low", "doubt_high")),
        sa.Column("of", sa.BigInteger(), nullable=False),
        sa.Column("merged", postgresql.JSONB(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("kept_from", sa.Date(), nullable=True),
        sa.Column("kept_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["network_snapshot.id"],
            name=op.f("fk_network_figure_snapshot_id_network_snapshot"), ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["kept_id"], ["network_figure.id"],
            name=op.f("fk_network_figure_kept_id_network_figure"), ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network_figure")),
    )  # fmt: skip
    op.create_index(op.f("ix_network_figure_snapshot_id"), "network_figure", ["snapshot_id"])
    op.create_index(op.f("ix_network_figure_kept_id"), "network_figure", ["kept_id"])
    op.create_table(
        "network_membership",
        sa.Column("figure_id", sa.BigInteger(), nullable=False),
        sa.Column("persons", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("schools", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.ForeignKeyConstraint(
            ["figure_id"], ["network_figure.id"],
            name=op.f("fk_network_membership_figure_id_network_figure"), ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("figure_id", name=op.f("pk_network_membership")),
    )  # fmt: skip
    op.create_table(
        "network_spot",
        sa.Column("snapshot_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("x", sa.Float(), nullable=False),
        sa.Column("y", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["network_snapshot.id"],
            name=op.f("fk_network_spot_snapshot_id_network_snapshot"), ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("snapshot_id", "place", "path", name=op.f("pk_network_spot")),
    )  # fmt: skip
    op.create_table(
        "network_view",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("tree", _one_of("tree", "T", "A"), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_network_view_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network_view")),
    )
    op.create_index(op.f("ix_network_view_at"), "network_view", ["at"])
    op.create_index(op.f("ix_network_view_person_id"), "network_view", ["person_id"])
    op.execute("GRANT USAGE ON SCHEMA public TO cop_measure")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {', '.join(SEEN)}, network_membership TO cop_measure")
    op.execute("GRANT SELECT (seat_path, name) ON place TO cop_measure")
    op.execute(f"GRANT SELECT ON {', '.join(SEEN)} TO cop_web, cop_worker")
    for table in SEEN:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY measured ON {table} TO cop_measure USING (true)")
        published = (
            "state = 'published'"
            if table == "network_snapshot"
            else "EXISTS (SELECT FROM network_snapshot s WHERE s.id = snapshot_id AND s.state = 'published')"
        )
        op.execute(f"CREATE POLICY published ON {table} FOR SELECT TO cop_web, cop_worker USING ({published})")
    op.execute("GRANT SELECT, INSERT ON network_view TO cop_web")
    op.execute("GRANT SELECT, DELETE ON network_view TO cop_worker")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("network_view", "network_membership", "network_spot", "network_figure", "network_snapshot"):
        op.drop_table(table)
    op.execute("REVOKE SELECT (seat_path, name) ON place FROM cop_measure")


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
