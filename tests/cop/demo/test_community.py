"""The teachers of the demonstration take part of their own will, name and answer each other, and two months stand."""

from datetime import UTC, datetime

import pytest

from cop.demo.freezing import freeze
from cop.demo.past import Past
from cop.reactions import REACTIONS

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
"""The instant of the other demonstrations: it is made once for all."""


@pytest.fixture(scope="module")
def demo(make):
    return make(NOW)


def test_whoever_is_in_the_map_said_yes_before_on_a_phone_of_her_own(demo):
    share = demo.one(
        "SELECT count(*) * 1.0 / (SELECT count(*) FROM post WHERE role = 'teacher') FROM consent_decision"
        " WHERE purpose = 'ties' AND granted"
    )
    assert 0.4 < share < 0.8
    assert not demo.one(
        "SELECT count(*) FROM nomination JOIN consent_decision AS said ON said.id = consent_id"
        " WHERE said.person_id <> nomination.person_id OR NOT granted OR said.at > answered_at"
    )
    assert not demo.one(
        "SELECT count(*) FROM tie JOIN consent_decision AS said ON said.id = consent_id"
        " WHERE said.person_id <> from_id OR NOT granted OR said.at > tie.at"
    )
    assert not demo.one(
        "SELECT count(*) FROM consent_decision AS said WHERE granted AND NOT EXISTS (SELECT FROM person_number AS own"
        " WHERE own.person_id = said.person_id AND own.until IS NULL)"
    )


def test_nobody_names_more_than_three_and_most_ties_stay_near(demo):
    assert demo.one("SELECT max(many) FROM (SELECT count(*) AS many FROM tie GROUP BY nomination_id"
                    " HAVING nomination_id IS NOT NULL) AS each") <= 3  # fmt: skip
    near, circle = demo.rows(
        "SELECT avg(CAST(one.training_path = other.training_path AS int)),"
        " avg(CAST(left(one.training_path, 7) = left(other.training_path, 7) AS int)) FROM tie"
        " JOIN post AS one ON one.person_id = from_id JOIN post AS other ON other.person_id = to_id"
        " WHERE kind = 'nominated'"
    )[0]
    assert 0.75 < near <= circle
    assert circle > 0.9


def test_every_exchange_was_asked_first_and_answered_by_who_wants_to_help(demo):
    assert demo.one("SELECT count(*) FROM peer_offer") > 0
    assert not demo.one(
        "SELECT count(*) FROM peer_offer AS put JOIN peer_question AS asked ON asked.id = question_id"
        " WHERE NOT put.trainer AND (said_at < asked.asked_at OR put.person_id = asked.asker_id OR NOT EXISTS ("
        "SELECT FROM consent_decision AS said"
        " WHERE said.person_id = put.person_id AND purpose = 'help' AND granted AND said.at < put.asked_at))"
    )
    assert not demo.one("SELECT count(*) FROM peer_question WHERE closed_at IS NULL AND session_id IS NULL")


def test_communities_have_one_host_each_who_belongs_to_them(demo):
    assert demo.rows(
        "SELECT count(*), count(DISTINCT community_id) FROM community_host AS turn WHERE standing = 'hosts' AND EXISTS"
        " (SELECT FROM community_membership AS hers WHERE hers.community_id = turn.community_id"
        " AND hers.person_id = turn.person_id AND hers.standing = 'member')"
    ) == [(demo.one("SELECT count(*) FROM community"),) * 2]


def test_two_months_are_frozen_and_no_worker_measures_them_again(demo):
    freeze(Past(demo.engine, REACTIONS), NOW)
    assert demo.rows("SELECT to_char(month, 'YYYY-MM'), state FROM network_snapshot ORDER BY month") == [
        ("2026-07", "published"),
        ("2026-10", "published"),
    ]
    assert demo.rows("SELECT period FROM measure_work WHERE kind = 'month' AND done_at IS NOT NULL ORDER BY 1") == [
        ("2026-07",),
        ("2026-10",),
    ]
    freeze(Past(demo.engine, REACTIONS), NOW)
    assert demo.one("SELECT count(*) FROM network_snapshot") == 2
