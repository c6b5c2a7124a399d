"""Keep what people text to many: who asked, who approved, until when it is held, and what it was bound to.

While it is applied: old code goes on; it neither shows nor makes announcements.

Revision ID: 20261207_1115
Revises: 20261207_1110
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261207_1115"
down_revision = "20261207_1110"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "announcement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("whom", postgresql.JSONB(), nullable=False),
        sa.Column("root_id", sa.BigInteger(), nullable=True),
        sa.Column("wording", postgresql.JSONB(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("send_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lines", postgresql.JSONB(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("texts", sa.BigInteger(), nullable=False),
        sa.Column("segments", sa.BigInteger(), nullable=False),
        sa.Column(
            "standing",
            sa.Enum(
                "waiting",
                "released",
                "declined",
                "undone",
                name="standing",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["root_id"], ["announcement.id"], name=op.f("fk_announcement_root_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
        sa.UniqueConstraint("subject_kind", "subject_id", name=op.f("uq_announcement_subject_kind_subject_id")),
    )
    op.create_index(op.f("ix_announcement_root_id"), "announcement", ["root_id"])
    op.create_index("ix_announcement_author_id", "announcement", ["author_id", "released_at"])
    op.create_index("ix_announcement_asked_at", "announcement", ["asked_at"])
    op.execute("GRANT SELECT, INSERT, UPDATE ON announcement TO cop_web, cop_worker")
    op.execute("GRANT USAGE ON SEQUENCE announcement_id_seq TO cop_web, cop_worker")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("announcement")
