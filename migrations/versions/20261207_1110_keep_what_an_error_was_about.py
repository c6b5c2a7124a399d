"""Keep with each answer and report of a provider its error number and what that is about.

While it is applied: old code goes on; of what it writes the number of the error is not kept.

Revision ID: 20261207_1110
Revises: 20261207_1000
"""

import sqlalchemy as sa
from alembic import op

revision = "20261207_1110"
down_revision = "20261207_1000"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("attempt_outcome", sa.Column("code", sa.Text(), nullable=True))
    op.add_column("attempt_outcome", sa.Column("fault", sa.Text(), nullable=True))
    op.add_column("provider_event", sa.Column("fault", sa.Text(), nullable=True))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("provider_event", "fault")
    op.drop_column("attempt_outcome", "fault")
    op.drop_column("attempt_outcome", "code")
