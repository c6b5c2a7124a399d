"""A wish for silence holds until the number itself takes it back."""

from sqlalchemy import func, select

from clusters.kernel.audit import AuditEntry
from messaging.consent.actions import opt_in, opt_out, silence
from messaging.consent.models import OptOut
from messaging.consent.queries import silent, silent_people

ONE, OTHER = "+923001234567", "+923007654321"


def test_a_number_is_silent_from_its_wish_until_its_return(unit, clock):
    with unit() as db:
        assert opt_out(db, ONE, "text")
        assert silent(db, [ONE, OTHER]) == {ONE}
    clock.advance(hours=1)
    with unit() as db:
        assert opt_in(db, ONE, "text")
        assert silent(db, [ONE, OTHER]) == set()


def test_the_same_wish_five_times_is_one(db):
    assert [opt_out(db, ONE, "text") for _ in range(5)] == [True, False, False, False, False]
    assert db.scalar(select(func.count()).select_from(OptOut)) == 1


def test_a_return_without_a_wish_changes_nothing(db):
    assert not opt_in(db, ONE, "text")


def test_every_wish_is_remembered_with_its_source(unit):
    with unit() as db:
        opt_out(db, ONE, "text")
        opt_in(db, ONE, "text")
        opt_out(db, ONE, "trainer")
    with unit() as db:
        assert db.scalars(select(OptOut.source).order_by(OptOut.id)).all() == ["text", "trainer"]
        assert silent(db, [ONE]) == {ONE}
        assert db.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)).all() == ["opt_out", "opt_in", "opt_out"]


def test_a_wish_for_changes_only_takes_the_place_of_silence_and_gives_way_to_it(db):
    assert opt_out(db, ONE, "text", changes_too=True)
    assert not opt_out(db, ONE, "text", changes_too=True)
    assert (silent(db, [ONE]), silent(db, [ONE], to_changes=True)) == ({ONE}, set())
    assert opt_out(db, ONE, "text")
    assert silent(db, [ONE], to_changes=True) == {ONE}
    assert opt_out(db, ONE, "text", changes_too=True)
    assert opt_in(db, ONE, "text")
    assert silent(db, [ONE]) == set()
    assert silence(db, 7, [], "link", changes_too=True)
    assert (silent_people(db, [7]), silent_people(db, [7], to_changes=True)) == ({7}, set())
    assert silence(db, 7, [], "office")
    assert silent_people(db, [7], to_changes=True) == {7}
