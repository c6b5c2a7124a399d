"""Tell somebody of her own introductions: a function for her page, which takes the link that was texted to her.

What the other one said is in nothing that it gives; who the other one is only once both were told. While it is applied:
old code goes on and lists none.

Revision ID: 20261209_1130
Revises: 20261209_1120
"""

from alembic import op

revision = "20261209_1130"
down_revision = "20261209_1120"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(
        "CREATE FUNCTION own_introductions(link text, as_of timestamptz)"
        " RETURNS TABLE (subject text, asked_at timestamptz, said text, name text, met_at timestamptz) LANGUAGE sql"
        " STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$"
        " WITH her AS (SELECT link_texted_to(link, as_of) AS id)"
        " SELECT i.subject, i.proposed_at, CASE WHEN i.one_id = her.id THEN i.one_said ELSE i.other_said END,"
        " CASE WHEN i.introduced_at IS NULL THEN '' ELSE coalesce(p.name, '') END, i.introduced_at"
        " FROM her JOIN introduction i ON her.id IN (i.one_id, i.other_id) LEFT JOIN person p"
        " ON p.id = CASE WHEN i.one_id = her.id THEN i.other_id ELSE i.one_id END"
        " WHERE i.proposed_at IS NOT NULL"
        # A month later the tie alone is left, which stands at the one it is from among those she gave.
        " UNION ALL SELECT t.subject, t.at, NULL, p.name, t.at FROM her JOIN tie t ON t.to_id = her.id"
        " JOIN person p ON p.id = t.from_id WHERE t.source = 'introduced' AND t.removed_at IS NULL"
        " AND NOT EXISTS (SELECT FROM introduction i WHERE i.id = -t.event_id)"
        " ORDER BY 2 DESC $$"
    )
    op.execute("REVOKE ALL ON FUNCTION own_introductions(text, timestamptz) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION own_introductions(text, timestamptz) TO cop_web")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP FUNCTION own_introductions(text, timestamptz)")
