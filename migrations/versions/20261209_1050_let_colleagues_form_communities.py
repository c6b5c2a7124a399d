"""Let colleagues form communities: members, hosts in turn, meetings, agendas, and what two of them did together.

While it is applied: old code goes on and knows none of it.

Revision ID: 20261209_1050
Revises: 20261209_1010
"""

import sqlalchemy as sa
from alembic import op

revision = "20261209_1050"
down_revision = "20261209_1010"
branch_labels = None
depends_on = None

SHARED = ("community", "community_membership", "community_host", "community_meeting", "community_agenda_line")
SUBJECTS = ("maths", "languages", "science", "pedagogy", "parents")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "community",
        _id(),
        sa.Column("name", sa.Text(), nullable=False),
        _subject(),
        sa.Column("about", sa.Text(), nullable=False, server_default=""),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        _at("founded_at"),
        _at("split_proposed_at", nullable=True),
        _at("closed_at", nullable=True),
        _refers("community", "parent_id", "community", "SET NULL"),
        _key("community"),
    )
    op.create_index(op.f("ix_community_parent_id"), "community", ["parent_id"])
    op.create_table(
        "community_membership",
        _id(),
        _number("community_id"),
        _number("person_id"),
        _choice("standing", ("asked", "invited", "member", "left", "ended")),
        _at("asked_at"),
        _number("by_person_id", nullable=True),
        _at("since", nullable=True),
        _at("ended_at", nullable=True),
        _refers("community_membership", "community_id", "community"),
        _refers("community_membership", "person_id", "person"),
        _refers("community_membership", "by_person_id", "person", "SET NULL"),
        _key("community_membership"),
    )
    op.create_index(
        "uq_community_membership_current",
        "community_membership",
        ["community_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "community_host",
        _id(),
        _number("community_id"),
        _number("person_id"),
        _choice("standing", ("asked", "hosts", "not_now", "over"), "turn"),
        _at("asked_at"),
        _at("answered_at", nullable=True),
        sa.Column("from_day", sa.Date(), nullable=True),
        _refers("community_host", "community_id", "community"),
        _refers("community_host", "person_id", "person"),
        _key("community_host"),
    )
    op.create_index(
        "uq_community_host_current",
        "community_host",
        ["community_id"],
        unique=True,
        postgresql_where=sa.text("standing IN ('asked', 'hosts')"),
    )
    op.create_table(
        "community_meeting",
        _id(),
        _number("community_id"),
        _at("starts_at"),
        sa.Column("venue", sa.Text(), nullable=False),
        _number("host_id", nullable=True),
        _at("proposed_at"),
        _at("called_off_at", nullable=True),
        _refers("community_meeting", "community_id", "community"),
        _refers("community_meeting", "host_id", "person", "SET NULL"),
        _key("community_meeting"),
    )
    op.create_table(
        "community_agenda_line",
        _id(),
        _number("community_id"),
        _number("person_id", nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        _at("at"),
        _at("talked_about_at", nullable=True),
        _refers("community_agenda_line", "community_id", "community"),
        _refers("community_agenda_line", "person_id", "person", "SET NULL"),
        _key("community_agenda_line"),
    )
    op.create_table(
        "done_together",
        _id(),
        _choice("kind", ("planned", "observed"), "doing"),
        _number("person_id"),
        _number("other_id"),
        _number("community_id", nullable=True),
        _subject(),
        sa.Column("day", sa.Date(), nullable=False),
        _at("said_at"),
        _refers("done_together", "person_id", "person"),
        _refers("done_together", "other_id", "person"),
        _refers("done_together", "community_id", "community", "SET NULL"),
        _key("done_together"),
    )
    for table, columns in (
        ("community_membership", ("person_id", "by_person_id")),
        ("community_host", ("person_id",)),
        ("community_meeting", ("community_id", "host_id")),
        ("community_agenda_line", ("community_id", "person_id")),
        ("done_together", ("person_id", "other_id", "community_id")),
    ):
        for column in columns:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    for table in SHARED:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO cop_web, cop_worker")
        op.execute(f"GRANT USAGE ON SEQUENCE {table}_id_seq TO cop_web, cop_worker")
    # Who did what with whom is between the two: no page reads it, and a page writes it by this function alone.
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON done_together TO cop_worker")
    op.execute("GRANT USAGE ON SEQUENCE done_together_id_seq TO cop_worker")
    op.execute(
        "CREATE FUNCTION say_done_together(doing text, who bigint, whom bigint, among bigint, about text, on_day date,"
        " at timestamptz) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS"
        " 'INSERT INTO done_together (kind, person_id, other_id, community_id, subject, day, said_at)"
        " VALUES (doing, who, whom, among, about, on_day, at) RETURNING id'"
    )
    signature = "say_done_together(text, bigint, bigint, bigint, text, date, timestamptz)"
    op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO cop_web, cop_worker")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP FUNCTION say_done_together(text, bigint, bigint, bigint, text, date, timestamptz)")
    for table in ("done_together", *reversed(SHARED)):
        op.drop_table(table)


def _id() -> sa.Column:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _number(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _at(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _choice(column: str, values: tuple[str, ...], name: str = "") -> sa.Column:
    kind = sa.Enum(*values, name=name or column, native_enum=False, create_constraint=True, length=32)
    return sa.Column(column, kind, nullable=False)


def _subject() -> sa.Column:
    kind = sa.Enum(*SUBJECTS, name="subject", native_enum=False, create_constraint=True, length=32)
    return sa.Column("subject", kind, nullable=True)


def _refers(table: str, column: str, other: str, when_gone: str = "CASCADE") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=when_gone)


def _key(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))
