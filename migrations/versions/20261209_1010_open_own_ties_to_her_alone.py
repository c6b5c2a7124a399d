"""Open a person's ties to herself alone: functions for her own page, and whom we asked about ties in a term.

The role of the pages still may not look at ties. It calls functions that take a personal link, as it was texted to her,
where a person's id would do for anybody who can name it. While it is applied: old code goes on; links given before are
none that were texted, and whoever has one texts MERA for a new one.

Revision ID: 20261209_1010
Revises: 20261209_1030
"""

import sqlalchemy as sa
from alembic import op

revision = "20261209_1010"
down_revision = "20261209_1030"
branch_labels = None
depends_on = None

FUNCTIONS = {
    "link_texted_to(link text, as_of timestamptz)": (
        "RETURNS bigint LANGUAGE sql STABLE",
        "SELECT person_id FROM personal_link WHERE link_hash = encode(sha256(convert_to(link, 'UTF8')), 'hex')"
        " AND texted AND revoked_at IS NULL AND expires_at > as_of",
    ),
    "own_ties(link text, as_of timestamptz)": (
        "RETURNS TABLE (id bigint, kind text, subject text, term text, name text, at timestamptz) LANGUAGE sql STABLE",
        # Whoever answered through us was promised that her name is not told.
        "SELECT t.id, t.kind, t.subject, t.term, CASE WHEN t.source = 'relayed' THEN '' ELSE p.name END, t.at"
        " FROM tie t JOIN person p ON p.id = t.to_id JOIN consent_decision c ON c.person_id = t.from_id"
        " WHERE t.from_id = link_texted_to(link, as_of) AND t.removed_at IS NULL"
        " AND c.purpose = 'ties' AND c.about = 0 AND c.granted AND c.ended_at IS NULL"
        " ORDER BY t.at DESC, t.id DESC",
    ),
    "withdraw_tie(link text, tie_id bigint, as_of timestamptz)": (
        "RETURNS boolean LANGUAGE sql",
        "WITH gone AS (SELECT * FROM tie WHERE id = tie_id AND from_id = link_texted_to(link, as_of)"
        " AND removed_at IS NULL FOR UPDATE), marked AS (UPDATE tie t SET removed_at = as_of FROM gone"
        " WHERE t.removed_at IS NULL AND (t.id = gone.id OR (gone.kind = 'planned' AND t.kind = 'planned'"
        " AND t.event_id = gone.event_id AND t.from_id = gone.to_id AND t.to_id = gone.from_id)) RETURNING t.id)"
        " SELECT EXISTS (SELECT FROM marked)",
    ),
    "leave_ties(link text, as_of timestamptz)": (
        "RETURNS void LANGUAGE sql",
        "UPDATE tie SET removed_at = as_of WHERE removed_at IS NULL"
        " AND link_texted_to(link, as_of) IN (from_id, to_id);"
        " UPDATE nomination SET removed_at = as_of WHERE removed_at IS NULL"
        " AND person_id = link_texted_to(link, as_of)",
    ),
    "give_ties(link text, given_term text, about_session bigint, named bigint[], as_of timestamptz)": (
        "RETURNS boolean LANGUAGE plpgsql",
        "DECLARE her bigint; her_yes bigint; of_subject text; made bigint;"
        " BEGIN"
        " her := link_texted_to(link, as_of);"
        " SELECT s.subject INTO of_subject FROM training_session s WHERE s.id = about_session"
        " AND (EXISTS (SELECT FROM invitation i WHERE i.session_id = s.id AND i.person_id = her)"
        " OR EXISTS (SELECT FROM session_trainer t WHERE t.session_id = s.id AND t.person_id = her));"
        " SELECT id INTO her_yes FROM consent_decision WHERE person_id = her AND purpose = 'ties' AND about = 0"
        " AND granted AND ended_at IS NULL;"
        " IF her_yes IS NULL OR of_subject IS NULL THEN RETURN false; END IF;"
        " UPDATE tie SET removed_at = as_of FROM nomination n WHERE n.id = tie.nomination_id AND n.person_id = her"
        " AND n.term = given_term AND n.subject IS NOT DISTINCT FROM of_subject AND n.removed_at IS NULL"
        " AND tie.removed_at IS NULL;"
        " UPDATE nomination SET removed_at = as_of WHERE person_id = her AND term = given_term"
        " AND subject IS NOT DISTINCT FROM of_subject AND removed_at IS NULL;"
        " INSERT INTO nomination (person_id, term, subject, session_id, consent_id, source, answered_at)"
        " VALUES (her, given_term, of_subject, about_session, her_yes, 'link', as_of) RETURNING id INTO made;"
        " INSERT INTO tie (from_id, to_id, kind, subject, term, nomination_id, source, consent_id, at)"
        " SELECT her, i.person_id, 'nominated', of_subject, given_term, made, 'link', her_yes, as_of FROM invitation i"
        " WHERE i.session_id = about_session AND i.person_id = ANY(named) AND i.person_id <> her"
        " AND NOT EXISTS (SELECT FROM consent_decision c WHERE c.person_id = i.person_id AND c.purpose = 'ties'"
        " AND c.about = 0 AND NOT c.granted AND c.ended_at IS NULL) ORDER BY i.row;"
        " RETURN true;"
        " END",
    ),
    "forget_ties(person bigint)": (
        "RETURNS SETOF bigint LANGUAGE sql",
        "DELETE FROM peer_round WHERE person_id = person;"
        " DELETE FROM tie WHERE from_id = person OR to_id = person;"
        " WITH gone AS (DELETE FROM nomination WHERE person_id = person RETURNING inbound_text_id)"
        " SELECT inbound_text_id FROM gone WHERE inbound_text_id IS NOT NULL",
    ),
}
"""What they are called with, what they give, and what they do."""
FOR_PAGES = tuple(name for name in FUNCTIONS if not name.startswith("link_texted_to"))
OWN_COLUMNS = "link_hash, person_id, made_at, expires_at, revoked_at"
"""Of a link that a page makes: it was never texted."""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "peer_round",
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
            nullable=False,
        ),
        sa.Column("session_id", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_peer_round_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_session.id"], name=op.f("fk_peer_round_session_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("person_id", "term", "subject", name=op.f("pk_peer_round")),
    )
    op.create_index(op.f("ix_peer_round_asked_at"), "peer_round", ["asked_at"])
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON peer_round TO cop_worker")
    op.add_column("personal_link", sa.Column("texted", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.execute("REVOKE INSERT, UPDATE ON personal_link FROM cop_web")
    op.execute(f"GRANT INSERT ({OWN_COLUMNS}), UPDATE (revoked_at) ON personal_link TO cop_web")
    op.execute("DROP FUNCTION forget_ties(bigint)")
    for name, (gives, does) in FUNCTIONS.items():
        op.execute(
            f"CREATE FUNCTION {name} {gives} SECURITY DEFINER SET search_path = public, pg_temp AS $does${does}$does$"
        )
        op.execute(f"REVOKE ALL ON FUNCTION {_called(name)} FROM PUBLIC")
    for name in FOR_PAGES:
        op.execute(f"GRANT EXECUTE ON FUNCTION {_called(name)} TO cop_web")
    op.execute("GRANT EXECUTE ON FUNCTION forget_ties(bigint) TO cop_worker")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {_called(name)}")
    op.execute(
        "CREATE FUNCTION forget_ties(person bigint) RETURNS void LANGUAGE sql SECURITY DEFINER"
        " SET search_path = public, pg_temp AS"
        " 'DELETE FROM tie WHERE from_id = person OR to_id = person;"
        " DELETE FROM nomination WHERE person_id = person'"
    )
    op.execute("REVOKE ALL ON FUNCTION forget_ties(bigint) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION forget_ties(bigint) TO cop_web, cop_worker")
    op.execute(f"REVOKE INSERT ({OWN_COLUMNS}), UPDATE (revoked_at) ON personal_link FROM cop_web")
    op.execute("GRANT INSERT, UPDATE ON personal_link TO cop_web")
    op.drop_column("personal_link", "texted")
    op.drop_table("peer_round")


def _called(name: str) -> str:
    """As it is named by its arguments' types alone: own_ties(text, timestamptz)."""
    head, _, rest = name.partition("(")
    types = ", ".join(each.split()[-1] for each in rest.removesuffix(")").split(", "))
    return f"{head}({types})"
