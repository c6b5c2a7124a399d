"""Keep which part of a longer text a text is, where a channel brings the parts one by one.

While it is applied: old code goes on; it brings no parts.

Revision ID: 20261208_1205
Revises: 20261208_1152
"""

import sqlalchemy as sa
from alembic import op

revision = "20261208_1205"
down_revision = "20261208_1152"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("inbound_text", sa.Column("part", sa.BigInteger(), nullable=True))
    op.add_column("inbound_text", sa.Column("parts", sa.BigInteger(), nullable=True))
    op.add_column("inbound_text", sa.Column("reference", sa.Text(), nullable=True))
    op.create_index("ix_inbound_text_part", "inbound_text", ["id"], postgresql_where=sa.text("state = 'part'"))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_inbound_text_part", table_name="inbound_text", postgresql_where=sa.text("state = 'part'"))
    op.drop_column("inbound_text", "reference")
    op.drop_column("inbound_text", "parts")
    op.drop_column("inbound_text", "part")
