"""The history of the demonstration: nothing in it could not have happened, and everything in it can go on."""

from collections import Counter, defaultdict
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select

from clusters.calendar.rules import CalendarRules, is_training_day
from clusters.calendar.windows import WindowRules, window_open
from clusters.cascade.checker import check as check_cascade
from clusters.cascade.rules import CascadeRules, MeetingRow, SeatRow, TrainerRow
from clusters.kernel.clock import KARACHI
from clusters.kernel.facts import react
from clusters.scope import Scope
from clusters.structure.actions import accept_draft
from clusters.structure.checker import check as check_clusters
from clusters.structure.queries import clusters, draft, drafts, schools_to_plan
from clusters.structure.rules import within_band
from clusters.training.actions import accept_round
from clusters.training.code import is_valid
from clusters.training.rounds import rounds
from clusters.training.rules import REPORT_FROM, REPORT_UNTIL, Answer
from cop.demo.rounds import calendar_of
from cop.demo.sizes import SIZES, Land, Size
from cop.reactions import REACTIONS
from cop.words import BOOK
from messaging.inbound import outcomes
from messaging.inbound.actions.choosing import ANSWERS
from messaging.inbound.reading import read
from messaging.outbox.models import Message
from messaging.outbox.queries import backlog, messages_about
from messaging.outbox.reasons import reason
from messaging.outbox.rules import ALWAYS
from messaging.outbox.wording import worded
from messaging.reminders.rules import text_of

EVERYWHERE = Scope.everywhere()


class Enough(Exception):
    """Nothing of this shall stay."""


@contextmanager
def undone(demo):
    """A unit of work of which nothing stays, reactions and all."""
    with suppress(Enough), demo.unit()() as db:
        yield db
        react(db, REACTIONS)
        raise Enough


NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
"""A Sunday noon in Karachi, two days after the latest sessions."""
IN_RAMADAN = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)
"""A morning on which no training has been held for two weeks, and none will be for three more."""
SMALL = Size(schools=84, teachers=90)
FEW_OF_A_PROVINCE = replace(SIZES[Land.PROVINCE], schools=490, teachers=600)
"""Schools of every district, few enough for a test: sixteen clusters in four blocks."""
FULL, MANY_TEACHERS = Size(), Size(schools=84, teachers=170)
OTHER_SEED = 6
ENDED_UNSENT = ("cancelled", "suppressed")


@pytest.fixture(scope="module")
def demo(make):
    return make(NOW)


@pytest.fixture(
    scope="module",
    params=[
        pytest.param((NOW, SMALL), id="november"),
        pytest.param((IN_RAMADAN, SMALL), id="ramadan"),
        # The long run makes the province several times over; every run looks at its figures once, below.
        pytest.param((NOW, FEW_OF_A_PROVINCE), id="province", marks=pytest.mark.long),
    ],
)
def one_of_them(make, request):
    return make(request.param[0], size=request.param[1])


# --- nothing lies in the future, nothing is left lying in the past


def test_nothing_has_happened_that_is_still_to_come(one_of_them):
    for table, column in [
        ("attendance_report", "at"),
        ("invitation", "answered_at"),
        ("inbound_text", "received_at"),
        ("inbound_text", "read_at"),
        ("phone_text", "at"),
        ("message", "state_at"),
        ("message", "planned_at"),
        ("attempt", "started_at"),
        ("attempt_outcome", "at"),
        ("provider_message", "at"),
        ("withdrawal", "at"),
        ("opt_out", "at"),
        ("effect", "at"),
        ("parked", "parked_at"),
        ("audit_entry", "at"),
        ("training_session", "sheet_printed_at"),
    ]:
        latest = one_of_them.one(f"SELECT max({column}) FROM {table}")
        assert latest is not None, table
        assert latest <= one_of_them.now, (table, column)


def test_months_lie_behind_and_weeks_ahead(one_of_them):
    first, last = one_of_them.rows(
        "SELECT min(starts_at), max(starts_at) FROM training_session WHERE state <> 'draft'"
    )[0]
    assert timedelta(days=-8) < one_of_them.now - first - one_of_them.size.behind < timedelta(days=1)
    assert last - one_of_them.now > timedelta(days=20)


def test_no_text_that_is_due_was_forgotten(one_of_them):
    with one_of_them.db() as db:
        stands = backlog(db, EVERYWHERE, one_of_them.now - timedelta(seconds=1))
    assert (stands.due, stands.parked, stands.in_doubt) == (0, 0, 0)
    assert one_of_them.one("SELECT count(*) FROM inbound_text WHERE state = 'received'") == 0


def test_whoever_is_asked_now_can_still_answer(demo):
    waiting = demo.one(
        "SELECT count(*) FROM invitation i JOIN training_session s ON s.id = i.session_id JOIN message m"
        " ON m.subject_id = s.id AND m.person_id = i.person_id AND m.kind = 'invitation' AND m.state = 'accepted'"
        " WHERE i.answer IS NULL AND s.state = 'planned' AND m.state_at > :since",
        since=demo.now - timedelta(hours=72),
    )
    assert waiting > 20


# --- training sessions


def test_every_session_behind_was_held_called_off_or_waits_for_its_report(one_of_them):
    late = one_of_them.one(
        "SELECT count(*) FROM training_session WHERE state = 'planned' AND ends_at < :since",
        since=one_of_them.now - REPORT_UNTIL,
    )
    assert late == 0
    assert (
        one_of_them.one(
            "SELECT count(*) FROM training_session WHERE state = 'held' AND ends_at > :now", now=one_of_them.now
        )
        == 0
    )
    assert one_of_them.one("SELECT count(*) FROM training_session WHERE state = 'cancelled'") == 1


def test_every_day_of_a_held_session_has_one_report_that_marks_its_whole_sheet_in_time(demo):
    rows = demo.rows(
        "SELECT m.starts_at, m.ends_at, s.state, r.at, (SELECT count(*) FROM attendance a WHERE a.report_id = r.id),"
        " (SELECT count(*) FROM invitation i WHERE i.session_id = s.id) FROM training_session s"
        " JOIN meeting m ON m.session_id = s.id LEFT JOIN attendance_report r ON r.session_id = s.id AND r.day = m.day"
        " WHERE s.state = 'held' OR r.id IS NOT NULL"
    )
    held = demo.one("SELECT count(*) FROM training_session WHERE state = 'held'")
    assert len(rows) >= held > 10
    assert len(rows) == demo.one("SELECT count(*) FROM attendance_report WHERE undone_at IS NULL")
    for starts, ends, state, at, marks, invited in rows:
        assert state == "held"
        assert starts - REPORT_FROM <= ends < at < ends + REPORT_UNTIL
        assert marks == invited > 0


def test_most_came(demo):
    here, marks = demo.rows("SELECT count(*) FILTER (WHERE mark <> 'away'), count(*) FROM attendance")[0]
    assert 0.85 < here / marks < 0.95


def test_codes_are_valid_and_no_two_open_sessions_of_a_circle_or_a_trainer_share_one(one_of_them):
    codes = [row[0] for row in one_of_them.rows("SELECT code FROM training_session WHERE state <> 'draft'")]
    assert all(is_valid(code) for code in codes)
    assert one_of_them.one("SELECT count(*) FROM training_session WHERE state = 'draft' AND code IS NOT NULL") == 0
    unheld = one_of_them.one(
        "SELECT count(*) FROM training_session s WHERE state <> 'draft' AND NOT EXISTS"
        " (SELECT FROM code_hold h WHERE h.session_id = s.id AND h.code = CAST(s.code AS bigint))"
    )
    assert unheld == 0


def test_the_cascade_breaks_no_rule_moved_sessions_included(one_of_them):
    rows = one_of_them.rows(
        "SELECT s.id, s.level, s.subject, s.training_path, v.code AS venue, m.starts_at, m.ends_at,"
        " (SELECT array_agg(person_id ORDER BY person_id) FROM session_trainer t WHERE t.session_id = s.id) AS trainers"
        " FROM training_session s JOIN meeting m ON m.session_id = s.id JOIN school v ON v.id = s.venue_school_id"
        " WHERE s.state IN ('planned', 'held') ORDER BY s.id, m.day"
    )
    meetings = [
        MeetingRow(
            row.id,
            row.level,
            row.subject,
            f"{row.subject}-1",
            f"T/{row.training_path}",
            row.venue,
            tuple(row.trainers),
            row.starts_at.astimezone(KARACHI).date(),
            row.starts_at.astimezone(KARACHI).time(),
            row.ends_at.astimezone(KARACHI).time(),
        )
        for row in rows
    ]
    seats = [
        SeatRow(*row)
        for row in one_of_them.rows(
            "SELECT i.session_id, i.person_id, coalesce(c.code, '') FROM invitation i JOIN training_session s"
            " ON s.id = i.session_id LEFT JOIN school c ON c.id = i.school_id WHERE s.state IN ('planned', 'held')"
        )
    ]
    leads = {(person, row.level) for row in meetings for person in row.trainers}
    trainers = [TrainerRow(person, level, "") for person, level in sorted(leads)]
    calendar = calendar_of(CalendarRules(), one_of_them.now, one_of_them.size.behind)
    broken = check_cascade(
        meetings, seats, trainers, is_training_day=lambda day: is_training_day(day, calendar), rules=CascadeRules()
    )
    assert broken == ()


def test_the_clusters_break_no_rule(one_of_them):
    with one_of_them.db() as db:
        accepted = next(row for row in drafts(db, EVERYWHERE) if row.state == "accepted")
        plan = draft(db, EVERYWHERE, accepted.id)
        sites = [school.site() for school in schools_to_plan(db, EVERYWHERE)]
        standing = clusters(db, EVERYWHERE)
    assert check_clusters(sites, plan.plan(), exempt=plan.rules["exempt"]) == []
    assert sum(cluster.schools for cluster in standing) == len(sites) == one_of_them.size.schools
    assert all(within_band(cluster.schools) for cluster in standing)


def test_a_province_has_four_blocks_and_many_districts_and_its_figures_agree_with_its_rows(make):
    demo = make(NOW, size=FEW_OF_A_PROVINCE)
    kinds = dict(demo.rows("SELECT kind, count(*) FROM place WHERE closed_on IS NULL GROUP BY kind"))
    assert (kinds["block"], kinds["cluster"], kinds["district"]) == (4, 16, 25)
    assert kinds["circle"] * 3 <= kinds["cluster"] <= kinds["circle"] * 4
    assert demo.one("SELECT count(DISTINCT person_id) FROM post WHERE role = 'teacher'") == demo.size.teachers
    told = demo.rows(
        "SELECT state, CAST(summary->>'sessions' AS bigint), (SELECT count(*) FROM training_session s"
        " WHERE s.round_id = r.id) FROM round r ORDER BY id"
    )
    assert [state for state, _, _ in told] == ["accepted", "accepted", "accepted", "draft"]
    assert all(said == are > 0 for _, said, are in told)
    answers = demo.rows("SELECT answers, answer IS NOT NULL, count(*) FROM invitation GROUP BY 1, 2 ORDER BY 1, 2")
    assert [(answers, answered) for answers, answered, _ in answers] == [(0, False), (1, True)]


# --- texts


def test_no_text_goes_to_a_number_that_asked_for_silence(demo):
    silences = demo.rows("SELECT number, at, coalesce(ended_at, '2100-01-01') AS until FROM opt_out")
    assert len(silences) == 5
    assert demo.one("SELECT count(*) FROM opt_out WHERE ended_at IS NOT NULL") == 1
    for number, at, until in silences:
        texts = demo.rows(
            "SELECT kind, state FROM message WHERE number = :number AND state_at > :at AND state_at < :until"
            " AND kind <> 'reply'",
            number=number,
            at=at,
            until=until,
        )
        assert {state for _, state in texts} <= {*ENDED_UNSENT, "queued"}
        told = demo.rows(
            "SELECT t.at FROM phone_text t JOIN message m ON m.id = t.message_id WHERE t.phone = :number AND t.incoming"
            " AND m.kind <> 'reply' AND t.at > :at AND t.at < :until",
            number=number,
            at=at,
            until=until,
        )
        assert told == []
    assert demo.one("SELECT count(*) FROM message WHERE state = 'suppressed'") > 3


def test_texts_that_nobody_asked_for_went_in_their_hours_and_in_time(one_of_them):
    rows = one_of_them.rows(
        "SELECT send_after, state_at, send_by FROM message WHERE kind <> 'reply' AND state = 'accepted'"
    )
    assert len(rows) > 500
    hours = WindowRules()
    for after, at, by in rows:
        assert after <= at < by
        assert window_open(at, hours)


def test_every_text_that_went_stands_on_its_phone_once_and_no_other_does(one_of_them):
    rows = one_of_them.rows(
        "SELECT m.state, m.body, m.number, m.state_at, m.attempts, m.doubtful,"
        " (SELECT count(*) FROM attempt a WHERE a.message_id = m.id) AS tried,"
        " (SELECT array_agg(outcome) FROM attempt_outcome o WHERE o.message_id = m.id) AS outcomes,"
        " (SELECT count(*) FROM provider_message p JOIN phone_text t ON p.sid = 'RH' || t.id"
        "  WHERE p.message_id = m.id AND t.message_id = m.id AND t.body = m.body AND t.phone = m.number"
        "  AND t.incoming) AS copies FROM message m"
    )
    for row in rows:
        if row.state == "accepted":
            assert (row.attempts, row.doubtful, row.tried, row.outcomes, row.copies) == (1, 1, 1, ["accepted"], 1)
        elif row.state == "rejected":
            assert (row.attempts, row.doubtful, row.tried, row.outcomes, row.copies) == (1, 0, 1, ["rejected"], 0)
        elif row.state == "unresolved":
            assert (row.attempts, row.doubtful, row.tried, row.outcomes, row.copies) == (1, 1, 1, ["unclear"], 0)
        else:
            assert (row.attempts, row.tried, row.outcomes, row.copies, row.body) == (0, 0, None, 0, None)
    assert one_of_them.one("SELECT count(*) FROM phone_text WHERE incoming AND message_id IS NULL") == 0
    assert {row.state for row in rows} >= {"accepted", "queued", "cancelled"}


def test_what_was_said_is_what_key_and_values_say(demo):
    with demo.db() as db:
        went = db.scalars(select(Message).where(Message.state == "accepted").limit(400)).all()
    for message in went:
        said = worded(message.number, message.text_key, message.text_values, message.language)
        assert (said.text, said.measure.segments) == (message.body, message.segments)


def test_texts_on_a_phone_stand_in_the_order_in_which_they_came(demo):
    phones = defaultdict(list)
    for phone, at in demo.rows("SELECT phone, at FROM phone_text ORDER BY id"):
        phones[phone].append(at)
    assert len(phones) > 80
    for texts in phones.values():
        assert texts == sorted(texts)


def test_what_was_taken_back_says_why(demo):
    rows = demo.rows(
        "SELECT m.state, m.why, (SELECT count(*) FROM withdrawal w WHERE w.message_id = m.id AND w.why = m.why)"
        " FROM message m WHERE m.state = 'cancelled'"
    )
    assert all(withdrawals == 1 for _, _, withdrawals in rows)
    assert {why for _, why, _ in rows} >= {"answered_no", "cancelled", "moved"}


def test_every_text_has_a_plain_reason(demo):
    with demo.db() as db:
        session_ids = [row[0] for row in demo.rows("SELECT id FROM training_session WHERE state <> 'draft' LIMIT 20")]
        for session_id in session_ids:
            for row in messages_about(db, EVERYWHERE, "training_session", session_id):
                assert reason(row.standing, demo.now, ALWAYS).sentence


# --- answers


def test_nobody_answered_before_being_asked(demo):
    early = demo.one(
        "SELECT count(*) FROM invitation i WHERE answer IS NOT NULL AND NOT EXISTS (SELECT FROM message m"
        " WHERE m.subject_kind = 'training_session' AND m.subject_id = i.session_id AND m.person_id = i.person_id"
        " AND m.state = 'accepted' AND m.state_at < i.answered_at AND i.answered_at < m.state_at + interval '72 hours')"
    )
    assert early == 0
    assert demo.one("SELECT count(*) FROM invitation WHERE answer IS NOT NULL") > 100


def test_every_answer_came_by_a_text_that_says_so_and_can_be_taken_back(demo):
    rows = demo.rows(
        "SELECT i.answer, i.answered_at, i.session_id, t.body, t.state, e.verb, e.undo"
        " FROM invitation i LEFT JOIN effect e ON CAST(e.undo->'values'->>'session' AS bigint) = i.session_id"
        " AND CAST(e.undo->>'person' AS bigint) = i.person_id AND e.verb <> 'attend' AND e.undone_at IS NULL"
        " LEFT JOIN inbound_text t ON t.id = e.inbound_text_id WHERE i.answer IS NOT NULL"
    )
    for row in rows:
        assert row.state == "applied"
        assert ANSWERS[int(row.verb)] == row.answer == row.undo["values"]["answer"]
        heard = read(row.body, BOOK.vocabulary)
        if isinstance(heard, outcomes.Answer):
            assert ANSWERS[heard.choice] == row.answer
        else:
            assert row.body[0] in "ABC", row.body


def test_reminders_follow_the_answer_that_was_known_when_they_went(demo):
    rows = demo.rows(
        "SELECT m.kind, m.state, m.text_key, m.state_at, m.send_after, i.answer, i.answered_at FROM message m"
        " JOIN invitation i ON i.session_id = m.subject_id AND i.person_id = m.person_id"
        " WHERE m.subject_kind = 'training_session' AND m.kind LIKE 'T-%' AND m.text_key LIKE 'reminder_%'"
        " AND m.text_key <> 'reminder_lead' AND m.state IN ('accepted', 'queued')"
    )
    assert len(rows) > 300
    for row in rows:
        known = row.state == "queued" or (row.answered_at is not None and row.answered_at <= row.state_at)
        answer = Answer(row.answer) if known and row.answer else None
        assert answer is not Answer.NO
        assert row.text_key == text_of(int(row.kind[2:-1]), answer)


def test_trainers_are_told_how_many_will_come(demo):
    coming = (
        "SELECT count(*) FROM invitation i WHERE i.session_id = m.subject_id AND i.answer = 'yes'"
        " AND (m.state = 'queued' OR i.answered_at <= m.state_at)"
    )
    rows = demo.rows(
        f"SELECT CAST(m.text_values->>'coming' AS bigint), ({coming}) FROM message m"
        " WHERE m.text_key = 'reminder_lead' AND m.state IN ('accepted', 'queued')"
    )
    assert len(rows) > 5
    assert all(said == yes for said, yes in rows)


# --- what waits for somebody


def test_the_inbox_holds_texts_for_a_person_with_what_each_may_mean(demo):
    cards = demo.rows("SELECT p.why, p.guesses FROM parked p WHERE settled_at IS NULL")
    whys = Counter(why for why, _ in cards)
    assert len(cards) >= 5
    assert {"unknown_number", "asked_for_person", "not_understood", "leave_word_inside"} <= set(whys)
    assert any(guesses for _, guesses in cards)


def test_the_drafts_that_wait_can_be_accepted(one_of_them):
    with one_of_them.db() as db:
        of_clusters = next(row for row in drafts(db, EVERYWHERE) if row.state == "draft")
        of_cascade = next(row for row in rounds(db, EVERYWHERE) if row.state == "draft")
    with undone(one_of_them) as db:
        assert accept_draft(db, EVERYWHERE, of_clusters.id).schools == one_of_them.size.schools
    with undone(one_of_them) as db:
        assert accept_round(db, EVERYWHERE, of_cascade.id, calendar=CalendarRules()) > 5


def test_everybody_and_everything_is_marked_as_invented(demo):
    assert demo.one("SELECT bool_and(invented) FROM person")
    assert demo.one("SELECT bool_and(invented) FROM school")
    assert demo.one("SELECT invented FROM programme")


def test_some_phones_are_shared_and_some_people_have_none(make):
    demo = make(NOW, size=FEW_OF_A_PROVINCE)
    without = "SELECT count(*) FROM person p WHERE NOT EXISTS (SELECT FROM person_number n WHERE n.person_id = p.id)"
    assert demo.one(without) > 0
    shared = {
        row[0]
        for row in demo.rows("SELECT number FROM person_number WHERE until IS NULL GROUP BY 1 HAVING count(*) > 1")
    }
    assert shared
    told = demo.rows("SELECT number, text_values ? 'to' FROM message WHERE kind = 'invitation' AND state = 'accepted'")
    named = {number for number, to in told if to}
    assert named
    assert named <= shared
    letters = demo.rows("SELECT body FROM inbound_text WHERE number = ANY(:shared)", shared=list(shared))
    assert {body[0] for (body,) in letters} <= {"A", "B", "C"}


def test_every_row_refers_to_rows_that_are_there(one_of_them):
    references = one_of_them.rows(
        'SELECT c.conrelid::regclass::text AS child, a.attname AS "column", c.confrelid::regclass::text AS parent,'
        " f.attname AS key FROM pg_constraint c"
        " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
        " JOIN pg_attribute f ON f.attrelid = c.confrelid AND f.attnum = c.confkey[1]"
        " WHERE c.contype = 'f' AND array_length(c.conkey, 1) = 1"
    )
    assert len(references) > 20
    for child, column, parent, key in references:
        lost = (
            f"SELECT count(*) FROM {child} c WHERE {column} IS NOT NULL"
            f" AND NOT EXISTS (SELECT FROM {parent} p WHERE p.{key} = c.{column})"
        )
        assert one_of_them.one(lost) == 0, (child, column)


# --- the same again


KEY_TABLES = {
    "school": "code, name, name_ur, gender, lat, lon, training_path, admin_path",
    "place": "tree, kind, path, seat_path, name, host_school_id, opened_on",
    "placement": "school_id, place_id, during",
    "person": "name, gender, language, registered_at",
    "person_number": "person_id, number, since, until",
    "post": "person_id, role, subject, school_id, place_id, training_path, during",
    "training_session": "code, level, subject, place_id, venue, starts_at, ends_at, state, revision, sheet_printed_at",
    "meeting": "session_id, day, starts_at",
    "session_trainer": "session_id, person_id",
    "invitation": "session_id, person_id, row, answer, answered_at, reason",
    "attendance_report": "session_id, at, by_person_id, source",
    "attendance": "report_id, invitation_id, mark",
    "message": "subject_kind, subject_id, revision, person_id, number, kind, text_key, send_after, state, why, body,"
    " state_at",
    "phone_text": "phone, incoming, body, at",
    "inbound_text": "number, body, received_at, state, rule, person_id",
    "effect": "inbound_text_id, verb, undo, at",
    "parked": "inbound_text_id, why, guesses, parked_at",
    "opt_out": "number, at, ended_at",
    "cluster_draft_row": "draft_id, school_id, block, circle, cluster, host",
}


def fingerprints(demo):
    prints = {}
    for table, columns in KEY_TABLES.items():
        rows = demo.rows(f"SELECT {columns} FROM {table}")
        prints[table] = sha256("\n".join(sorted(map(repr, rows))).encode()).hexdigest()
    return prints


@pytest.mark.long
def test_the_same_seed_makes_the_same_history_and_another_seed_another(make):
    first, again, other = make(NOW), make(NOW, anew=True), make(NOW, OTHER_SEED, MANY_TEACHERS)
    assert first.engine is not again.engine
    assert fingerprints(first) == fingerprints(again)
    differing = {table for table, mark in fingerprints(other).items() if mark != fingerprints(first)[table]}
    assert {"school", "person", "training_session", "message", "phone_text", "attendance", "opt_out"} <= differing


# --- as large as it is shown


@pytest.mark.long
def test_the_whole_district_stands(make):
    demo = make(NOW, size=FULL)
    with demo.db() as db:
        standing = clusters(db, EVERYWHERE)
    assert demo.one("SELECT count(*) FROM school") == 600
    assert demo.one("SELECT count(*) FROM person_number WHERE until IS NULL") > 550
    assert demo.one("SELECT count(DISTINCT person_id) FROM post WHERE role = 'teacher'") == 640
    assert len(standing) == 20
    assert all(within_band(cluster.schools) for cluster in standing)
    assert {len(row) for row in demo.rows("SELECT 1 FROM place WHERE kind = 'block'")} == {1}
    assert demo.one("SELECT count(*) FROM place WHERE kind = 'block'") == 2
    states = dict(demo.rows("SELECT state, count(*) FROM round GROUP BY state"))
    assert states == {"accepted": 5, "draft": 1}
    held = demo.one("SELECT count(*) FROM training_session WHERE state = 'held'")
    assert 100 < held < 180
    said = dict(
        demo.rows(
            "SELECT coalesce(answer, ''), count(*) FROM invitation i JOIN training_session s ON s.id = i.session_id"
            " WHERE s.state = 'held' GROUP BY 1"
        )
    )
    assert 0.6 < said["yes"] / sum(said.values()) < 0.75
    lost = dict(demo.rows("SELECT state, count(*) FROM message WHERE state IN ('rejected', 'unresolved') GROUP BY 1"))
    assert lost["rejected"] > 10
    assert lost["unresolved"] >= 1
