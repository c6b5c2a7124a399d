"""Remember of a text that is watched in a channel's list when it was last looked for; let numbers go on their date.

While it is applied: old code goes on; it watches nothing.

Revision ID: 20261207_1240
Revises: 20261207_1230
"""

import sqlalchemy as sa
from alembic import op

revision = "20261207_1240"
down_revision = "20261207_1230"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("list_watch", sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("GRANT UPDATE (number) ON stray TO cop_worker")
    op.execute("GRANT DELETE ON wrong_number TO cop_worker")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("REVOKE DELETE ON wrong_number FROM cop_worker")
    op.execute("REVOKE UPDATE (number) ON stray FROM cop_worker")
    op.drop_column("list_watch", "looked_at")
