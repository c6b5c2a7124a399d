"""How invented people behave: who answers an invitation, when and in which words, who comes, how trainers report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from hashlib import blake2b
from random import Random

from clusters.kernel.clock import KARACHI
from clusters.training.rules import Answer, Mark

ANSWERS: dict[Answer | None, int] = {Answer.YES: 71, Answer.NO: 4, Answer.UNSURE: 3, None: 22}
"""Of a hundred invited people, how many answer what; silence is no answer."""
AT_ONCE = 0.75
"""Share of answers that follow the invitation; the others wait for the reminder a week before."""
USUAL_DELAY = timedelta(hours=2)
LONGEST_DELAY = timedelta(hours=60)
"""An invitation can be answered for three days."""
COMES: dict[Answer | None, float] = {Answer.YES: 0.955, Answer.NO: 0.05, Answer.UNSURE: 0.6, None: 0.88}
"""How likely somebody who answered so comes."""
LATE = 0.04
"""Share of those who came that a clerk marks as late; texts do not tell it."""
BY_TEXT = 0.85
"""Share of reports that trainers send by text; the office types the others from the sheet."""
SOON, NEXT_MORNING = 0.88, timedelta(hours=19)
"""Share of reports sent on the day itself; the others come this long after the end."""
WAKES, SLEEPS = time(6, 45), time(21, 45)

_WORDS: dict[Answer, Sequence[tuple[str, int]]] = {
    Answer.YES: (
        ("1", 60), ("haan", 7), ("han ji", 5), ("jee", 4), ("Ji haan", 4), ("inshallah", 3), ("yes", 3),
        ("theek hai", 3), ("ہاں", 3), ("جی", 2), ("Thek", 2),
    ),
    Answer.NO: (("2", 45), ("nahi", 15), ("2 beemar hun", 12), ("2 board duty hai", 10), ("2 ghar mein shadi hai", 8),
                ("2 polio duty", 6), ("نہیں", 4)),
    Answer.UNSURE: (("3", 70), ("shayad", 20), ("pata nahi", 10)),
}  # fmt: skip


def chance(*about: object) -> float:
    """A number in [0, 1) that is the same whenever it is asked for about the same, and much cheaper than a Random."""
    return int.from_bytes(blake2b(repr(about).encode(), digest_size=6).digest(), "big") / (1 << 48)


@dataclass(frozen=True, slots=True)
class Habit:
    """What somebody does about one invitation: her answer in her words, how long after which text."""

    answer: Answer
    words: str
    after: timedelta
    waits_for_reminder: bool

    @property
    def reason(self) -> str | None:
        """What she wrote behind a no."""
        digit, _, rest = self.words.partition(" ")
        return rest if self.answer is Answer.NO and digit == "2" and rest else None


@cache
def habit(seed: int, session_id: int, person_id: int) -> Habit | None:
    """What this person does about an invitation to this training session; None if she does not answer."""
    rng = Random(f"{seed} answer {session_id} {person_id}")
    (answer,) = rng.choices(list(ANSWERS), list(ANSWERS.values()))
    if answer is None:
        return None
    words, weights = zip(*_WORDS[answer], strict=True)
    after = USUAL_DELAY * rng.lognormvariate(0, 1.4) + timedelta(minutes=2)
    return Habit(answer, rng.choices(words, weights)[0], min(after, LONGEST_DELAY), rng.random() >= AT_ONCE)


def awake(instant: datetime) -> datetime:
    """The instant, or the next morning if people sleep then."""
    local = instant.astimezone(KARACHI)
    if WAKES <= local.time() < SLEEPS:
        return instant
    day = local.date() + timedelta(days=local.time() >= SLEEPS)
    # Not everybody wakes up at the same minute.
    later = timedelta(seconds=local.minute * 97 + local.second)
    return (datetime.combine(day, WAKES, KARACHI) + later).astimezone(instant.tzinfo)


@dataclass(frozen=True, slots=True)
class Reporting:
    """How the attendance of one training session is reported: how long after its end, by text or by the office."""

    after: timedelta
    by_text: bool


def reporting(seed: int, session_id: int) -> Reporting:
    """When and how the attendance of this training session is reported."""
    rng = Random(f"{seed} report {session_id}")
    after = timedelta(minutes=rng.uniform(8, 240)) if rng.random() < SOON else NEXT_MORNING * rng.uniform(0.9, 1.2)
    return Reporting(after, rng.random() < BY_TEXT)


def marks(seed: int, session_id: int, answers: Sequence[Answer | None], *, by_text: bool) -> list[Mark]:
    """Who came, by row of the sheet, given what each row had answered."""
    rng = Random(f"{seed} marks {session_id}")
    found = []
    for answer in answers:
        here, late = rng.random() < COMES[answer], rng.random() < LATE
        found.append((Mark.LATE if late and not by_text else Mark.HERE) if here else Mark.AWAY)
    return found


def report_text(seed: int, session_id: int, code: str, found: Sequence[Mark]) -> str:
    """What a trainer texts: the rows of the absent, in one of the ways people write them."""
    rng = Random(f"{seed} words {session_id}")
    word = rng.choice(("HAZRI", "hazri", "Hazri", "haziri", "ATT", "att"))
    away = [row for row, mark in enumerate(found, 1) if mark is Mark.AWAY]
    if not away:
        return f"{word} {code} {rng.choice(('SAB', 'sab', 'sab aaye'))}"
    # Numbers that could as well be counts of present and absent would be asked about.
    as_counts = len(away) == 1 or sum(away) in (len(found), 2 * len(found))
    label = "G " if as_counts or rng.random() < 0.2 else ""
    return f"{word} {code} {label}{rng.choice((' ', ', ', ',')).join(map(str, away))}"


def sheet_printed(seed: int, session_id: int) -> timedelta | None:
    """How long before the start the sheet was printed; None where it never was."""
    rng = Random(f"{seed} sheet {session_id}")
    return timedelta(hours=rng.uniform(14, 30)) if rng.random() < 0.9 else None
