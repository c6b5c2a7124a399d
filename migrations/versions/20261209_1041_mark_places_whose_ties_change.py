"""Mark the places whose ties change, whoever changes them: pages, texts, jobs, or a person's deletion.

While it is applied: old code goes on, and its changes are marked as well.

Revision ID: 20261209_1041
Revises: 20261209_1020
"""

from alembic import op

revision = "20261209_1041"
down_revision = "20261209_1020"
branch_labels = None
depends_on = None

MARK = (
    "INSERT INTO measure_mark (path) SELECT DISTINCT post.training_path FROM touched"
    " JOIN post ON post.person_id IN (touched.one, touched.other)"
    " WHERE upper_inf(post.during) AND post.training_path IS NOT NULL"
)
CHANGES = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name, one, other in (("ties", "from_id", "to_id"), ("takers", "person_id", "person_id")):
        op.execute(
            f"CREATE FUNCTION mark_{name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
            f" SET search_path = public, pg_temp AS $$ BEGIN WITH touched AS"
            f" (SELECT {one} AS one, {other} AS other FROM changed) {MARK}; RETURN NULL; END $$"
        )
        op.execute(f"REVOKE ALL ON FUNCTION mark_{name}() FROM PUBLIC")
    for change, side in CHANGES.items():
        op.execute(
            f"CREATE TRIGGER tie_{change.lower()}_is_marked AFTER {change} ON tie"
            f" REFERENCING {side} TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_ties()"
        )
    op.execute(
        "CREATE TRIGGER consent_is_marked AFTER INSERT ON consent_decision"
        " REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_takers()"
    )
    op.execute("GRANT SELECT ON peer_round TO cop_measure")
    op.execute("REVOKE INSERT ON measure_mark FROM cop_web, cop_worker")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("REVOKE SELECT ON peer_round FROM cop_measure")
    op.execute("GRANT INSERT ON measure_mark TO cop_web, cop_worker")
    op.execute("DROP TRIGGER consent_is_marked ON consent_decision")
    for change in CHANGES:
        op.execute(f"DROP TRIGGER tie_{change.lower()}_is_marked ON tie")
    for name in ("ties", "takers"):
        op.execute(f"DROP FUNCTION mark_{name}()")
