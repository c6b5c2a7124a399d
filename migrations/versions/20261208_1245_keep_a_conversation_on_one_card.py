"""Let further words to a person lie on the card that waits for her.

While it is applied: old code goes on; it lays each text on a card of its own.

Revision ID: 20261208_1245
Revises: 20261208_1225
"""

import sqlalchemy as sa
from alembic import op

revision = "20261208_1245"
down_revision = "20261208_1225"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("inbound_text", sa.Column("parked_id", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_inbound_text_parked_id"), "inbound_text", ["parked_id"])


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(op.f("ix_inbound_text_parked_id"), "inbound_text")
    op.drop_column("inbound_text", "parked_id")
