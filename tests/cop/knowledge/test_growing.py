"""Notes in the database: their paths come out of their rows exactly, and what is taken back is gone at once."""

from datetime import timedelta
from random import Random
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from clusters.kernel.clock import now
from clusters.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from clusters.modules.rules import Subject
from clusters.people.rules import PostRole
from clusters.scope import Held, Scope
from clusters.training.rules import SessionState
from cop.consent.actions import decide
from cop.consent.rules import Purpose
from cop.knowledge.actions import adapt, forget, gather, pass_further, pass_on, show_to, try_note, write
from cop.knowledge.digest import tell_neighbours
from cop.knowledge.double_loop import propose, take_in, turn_down
from cop.knowledge.following import family_of, further, notes_that_travel, travelling, travels_of
from cop.knowledge.models import MaterialProposal, Passing, PracticeNote, Trial
from cop.knowledge.neighbours import Home, neighbours
from cop.knowledge.rules import Audience, NoteKind, Proposal, Standing, class_of, kind_of
from cop.knowledge.travels import Came, giver
from messaging.consent.actions import silence
from messaging.outbox.actions import about
from messaging.outbox.models import Message
from messaging.outbox.rules import State
from tests import build

OFFICE = Scope(None, (Held("T", "", PostRole.ADMINISTRATOR),))
WORDS = "class 1: bachon ko dhakkan se ginti sikhai"


@pytest.fixture
def world(house):
    """Two circles of two clusters, each with three schools and a teacher of maths in each."""
    found = SimpleNamespace(house=house, clusters=[], teachers={})
    with house.unit() as db:
        for circle in (build.circle(db), build.circle(db)):
            for _ in range(2):
                cluster = build.cluster(db, 3, in_circle=circle)
                people = [build.teacher(db, school) for school in build.schools_of(db, cluster)]
                lead = build.trainer(db, circle)
                build.training_session(db, cluster, led_by=[lead], invited=people, state=SessionState.HELD)
                found.clusters.append(cluster.path)
                found.teachers[cluster.path] = [each.id for each in people]
    return found


def written(db, world, cluster=0, audience=Audience.SUBJECT, words=WORDS, parent=None):
    author = Scope(world.teachers[world.clusters[cluster]][0], ())
    note = write(db, author, words) if parent is None else adapt(db, author, parent, words)
    note.subject = Subject.MATHS
    show_to(db, note, audience, named=False, source="text")
    return note


def travelled(db, world, **how):
    """A note that a trainer of its circle passed on there."""
    note = written(db, world, **how)
    circle = note.training_path[: note.training_path.index(".", 3) + 1]
    pass_on(db, Scope(None, (Held("T", circle, PostRole.CIRCLE_TRAINER),)), note.id)
    return note


@pytest.mark.parametrize("seed", range(3))
def test_a_random_life_of_a_note_is_read_out_of_its_rows_exactly(world, seed):
    """What truly happened is kept beside; the rows alone must tell the same."""
    rng = Random(seed)
    clock = world.house.clock
    with world.house.unit() as db:
        note = travelled(db, world)
        truth = {world.clusters[0]: ("written", ""), world.clusters[1]: ("passed_on", world.clusters[0])}
    for _ in range(8):
        clock.advance(minutes=rng.randint(1, 5000))
        with world.house.unit() as db:
            note = db.get_one(PracticeNote, note.id)
            there = rng.choice(world.clusters)
            if rng.random() < 0.5:
                who = Scope(rng.choice(world.teachers[there]), ())
                try_note(db, who, note, rng.random() < 0.5, "")
                truth.setdefault(there, ("heard", ""))
            elif there not in truth:
                travel = travels_of(db, [note.id])[note.id]
                source = giver(travel, there, now(db))
                # A trial of this month is counted on pages from the next month on, and a passing on comes from there.
                pass_further(db, OFFICE, note, [there])
                truth[there] = ("passed_on", source)
    clock.advance(minutes=60 * 24 * 40)
    with world.house.unit() as db:
        travel = travels_of(db, [note.id])[note.id]
        found = {each.cluster: (each.came.value, each.source) for each in travel.arrivals}
        own = {row.person_id for row in db.scalars(select(Trial))} - {note.author_id}
    heard_alone = {path for path, (came, _) in truth.items() if came == "heard"}
    people = {path: set(world.teachers[path]) for path in heard_alone}
    truth = {path: how for path, how in truth.items() if path not in people or people[path] & own}
    assert found == truth


def test_what_is_passed_on_within_the_hold_and_taken_back_never_happened(world):
    with world.house.unit() as db:
        note = travelled(db, world)
        author = Scope(note.author_id, ())
        assert db.scalars(select(Passing)).all()
        show_to(db, note, Audience.NOBODY, named=False, source="text")
        assert db.scalars(select(Passing)).all() == []
        assert notes_that_travel(db, OFFICE, 9) == []
        show_to(db, note, Audience.SUBJECT, named=False, source="text")
        assert note.standing is Standing.WAITS
        assert author.person_id == note.author_id


def test_a_note_taken_back_is_gone_everywhere_and_what_grew_from_it_stays_without_it(world):
    with world.house.unit() as db:
        note = travelled(db, world)
        child = travelled(db, world, cluster=1, words="patthar se ginti", parent=note)
        _, family = family_of(db, OFFICE, child.number)
        assert [each.number for each in family] == [note.number, child.number]
        show_to(db, note, Audience.NOBODY, named=False, source="text")
        with pytest.raises(NotFound):
            family_of(db, OFFICE, note.number)
        own, family = family_of(db, OFFICE, child.number)
        assert [each.number for each in family] == [child.number]
        assert WORDS not in repr(own)
        assert [each.number for each in notes_that_travel(db, OFFICE, 9)] == [child.number]


def test_a_note_is_seen_where_it_was_written_or_came_to_and_nowhere_else(world):
    home, other = world.clusters[0], world.clusters[2]
    with world.house.unit() as db:
        note = travelled(db, world)
        for path, seen in ((home, True), (world.clusters[1], True), (other, False)):
            scope = Scope(None, (Held("T", path, PostRole.CIRCLE_TRAINER),))
            assert bool(notes_that_travel(db, scope, 9)) is seen, path
        far = Scope(None, (Held("T", other, PostRole.CIRCLE_TRAINER),))
        with pytest.raises(NotFound):
            travelling(db, far, note.number)
        pass_further(db, OFFICE, note, [other])
        assert [each.number for each in notes_that_travel(db, far, 9)] == [note.number]
        arrival = travels_of(db, [note.id])[note.id].known(now(db))[other]
    assert (arrival.came, arrival.source) == (Came.PASSED_ON, home)


def test_passing_further_reaches_each_phone_once_and_never_what_shall_stay_in_one_cluster(world):
    with world.house.unit() as db:
        note = travelled(db, world)
        open_ones = [each.path for each in further(db, OFFICE, travels_of(db, [note.id])[note.id])]
        assert open_ones == world.clusters[2:]
        assert pass_further(db, OFFICE, note, world.clusters).texts == 6
        with pytest.raises(Conflict):
            pass_further(db, OFFICE, note, world.clusters)
        texts = db.scalars(select(Message.number).where(Message.subject_id == note.id)).all()
        assert len(texts) == len(set(texts)) == 11
        kept = travelled(db, world, audience=Audience.CLUSTER, words="sirf hamare liye")
        with pytest.raises(NotAllowed):
            pass_further(db, OFFICE, kept, world.clusters)
        trainer = Scope(None, (Held("T", world.clusters[0], PostRole.CIRCLE_TRAINER),))
        with pytest.raises(Conflict):
            pass_further(db, trainer, note, world.clusters)


def test_what_a_gathering_found_grows_from_the_problem_in_nobodys_name(world):
    with world.house.unit() as db:
        problem = travelled(db, world, words="masla: naqal mein waqt jata hai")
        assert problem.kind is NoteKind.PROBLEM
        place = world.clusters[0]
        held = build.training_session(
            db, db.get_one(build.Place, _place(db, place)), day=(now(db) - timedelta(days=2)).date(),
            state=SessionState.HELD,
        )  # fmt: skip
        trainer = Scope(None, (Held("T", place, PostRole.CIRCLE_TRAINER),))
        made = gather(db, trainer, problem, held.id, ["aadha jumla", "", "jori mein parhna"], Audience.CLUSTER)
        assert [(each.author_id, each.parent_id, each.session_id) for each in made] == [
            (None, problem.id, held.id),
            (None, problem.id, held.id),
        ]
        with pytest.raises(NotFound):
            gather(db, trainer, problem, held.id + 999, ["aadha jumla"], Audience.CLUSTER)
        with pytest.raises(Invalid):
            gather(db, trainer, problem, held.id, [" "], Audience.CLUSTER)
        monitor = Scope(None, (Held("T", "", PostRole.MONITOR),))
        with pytest.raises(NotAllowed):
            gather(db, monitor, problem, held.id, ["aadha jumla"], Audience.CLUSTER)


def _place(db, path):
    return db.scalar(select(build.Place.id).where(build.Place.path == path))


def test_a_note_changes_the_material_with_its_reason_and_its_author_hears_of_it_once(world):
    with world.house.unit() as db:
        note = travelled(db, world)
        propose(db, OFFICE, note, "Teacher guide maths 1, page 14", "the guide has no picture")
        with pytest.raises(Conflict):
            propose(db, OFFICE, note, "Teacher guide", "again")
        with pytest.raises(NotAllowed):
            take_in(db, Scope(None, (Held("T", "", PostRole.CLERK),)), note, "second edition")
        with pytest.raises(Invalid):
            take_in(db, OFFICE, note, " ")
        assert take_in(db, OFFICE, note, "second edition").standing is Proposal.TAKEN_IN
        with pytest.raises(NotFound):
            turn_down(db, OFFICE, note, "too late")
        [told] = db.scalars(select(Message).where(Message.kind == "note_material"))
        assert (told.person_id, told.text_key) == (note.author_id, "note_taken_in")
        [followed] = notes_that_travel(db, OFFICE, 9)
        [change] = followed.proposals
        assert (change.standing, change.version) == (Proposal.TAKEN_IN, "second edition")
        propose(db, OFFICE, note, "Manual", "more")
        turn_down(db, OFFICE, note, "no room there")
        assert len(db.scalars(select(Message).where(Message.kind == "note_material")).all()) == 2


def test_who_has_herself_forgotten_stands_in_nothing_that_she_passed_on_or_decided(world):
    with world.house.unit() as db:
        someone = world.teachers[world.clusters[3]][0]
        note = written(db, world)
        pass_on(db, Scope(someone, (Held("T", "", PostRole.ADMINISTRATOR),)), note.id)
        decider = Scope(someone, (Held("T", "", PostRole.ADMINISTRATOR),))
        propose(db, decider, note, "Teacher guide", "clearer")
        turn_down(db, decider, note, "no room")
        forget(db, someone)
        db.expire_all()
        assert set(db.scalars(select(Passing.by_person_id))) == {None}
        assert db.execute(select(MaterialProposal.by_person_id, MaterialProposal.decided_by)).all() == [(None, None)]


def test_an_author_who_wants_no_texts_is_not_told_of_the_material(world):
    with world.house.unit() as db:
        note = travelled(db, world)
        silence(db, note.author_id, set(), "link")
        propose(db, OFFICE, note, "Teacher guide", "clearer")
        turn_down(db, OFFICE, note, "no room")
        assert db.scalars(select(Message).where(Message.kind == "note_material")).all() == []


def test_once_a_month_those_who_want_it_hear_what_worked_near_them(world):
    home, beside = world.clusters[:2]
    with world.house.unit() as db:
        author, other, *_ = world.teachers[home]
        note = write(db, Scope(author, ()), WORDS)
        note.subject, note.audience, note.standing = Subject.MATHS, Audience.SUBJECT, Standing.PASSED_ON
        try_note(db, Scope(other, ()), note, True, "")
        wants, mute, quiet = world.teachers[beside]
        far = world.teachers[world.clusters[2]][0]
        for who in (wants, mute, far, author):
            decide(db, who, Purpose.NEWS, True, "text")
        silence(db, mute, set(), "link")
        assert tell_neighbours(db) == 0, "this month is not over"
    world.house.clock.advance(minutes=60 * 24 * 31)
    with world.house.unit() as db:
        assert tell_neighbours(db) == 1
        [text] = db.scalars(select(Message).where(Message.kind == "note_digest"))
        assert text.person_id == wants != quiet
        assert note.number in text.text_values["words"]
        assert tell_neighbours(db) == 0
        arrivals = travels_of(db, [note.id])[note.id].known(now(db))
        assert (arrivals[beside].came, arrivals[beside].source) == (Came.PASSED_ON, home)
        assert world.clusters[2] not in arrivals


def test_news_that_waits_names_no_note_that_was_taken_back_since(world):
    home, beside = world.clusters[:2]
    with world.house.unit() as db:
        author, other, third = world.teachers[home]
        notes = [write(db, Scope(each, ()), WORDS + "; " + "a" * each) for each in (author, author, third)]
        for note in notes:
            note.subject, note.audience, note.standing = Subject.MATHS, Audience.SUBJECT, Standing.PASSED_ON
            about(db, "note", note.id, training_path=None, admin_path=None)
            try_note(db, Scope(other, ()), note, True, "")
        reader = world.teachers[beside][0]
        decide(db, reader, Purpose.NEWS, True, "text")
    world.house.clock.advance(minutes=60 * 24 * 31)
    with world.house.unit() as db:
        assert tell_neighbours(db) == 1
        [text] = db.scalars(select(Message).where(Message.kind == "note_digest"))
        first = text.text_values["note"]
        gone, *others = sorted((db.get(PracticeNote, each.id) for each in notes), key=lambda each: each.number != first)
        show_to(db, gone, Audience.NOBODY, named=False, source="page")
        db.refresh(text)
        assert gone.number not in str(text.text_values)
        assert all(each.number in text.text_values["words"] for each in others)
        assert text.text_values["note"] in {each.number for each in others}
        assert text.state is State.QUEUED
        for each in others:
            show_to(db, each, Audience.NOBODY, named=False, source="page")
        db.refresh(text)
        assert text.state is State.CANCELLED


def test_neighbours_are_those_of_the_circle_else_the_nearest_hosts():
    homes = [
        Home("B1.C01.L1.", "B1.C01.", 33.0, 70.0), Home("B1.C01.L2.", "B1.C01.", 33.9, 70.9),
        Home("B1.C02.L1.", "B1.C02.", 33.1, 70.0), Home("B1.C03.L1.", "B1.C03.", None, None),
    ]  # fmt: skip
    assert neighbours("B1.C01.L1.", homes) == ["B1.C01.L2."]
    assert neighbours("B1.C02.L1.", homes) == ["B1.C01.L1.", "B1.C01.L2."]
    assert neighbours("B1.C03.L1.", homes) == []
    assert neighbours("B9.C01.L1.", homes) == []


@pytest.mark.parametrize(
    ("words", "kind", "classes"),
    [
        ("masla: class 3 mein naqal", NoteKind.PROBLEM, "3"),
        ("problem is that class 1-5 sit together", NoteKind.PROBLEM, "1-5"),
        ("maslan dhakkan se ginti", NoteKind.SOLUTION, ""),
        ("جماعت ۳ میں پتھر سے گنتی", NoteKind.SOLUTION, "3"),
        ("class 10 ki naqal", NoteKind.SOLUTION, "10"),
        ("is masle ka hal", NoteKind.SOLUTION, ""),
    ],
)
def test_a_problem_says_so_at_its_beginning_and_a_class_is_read_where_it_is_named(words, kind, classes):
    assert (kind_of(words), class_of(words)) == (kind, classes)


def test_what_waits_for_the_morning_when_it_is_taken_back_never_went(world, house):
    """Texts of the evening go in the morning: until then nobody has it, however long ago it was passed on."""
    house.clock.at = house.clock.at.replace(hour=16)
    with house.unit() as db:
        note = travelled(db, world)
        number = note.id
    house.clock.advance(hours=1)
    with house.unit() as db:
        note = db.get_one(PracticeNote, number)
        show_to(db, note, Audience.NOBODY, named=False, source="text")
        assert db.scalars(select(Passing)).all() == []


def test_what_was_told_in_the_months_news_was_told_however_soon_a_note_is_taken_back(world, house):
    with house.unit() as db:
        note = travelled(db, world)
        told = now(db) - timedelta(minutes=2)
        db.add(Passing(note_id=note.id, at=told, by_person_id=None, clusters=[world.clusters[2]], texts=1))
        db.flush()
        show_to(db, note, Audience.NOBODY, named=False, source="text")
        assert [each.clusters for each in db.scalars(select(Passing))] == [[world.clusters[2]]]


def test_of_what_is_taken_back_while_it_goes_out_only_those_count_who_got_it(world, house):
    with house.unit() as db:
        note = travelled(db, world)
        number, first = note.id, world.clusters[0]
        gone = select(Message).where(Message.subject_id == note.id, Message.person_id.in_(world.teachers[first]))
        for each in db.scalars(gone):
            each.state = State.ACCEPTED
    house.clock.advance(minutes=6)
    with house.unit() as db:
        show_to(db, db.get_one(PracticeNote, number), Audience.NOBODY, named=False, source="text")
        assert [each.clusters for each in db.scalars(select(Passing))] == [[first]]
