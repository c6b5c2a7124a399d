"""Count the cascade: figures by place, subject, level and school year, and what has made them stale.

While it is applied: old code goes on as before. It neither reads nor marks figures; the first recount of the new code
counts everything.

Revision ID: 20261205_1000
Revises: 20261203_1000
"""

import sqlalchemy as sa
from alembic import op

revision = "20261205_1000"
down_revision = "20261203_1000"
branch_labels = None
depends_on = None


def one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "tally",
        sa.Column("year", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("level", one_of("level", "master", "circle", "teacher"), nullable=False),
        sa.Column(
            "subject", one_of("subject", "maths", "languages", "science", "pedagogy", "parents"), nullable=False
        ),
        sa.Column("training_path", sa.Text(), nullable=False),
        sa.Column("admin_path", sa.Text(), nullable=False),
        sa.Column("schools_of", one_of("schools_of", "boys", "girls", "mixed", "none"), nullable=False),
        sa.Column("planned", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("schools", sa.BigInteger(), nullable=False),
        sa.Column("invited", sa.BigInteger(), nullable=False),
        sa.Column("trained", sa.BigInteger(), nullable=False),
        sa.Column("absent", sa.BigInteger(), nullable=False),
        sa.Column("made_up", sa.BigInteger(), nullable=False),
        sa.Column("wait_days", sa.BigInteger(), nullable=True),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "year", "level", "subject", "training_path", "admin_path", "schools_of", name=op.f("pk_tally")
        ),
    )
    for path in ("training_path", "admin_path"):
        op.create_index(f"ix_tally_year_{path}", "tally", ["year", path], postgresql_ops={path: "text_pattern_ops"})
    op.create_table(
        "tally_mark",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=True),
        sa.Column("path", sa.Text(), nullable=True),
        sa.Column("year", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tally_mark")),
    )
    op.create_table(
        "tally_recount",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("differed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tally_recount")),
    )
    op.execute("GRANT SELECT ON tally, tally_recount TO cop_web")
    op.execute("GRANT SELECT, INSERT ON tally_mark TO cop_web")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON tally, tally_mark, tally_recount TO cop_worker")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("tally_recount")
    op.drop_table("tally_mark")
    for path in ("admin_path", "training_path"):
        op.drop_index(f"ix_tally_year_{path}", table_name="tally", postgresql_ops={path: "text_pattern_ops"})
    op.drop_table("tally")
