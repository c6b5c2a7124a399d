"""Live with attendance: reports by meeting day, wait lists, walk-ins, make-ups, certificates.

While it is applied: old code goes on; its reports are of the first day and it knows nothing of the new tables. Two
reports of one training session by old code after this one collide and the second is refused.

Revision ID: 20261203_1000
Revises: 20261202_0410
"""

import sqlalchemy as sa
from alembic import op

revision = "20261203_1000"
down_revision = "20261202_0410"
branch_labels = None
depends_on = None

UNITS = ("cop_web", "cop_worker")
NEW = ("waiting", "walk_in", "certificate")
SUBJECTS = ("maths", "languages", "science", "pedagogy", "parents")
LEVELS = ("master", "circle", "teacher")
SEATS = ("plan", "added", "waited", "walk_in", "make_up")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("training_session", sa.Column("makes_up_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_training_session_makes_up_id"),
        "training_session",
        "training_session",
        ["makes_up_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_index(op.f("ix_training_session_makes_up_id"), "training_session", ["makes_up_id"])
    op.add_column("invitation", sa.Column("seat", _words("seat", SEATS), server_default="plan", nullable=False))
    op.create_check_constraint(op.f("ck_invitation_seat"), "invitation", sa.column("seat").in_(SEATS))
    op.add_column("invitation", sa.Column("makes_up_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_invitation_makes_up_id"), "invitation", "invitation", ["makes_up_id"], ["id"], ondelete="SET NULL"
    )
    op.create_index(op.f("ix_invitation_makes_up_id"), "invitation", ["makes_up_id"])
    op.add_column("attendance_report", sa.Column("day", sa.BigInteger(), server_default="1", nullable=False))
    op.add_column("attendance_report", sa.Column("counts", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("attendance_report", sa.Column("why", sa.Text(), nullable=True))
    op.execute(
        "UPDATE attendance_report SET counts = false WHERE id NOT IN (SELECT DISTINCT ON (session_id) id"
        " FROM attendance_report WHERE undone_at IS NULL ORDER BY session_id, version DESC)"
    )
    op.create_index(
        "ix_attendance_report_counts",
        "attendance_report",
        ["session_id", "day"],
        unique=True,
        postgresql_where=sa.text("counts"),
    )
    op.create_table(
        "waiting",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger(), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seated", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_waiting_person_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_waiting_school_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_session.id"], name=op.f("fk_waiting_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting")),
    )
    op.create_index(op.f("ix_waiting_person_id"), "waiting", ["person_id"])
    op.create_index(
        "ix_waiting_person",
        "waiting",
        ["session_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_table(
        "walk_in",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.BigInteger(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger(), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("row", sa.BigInteger(), nullable=True),
        sa.Column("matched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("matched_by", sa.BigInteger(), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_walk_in_person_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_session.id"], name=op.f("fk_walk_in_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walk_in")),
    )
    op.create_index(op.f("ix_walk_in_session_id"), "walk_in", ["session_id"])
    op.create_index(op.f("ix_walk_in_person_id"), "walk_in", ["person_id"])
    op.create_table(
        "certificate",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=True),
        sa.Column("subject", _words("subject", SUBJECTS), nullable=False),
        sa.Column("level", _words("level", LEVELS), nullable=False),
        sa.Column("training_path", sa.Text(), nullable=False),
        sa.Column("admin_path", sa.Text(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("days", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(sa.column("subject").in_(SUBJECTS), name=op.f("ck_certificate_subject")),
        sa.CheckConstraint(sa.column("level").in_(LEVELS), name=op.f("ck_certificate_level")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_certificate_person_id")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_certificate_round_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("number", name=op.f("uq_certificate_number")),
    )
    op.create_index(op.f("ix_certificate_person_id"), "certificate", ["person_id"])
    op.create_index(op.f("ix_certificate_round_id"), "certificate", ["round_id"])
    for role in UNITS:
        for table in NEW:
            op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {role}")
        op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in reversed(NEW):
        op.drop_table(table)
    op.drop_index("ix_attendance_report_counts", table_name="attendance_report")
    for column in ("why", "counts", "day"):
        op.drop_column("attendance_report", column)
    op.drop_index(op.f("ix_invitation_makes_up_id"), table_name="invitation")
    op.drop_constraint(op.f("fk_invitation_makes_up_id"), "invitation", type_="foreignkey")
    op.drop_column("invitation", "makes_up_id")
    op.drop_column("invitation", "seat")
    op.drop_index(op.f("ix_training_session_makes_up_id"), table_name="training_session")
    op.drop_constraint(op.f("fk_training_session_makes_up_id"), "training_session", type_="foreignkey")
    op.drop_column("training_session", "makes_up_id")


def _words(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=False, length=32)
