"""Find the texts of a week by their hour, and what phones wrote among all they got.

While it is applied: old code reads as before; texts are not written for as long as the indexes are built.

Revision ID: 20261206_1500
Revises: 20261206_1300
"""

import sqlalchemy as sa
from alembic import op

revision = "20261206_1500"
down_revision = "20261206_1300"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_index("ix_message_send_after", "message", ["send_after"])
    op.create_index("ix_phone_text_wrote", "phone_text", ["phone"], postgresql_where=sa.text("NOT incoming"))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_phone_text_wrote", table_name="phone_text")
    op.drop_index("ix_message_send_after", table_name="message")
