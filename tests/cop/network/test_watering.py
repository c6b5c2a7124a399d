"""Every kind of suggestion can come of what is measured, once that is partitioned, audited and rounded."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from cop.network.bounding import bounded
from cop.network.candidate import Past, settle
from cop.network.evidence import Did
from cop.network.gardening import Reason, Watering, suggestions
from cop.network.graph import EPOCH, KINDS, SUBJECTS
from cop.ties.rules import TieKind
from tests.cop.network.test_panel import UNTIL, made_up

SIZE = 12
DAY = 24 * 60
END = int((UNTIL - EPOCH) / timedelta(minutes=1))
EXCHANGED = KINDS.index(TieKind.EXCHANGED)
ONE, TWO = range(SIZE), range(SIZE, 2 * SIZE)
SCIENCE = SUBJECTS.index("science")


def ring(people, step=1, days=10):
    """Everybody there turned to the one `step` further."""
    return [(each, people[(n + step) % len(people)], EXCHANGED, days * DAY) for n, each in enumerate(people)]


def asked(people, of_ten, subject=SCIENCE):
    """Each of these asked once, and so many of ten were answered."""
    who = np.array(list(people), np.int32)
    return (
        Did(who, np.full(len(who), END - 5 * DAY, np.int32), np.full(len(who), subject, np.int16)),
        np.array([1 if n % 10 < of_ten else 0 for n in range(len(who))], np.int16),
    )


def together(*parts):
    questions = Did(
        *(np.concatenate([getattr(each, name) for each, _ in parts]) for name in ("person", "at", "subject"))
    )
    return {"questions": questions, "answered": np.concatenate([answered for _, answered in parts])}


def joined_lately(many):
    """So many of the first cluster joined a month ago, everybody else before."""
    since = np.zeros(2 * SIZE, np.int32)
    since[:many] = END - 30 * DAY
    return since


def named(people, days):
    return {"named": np.array(list(people), np.int32), "named_at": np.full(len(people), END - days * DAY, np.int32)}


EVERYBODY = range(2 * SIZE)
APART = [*ring(ONE), *ring(TWO), *ring(ONE, 2), *ring(TWO, 2)]
LONG_AGO = [*ring(ONE, 1, 200), *ring(TWO, 1, 200)]
CASES = {
    Watering.JOINT_SESSION: (APART, together(asked(ONE, 3), asked(TWO, 3)), None),
    Watering.VISITING_BROKER: (APART, together(asked(ONE, 2, -1), asked(TWO, 9, -1)), None),
    Watering.TRAVEL_MONEY: (LONG_AGO, {}, None),
    Watering.VENUE: ([(n, n + 1, EXCHANGED, 200 * DAY) for n in ONE[::2]], {}, None),
    Watering.RESOURCE: ([*LONG_AGO, *APART, *ring(EVERYBODY, SIZE)], together(asked(ONE, 1)), None),
    Watering.WELCOME: (APART, {}, joined_lately(SIZE)),
}


@pytest.mark.parametrize("kind", Watering)
def test_each_kind_of_suggestion_comes_of_something_that_can_happen(kind):
    events, more, since = CASES[kind]
    measured = made_up([SIZE, SIZE], events)
    rounds = replace(measured.rounds, **named(EVERYBODY, 200))
    people = measured.people if since is None else replace(measured.people, since=since)
    figures = bounded(replace(measured, rounds=rounds, people=people, **more))
    schools = {int(person): int(person) % 5 for person in measured.people.ids}
    made = settle(figures, Past(), schools, 10)
    assert made.findings == ()
    found = suggestions([cell.shown for cell in made.cells])
    assert kind in {each.kind for each in found}, [each.kind for each in found]


def test_where_one_group_is_not_told_of_their_circle_speaks_for_both():
    lonely = together(asked(ONE, 3), asked(TWO[:1], 0))
    measured = made_up([SIZE, SIZE], APART)
    figures = bounded(replace(measured, rounds=replace(measured.rounds, **named(EVERYBODY, 200)), **lonely))
    schools = {int(person): int(person) % 5 for person in measured.people.ids}
    found = suggestions([cell.shown for cell in settle(figures, Past(), schools, 10).cells])
    assert [each.why for each in found if each.kind is Watering.JOINT_SESSION] == [
        (Reason.FEW_TIES_BETWEEN, Reason.CIRCLE_ASKS)
    ]
