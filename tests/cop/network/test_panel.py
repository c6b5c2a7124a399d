"""What is measured of groups: the same as plain networkx says, and only of those who take part."""

from datetime import date, timedelta

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from clusters.kernel.clock import now, today
from clusters.modules.rules import Subject
from clusters.people.models import Person, Post
from clusters.people.rules import Gender
from clusters.training.rules import SessionState
from cop.communities.models import Community, Meeting
from cop.consent.models import Decision
from cop.knowledge.models import Passing, PracticeNote, Trial
from cop.knowledge.rules import Standing as NoteStanding
from cop.network.core_periphery import core_periphery
from cop.network.evidence import Did, Evidence, evidence
from cop.network.figures import Table
from cop.network.graph import EPOCH, KINDS, Happened, People, Rounds, Span
from cop.network.panel import panel
from cop.questions.models import PeerOffer, PeerQuestion
from cop.questions.rules import Offering, Standing
from cop.ties.rules import TieKind
from tests import build
from tests.cop.network.conftest import give

NOTHING = np.empty(0, np.int32)
PATHS = ("B1.C01.L1.", "B1.C01.L2.", "B1.C02.L1.", "B2.C01.L1.")
PLACES = ("", "B1.", "B1.C01.", "B1.C02.", "B2.", "B2.C01.", *PATHS)
UNTIL = EPOCH + timedelta(days=20_000)


def of(figures, table, path, second=""):
    """The one figure of a cell."""
    [found] = [each for each in figures if (each.table, each.path, each.second) == (table, path, second)]
    return found


def said(figure):
    return figure.value, figure.of


def made_up(sizes, events):
    """Evidence of so many people in each of PATHS who gave these ties (from, to, kind, minutes before the end)."""
    ids = np.arange(100, 100 + sum(sizes), dtype=np.int64)
    count = len(ids)
    people = People(
        ids,
        ids % 5 + 1,
        np.zeros(count, np.int32),
        np.full(count, -1, np.int16),
        np.zeros(count, np.int32),
        PATHS[: len(sizes)],
        tuple(int(each) for each in np.concatenate([[0], np.cumsum(sizes)])),
    )
    until = int((UNTIL - EPOCH) / timedelta(minutes=1))
    rows = sorted((until - before, src, dst, kind) for src, dst, kind, before in events if src != dst)
    at, src, dst, kind = (np.array([row[n] for row in rows], np.int32) for n in range(4))
    path_of = np.repeat(np.array(people.paths), sizes) if sizes else []
    there = tuple((str(path), int(person), int(person) % 5 + 1) for path, person in zip(path_of, ids, strict=True))
    given_ = Happened(src, dst, at, kind.astype(np.int8), np.full(len(rows), -1, np.int8))
    nobody = Did(NOTHING, NOTHING, NOTHING.astype(np.int16))
    rounds = Rounds(NOTHING, NOTHING.astype(np.int16), NOTHING, NOTHING)
    span = Span(UNTIL, date(2024, 10, 1))
    return Evidence(span, people, given_, there, rounds, nobody, NOTHING.astype(np.int16), nobody, nobody, nobody)


worlds = st.lists(st.integers(1, 7), min_size=1, max_size=4).flatmap(
    lambda sizes: st.tuples(
        st.just(sizes),
        st.lists(
            st.tuples(
                st.integers(0, sum(sizes) - 1),
                st.integers(0, sum(sizes) - 1),
                st.sampled_from([KINDS.index(TieKind.NOMINATED), KINDS.index(TieKind.EXCHANGED)]),
                st.integers(1, 1000),
            ),
            max_size=60,
        ),
    )
)


@given(worlds)
@settings(max_examples=60, deadline=None)
def test_every_group_says_what_plain_networkx_says_of_it(world):
    sizes, events = world
    measured = made_up(sizes, events)
    figures = panel(measured)
    events = [each for each in events if each[0] != each[1]]
    whole, named = nx.Graph(), nx.DiGraph()
    whole.add_nodes_from(range(sum(sizes)))
    whole.add_edges_from((src, dst) for src, dst, *_ in events)
    named.add_edges_from((src, dst) for src, dst, kind, _ in events if KINDS[kind] is TieKind.NOMINATED)
    helped = nx.MultiDiGraph()
    helped.add_nodes_from(whole)
    helped.add_edges_from((src, dst) for src, dst, *_ in events)
    groups = {path: range(*measured.people.at(path).indices(10**9)) for path in PLACES}
    groups = {path: set(people) for path, people in groups.items() if people}
    for path, people in groups.items():
        inside, arcs = whole.subgraph(people), named.subgraph(people)
        assert of(figures, Table.WITHIN, path).value == inside.number_of_edges()
        returned = nx.overall_reciprocity(arcs) * len(arcs.edges) if arcs.edges else 0
        assert said(of(figures, Table.RETURNED, path)) == (pytest.approx(returned), len(arcs.edges))
        given_help = sorted((degree for _, degree in helped.subgraph(people).in_degree()), reverse=True)
        most = sum(given_help[: -(-len(people) // 10)])
        assert said(of(figures, Table.CONCENTRATED, path)) == (most, sum(given_help))
        degrees = sorted((degree for _, degree in inside.degree()), reverse=True)
        if inside.number_of_edges():
            assert of(figures, Table.WITHIN, path).top1 == pytest.approx(degrees[0] / inside.number_of_edges())
        assert of(figures, Table.WITHIN, path).persons == {person + 100 for person in people}
        if path.count(".") == 3:
            fit = core_periphery(inside).fit
            cores = [each.value for each in figures if (each.table, each.path) == (Table.CORE, path)]
            assert (fit is None) == (not cores)
            assert all(-1 - 1e-9 <= each <= fit + 1e-9 for each in cores)
    for figure in figures:
        if figure.table is Table.BETWEEN:
            one, other = groups[figure.path], measured.people.at(figure.second)
            other = set(range(other.start, other.stop))
            assert figure.value == sum((a in one) != (b in one) and {a, b} <= one | other for a, b in whole.edges)
            assert figure.path < figure.second
            assert figure.persons == {person + 100 for person in one | other}


def test_a_star_has_a_core_and_its_middle_brings_everything():
    measured = made_up([6], [(0, other, 0, 10) for other in range(1, 6)])
    core = of(panel(measured), Table.CORE, PATHS[0])
    assert core.value == pytest.approx(1)
    within = of(panel(measured), Table.WITHIN, PATHS[0])
    assert (within.value, within.top1, within.top2) == (5, 1, 1)


def couples(figures):
    return {(each.path, each.second): each.value for each in figures if each.table is Table.BETWEEN}


def test_every_two_groups_that_a_picture_may_show_are_told_of_tied_or_not():
    between = couples(panel(made_up([2, 2, 2, 2], [(0, 6, 0, 5)])))
    assert {pair for pair, ties in between.items() if ties} == {
        ("B1.", "B2."),
        ("B1.C01.", "B2.C01."),
        ("B1.C01.L1.", "B2.C01.L1."),
    }
    assert len(between) == 1 + 3 + 6


def test_of_more_groups_than_a_picture_holds_only_those_of_one_place_are_told_of(monkeypatch):
    monkeypatch.setattr("cop.network.panel.MOST_NODES", 3)
    between = couples(panel(made_up([2, 2, 2, 2], [(0, 6, 0, 5)])))
    assert {pair for pair in between if pair[0].count(".") == 3} == {
        ("B1.C01.L1.", "B1.C01.L2."),
        ("B1.C01.L1.", "B1.C02.L1."),
        ("B1.C01.L2.", "B1.C02.L1."),
    }


def test_an_empty_programme_has_figures_of_nobody():
    figures = panel(made_up([], []))
    assert said(of(figures, Table.TAKING_PART, "")) == (0, 0)
    assert not any(figure.persons for figure in figures)


def test_who_takes_part_is_a_share_of_all_who_could(db, district, span):
    build.teacher(db, build.schools_of(db, district.clusters[0])[0])
    figure = of(panel(evidence(db, span)), Table.TAKING_PART, district.clusters[0].path)
    assert said(figure) == (6, 7)
    assert len(figure.persons) == 7
    assert len(figure.schools) == 4


def ask(db, who, days_ago, answered_by=None, subject=Subject.MATHS):
    at = now(db) - timedelta(days=days_ago)
    question = PeerQuestion(asker_id=who.id, subject=subject, words="how?", standing=Standing.ASKED, at=at, asked_at=at)
    db.add(question)
    db.flush()
    if answered_by is not None:
        db.add(
            PeerOffer(
                question_id=question.id,
                person_id=answered_by.id,
                number=question.id,
                standing=Offering.ANSWERED,
                asked_at=at,
                said_at=at + timedelta(hours=1),
                words="so",
            )
        )
    db.flush()


def test_questions_count_for_a_month_by_where_their_asker_is_and_beside_it_those_of_women(db, district, span):
    ours = district.teachers[0]
    db.execute(update(Person).where(Person.id.in_([ours[0].id, ours[1].id])).values(gender=Gender.WOMAN))
    ask(db, ours[0], 5, district.teachers[1][0])
    ask(db, ours[1], 20)
    ask(db, ours[2], 10, ours[3])
    ask(db, ours[2], 31, ours[3])
    stranger = build.teacher(db, build.schools_of(db, district.clusters[0])[0])
    ask(db, stranger, 3, ours[0])
    figures = panel(evidence(db, span))
    path = district.clusters[0].path
    assert said(of(figures, Table.ANSWERED, path)) == (2, 3)
    assert said(of(figures, Table.HEARD, path)) == (1, 2)
    assert of(figures, Table.HEARD, path).persons == {ours[0].id, ours[1].id}
    assert said(of(figures, Table.ANSWERED, district.clusters[1].path)) == (0, 0)


def test_notes_count_once_where_their_author_is_and_tries_where_they_were_tried(db, district, span):
    author, other = district.teachers[0][0], district.teachers[1][0]
    note = PracticeNote(
        number="1005",
        author_id=author.id,
        subject=Subject.MATHS,
        title="Beads",
        words="Beads help",
        standing=NoteStanding.PASSED_ON,
        at=now(db) - timedelta(days=50),
    )
    db.add(note)
    db.flush()
    for days in (40, 20):
        db.add(Passing(note_id=note.id, at=now(db) - timedelta(days=days), clusters=[], texts=3))
    db.add(Trial(note_id=note.id, person_id=other.id, worked=True, words="", at=now(db) - timedelta(days=9)))
    db.flush()
    figures = panel(evidence(db, span))
    values = {
        (table, cluster.path): of(figures, table, cluster.path).value
        for table in (Table.NOTES, Table.TRIED)
        for cluster in district.clusters[:2]
    }
    assert list(values.values()) == [1, 0, 0, 1]


def test_who_came_back_and_who_of_the_newcomers_was_met(db, district, span):
    ours, path = district.teachers[0], district.clusters[0].path
    joined = {0: 400, 1: 400, 2: 300, 3: 300, 4: 100, 5: 50}
    for number, days in joined.items():
        at = now(db) - timedelta(days=days)
        db.execute(update(Decision).where(Decision.person_id == ours[number].id).values(at=at))
    give(db, ours[0], ours[1], days_ago=200)
    give(db, ours[2], ours[3], days_ago=370)
    give(db, ours[2], ours[4], days_ago=120, kind=TieKind.NOMINATED)
    give(db, ours[0], district.teachers[1][0], days_ago=10)
    figures = panel(evidence(db, span))
    returning, welcomed = of(figures, Table.RETURNING, path), of(figures, Table.WELCOMED, path)
    assert (said(returning), returning.persons) == ((1, 2), {ours[0].id, ours[1].id})
    assert (said(welcomed), welcomed.persons) == ((1, 2), {ours[4].id, ours[5].id})


def test_pairs_who_teach_nothing_in_common_bridge(db, district, span):
    ours = district.teachers[0]
    for teacher, subject in zip(ours[:3], (Subject.MATHS, Subject.SCIENCE, None), strict=True):
        db.execute(update(Post).where(Post.person_id == teacher.id).values(subject=subject))
    day = today(db) - timedelta(days=100)
    build.training_session(
        db, district.clusters[0], day=day, subject=Subject.SCIENCE, state=SessionState.HELD, invited=[ours[3], ours[0]]
    )
    for one, other in ((0, 1), (1, 2), (1, 3), (0, 3)):
        give(db, ours[one], ours[other])
    assert said(of(panel(evidence(db, span)), Table.BRIDGED, district.clusters[0].path)) == (0, 3)
    give(db, ours[0], ours[4])
    db.execute(update(Post).where(Post.person_id == ours[4].id).values(subject=Subject.PARENTS))
    assert said(of(panel(evidence(db, span)), Table.BRIDGED, district.clusters[0].path)) == (1, 4)


def test_meetings_count_where_their_host_is_and_those_of_women_among_them(db, district, span):
    ours, path = district.teachers[0], district.clusters[0].path
    db.execute(update(Person).where(Person.id == ours[0].id).values(gender=Gender.WOMAN))
    community = Community(name="Beads", founded_at=now(db))
    db.add(community)
    db.flush()
    for host, days, off in ((ours[0], 5, None), (ours[1], 9, None), (ours[0], 100, None), (ours[0], 3, now(db))):
        at = now(db) - timedelta(days=days)
        db.add(
            Meeting(
                community_id=community.id,
                starts_at=at,
                venue="school",
                host_id=host.id,
                proposed_at=at,
                called_off_at=off,
            )
        )
    db.flush()
    figures = panel(evidence(db, span))
    assert said(of(figures, Table.HOSTED, path)) == (1, 2)
    assert said(of(figures, Table.HOSTED, district.clusters[1].path)) == (0, 0)
