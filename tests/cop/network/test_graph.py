"""What is read of ties: only what two people gave who both say yes, in the order of their places and of time."""

from datetime import timedelta

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import ProgrammingError

from clusters.kernel.clock import now, today
from clusters.people.models import Person, Post
from clusters.people.rules import PostRole
from clusters.scope import Scope
from clusters.structure.models import Programme
from cop.consent.queries import standing
from cop.consent.rules import Purpose
from cop.network.graph import KINDS, Span, digraph, happened, people, sat, there
from cop.network.reading import SIGNATURE, columns, parsed
from cop.ties.actions import leave
from cop.ties.models import Nomination
from cop.ties.rules import TieKind, attended_weight
from tests import build
from tests.cop.network.conftest import give, meet, say


def read(db, span, **more):
    """Ties that are read, as pairs of ids."""
    who, given_ = people(db, span), happened(db, span, **more)
    return [(int(who.ids[a]), int(who.ids[b])) for a, b in zip(given_.src, given_.dst, strict=True)]


def test_people_stand_in_the_order_of_their_places_and_every_place_is_a_slice(db, district, span):
    who = people(db, span)
    assert len(who) == 18
    for cluster, teachers in zip(district.clusters, district.teachers, strict=True):
        assert sorted(who.ids[who.at(cluster.path)]) == sorted(person.id for person in teachers)
    circle = district.clusters[0].path.rsplit(".", 2)[0] + "."
    assert who.at(circle) == slice(0, 12)
    assert who.at("") == slice(0, 18)
    assert [who.paths[n] for n in who.place[[0, 17]]] == [district.clusters[0].path, district.clusters[2].path]


def test_ties_come_in_the_order_of_time_however_few_are_read_at_once(db, district, span):
    first, second, _ = district.teachers
    pairs = [(first[0], first[1], 5), (first[1], second[0], 90), (second[0], first[0], 40), (first[2], first[0], 40)]
    for giver, taker, days in pairs:
        give(db, giver, taker, days)
    expected = [(pairs[n][0].id, pairs[n][1].id) for n in (1, 2, 3, 0)]
    for at_once in (1, 2, 3, 4, 5, 1000):
        assert read(db, span, at_once=at_once) == expected
    kept = happened(db, span)
    assert [KINDS[kind] for kind in kept.kind] == [TieKind.EXCHANGED] * 4
    assert list(np.diff(kept.at) >= 0) == [True] * 3


def test_a_place_alone_reads_only_what_happened_inside_it(db, district, span):
    first, second, third = district.teachers
    give(db, first[0], second[0])
    give(db, first[0], first[1])
    give(db, first[0], third[1])
    assert read(db, span, path=district.clusters[0].path) == [(first[0].id, first[1].id)]
    assert len(read(db, span, path=district.clusters[0].path[:-3])) == 2


def test_a_tie_to_somebody_who_said_no_or_never_anything_is_not_read(db, district, span):
    ours = district.teachers[0]
    silent = build.teacher(db, build.schools_of(db, district.clusters[0])[0])
    refuses = build.teacher(db, build.schools_of(db, district.clusters[0])[0])
    say(db, refuses, granted=False)
    give(db, ours[0], silent)
    give(db, ours[0], refuses)
    give(db, silent, ours[1])
    assert read(db, span) == []
    assert {silent.id, refuses.id}.isdisjoint(people(db, span).ids.tolist())
    say(db, silent)
    assert read(db, span) == [(ours[0].id, silent.id), (silent.id, ours[1].id)]


def test_who_leaves_is_read_no_more_at_once_and_neither_is_what_was_given_to_her(db, district, span):
    ours = district.teachers[0]
    give(db, ours[0], ours[1])
    give(db, ours[1], ours[2])
    give(db, ours[2], ours[3])
    leave(db, Scope(ours[1].id, ()), "test")
    assert read(db, span) == [(ours[2].id, ours[3].id)]
    say(db, ours[1])
    assert read(db, span) == [(ours[2].id, ours[3].id)]


def test_what_was_withdrawn_or_replaced_is_not_read(db, district, span):
    ours = district.teachers[0]
    gone = give(db, ours[0], ours[1])
    gone.removed_at = now(db)
    answer = Nomination(
        person_id=ours[0].id,
        term="2026-1",
        subject=None,
        session_id=None,
        consent_id=standing(db, ours[0].id, Purpose.TIES).id,
        source="test",
        answered_at=now(db),
    )
    db.add(answer)
    db.flush()
    named = give(db, ours[0], ours[2], kind=TieKind.NOMINATED)
    named.nomination_id = answer.id
    db.flush()
    assert read(db, span) == [(ours[0].id, ours[2].id)]
    answer.removed_at = now(db)
    db.flush()
    assert read(db, span) == []


def test_the_window_is_two_years_and_ends_at_the_instant_asked_for(db, district, span):
    ours = district.teachers[0]
    give(db, ours[0], ours[1], days_ago=731)
    give(db, ours[0], ours[2], days_ago=729)
    give(db, ours[0], ours[3], days_ago=-1)
    assert read(db, span) == [(ours[0].id, ours[2].id)]
    assert read(db, Span(span.until - timedelta(days=740), span.day)) == []


def test_who_moved_to_another_cluster_stands_there_and_who_has_no_post_any_more_nowhere(db, district, span):
    first, second, _ = district.teachers
    give(db, first[0], first[1])
    give(db, first[0], second[1])
    elsewhere = build.schools_of(db, district.clusters[1])[0]
    db.execute(
        update(Post)
        .where(Post.person_id == first[0].id)
        .values(school_id=elsewhere.id, training_path=elsewhere.training_path)
    )
    assert first[0].id in people(db, span).ids[people(db, span).at(district.clusters[1].path)]
    assert read(db, span, path=district.clusters[1].path) == [(first[0].id, second[1].id)]
    assert len(read(db, span)) == 2
    db.execute(update(Post).where(Post.person_id == first[0].id).values(during=Range(build.SINCE, today(db))))
    assert read(db, span) == []


def test_a_post_of_the_office_alone_is_no_place_in_the_network(db, district, span):
    clerk = build.manager(db, district.clusters[0], role=PostRole.CLERK)
    say(db, clerk)
    give(db, clerk, district.teachers[0][0])
    assert read(db, span) == []
    assert clerk.id not in people(db, span).ids


def test_people_invented_for_trials_count_in_an_invented_programme_alone(db, district, span):
    ours = district.teachers[0]
    give(db, ours[0], ours[1])
    give(db, ours[2], ours[3])
    assert len(read(db, span)) == 2
    db.execute(update(Programme).values(invented=False))
    assert read(db, span) == []
    db.execute(update(Person).where(Person.id.in_([ours[2].id, ours[3].id])).values(invented=False))
    assert read(db, span) == [(ours[2].id, ours[3].id)]


def test_having_sat_together_is_inferred_for_those_who_say_yes_and_fades(db, district, span):
    ours = district.teachers[0]
    stranger = build.teacher(db, build.schools_of(db, district.clusters[0])[0])
    meet(db, district.clusters[0], [ours[0], ours[1], ours[2], stranger], days_ago=20)
    meet(db, district.clusters[0], [ours[0], ours[1], ours[3]], days_ago=200, away=1)
    meet(db, district.clusters[0], [ours[4], ours[5]], days_ago=740)
    who = people(db, span)
    together = sat(db, span, len(who))
    assert together.inferred
    weights = together.between(who.at(district.clusters[0].path)).toarray()
    begins = now(db).replace(hour=5, minute=0)
    recent, old = (span.until - (begins - timedelta(days=days)) for days in (20, 200))
    of = {person.id: n for n, person in enumerate(ours)}
    assert weights[of[ours[0].id], of[ours[2].id]] == pytest.approx(attended_weight(recent, 4))
    assert weights[0, 1] == pytest.approx(attended_weight(recent, 4) + attended_weight(old, 2))
    assert weights[0, 3] == weights[4, 5] == 0
    assert not weights.diagonal().any()
    assert (weights == weights.T).all()
    assert len(happened(db, span)) == 0


def test_the_whole_of_which_those_who_take_part_are_a_share_names_everybody_there(db, district, span):
    stranger = build.teacher(db, build.schools_of(db, district.clusters[2])[0])
    found = list(there(db, span))
    assert len(found) == 19
    assert found[-1][:2] == (district.clusters[2].path, stranger.id)


def test_a_small_place_is_a_plain_graph_with_those_without_ties_in_it(db, district, span):
    ours = district.teachers[0]
    for _ in range(2):
        give(db, ours[0], ours[1])
    give(db, ours[1], ours[0])
    give(db, ours[0], district.teachers[1][0])
    who = people(db, span)
    graph = digraph(happened(db, span), who.at(district.clusters[0].path))
    assert len(graph) == 6
    assert sorted(graph.edges(data="weight")) == [(0, 1, 2), (1, 0, 1)]
    assert nx.overall_reciprocity(graph) == 1


def test_the_measuring_role_reads_ties_but_no_name_no_number_and_no_word_and_writes_none(
    district, db, span, measure_unit
):
    give(db, district.teachers[0][0], district.teachers[0][1])
    with measure_unit() as measuring:
        assert len(read(measuring, span)) == 1
    for forbidden in (
        "SELECT name FROM person",
        "SELECT number FROM person_number",
        "SELECT words FROM peer_question",
        "SELECT words FROM practice_note",
        "SELECT body FROM message",
        "DELETE FROM tie",
        "UPDATE tie SET removed_at = now()",
        "UPDATE consent_decision SET granted = true",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), measure_unit() as measuring:
            measuring.execute(text(forbidden))


@pytest.mark.parametrize("table", ["person_measure", "slice_measure"])
@pytest.mark.parametrize("role", ["cop_web", "cop_worker"])
def test_nobody_but_the_measuring_role_sees_what_was_measured_of_persons(db, table, role):
    asked = text("SELECT has_table_privilege(:role, :table, 'SELECT, INSERT, UPDATE, DELETE')")
    assert db.scalar(asked, {"role": role, "table": table}) is False
    assert db.scalar(asked, {"role": "cop_measure", "table": table}) is True


@given(st.lists(st.tuples(st.integers(-(2**31), 2**31 - 1), st.integers(-(2**15), 2**15 - 1)), max_size=50))
def test_arrays_are_read_as_the_server_writes_them(rows):
    ends = [_array([row[n] for row in rows], size, oid) for n, size, oid in ((0, 4, 23), (1, 2, 21))]
    data = SIGNATURE + bytes(8) + (2).to_bytes(2, "big") + b"".join(ends) + b"\xff\xff"
    wide, narrow = parsed(data, ["int4", "int2"])
    assert list(zip(wide.tolist(), narrow.tolist(), strict=True)) == rows


def _array(values, size, oid):
    if not values:
        return (-1).to_bytes(4, "big", signed=True)
    head = b"".join(part.to_bytes(4, "big") for part in (1, 0, oid, len(values), 1))
    body = head + b"".join(size.to_bytes(4, "big") + value.to_bytes(size, "big", signed=True) for value in values)
    return len(body).to_bytes(4, "big") + body


def test_a_missing_value_and_another_answer_are_refused(db):
    with pytest.raises(ValueError, match="all there"):
        columns(db, "SELECT CAST(NULL AS int4) AS a", {}, {"a": "int4"})
    with pytest.raises(ValueError, match="binary COPY"):
        parsed(b"a,b\n", ["int4"])
    empty = columns(db, "SELECT 1 AS a WHERE false", {}, {"a": "int4"})
    assert len(empty["a"]) == 0
