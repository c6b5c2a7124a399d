"""Keep lists on their way in, and what came of taking an import back.

While it is applied: old code imports from the command line as before; it knows neither the table nor the column.

Revision ID: 20261206_1100
Revises: 20261206_1000
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261206_1100"
down_revision = "20261206_1000"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("import", sa.Column("undone", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.create_table(
        "import_draft",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", _choice("kind", "schools", "staff"), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("choices", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("step", _choice("step", "file", "columns", "checked", "applied"), nullable=False),
        sa.Column("read", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("checked", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("problem_rows", sa.LargeBinary(), nullable=True),
        sa.Column("error", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("only_good", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=True),
        sa.Column("by_person_id", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wanted", _choice("wanted", "read", "check", "apply", "undo"), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("tries", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("stage", _choice("stage", "reading", "checking", "writing", "taking back"), nullable=True),
        sa.Column("done", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("of", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import.id"], name=op.f("fk_import_draft_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_draft")),
    )
    op.create_index(
        "ix_import_draft_wanted", "import_draft", ["id"], unique=False, postgresql_where=sa.text("wanted IS NOT NULL")
    )
    op.create_index(op.f("ix_import_draft_by_person_id"), "import_draft", ["by_person_id"], unique=False)
    op.create_index(op.f("ix_import_draft_import_id"), "import_draft", ["import_id"], unique=False)
    op.create_index(op.f("ix_import_draft_touched_at"), "import_draft", ["touched_at"], unique=False)
    for role in ("cop_web", "cop_worker"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON import_draft TO {role}")
        op.execute(f"GRANT USAGE ON SEQUENCE import_draft_id_seq TO {role}")


def _choice(name: str, *values: str) -> sa.Enum:
    """Text that a check holds to these values."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("import_draft")
    op.drop_column("import", "undone")
