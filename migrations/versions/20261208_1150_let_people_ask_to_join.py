"""Keep requests to join, or to teach at another school.

While it is applied: old code goes on; nobody can join by text yet.

Revision ID: 20261208_1150
Revises: 20261208_1140
"""

import sqlalchemy as sa
from alembic import op

revision = "20261208_1150"
down_revision = "20261208_1140"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "join_request",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("moves", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked", "waits", "confirmed", "refused", "withdrawn",
                name="request_state", native_enum=False, create_constraint=True, length=32,
            ),
            server_default="asked",
            nullable=False,
        ),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_join_request_school_id_school"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_join_request_person_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_request")),
    )  # fmt: skip
    op.create_index(
        "ix_join_request_open", "join_request", ["asked_at"],
        postgresql_where=sa.text("state IN ('asked', 'waits')"),
    )  # fmt: skip
    op.create_index(op.f("ix_join_request_number"), "join_request", ["number"])
    op.create_index(op.f("ix_join_request_school_id"), "join_request", ["school_id"])
    op.create_index(op.f("ix_join_request_person_id"), "join_request", ["person_id"])
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON join_request TO cop_web, cop_worker")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("join_request")
