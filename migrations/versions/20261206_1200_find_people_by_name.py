"""Find people by name in both scripts, mark numbers as wrong, keep silence for one person.

While it is applied: old code goes on; what it writes gets its search keys from the database, and it knows neither wrong
numbers nor the silence of one person.

Revision ID: 20261206_1200
Revises: 20261206_1100
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261206_1200"
down_revision = "20261206_1100"
branch_labels = None
depends_on = None

MARKS = r"\u0300-\u036F\u0610-\u061A\u0640\u064B-\u065F\u0670\u06D6-\u06ED\u200B-\u200F\u202A-\u202E\u2066-\u2069"
BETWEEN = r"\u0001-\u002F\u003A-\u0040\u005B-\u0060\u007B-\u00BF\u2000-\u206F\u060C\u061B\u061F\u06D4"
ALIKE = dict(zip("يىكةۃهھەۀۂ٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "ییکہہہہہہہ01234567890123456789", strict=True))
CONSONANTS = dict(
    zip("qcjxبپتٹټثجځچڅخښدڈډذرڑړزژږسشصضطظغفقکگګلمنںڼ", "kszzbptttszzsskkdddzrrrzzzsssztzgfkkgglmnnn", strict=True)
)
SOFT = dict(zip("eiouاعءvوحہیېےۍ", "aaaaaaawwhhyyyy", strict=True))
"""Heard at the beginning of a word alone."""


def translate(what: str, letters: dict[str, str], dropped: str = "") -> str:
    """An expression that replaces letters and drops others."""
    return f"translate({what}, '{''.join(letters)}{dropped}', '{''.join(letters.values())}')"


FIRST = translate("left(word, 1)", CONSONANTS | SOFT)
REST = translate("substr(word, 2)", CONSONANTS, "ahwy" + "".join(SOFT))
FUNCTIONS = (
    f"""
    CREATE FUNCTION name_words(written text) RETURNS SETOF text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $body$
      SELECT word FROM regexp_split_to_table(
        {translate(f"regexp_replace(lower(normalize(written, NFKD)), '[{MARKS}]', '', 'g')", ALIKE)},
        '[{BETWEEN}]+') AS word
      WHERE word <> ''
    $body$
    """,
    f"""
    CREATE FUNCTION name_sound(word text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $body$
      SELECT regexp_replace({FIRST} || {REST}, '(.)\\1+', '\\1', 'g')
      FROM (SELECT replace(name_sound.word, 'ph', 'f') AS word) AS said
    $body$
    """,
    """
    CREATE FUNCTION name_search(written text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $body$
      SELECT array_to_tsvector(coalesce(array_agg(key), '{}')) FROM (
        SELECT word AS key FROM public.name_words(written) AS word
        UNION
        SELECT CASE WHEN word ~ '^[a-z]+$' THEN '=' ELSE '~' END || public.name_sound(word)
        FROM public.name_words(written) AS word WHERE word !~ '^[0-9]+$'
      ) AS keys
    $body$
    """,
    """
    CREATE FUNCTION name_query(written text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $body$
      SELECT string_agg(
        '(''' || word || ''':*'
        || CASE WHEN word ~ '^[0-9]+$' THEN ''
           ELSE ' | ''' || CASE WHEN word ~ '^[a-z]+$' THEN '~' ELSE '=' END || sound || '''' END
        || CASE WHEN word ~ '^[0-9]+$' OR (length(sound) < 3 AND words = 1) THEN ''
           ELSE ' | ''' || CASE WHEN word ~ '^[a-z]+$' THEN '=' ELSE '~' END || sound || '''' END
        || ')', ' & ')::tsquery
      FROM (
        SELECT word, public.name_sound(word) AS sound, count(*) OVER () AS words
        FROM public.name_words(written) AS word
      ) AS said
    $body$
    """,
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for function in FUNCTIONS:
        op.execute(function)
    op.add_column(
        "person",
        sa.Column(
            "search", postgresql.TSVECTOR(), sa.Computed("name_search(name)", persisted=True), nullable=False
        ),
    )
    op.create_index("ix_person_search", "person", ["search"], unique=False, postgresql_using="gin")
    op.add_column(
        "person_number", sa.Column("wrong", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.create_table(
        "person_opt_out",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_opt_out")),
    )
    op.create_index(
        "uq_person_opt_out_current",
        "person_opt_out",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    for role in ("cop_web", "cop_worker"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON person_opt_out TO {role}")
        op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("person_opt_out")
    op.drop_column("person_number", "wrong")
    op.drop_index("ix_person_search", table_name="person")
    op.drop_column("person", "search")
    for name, argument in (("name_query", "text"), ("name_search", "text"), ("name_sound", "text"), ("name_words", "text")):
        op.execute(f"DROP FUNCTION {name}({argument})")
