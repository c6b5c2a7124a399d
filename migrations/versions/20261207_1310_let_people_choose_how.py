"""Keep by what the holder of a number wants to be texted.

While it is applied: old code goes on and knows of no choice.

Revision ID: 20261207_1310
Revises: 20261207_1240
"""

import sqlalchemy as sa
from alembic import op

revision = "20261207_1310"
down_revision = "20261207_1240"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "medium_choice",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column(
            "medium",
            sa.Enum("sms", "whatsapp", name="medium", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_medium_choice")),
    )
    for role in ("cop_web", "cop_worker"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON medium_choice TO {role}")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("medium_choice")
