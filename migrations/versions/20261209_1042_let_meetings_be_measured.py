"""Let the measuring role read who hosts the meetings of communities, and when.

While it is applied: old code goes on; it reads nothing of this.

Revision ID: 20261209_1042
Revises: 20261209_1011
"""

from alembic import op

revision = "20261209_1042"
down_revision = "20261209_1011"
branch_labels = None
depends_on = None

COLUMNS = "id, community_id, host_id, starts_at, called_off_at"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"GRANT SELECT ({COLUMNS}) ON community_meeting TO cop_measure")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"REVOKE SELECT ({COLUMNS}) ON community_meeting FROM cop_measure")
