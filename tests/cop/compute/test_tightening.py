"""What is proved of a draft becomes better after it stands, and what its prices do not prove is taken away."""

import pytest
from sqlalchemy import select, update

from clusters.kernel.audit import Actor, AuditEntry
from clusters.kernel.errors import Conflict
from clusters.scope import Scope
from clusters.structure.actions import accept_draft, found_programme, keep_bound, save_draft
from clusters.structure.formation import form
from clusters.structure.models import ClusterDraft, ClusterDraftRow
from clusters.structure.proofs import proof_of, unconfirmed
from clusters.structure.queries import schools_to_plan
from cop.compute.tightening import confirm, tighten
from tests import build

ALL = Scope.everywhere()
RULES = {"min": 25, "max": 35, "circle_min": 3, "circle_max": 4, "strata": [], "seed": 1, "waive": None}
ACTOR = Actor("tests")


def drafted(house, steps):
    """A draft of ninety schools whose bound was raised for so many steps."""
    with house.unit() as db:
        found_programme(db, ALL, "Teachers of Pakhtunkhwa", languages=("en", "ur"))
        for number in range(90):
            build.school(db, admin_path="KP.BANNU.", at=(32.6 + number * 37 % 89 / 500, 70.4 + number * 61 % 97 / 500))
        formation = form([school.site() for school in schools_to_plan(db, ALL)], seed=1, steps=steps)
        return save_draft(db, ALL, "Bannu", formation, RULES)


def summary(house, draft_id):
    with house.unit() as db:
        return db.get_one(ClusterDraft, draft_id).summary


def test_a_bound_is_raised_told_meanwhile_and_confirmed_from_what_was_stored(house):
    draft_id = drafted(house, 5)
    before = summary(house, draft_id)
    told = []
    found = tighten(
        house.unit, ALL, draft_id, actor=ACTOR, engine="default", told=lambda db, gap, share: told.append((gap, share))
    )
    after = summary(house, draft_id)
    assert before["lower_bound_km"] == found.before_km < found.lower_bound_km == after["lower_bound_km"]
    assert before["gap_percent"] > found.gap_percent == after["gap_percent"] == told[-1][0]
    assert before["km"] == after["km"]
    with house.unit() as db:
        assert unconfirmed(db) == [draft_id]
    assert confirm(house.unit, ACTOR) == (1, 0)
    assert summary(house, draft_id)["bound_confirmed"]
    with house.unit() as db:
        assert unconfirmed(db) == []


def test_a_lower_bound_changes_nothing_and_neither_does_one_of_a_discarded_draft(house):
    draft_id = drafted(house, 30)
    before = summary(house, draft_id)
    with house.unit() as db:
        assert not keep_bound(db, draft_id, before["lower_bound_km"] / 2, {})
        assert not keep_bound(db, 999_999, 1.0, {})
        db.execute(update(ClusterDraft).values(state="discarded"))
        assert not keep_bound(db, draft_id, before["lower_bound_km"] * 2, {})
    assert summary(house, draft_id) == before


@pytest.mark.parametrize("prices", [0.0, 1e9, float("nan")])
def test_a_bound_that_its_prices_do_not_prove_is_taken_away_when_it_is_accepted_or_at_night(house, prices):
    draft_id = drafted(house, 30)
    with house.unit() as db:
        db.execute(update(ClusterDraftRow).values(price=prices))
    if prices:
        assert confirm(house.unit, ACTOR) == (1, 1)
    else:
        with house.unit() as db:
            accept_draft(db, ALL, draft_id)
    after = summary(house, draft_id)
    assert (after["lower_bound_km"], after["gap_percent"], after["bound_confirmed"]) == (None, None, False)
    with house.unit() as db:
        assert db.scalar(select(AuditEntry.subject_id).where(AuditEntry.verb == "refuted")) == draft_id


def test_of_a_draft_without_prices_nothing_can_be_tightened(house):
    draft_id = drafted(house, 0)
    with house.unit() as db:
        assert proof_of(db, ALL, draft_id) is None
    with pytest.raises(Conflict, match="draft_without_bound"):
        tighten(house.unit, ALL, draft_id, actor=ACTOR)
