"""Let people keep changes of date and place when they want no other text, and act for themselves by a link of their own.

While it is applied: old code goes on; who wants changes only gets no text from it at all.

Revision ID: 20261207_1330
Revises: 20261207_1310
"""

import sqlalchemy as sa
from alembic import op

revision = "20261207_1330"
down_revision = "20261207_1310"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("opt_out", "person_opt_out"):
        op.add_column(table, sa.Column("changes_too", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_table(
        "personal_link",
        sa.Column("link_hash", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("link_hash", name=op.f("pk_personal_link")),
    )
    op.create_index(op.f("ix_personal_link_person_id"), "personal_link", ["person_id"])
    op.execute("GRANT SELECT, INSERT, UPDATE ON personal_link TO cop_web")
    op.execute("GRANT SELECT ON personal_link TO cop_worker")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("personal_link")
    for table in ("person_opt_out", "opt_out"):
        op.drop_column(table, "changes_too")
