"""Let a text be answered with a personal link, as a page gives one.

While it is applied: old code goes on as it was.

Revision ID: 20261208_1206
Revises: 20261208_1205
"""

from alembic import op

revision = "20261208_1206"
down_revision = "20261208_1205"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("GRANT SELECT, INSERT, UPDATE ON personal_link TO cop_worker")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("REVOKE SELECT, INSERT, UPDATE ON personal_link FROM cop_worker")
