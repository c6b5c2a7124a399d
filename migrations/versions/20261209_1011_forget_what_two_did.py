"""Let what somebody said she did with another be forgotten from her own page, which may not look at it.

While it is applied: old code goes on; who had herself forgotten on her page was refused.

Revision ID: 20261209_1011
Revises: 20261209_1041
"""

from alembic import op

revision = "20261209_1011"
down_revision = "20261209_1041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(
        "CREATE FUNCTION forget_done_together(person bigint) RETURNS void LANGUAGE sql SECURITY DEFINER"
        " SET search_path = public, pg_temp AS"
        " 'DELETE FROM done_together WHERE person_id = person OR other_id = person'"
    )
    op.execute("REVOKE ALL ON FUNCTION forget_done_together(bigint) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION forget_done_together(bigint) TO cop_web, cop_worker")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP FUNCTION forget_done_together(bigint)")
