"""Let notes grow: problems and adaptations, where a note was passed on from, what came of it in the material, news.

While it is applied: old code goes on; what it writes is a solution that grew from no other note.

Revision ID: 20261209_1020
Revises: 20261209_1050
"""

import sqlalchemy as sa
from alembic import op

revision = "20261209_1020"
down_revision = "20261209_1050"
branch_labels = None
depends_on = None

NEW_TABLES = ("note_proposal", "note_wish")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column(
        "practice_note",
        sa.Column(
            "kind",
            sa.Enum("problem", "solution", name="kind", native_enum=False, create_constraint=False, length=32),
            nullable=False,
            server_default="solution",
        ),
    )
    op.create_check_constraint("kind", "practice_note", "kind IN ('problem', 'solution')")
    op.add_column("practice_note", sa.Column("parent_id", sa.BigInteger(), nullable=True))
    op.add_column("practice_note", sa.Column("session_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_practice_note_parent_id"),
        "practice_note",
        "practice_note",
        ["parent_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_foreign_key(
        op.f("fk_practice_note_session_id"),
        "practice_note",
        "training_session",
        ["session_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_index(op.f("ix_practice_note_parent_id"), "practice_note", ["parent_id"])
    op.create_index(op.f("ix_practice_note_session_id"), "practice_note", ["session_id"])
    op.create_index(
        "ix_practice_note_travelling",
        "practice_note",
        ["id"],
        postgresql_where=sa.text("standing = 'passed_on'"),
    )
    op.add_column("note_passing", sa.Column("from_path", sa.Text(), nullable=True))
    op.execute(
        "UPDATE note_passing p SET from_path = n.training_path FROM practice_note n"
        " WHERE n.id = p.note_id AND p.from_path IS NULL"
    )
    op.create_table(
        "note_proposal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("note_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("material", sa.Text(), nullable=False),
        sa.Column(
            "standing",
            sa.Enum(
                "proposed",
                "taken_in",
                "declined",
                name="standing",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Text(), server_default="", nullable=False),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["note_id"], ["practice_note.id"], name=op.f("fk_note_proposal_note_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_proposal")),
    )
    op.create_index(op.f("ix_note_proposal_note_id"), "note_proposal", ["note_id"])
    op.create_index(
        "uq_note_proposal_open",
        "note_proposal",
        ["note_id"],
        unique=True,
        postgresql_where=sa.text("standing = 'proposed'"),
    )
    op.create_table(
        "note_wish",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("note_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("training_path", sa.Text(), nullable=False),
        sa.Column("admin_path", sa.Text(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["note_id"], ["practice_note.id"], name=op.f("fk_note_wish_note_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_note_wish_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_wish")),
        sa.UniqueConstraint("note_id", "person_id", name=op.f("uq_note_wish_note_id_person_id")),
    )
    op.create_index(op.f("ix_note_wish_person_id"), "note_wish", ["person_id"])
    op.create_index("ix_note_wish_open", "note_wish", ["at"], postgresql_where=sa.text("settled_at IS NULL"))
    _purposes("'ties', 'help', 'note_name', 'number', 'across', 'news'")
    for table in NEW_TABLES:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO cop_web, cop_worker")
        op.execute(f"GRANT USAGE ON SEQUENCE {table}_id_seq TO cop_web, cop_worker")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DELETE FROM consent_decision WHERE purpose = 'news'")
    _purposes("'ties', 'help', 'note_name', 'number', 'across'")
    for table in reversed(NEW_TABLES):
        op.drop_table(table)
    op.drop_column("note_passing", "from_path")
    op.drop_index("ix_practice_note_travelling", table_name="practice_note")
    for column in ("session_id", "parent_id"):
        op.drop_index(op.f(f"ix_practice_note_{column}"), table_name="practice_note")
        op.drop_constraint(op.f(f"fk_practice_note_{column}"), "practice_note", type_="foreignkey")
        op.drop_column("practice_note", column)
    op.drop_constraint(op.f("ck_practice_note_kind"), "practice_note", type_="check")
    op.drop_column("practice_note", "kind")


def _purposes(listed: str) -> None:
    op.execute("ALTER TABLE consent_decision DROP CONSTRAINT ck_consent_decision_purpose")
    op.execute(
        f"ALTER TABLE consent_decision ADD CONSTRAINT ck_consent_decision_purpose CHECK (purpose IN ({listed}))"
    )
