"""Let ties be measured by a role of its own: what it may read, and what it keeps.

While it is applied: old code goes on; nothing of it knows the role.

Revision ID: 20261209_1040
Revises: 20261209_1000
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261209_1040"
down_revision = "20261209_1000"
branch_labels = None
depends_on = None

READ = {
    "person": "id, gender, invented",
    "programme": "id, invented",
    "place": "id, tree, kind, path, closed_on",
    "school": "id, training_path, invented",
    "post": "",
    "consent_decision": "",
    "nomination": "",
    "tie": "",
    "training_session": "id, subject, training_path, starts_at, state",
    "invitation": "id, session_id, person_id",
    "attendance_report": "id, session_id, day, counts",
    "attendance": "",
    "peer_question": "id, asker_id, subject, standing, at, asked_at, closed_at",
    "peer_offer": "id, question_id, person_id, trainer, standing, asked_at, said_at",
    "practice_note": "id, author_id, subject, audience, standing, at, decided_at, training_path",
    "note_trial": "id, note_id, person_id, worked, at, training_path",
    "note_passing": "",
    "rehearsal_clock": "",
    "decision": "",
}
"""Tables and their columns ("" is all): no name, no number and no word that somebody wrote is among them."""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("GRANT USAGE ON SCHEMA public TO cop_measure")
    for table, columns in READ.items():
        op.execute(f"GRANT SELECT {f'({columns})' if columns else ''} ON {table} TO cop_measure")
    op.create_table(
        "measure_work",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("milliseconds", sa.BigInteger(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("kind", "period", name=op.f("pk_measure_work")),
    )
    op.create_table(
        "measure_mark",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_mark")),
    )
    op.create_table(
        "person_measure",
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_measure_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("month", "person_id", name=op.f("pk_person_measure")),
    )
    op.create_index(op.f("ix_person_measure_person_id"), "person_measure", ["person_id"])
    op.create_table(
        "slice_measure",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_slice_measure")),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON person_measure, slice_measure TO cop_measure")
    op.execute("GRANT SELECT, DELETE ON measure_mark TO cop_measure")
    op.execute("GRANT SELECT, INSERT ON measure_mark TO cop_worker")
    op.execute("GRANT INSERT ON measure_mark TO cop_web")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON measure_work TO cop_worker")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("slice_measure", "person_measure", "measure_mark", "measure_work"):
        op.drop_table(table)
    for table, columns in READ.items():
        op.execute(f"REVOKE SELECT {f'({columns})' if columns else ''} ON {table} FROM cop_measure")
    op.execute("REVOKE USAGE ON SCHEMA public FROM cop_measure")
