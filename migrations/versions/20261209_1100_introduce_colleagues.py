"""Let two who could help each other be asked whether they want to be introduced.

While it is applied: old code goes on and knows none of it.

Revision ID: 20261209_1100
Revises: 20261209_1042
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261209_1100"
down_revision = "20261209_1042"
branch_labels = None
depends_on = None

SUBJECTS = ("maths", "languages", "science", "pedagogy", "parents")
SAID = ("number", "name", "no")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "introduction",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("one_id", sa.BigInteger(), nullable=True),
        sa.Column("other_id", sa.BigInteger(), nullable=True),
        sa.Column("subject", _choice("subject", SUBJECTS), nullable=True),
        sa.Column("one_key", sa.BigInteger(), nullable=False),
        sa.Column("other_key", sa.BigInteger(), nullable=False),
        sa.Column("one_said", _choice("one_said", SAID), nullable=True),
        sa.Column("other_said", _choice("other_said", SAID), nullable=True),
        sa.Column("one_texts", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("other_texts", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("introduced_at", sa.DateTime(timezone=True), nullable=True),
        _refers("introduction", "one_id"),
        _refers("introduction", "other_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introduction")),
    )
    for column, unique in (("one_id", False), ("other_id", False), ("one_key", True), ("other_key", True)):
        op.create_index(op.f(f"ix_introduction_{column}"), "introduction", [column], unique=unique)
    # No page has a grant: who could be introduced to whom, and what either said, is for the worker alone. The
    # measuring role writes pairs down, and reads who was asked lately and not what was said.
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON introduction TO cop_worker")
    op.execute("GRANT USAGE ON SEQUENCE introduction_id_seq TO cop_worker, cop_measure")
    op.execute("GRANT INSERT (one_id, other_id, subject, one_key, other_key, wanted_at) ON introduction TO cop_measure")
    op.execute("GRANT SELECT (one_id, other_id) ON introduction TO cop_measure")
    op.execute(
        "CREATE FUNCTION forget_introductions(person bigint) RETURNS TABLE (key bigint, texts jsonb) LANGUAGE sql"
        " SECURITY DEFINER SET search_path = public, pg_temp AS $$"
        " WITH before AS (SELECT * FROM introduction WHERE one_id = person FOR UPDATE), gone AS ("
        " UPDATE introduction SET one_id = NULL, one_said = NULL, one_texts = '[]' FROM before"
        " WHERE introduction.id = before.id RETURNING before.one_key AS key, before.one_texts AS texts),"
        " behind AS (SELECT * FROM introduction WHERE other_id = person FOR UPDATE), left_by AS ("
        " UPDATE introduction SET other_id = NULL, other_said = NULL, other_texts = '[]' FROM behind"
        " WHERE introduction.id = behind.id RETURNING behind.other_key AS key, behind.other_texts AS texts)"
        " SELECT key, texts FROM gone UNION ALL SELECT key, texts FROM left_by $$"
    )
    op.execute("REVOKE ALL ON FUNCTION forget_introductions(bigint) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION forget_introductions(bigint) TO cop_web, cop_worker")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP FUNCTION forget_introductions(bigint)")
    op.drop_table("introduction")


def _choice(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _refers(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["person.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE")
