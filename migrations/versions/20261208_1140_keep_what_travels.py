"""Keep what the community lets travel: consent, practice notes and their trials, questions to peers, ties.

While it is applied: old code goes on; it knows none of these tables.

Revision ID: 20261208_1140
Revises: 20261208_1120
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261208_1140"
down_revision = "20261208_1120"
branch_labels = None
depends_on = None

SHARED = ("consent_decision", "practice_note", "note_trial", "note_passing", "peer_question", "peer_offer")
OF_NO_PAGE = ("nomination", "tie")
"""No page reads or writes them: they are reached by texts alone, which the worker reads."""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "consent_decision",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "ties",
                "help",
                "note_name",
                "number",
                "across",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("about", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_consent_decision_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_decision")),
    )
    op.create_index(
        "uq_consent_decision_current",
        "consent_decision",
        ["person_id", "purpose", "about"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "practice_note",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "subject",
            sa.Enum(
                "maths",
                "languages",
                "science",
                "pedagogy",
                "parents",
                name="subject",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column(
            "audience",
            sa.Enum("ltrc", "subject", "nobody", name="audience", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("named", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "standing",
            sa.Enum(
                "written",
                "kept",
                "waits",
                "passed_on",
                "declined",
                "taken_back",
                name="standing",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("training_path", sa.Text(), nullable=True),
        sa.Column("admin_path", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_practice_note_author_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_note")),
        sa.UniqueConstraint("number", name=op.f("uq_practice_note_number")),
    )
    op.create_index(op.f("ix_practice_note_author_id"), "practice_note", ["author_id"])
    op.create_index(
        "ix_practice_note_waiting", "practice_note", ["decided_at"], postgresql_where=sa.text("standing = 'waits'")
    )
    op.create_table(
        "note_trial",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("note_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("worked", sa.Boolean(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("training_path", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["note_id"], ["practice_note.id"], name=op.f("fk_note_trial_note_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_note_trial_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_trial")),
        sa.UniqueConstraint("note_id", "person_id", name=op.f("uq_note_trial_note_id_person_id")),
    )
    op.create_index(op.f("ix_note_trial_person_id"), "note_trial", ["person_id"])
    op.create_table(
        "note_passing",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("note_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger(), nullable=True),
        sa.Column("clusters", postgresql.JSONB(), nullable=False),
        sa.Column("texts", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["note_id"], ["practice_note.id"], name=op.f("fk_note_passing_note_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_passing")),
    )
    op.create_index(op.f("ix_note_passing_note_id"), "note_passing", ["note_id"])
    op.create_table(
        "peer_question",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("asker_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "subject",
            sa.Enum(
                "maths",
                "languages",
                "science",
                "pedagogy",
                "parents",
                name="subject",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("session_id", sa.BigInteger(), nullable=True),
        sa.Column("inbound_text_id", sa.BigInteger(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column(
            "standing",
            sa.Enum(
                "written",
                "asked",
                "office",
                "closed",
                name="standing",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["asker_id"], ["person.id"], name=op.f("fk_peer_question_asker_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_session.id"], name=op.f("fk_peer_question_session_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_peer_question")),
    )
    op.create_index(op.f("ix_peer_question_asker_id"), "peer_question", ["asker_id"])
    op.create_index("ix_peer_question_open", "peer_question", ["at"], postgresql_where=sa.text("closed_at IS NULL"))
    op.create_table(
        "peer_offer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("question_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("trainer", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "standing",
            sa.Enum(
                "asked",
                "writes",
                "phones",
                "exchanged",
                "not_now",
                "answered",
                name="offering",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("goes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("versions", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_peer_offer_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["question_id"], ["peer_question.id"], name=op.f("fk_peer_offer_question_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_peer_offer")),
    )
    op.create_index(op.f("ix_peer_offer_question_id"), "peer_offer", ["question_id"])
    op.create_index("uq_peer_offer_number", "peer_offer", ["person_id", "number"], unique=True)
    op.create_table(
        "nomination",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column(
            "subject",
            sa.Enum(
                "maths",
                "languages",
                "science",
                "pedagogy",
                "parents",
                name="subject",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("session_id", sa.BigInteger(), nullable=True),
        sa.Column("consent_id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("inbound_text_id", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consent_decision.id"], name=op.f("fk_nomination_consent_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_nomination_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_session.id"], name=op.f("fk_nomination_session_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination")),
    )
    op.create_index(op.f("ix_nomination_consent_id"), "nomination", ["consent_id"])
    op.create_index(
        "uq_nomination_current",
        "nomination",
        ["person_id", "term", "subject"],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "tie",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("from_id", sa.BigInteger(), nullable=False),
        sa.Column("to_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "nominated",
                "exchanged",
                "together",
                "attended",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "subject",
            sa.Enum(
                "maths",
                "languages",
                "science",
                "pedagogy",
                "parents",
                name="subject",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("nomination_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["from_id"], ["person.id"], name=op.f("fk_tie_from_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["nomination_id"], ["nomination.id"], name=op.f("fk_tie_nomination_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["to_id"], ["person.id"], name=op.f("fk_tie_to_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tie")),
    )
    op.create_index(op.f("ix_tie_from_id"), "tie", ["from_id"])
    op.create_index(op.f("ix_tie_nomination_id"), "tie", ["nomination_id"])
    op.create_index(op.f("ix_tie_to_id"), "tie", ["to_id"])
    for table in SHARED:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO cop_web, cop_worker")
        op.execute(f"GRANT USAGE ON SEQUENCE {table}_id_seq TO cop_web, cop_worker")
    for table in OF_NO_PAGE:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO cop_worker")
        op.execute(f"GRANT USAGE ON SEQUENCE {table}_id_seq TO cop_worker")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in (*reversed(OF_NO_PAGE), *reversed(SHARED)):
        op.drop_table(table)
