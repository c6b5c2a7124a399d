"""Who of those addressed hears: the others, or their phones, asked for silence."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from messaging.announcing.rules import Recipient
from messaging.consent.queries import silent, silent_people


def heard_and_not(db: Session, recipients: Sequence[Recipient]) -> tuple[list[Recipient], set[int]]:
    """Those who get a text, each first who has not asked for silence, and the persons who get none."""
    mute = silent(db, {each.number for each in recipients})
    mutes = silent_people(db, {person for each in recipients for person in each.person_ids})
    loud, quiet = [], set(mutes)
    for each in recipients:
        hearing = () if each.number in mute else tuple(one for one in each.person_ids if one not in mutes)
        if hearing:
            loud.append(each._replace(person_ids=hearing))
        else:
            quiet |= set(each.person_ids)
    return loud, quiet
