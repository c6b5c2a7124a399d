"""Keep what settled cards teach and which words were taught, mark texts as private, and say what pictures came.

While it is applied: old code goes on; it marks nothing as private, knows no taught word and keeps no corpus line.

Revision ID: 20261208_1210
Revises: 20261208_1206
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261208_1210"
down_revision = "20261208_1206"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("inbound_text", sa.Column("private", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("inbound_text", sa.Column("media_kinds", sa.Text(), server_default="", nullable=False))
    op.add_column("parked", sa.Column("shape", sa.Text(), nullable=True))
    op.create_table(
        "corpus_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("parked_id", sa.BigInteger(), nullable=True),
        sa.Column("normal", sa.Text(), nullable=False),
        sa.Column("expect", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["parked_id"], ["parked.id"], name=op.f("fk_corpus_line_parked_id_parked"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corpus_line")),
        sa.UniqueConstraint("parked_id", name=op.f("uq_corpus_line_parked_id")),
    )
    op.create_table(
        "taught_word",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.Column("proposed_by", sa.BigInteger(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taught_word")),
    )
    op.create_index(
        "uq_taught_word_word", "taught_word", ["word"], unique=True, postgresql_where=sa.text("approved IS NOT FALSE")
    )
    for role in ("cop_web", "cop_worker"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON corpus_line, taught_word TO {role}")
        op.execute(f"GRANT USAGE ON SEQUENCE corpus_line_id_seq, taught_word_id_seq TO {role}")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("taught_word")
    op.drop_table("corpus_line")
    op.drop_column("parked", "shape")
    op.drop_column("inbound_text", "media_kinds")
    op.drop_column("inbound_text", "private")
