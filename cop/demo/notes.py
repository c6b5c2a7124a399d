"""Practice notes of the invented district: written, passed on from circle to circle, tried, adapted, taken in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.kernel.audit import Actor
from clusters.modules.rules import Subject
from clusters.people.models import Post
from clusters.people.rules import PostRole
from clusters.structure.models import Place
from clusters.structure.rules import PlaceKind
from cop.demo.past import Past
from cop.knowledge.models import MaterialProposal, Passing, PracticeNote, Trial
from cop.knowledge.rules import Audience, NoteKind, Proposal, Standing, number_of

FIRST = 480
"""The running number of the first invented note."""
AWAKE = timedelta(hours=9)


@dataclass(frozen=True, slots=True)
class Told:
    """A note, how many days ago it was written and in which cluster, how far it goes, and how many try it.

    `of` is the place in the list of the note that it grew from.
    """

    title: str
    words: str
    subject: Subject
    days_ago: int
    home: int
    reach: int
    tries: int
    of: int | None = None
    kind: NoteKind = NoteKind.SOLUTION
    proposed: tuple[str, str, Proposal] | None = None


TOLD = (
    Told("Division with matchsticks", "class 3: do raqmi taqseem teeli ke bandal khol kar sikhai, sab ne khud ki",
         Subject.MATHS, 112, 5, 8, 17),
    Told("Parents read the timetable aloud", "waldain ke din time table baccha parh kar sunaye, hazri behtar hui",
         Subject.PARENTS, 96, 11, 12, 23,
         proposed=("Manual for parent days, step 4", "It needs no material", Proposal.TAKEN_IN)),
    Told("Weather diary on the wall", "class 4: roz mausam ka chart deewar par, bachay khud bharte hain",
         Subject.SCIENCE, 82, 2, 6, 12),
    Told("Copying from the board takes half the lesson", "masla: class 2 board se naqal mein aadha waqt jata hai",
         Subject.LANGUAGES, 70, 8, 5, 0, kind=NoteKind.PROBLEM),
    Told("Half sentences to finish", "class 2: aadha jumla likha hua do, bachay poora karein, naqal khatam",
         Subject.LANGUAGES, 52, 9, 3, 6, of=3),
    Told("One pair writes, one pair reads", "class 2: aik jori likhe doosri parh kar check kare",
         Subject.LANGUAGES, 47, 8, 2, 3, of=3),
    Told("Counting with bottle caps", "class 1: bachon ko bottle ke dhakkan se ginti sikhai, bohat maza aya",
         Subject.MATHS, 58, 0, 9, 24),
    Told("Caps in egg boxes, for tens and ones", "class 1: anday ke dabbay mein das dhakkan, dahai aur ikai wazeh",
         Subject.MATHS, 34, 4, 4, 7, of=6,
         proposed=("Teacher guide maths 1, page 14", "The guide has no picture of tens", Proposal.PROPOSED)),
    Told("Caps as coins: a small shop", "class 2: dhakkan ke sikkay, bachay dukaan lagate hain",
         Subject.MATHS, 20, 7, 2, 4, of=6),
)  # fmt: skip


def let_notes_travel(past: Past, seed: int, now: datetime) -> None:
    """Write them with all that became of them, each thing at its time."""
    with past.at(now)(Actor("command line")) as db:
        homes = list(
            db.scalars(
                select(Place.path)
                .where(Place.kind == PlaceKind.CLUSTER, Place.closed_on.is_(None))
                .order_by(Place.path)
            )
        )
        if homes:
            _Writer(db, Random(f"notes {seed}"), now, homes).write()


class _Writer:
    """The clusters in the order of the tree, so that neighbours in the list lie in one circle or the next."""

    def __init__(self, db: Session, rng: Random, now: datetime, homes: Sequence[str]) -> None:
        self._db, self._rng, self._now, self._homes = db, rng, now, homes
        self._teachers: dict[str, list[tuple[int, str | None]]] = {}
        rows = select(Post.training_path, Post.person_id, Post.admin_path).where(
            Post.role == PostRole.TEACHER, Post.training_path.in_(homes)
        )
        for path, person_id, admin_path in db.execute(rows.order_by(Post.id)):
            self._teachers.setdefault(path or "", []).append((person_id, admin_path))

    def write(self) -> None:
        made: list[PracticeNote] = []
        for place, told in enumerate(TOLD):
            home = self._homes[told.home % len(self._homes)]
            if not self._teachers.get(home):
                continue
            author, admin_path = self._rng.choice(self._teachers[home])
            at = self._now - timedelta(days=told.days_ago)
            note = PracticeNote(
                number=number_of(FIRST + place), author_id=author, subject=told.subject, title=told.title,
                words=told.words, audience=Audience.SUBJECT, named=place % 4 == 1, standing=Standing.PASSED_ON,
                at=at, decided_at=at + timedelta(minutes=4), training_path=home, admin_path=admin_path, kind=told.kind,
                parent_id=made[told.of].id if told.of is not None and told.of < len(made) else None,
            )  # fmt: skip
            self._db.add(note)
            self._db.flush()
            made.append(note)
            self._travel(note, told, home)
            if told.proposed is not None:
                self._propose(note, *told.proposed)
        self._db.flush()

    def _travel(self, note: PracticeNote, told: Told, home: str) -> None:
        span = timedelta(days=min(told.days_ago * self._rng.uniform(0.4, 0.7), 36))
        known = [home]
        steps = max(told.reach - 1, 0)
        for step, to in enumerate(self._others(home, steps), 1):
            at = note.at + span * step / steps + timedelta(hours=self._rng.uniform(-9, 9))
            at = max(at, note.at + AWAKE)
            source = self._rng.choice(known[-3:]) if self._rng.random() < 0.7 else home
            self._db.add(Passing(note_id=note.id, at=at, by_person_id=None, clusters=[to], texts=0, from_path=source))
            known.append(to)
        for number, (person, path) in enumerate(self._tryers(note, known, told.tries)):
            at = min(note.at + span * (0.3 + number / max(told.tries, 1)) + timedelta(days=2), self._now)
            self._db.add(
                Trial(note_id=note.id, person_id=person, worked=number % 6 != 5, words="", at=at, training_path=path)
            )

    def _others(self, home: str, many: int) -> list[str]:
        """Nearest in the list first, on both sides."""
        place = self._homes.index(home)
        order = sorted(range(len(self._homes)), key=lambda other: (abs(other - place), other))
        return [self._homes[other] for other in order[1 : many + 1]]

    def _tryers(self, note: PracticeNote, known: Sequence[str], many: int) -> Iterator[tuple[int, str]]:
        """Other teachers than the author, from the clusters in turn; those who got it late try it late."""
        people = {path: [who for who, _ in self._teachers.get(path, ()) if who != note.author_id] for path in known}
        for number in range(many):
            path = known[number * len(known) // many]
            if people[path]:
                yield people[path].pop(self._rng.randrange(len(people[path]))), path

    def _propose(self, note: PracticeNote, material: str, reason: str, standing: Proposal) -> None:
        at = note.at + timedelta(days=25)
        over = standing is not Proposal.PROPOSED
        self._db.add(
            MaterialProposal(
                note_id=note.id, at=at, by_person_id=None, reason=reason, material=material, standing=standing,
                decided_at=at + timedelta(days=18) if over else None, version="second edition" if over else "",
            )
        )  # fmt: skip
