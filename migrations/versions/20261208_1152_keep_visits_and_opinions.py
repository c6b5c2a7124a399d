"""Keep visits to schools, opinions without names, head counts, and when a trainer said that a session took place.

While it is applied: old code goes on; it writes no head count and reads one as a report in which nobody is marked.

Revision ID: 20261208_1152
Revises: 20261208_1150
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261208_1152"
down_revision = "20261208_1150"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("training_session", sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("attendance_report", sa.Column("headcount", sa.BigInteger(), nullable=True))
    op.create_table(
        "visit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("help", sa.Text(), nullable=True),
        sa.Column("text_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_visit_school_id_school"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_visit_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
    )
    for column in ("school_id", "person_id", "text_id"):
        op.create_index(op.f(f"ix_visit_{column}"), "visit", [column])
    op.create_table(
        "feedback_answer",
        sa.Column("id", postgresql.UUID(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.CheckConstraint("score BETWEEN 1 AND 3", name=op.f("ck_feedback_answer_score_is_known")),
        sa.CheckConstraint(
            "score IS NOT NULL OR words IS NOT NULL", name=op.f("ck_feedback_answer_something_is_said")
        ),
        _session("feedback_answer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_answer")),
    )
    op.create_index(op.f("ix_feedback_answer_session_id"), "feedback_answer", ["session_id"])
    op.create_table(
        "feedback_given",
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=True),
        _session("feedback_given"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_feedback_given_person_id_person")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_feedback_given_school_id_school")),
        sa.PrimaryKeyConstraint("session_id", "person_id", name=op.f("pk_feedback_given")),
    )
    op.create_index(op.f("ix_feedback_given_person_id"), "feedback_given", ["person_id"])
    op.create_index(op.f("ix_feedback_given_school_id"), "feedback_given", ["school_id"])
    op.create_table(
        "feedback_link",
        sa.Column("answer_id", postgresql.UUID(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("text_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"],
            ["feedback_answer.id"],
            name=op.f("fk_feedback_link_answer_id_feedback_answer"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_feedback_link_person_id_person")),
        sa.PrimaryKeyConstraint("answer_id", name=op.f("pk_feedback_link")),
    )
    op.create_index(op.f("ix_feedback_link_person_id"), "feedback_link", ["person_id"])
    op.create_index(op.f("ix_feedback_link_at"), "feedback_link", ["at"])
    op.create_table(
        "feedback_asked",
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _session("feedback_asked"),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_feedback_asked")),
    )
    tables = "visit, feedback_answer, feedback_given, feedback_link, feedback_asked"
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {tables} TO cop_web, cop_worker")
    op.execute("GRANT USAGE ON SEQUENCE visit_id_seq TO cop_web, cop_worker")


def _session(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["session_id"],
        ["training_session.id"],
        name=op.f(f"fk_{table}_session_id_training_session"),
        ondelete="CASCADE",
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("feedback_asked", "feedback_link", "feedback_given", "feedback_answer", "visit"):
        op.drop_table(table)
    op.drop_column("attendance_report", "headcount")
    op.drop_column("training_session", "finished_at")
