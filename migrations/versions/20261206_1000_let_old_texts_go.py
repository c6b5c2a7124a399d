"""Let what is old go on its date: once a day, the audit trail by one function alone; and find lost texts quickly.

While it is applied: code of before forgets nothing.

Revision ID: 20261206_1000
Revises: 20261205_1000
"""

import sqlalchemy as sa
from alembic import op

revision = "20261206_1000"
down_revision = "20261205_1000"
branch_labels = None
depends_on = None

LOST = "state IN ('failed', 'undelivered', 'rejected', 'unresolved', 'expired', 'suppressed')"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "job_period",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("job", "period", name=op.f("pk_job_period")),
    )
    op.execute("GRANT SELECT, INSERT, DELETE ON job_period TO cop_worker")
    op.execute("GRANT SELECT ON job_period TO cop_web")
    op.create_index("ix_message_lost", "message", ["state_at"], postgresql_where=sa.text(LOST))
    op.create_index(op.f("ix_inbound_text_received_at"), "inbound_text", ["received_at"])
    # Rows of the audit trail are deleted by this function and nothing else, and never before seven years are over.
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP = 'DELETE' AND current_setting('cop.forgetting', true) = 'on' THEN RETURN NULL; END IF; "
        "RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME; END $$"
    )
    op.execute(
        "CREATE FUNCTION forget_audit(before timestamptz) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER "
        "SET search_path = pg_catalog, public AS $$ DECLARE gone bigint; BEGIN "
        "IF before > clock_timestamp() - interval '7 years' THEN "
        "RAISE EXCEPTION 'the audit trail is kept for seven years'; END IF; "
        "PERFORM set_config('cop.forgetting', 'on', true); "
        "DELETE FROM audit_entry WHERE at < before; GET DIAGNOSTICS gone = ROW_COUNT; "
        "PERFORM set_config('cop.forgetting', '', true); RETURN gone; END $$"
    )
    op.execute("REVOKE ALL ON FUNCTION forget_audit(timestamptz) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION forget_audit(timestamptz) TO cop_worker")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP FUNCTION forget_audit(timestamptz)")
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME; END $$"
    )
    op.drop_index(op.f("ix_inbound_text_received_at"), table_name="inbound_text")
    op.drop_index("ix_message_lost", table_name="message")
    op.drop_table("job_period")
