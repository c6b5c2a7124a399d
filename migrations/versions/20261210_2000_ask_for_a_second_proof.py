"""Ask for a second proof: apps and printed codes of logins, and web sessions that wait for one."""

import sqlalchemy as sa
from alembic import op

revision = "20261210_2000"
down_revision = "20261210_1300"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("web_session", sa.Column("awaits_code", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("web_session", sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "second_factor",
        sa.Column("login_id", sa.BigInteger(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("next_salt", sa.LargeBinary(), nullable=True),
        sa.Column("last_step", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["login_id"], ["login.id"], name=op.f("fk_second_factor_login_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("login_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("login_id", sa.BigInteger(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["login_id"], ["login.id"], name=op.f("fk_recovery_code_login_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_login_id_tag"), "recovery_code", ["login_id", "tag"], unique=True)
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON second_factor, recovery_code TO cop_web")
    op.execute("GRANT USAGE ON SEQUENCE recovery_code_id_seq TO cop_web")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("recovery_code")
    op.drop_table("second_factor")
    op.drop_column("web_session", "proved_at")
    op.drop_column("web_session", "awaits_code")
