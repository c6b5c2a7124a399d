"""Let somebody's ties be forgotten also by those who may not read ties.

While it is applied: old code goes on; whoever had herself forgotten stayed in the ties that others had named.

Revision ID: 20261208_1225
Revises: 20261208_1210
"""

from alembic import op

revision = "20261208_1225"
down_revision = "20261208_1210"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(
        "CREATE FUNCTION forget_ties(person bigint) RETURNS void LANGUAGE sql SECURITY DEFINER"
        " SET search_path = public, pg_temp AS"
        " 'DELETE FROM tie WHERE from_id = person OR to_id = person;"
        " DELETE FROM nomination WHERE person_id = person'"
    )
    op.execute("REVOKE ALL ON FUNCTION forget_ties(bigint) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION forget_ties(bigint) TO cop_web, cop_worker")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP FUNCTION forget_ties(bigint)")
