"""Who of some persons may be texted at all: a phone of hers, and no wish for silence."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from clusters.people.queries import persons, persons_at_numbers
from clusters.people.rules import Gender
from clusters.scope import Scope
from messaging.consent.queries import silent, silent_people
from messaging.texts.catalogue import DEFAULT_LANGUAGE
from messaging.texts.values import Called

EVERYWHERE = Scope.everywhere()


@dataclass(frozen=True, slots=True)
class Reached:
    """A person whom a text of ours may reach; `shared` when others answer at her number too."""

    person_id: int
    name: str
    gender: Gender | None
    number: str
    language: str
    shared: bool
    invented: bool

    @property
    def first_name(self) -> str:
        """As others call her."""
        return next(iter(self.name.split()), self.name)

    @property
    def called(self) -> Called:
        """As texts call her."""
        return Called(self.first_name, self.gender)


def reached(db: Session, person_ids: Collection[int]) -> dict[int, Reached]:
    """Those of some persons whom a text may reach now, by id."""
    known = persons(db, EVERYWHERE, person_ids)
    numbers = {row.number for row in known.values() if row.number}
    at = persons_at_numbers(db, EVERYWHERE, numbers)
    mute, mutes = silent(db, numbers), silent_people(db, person_ids)
    return {
        row.id: Reached(
            row.id,
            row.name,
            row.gender,
            row.number,
            row.language or DEFAULT_LANGUAGE,
            len(at.get(row.number, ())) > 1,
            row.invented,
        )
        for row in known.values()
        if row.number and row.number not in mute and row.id not in mutes
    }
