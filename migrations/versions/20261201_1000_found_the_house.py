"""Found the house: every table of the first release, its roles and their rights.

While it is applied: nothing runs yet; this is the first.

Revision ID: 20261201_1000
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261201_1000"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("old", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("new", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index(
        op.f("ix_audit_entry_subject_kind_subject_id"), "audit_entry", ["subject_kind", "subject_id"], unique=False
    )
    op.create_table(
        "cluster_draft",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("rules", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("summary", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("from_date", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cluster_draft")),
    )
    op.create_table(
        "failed_sign_in",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_sign_in")),
    )
    op.create_index(op.f("ix_failed_sign_in_tag_at"), "failed_sign_in", ["tag", "at"], unique=False)
    op.create_table(
        "import",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("columns", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import")),
    )
    op.create_index(op.f("ix_import_sha256"), "import", ["sha256"], unique=False)
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("leg", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("again", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("priority", sa.BigInteger(), nullable=False),
        sa.Column("text_key", sa.Text(), nullable=False),
        sa.Column("text_values", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("send_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "parked",
                "claimed",
                "submitting",
                "unknown",
                "accepted",
                "sent",
                "failed",
                "undelivered",
                "delivered",
                "read",
                "rejected",
                "suppressed",
                "cancelled",
                "expired",
                "unresolved",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("lease_token", sa.Uuid(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("doubtful", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("segments", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint(
            "subject_kind",
            "subject_id",
            "revision",
            "person_id",
            "number",
            "kind",
            "leg",
            "again",
            name="uq_message_key",
        ),
    )
    op.create_index(
        "ix_message_due",
        "message",
        ["priority", "send_after", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index("ix_message_number", "message", ["number"], unique=False)
    op.create_index(
        "ix_message_open",
        "message",
        ["state"],
        unique=False,
        postgresql_where=sa.text("state IN ('claimed', 'submitting', 'unknown', 'parked')"),
    )
    op.create_table(
        "message_subject",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("withdrawn", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("training_path", sa.Text(), nullable=True),
        sa.Column("admin_path", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("kind", "id", name=op.f("pk_message_subject")),
    )
    op.create_index(
        "ix_message_subject_admin_path",
        "message_subject",
        ["admin_path"],
        unique=False,
        postgresql_ops={"admin_path": "text_pattern_ops"},
    )
    op.create_index(
        "ix_message_subject_training_path",
        "message_subject",
        ["training_path"],
        unique=False,
        postgresql_ops={"training_path": "text_pattern_ops"},
    )
    op.create_table(
        "module",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "subject",
            sa.Enum(
                "maths",
                "languages",
                "science",
                "pedagogy",
                "parents",
                name="subject",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("days", sa.BigInteger(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module")),
        sa.UniqueConstraint("subject", "number", name=op.f("uq_module_subject_number")),
    )
    op.create_table(
        "opt_out",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opt_out")),
    )
    op.create_index(
        "uq_opt_out_current", "opt_out", ["number"], unique=True, postgresql_where=sa.text("ended_at IS NULL")
    )
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column(
            "gender",
            sa.Enum("woman", "man", name="gender", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("personal_no", sa.Text(), nullable=True),
        sa.Column(
            "language",
            sa.Enum("ur_latn", "ur", "en", name="language", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("invented", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("personal_no", name=op.f("uq_person_personal_no")),
    )
    op.create_index(op.f("ix_person_name_key"), "person", ["name_key"], unique=False)
    op.create_table(
        "phone_text",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("incoming", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_text")),
    )
    op.create_index(op.f("ix_phone_text_message_id"), "phone_text", ["message_id"], unique=False)
    op.create_index(op.f("ix_phone_text_phone_id"), "phone_text", ["phone", "id"], unique=False)
    op.create_table(
        "programme",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("invented", sa.Boolean(), nullable=False),
        sa.Column(
            "languages",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text('\'["ur", "en"]\'::jsonb'),
            nullable=False,
        ),
        sa.Column("founded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_programme_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
    )
    op.create_table(
        "provider_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sid", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_event")),
        sa.UniqueConstraint(
            "sid", "status", "code", name=op.f("uq_provider_event_sid_status_code"), postgresql_nulls_not_distinct=True
        ),
    )
    op.create_table(
        "rehearsal_clock",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("shift", sa.Interval(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_rehearsal_clock_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rehearsal_clock")),
    )
    op.create_table(
        "round",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("subjects", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("rules", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("summary", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
    )
    op.create_table(
        "school",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_ur", sa.Text(), nullable=True),
        sa.Column(
            "gender",
            sa.Enum("boys", "girls", "mixed", name="gender", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("zone", sa.Text(), nullable=True),
        sa.Column("village_council", sa.Text(), nullable=True),
        sa.Column("asdeo_circle", sa.Text(), nullable=True),
        sa.Column("sdeo_office", sa.Text(), nullable=True),
        sa.Column("ddo_code", sa.Text(), nullable=True),
        sa.Column("training_path", sa.Text(), nullable=True),
        sa.Column("admin_path", sa.Text(), server_default="", nullable=False),
        sa.Column("invented", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("(lat IS NULL) = (lon IS NULL)", name=op.f("ck_school_both_coordinates")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school")),
        sa.UniqueConstraint("code", name=op.f("uq_school_code")),
    )
    op.create_index(
        "ix_school_admin_path",
        "school",
        ["admin_path"],
        unique=False,
        postgresql_ops={"admin_path": "text_pattern_ops"},
    )
    op.create_index(
        "ix_school_training_path",
        "school",
        ["training_path"],
        unique=False,
        postgresql_ops={"training_path": "text_pattern_ops"},
    )
    op.create_table(
        "taken_form",
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("led_to", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_taken_form")),
    )
    op.create_table(
        "tick",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("milliseconds", sa.BigInteger(), nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("runs", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("busy_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("job", "worker", name=op.f("pk_tick")),
    )
    op.create_table(
        "attempt",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_attempt_message_id")),
        sa.PrimaryKeyConstraint("message_id", "n", name=op.f("pk_attempt")),
    )
    op.create_table(
        "attempt_outcome",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_attempt_outcome_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt_outcome")),
    )
    op.create_index(op.f("ix_attempt_outcome_message_id"), "attempt_outcome", ["message_id"], unique=False)
    op.create_table(
        "cluster_draft_row",
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("block", sa.BigInteger(), nullable=False),
        sa.Column("circle", sa.BigInteger(), nullable=False),
        sa.Column("cluster", sa.BigInteger(), nullable=False),
        sa.Column("host", sa.Boolean(), nullable=False),
        sa.Column("km", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["cluster_draft.id"], name=op.f("fk_cluster_draft_row_draft_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_cluster_draft_row_school_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("draft_id", "school_id", name=op.f("pk_cluster_draft_row")),
    )
    op.create_index(op.f("ix_cluster_draft_row_school_id"), "cluster_draft_row", ["school_id"], unique=False)
    op.create_table(
        "imported_row",
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column("target_kind", sa.Text(), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import.id"], name=op.f("fk_imported_row_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "row", name=op.f("pk_imported_row")),
    )
    op.create_index(
        op.f("ix_imported_row_target_kind_target_id"), "imported_row", ["target_kind", "target_id"], unique=False
    )
    op.create_table(
        "inbound_text",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), server_default="received", nullable=False),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("training_path", sa.Text(), nullable=True),
        sa.Column("admin_path", sa.Text(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_inbound_text_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_text")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_inbound_text_provider_id")),
    )
    op.create_index(op.f("ix_inbound_text_number_received_at"), "inbound_text", ["number", "received_at"], unique=False)
    op.create_index(op.f("ix_inbound_text_person_id"), "inbound_text", ["person_id"], unique=False)
    op.create_index(
        "ix_inbound_text_unread", "inbound_text", ["id"], unique=False, postgresql_where=sa.text("state = 'received'")
    )
    op.create_table(
        "login",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), server_default="en", nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_login_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login")),
        sa.UniqueConstraint("login", name=op.f("uq_login_login")),
        sa.UniqueConstraint("person_id", name=op.f("uq_login_person_id")),
    )
    op.create_table(
        "person_number",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("number ~ '^\\+923[0-9]{9}$'", name=op.f("ck_person_number_pakistani_mobile")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_number_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_number")),
    )
    op.create_index(op.f("ix_person_number_number"), "person_number", ["number"], unique=False)
    op.create_index(op.f("ix_person_number_person_id"), "person_number", ["person_id"], unique=False)
    op.create_index(
        "uq_person_number_current",
        "person_number",
        ["person_id", "number"],
        unique=True,
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "place",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "tree", sa.Enum("T", "A", name="tree", native_enum=False, create_constraint=True, length=32), nullable=False
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "programme",
                "block",
                "circle",
                "cluster",
                "province",
                "district",
                "tehsil",
                "union_council",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("seat_path", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_ur", sa.Text(), nullable=True),
        sa.Column("host_school_id", sa.BigInteger(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["host_school_id"], ["school.id"], name=op.f("fk_place_host_school_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["place.id"], name=op.f("fk_place_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("tree", "path", name=op.f("uq_place_tree_path")),
    )
    op.create_index(op.f("ix_place_host_school_id"), "place", ["host_school_id"], unique=False)
    op.create_index(op.f("ix_place_parent_id"), "place", ["parent_id"], unique=False)
    op.create_index("ix_place_path", "place", ["path"], unique=False, postgresql_ops={"path": "text_pattern_ops"})
    op.create_index(
        "ix_place_seat_path", "place", ["seat_path"], unique=False, postgresql_ops={"seat_path": "text_pattern_ops"}
    )
    op.create_table(
        "provider_message",
        sa.Column("sid", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_provider_message_message_id")),
        sa.PrimaryKeyConstraint("sid", name=op.f("pk_provider_message")),
    )
    op.create_index(op.f("ix_provider_message_message_id"), "provider_message", ["message_id"], unique=False)
    op.create_table(
        "question",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("values", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_question_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
    )
    op.create_index(
        "ix_question_open", "question", ["number"], unique=False, postgresql_where=sa.text("closed_at IS NULL")
    )
    op.create_index(op.f("ix_question_person_id"), "question", ["person_id"], unique=False)
    op.create_table(
        "withdrawal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_withdrawal_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawal")),
    )
    op.create_index(op.f("ix_withdrawal_message_id"), "withdrawal", ["message_id"], unique=False)
    op.create_table(
        "effect",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("inbound_text_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("undo", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["inbound_text_id"], ["inbound_text.id"], name=op.f("fk_effect_inbound_text_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_effect")),
    )
    op.create_index(op.f("ix_effect_inbound_text_id"), "effect", ["inbound_text_id"], unique=False)
    op.create_index(op.f("ix_effect_number_at"), "effect", ["number", "at"], unique=False)
    op.create_table(
        "parked",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("inbound_text_id", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("guesses", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("training_path", sa.Text(), nullable=True),
        sa.Column("admin_path", sa.Text(), nullable=True),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.BigInteger(), nullable=True),
        sa.Column("settled_how", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["inbound_text_id"], ["inbound_text.id"], name=op.f("fk_parked_inbound_text_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parked")),
        sa.UniqueConstraint("inbound_text_id", name=op.f("uq_parked_inbound_text_id")),
    )
    op.create_index(
        "ix_parked_waiting", "parked", ["parked_at"], unique=False, postgresql_where=sa.text("settled_at IS NULL")
    )
    op.create_table(
        "placement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "tree", sa.Enum("T", "A", name="tree", native_enum=False, create_constraint=True, length=32), nullable=False
        ),
        sa.Column("during", postgresql.DATERANGE(), nullable=False),
        postgresql.ExcludeConstraint(
            (
                sa.text(
                    "box(point(school_id, coalesce(lower(during) - DATE '2000-01-01', -1000000)), point(school_id, coalesce(upper(during) - DATE '2000-01-01' - 1, 1000000)))"
                ),
                "&&",
            ),
            where=sa.text("tree = 'A' AND NOT isempty(during)"),
            using="gist",
            name="one_area_at_a_time",
        ),
        postgresql.ExcludeConstraint(
            (
                sa.text(
                    "box(point(school_id, coalesce(lower(during) - DATE '2000-01-01', -1000000)), point(school_id, coalesce(upper(during) - DATE '2000-01-01' - 1, 1000000)))"
                ),
                "&&",
            ),
            where=sa.text("tree = 'T' AND NOT isempty(during)"),
            using="gist",
            name="one_cluster_at_a_time",
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_placement_place_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_placement_school_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
    )
    op.create_index(op.f("ix_placement_place_id"), "placement", ["place_id"], unique=False)
    op.create_index(op.f("ix_placement_school_id"), "placement", ["school_id"], unique=False)
    op.create_table(
        "post",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "core_team",
                "master_trainer",
                "circle_trainer",
                "facilitator",
                "teacher",
                "head_teacher",
                "education_manager",
                "monitor",
                "clerk",
                "administrator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "subject",
            sa.Enum(
                "maths",
                "languages",
                "science",
                "pedagogy",
                "parents",
                name="subject",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("school_id", sa.BigInteger(), nullable=True),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
        sa.Column("training_path", sa.Text(), nullable=True),
        sa.Column("admin_path", sa.Text(), nullable=True),
        sa.Column("during", postgresql.DATERANGE(), nullable=False),
        sa.CheckConstraint("(school_id IS NULL) <> (place_id IS NULL)", name=op.f("ck_post_at_school_or_place")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_post_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_post_place_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_post_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
    )
    op.create_index(
        "ix_post_admin_path", "post", ["admin_path"], unique=False, postgresql_ops={"admin_path": "text_pattern_ops"}
    )
    op.create_index(op.f("ix_post_person_id"), "post", ["person_id"], unique=False)
    op.create_index(op.f("ix_post_place_id"), "post", ["place_id"], unique=False)
    op.create_index(op.f("ix_post_school_id"), "post", ["school_id"], unique=False)
    op.create_index(
        "ix_post_training_path",
        "post",
        ["training_path"],
        unique=False,
        postgresql_ops={"training_path": "text_pattern_ops"},
    )
    op.create_table(
        "sign_in_link",
        sa.Column("link_hash", sa.Text(), nullable=False),
        sa.Column("login_id", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["login_id"], ["login.id"], name=op.f("fk_sign_in_link_login_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("link_hash", name=op.f("pk_sign_in_link")),
    )
    op.create_index(op.f("ix_sign_in_link_login_id"), "sign_in_link", ["login_id"], unique=False)
    op.create_table(
        "training_session",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("round_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "level",
            sa.Enum("master", "circle", "teacher", name="level", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "subject",
            sa.Enum(
                "maths",
                "languages",
                "science",
                "pedagogy",
                "parents",
                name="subject",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("module_id", sa.BigInteger(), nullable=True),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("training_path", sa.Text(), nullable=False),
        sa.Column("admin_path", sa.Text(), nullable=False),
        sa.Column("venue_school_id", sa.BigInteger(), nullable=True),
        sa.Column("venue", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("capacity", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "planned",
                "held",
                "cancelled",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("revision", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("sheet_printed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("called_off_why", sa.Text(), nullable=True),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_training_session_starts_before_it_ends")),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk_training_session_module_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_training_session_place_id")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_training_session_round_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["venue_school_id"], ["school.id"], name=op.f("fk_training_session_venue_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_session")),
    )
    op.create_index(
        "ix_training_session_admin_path",
        "training_session",
        ["admin_path"],
        unique=False,
        postgresql_ops={"admin_path": "text_pattern_ops"},
    )
    op.create_index(op.f("ix_training_session_code"), "training_session", ["code"], unique=False)
    op.create_index(op.f("ix_training_session_module_id"), "training_session", ["module_id"], unique=False)
    op.create_index(op.f("ix_training_session_place_id"), "training_session", ["place_id"], unique=False)
    op.create_index(op.f("ix_training_session_round_id"), "training_session", ["round_id"], unique=False)
    op.create_index(op.f("ix_training_session_starts_at"), "training_session", ["starts_at"], unique=False)
    op.create_index(op.f("ix_training_session_state"), "training_session", ["state"], unique=False)
    op.create_index(
        "ix_training_session_training_path",
        "training_session",
        ["training_path"],
        unique=False,
        postgresql_ops={"training_path": "text_pattern_ops"},
    )
    op.create_index(op.f("ix_training_session_venue_school_id"), "training_session", ["venue_school_id"], unique=False)
    op.create_table(
        "web_session",
        sa.Column("id_hash", sa.Text(), nullable=False),
        sa.Column("login_id", sa.BigInteger(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["login_id"], ["login.id"], name=op.f("fk_web_session_login_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_web_session")),
    )
    op.create_index(op.f("ix_web_session_login_id"), "web_session", ["login_id"], unique=False)
    op.create_table(
        "attendance_report",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_session.id"], name=op.f("fk_attendance_report_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_report")),
        sa.UniqueConstraint("session_id", "version", name=op.f("uq_attendance_report_session_id_version")),
    )
    op.create_table(
        "booking",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("school_id", sa.BigInteger(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.CheckConstraint("(person_id IS NULL) <> (school_id IS NULL)", name=op.f("ck_booking_trainer_or_venue")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_booking_person_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_booking_school_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_session.id"], name=op.f("fk_booking_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint("person_id", "day", name=op.f("uq_booking_person_id_day")),
        sa.UniqueConstraint("school_id", "day", name=op.f("uq_booking_school_id_day")),
    )
    op.create_index(op.f("ix_booking_session_id"), "booking", ["session_id"], unique=False)
    op.create_table(
        "code_hold",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.BigInteger(), nullable=False),
        sa.Column("during", postgresql.DATERANGE(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(holder, holder, '[]')"), "&&"),
            (sa.text("int8range(code, code, '[]')"), "&&"),
            (sa.column("during"), "&&"),
            using="gist",
            name="one_session_a_code",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_session.id"], name=op.f("fk_code_hold_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_hold")),
    )
    op.create_index(op.f("ix_code_hold_session_id"), "code_hold", ["session_id"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=True),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column(
            "answer",
            sa.Enum("yes", "no", "unsure", name="answer", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_via", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("answers", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_invitation_person_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_invitation_school_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_session.id"], name=op.f("fk_invitation_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("session_id", "person_id", name=op.f("uq_invitation_session_id_person_id")),
        sa.UniqueConstraint("session_id", "row", name=op.f("uq_invitation_session_id_row")),
    )
    op.create_index(op.f("ix_invitation_person_id"), "invitation", ["person_id"], unique=False)
    op.create_index(op.f("ix_invitation_school_id"), "invitation", ["school_id"], unique=False)
    op.create_table(
        "meeting",
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_session.id"], name=op.f("fk_meeting_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", "day", name=op.f("pk_meeting")),
    )
    op.create_table(
        "session_trainer",
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_session_trainer_person_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_session.id"], name=op.f("fk_session_trainer_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", "person_id", name=op.f("pk_session_trainer")),
    )
    op.create_index(op.f("ix_session_trainer_person_id"), "session_trainer", ["person_id"], unique=False)
    op.create_table(
        "attendance",
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("invitation_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "mark",
            sa.Enum("here", "late", "away", name="mark", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name=op.f("fk_attendance_invitation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["attendance_report.id"], name=op.f("fk_attendance_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", "invitation_id", name=op.f("pk_attendance")),
    )
    op.create_index(op.f("ix_attendance_invitation_id"), "attendance", ["invitation_id"], unique=False)
    give_rights()


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER audit_entry_is_insert_only ON audit_entry")
    op.execute("DROP FUNCTION refuse_change()")
    op.drop_index(op.f("ix_attendance_invitation_id"), table_name="attendance")
    op.drop_table("attendance")
    op.drop_index(op.f("ix_session_trainer_person_id"), table_name="session_trainer")
    op.drop_table("session_trainer")
    op.drop_table("meeting")
    op.drop_index(op.f("ix_invitation_school_id"), table_name="invitation")
    op.drop_index(op.f("ix_invitation_person_id"), table_name="invitation")
    op.drop_table("invitation")
    op.drop_index(op.f("ix_code_hold_session_id"), table_name="code_hold")
    op.drop_table("code_hold")
    op.drop_index(op.f("ix_booking_session_id"), table_name="booking")
    op.drop_table("booking")
    op.drop_table("attendance_report")
    op.drop_index(op.f("ix_web_session_login_id"), table_name="web_session")
    op.drop_table("web_session")
    op.drop_index(op.f("ix_training_session_venue_school_id"), table_name="training_session")
    op.drop_index(
        "ix_training_session_training_path",
        table_name="training_session",
        postgresql_ops={"training_path": "text_pattern_ops"},
    )
    op.drop_index(op.f("ix_training_session_state"), table_name="training_session")
    op.drop_index(op.f("ix_training_session_starts_at"), table_name="training_session")
    op.drop_index(op.f("ix_training_session_round_id"), table_name="training_session")
    op.drop_index(op.f("ix_training_session_place_id"), table_name="training_session")
    op.drop_index(op.f("ix_training_session_module_id"), table_name="training_session")
    op.drop_index(op.f("ix_training_session_code"), table_name="training_session")
    op.drop_index(
        "ix_training_session_admin_path",
        table_name="training_session",
        postgresql_ops={"admin_path": "text_pattern_ops"},
    )
    op.drop_table("training_session")
    op.drop_index(op.f("ix_sign_in_link_login_id"), table_name="sign_in_link")
    op.drop_table("sign_in_link")
    op.drop_index("ix_post_training_path", table_name="post", postgresql_ops={"training_path": "text_pattern_ops"})
    op.drop_index(op.f("ix_post_school_id"), table_name="post")
    op.drop_index(op.f("ix_post_place_id"), table_name="post")
    op.drop_index(op.f("ix_post_person_id"), table_name="post")
    op.drop_index("ix_post_admin_path", table_name="post", postgresql_ops={"admin_path": "text_pattern_ops"})
    op.drop_table("post")
    op.drop_index(op.f("ix_placement_school_id"), table_name="placement")
    op.drop_index(op.f("ix_placement_place_id"), table_name="placement")
    op.drop_table("placement")
    op.drop_index("ix_parked_waiting", table_name="parked", postgresql_where=sa.text("settled_at IS NULL"))
    op.drop_table("parked")
    op.drop_index(op.f("ix_effect_number_at"), table_name="effect")
    op.drop_index(op.f("ix_effect_inbound_text_id"), table_name="effect")
    op.drop_table("effect")
    op.drop_index(op.f("ix_withdrawal_message_id"), table_name="withdrawal")
    op.drop_table("withdrawal")
    op.drop_index(op.f("ix_question_person_id"), table_name="question")
    op.drop_index("ix_question_open", table_name="question", postgresql_where=sa.text("closed_at IS NULL"))
    op.drop_table("question")
    op.drop_index(op.f("ix_provider_message_message_id"), table_name="provider_message")
    op.drop_table("provider_message")
    op.drop_index("ix_place_seat_path", table_name="place", postgresql_ops={"seat_path": "text_pattern_ops"})
    op.drop_index("ix_place_path", table_name="place", postgresql_ops={"path": "text_pattern_ops"})
    op.drop_index(op.f("ix_place_parent_id"), table_name="place")
    op.drop_index(op.f("ix_place_host_school_id"), table_name="place")
    op.drop_table("place")
    op.drop_index("uq_person_number_current", table_name="person_number", postgresql_where=sa.text("until IS NULL"))
    op.drop_index(op.f("ix_person_number_person_id"), table_name="person_number")
    op.drop_index(op.f("ix_person_number_number"), table_name="person_number")
    op.drop_table("person_number")
    op.drop_table("login")
    op.drop_index("ix_inbound_text_unread", table_name="inbound_text", postgresql_where=sa.text("state = 'received'"))
    op.drop_index(op.f("ix_inbound_text_person_id"), table_name="inbound_text")
    op.drop_index(op.f("ix_inbound_text_number_received_at"), table_name="inbound_text")
    op.drop_table("inbound_text")
    op.drop_index(op.f("ix_imported_row_target_kind_target_id"), table_name="imported_row")
    op.drop_table("imported_row")
    op.drop_index(op.f("ix_cluster_draft_row_school_id"), table_name="cluster_draft_row")
    op.drop_table("cluster_draft_row")
    op.drop_index(op.f("ix_attempt_outcome_message_id"), table_name="attempt_outcome")
    op.drop_table("attempt_outcome")
    op.drop_table("attempt")
    op.drop_table("tick")
    op.drop_table("taken_form")
    op.drop_index("ix_school_training_path", table_name="school", postgresql_ops={"training_path": "text_pattern_ops"})
    op.drop_index("ix_school_admin_path", table_name="school", postgresql_ops={"admin_path": "text_pattern_ops"})
    op.drop_table("school")
    op.drop_table("round")
    op.drop_table("rehearsal_clock")
    op.drop_table("provider_event")
    op.drop_table("programme")
    op.drop_index(op.f("ix_phone_text_phone_id"), table_name="phone_text")
    op.drop_index(op.f("ix_phone_text_message_id"), table_name="phone_text")
    op.drop_table("phone_text")
    op.drop_index(op.f("ix_person_name_key"), table_name="person")
    op.drop_table("person")
    op.drop_index("uq_opt_out_current", table_name="opt_out", postgresql_where=sa.text("ended_at IS NULL"))
    op.drop_table("opt_out")
    op.drop_table("module")
    op.drop_index(
        "ix_message_subject_training_path",
        table_name="message_subject",
        postgresql_ops={"training_path": "text_pattern_ops"},
    )
    op.drop_index(
        "ix_message_subject_admin_path", table_name="message_subject", postgresql_ops={"admin_path": "text_pattern_ops"}
    )
    op.drop_table("message_subject")
    op.drop_index(
        "ix_message_open",
        table_name="message",
        postgresql_where=sa.text("state IN ('claimed', 'submitting', 'unknown', 'parked')"),
    )
    op.drop_index("ix_message_number", table_name="message")
    op.drop_index("ix_message_due", table_name="message", postgresql_where=sa.text("state = 'queued'"))
    op.drop_table("message")
    op.drop_index(op.f("ix_import_sha256"), table_name="import")
    op.drop_table("import")
    op.drop_index(op.f("ix_failed_sign_in_tag_at"), table_name="failed_sign_in")
    op.drop_table("failed_sign_in")
    op.drop_table("cluster_draft")
    op.drop_index(op.f("ix_audit_entry_subject_kind_subject_id"), table_name="audit_entry")
    op.drop_table("audit_entry")


UNITS = ("cop_web", "cop_worker")
"""Roles of the units of work; they hold no login and are taken by SET LOCAL ROLE."""
INSERT_ONLY = (
    "audit_entry",
    "attempt",
    "attempt_outcome",
    "provider_message",
    "provider_event",
    "withdrawal",
)


def give_rights() -> None:
    """Create the roles if the server lacks them, let them work, and keep facts and audit rows as they were written."""
    for role in UNITS:
        op.execute(
            f"DO $$ BEGIN CREATE ROLE {role} NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        )
        op.execute(f"GRANT {role} TO CURRENT_USER")
        op.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
        op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
        for table in INSERT_ONLY:
            op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}")
        op.execute(f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {role}")
    op.execute("REVOKE ALL ON web_session, sign_in_link, failed_sign_in FROM cop_worker")
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_is_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
