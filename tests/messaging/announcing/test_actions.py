"""Texting many: who may, who is reached, what waits for a second person, what is held and can be undone."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clusters.kernel.errors import Conflict, CopError, Invalid, NotAllowed, NotFound
from clusters.people.rules import Language, PostRole
from clusters.scope import Held, Scope
from messaging.announcing.actions import announce, approve, decline, undo
from messaging.announcing.models import Announcement
from messaging.announcing.queries import announcement, announcements, before_sending, outcome
from messaging.announcing.rules import Group, Standing, Target, Whom, Wording
from messaging.channels.base import Policy, SendError
from messaging.consent.actions import opt_out, silence
from messaging.outbox.models import Message
from messaging.outbox.rules import Pace, TextClass
from tests import build
from tests.messaging.voice import ONE_BY_ONE, Stubborn, Voice

HELLO = Wording.of({"ur_latn": "Kal chutti hai", "ur": "کل چھٹی ہے"})


def holding(person, path, role=PostRole.EDUCATION_MANAGER, tree="T"):
    """The scope of somebody with one place."""
    return Scope(person.id, (Held(tree, path, role.value),))


def teachers(db, school, many, **changes):
    return [build.teacher(db, school, **changes) for _ in range(many)]


@pytest.fixture
def ltrc(db):
    return build.cluster(db, schools=2)


@pytest.fixture
def school(db, ltrc):
    return build.schools_of(db, ltrc)[0]


@pytest.fixture
def author(db, ltrc):
    who = build.manager(db, build.programme(db), "Author")
    return holding(who, "")


@pytest.fixture
def second(db):
    return holding(build.manager(db, build.programme(db), "Second"), "")


def all_in(ltrc, *groups):
    return Whom(Target.PLACE, ltrc.id, groups or (Group.TEACHERS,))


def sent_at(voice, clock, **later):
    clock.advance(**later)
    counted = voice.tick()
    while voice.tick():
        pass
    return counted


def test_everybody_of_an_ltrc_gets_one_text_in_her_language_after_the_hold(db, voice, clock, ltrc, school, author):
    teachers(db, school, 3)
    build.teacher(db, school, "Asma").language = Language.URDU
    db.flush()
    made = announce(db, author, all_in(ltrc), HELLO)
    known = announcement(db, author, made)
    assert (known.standing, known.people, known.texts) == (Standing.RELEASED, 4, 4)
    assert known.held(clock.at)
    assert not sent_at(voice, clock, minutes=4, seconds=59)
    assert sent_at(voice, clock, seconds=1)["claimed"] == 4
    assert sorted(body for _, body in voice.heard()) == ["Kal chutti hai"] * 3 + ["کل چھٹی ہے"]
    assert outcome(db, author, announcement(db, author, made)).sent == 4
    assert not announcement(db, author, made).held(clock.at)


def test_a_text_to_many_is_bulk_and_goes_at_most_once(db, ltrc, school, author, unit, clock):
    build.teacher(db, school)
    made = announce(db, author, all_in(ltrc), HELLO)
    clock.advance(minutes=5)
    channel = Stubborn(SendError(Policy.ASK_FIRST, "timeout"))
    voice = Voice(unit, channel, pace=ONE_BY_ONE)
    voice.tick()
    message = db.scalars(select(Message)).one()
    assert message.priority == TextClass.BULK
    assert message.subject_kind == "announcement"
    assert outcome(db, author, announcement(db, author, made)).in_doubt == 1
    with pytest.raises(Invalid, match="nobody"):
        announce(db, author, Whom(Target.REST, made), HELLO)
    assert len(channel.sent) == 1


def test_whom_the_preview_names_are_those_who_get_it(db, ltrc, school, author):
    shared = "+923001112223"
    teachers(db, school, 2, number=shared)
    build.teacher(db, school, number=None)
    build.teacher(db, school, number="+923004445556")
    told = build.teacher(db, school)
    opt_out(db, "+923004445556", "text")
    silence(db, told.id, [], "office")
    preview = before_sending(db, author, all_in(ltrc), HELLO)
    assert (preview.people, preview.texts, preview.without_phone, preview.silent) == (2, 1, 1, 2)
    assert preview.segments == 1
    assert preview.invented == 1
    announce(db, author, all_in(ltrc), HELLO, seen=preview.fingerprint)
    assert [each.number for each in db.scalars(select(Message))] == [shared]
    assert db.scalars(select(Message.invented)).one()


def test_what_was_previewed_is_sent_or_nothing(db, ltrc, school, author):
    build.teacher(db, school)
    preview = before_sending(db, author, all_in(ltrc), HELLO)
    build.teacher(db, school)
    with pytest.raises(Conflict, match="changed"):
        announce(db, author, all_in(ltrc), HELLO, seen=preview.fingerprint)
    assert not db.scalars(select(Message)).all()


def test_above_two_hundred_it_waits_for_somebody_else(db, voice, clock, ltrc, school, author, second):
    teachers(db, school, 201)
    made = announce(db, author, all_in(ltrc), HELLO)
    assert announcement(db, author, made).standing is Standing.WAITING
    assert not db.scalars(select(Message)).all()
    seen = before_sending(db, second, all_in(ltrc), HELLO).fingerprint
    with pytest.raises(NotAllowed, match="own"):
        approve(db, author, made, seen)
    approve(db, second, made, seen)
    known = announcement(db, author, made)
    assert (known.standing, known.decider) == (Standing.RELEASED, "Second")
    assert not voice.tick()
    sent_at(voice, clock, minutes=5)
    assert len(voice.heard()) == 201


def test_two_hundred_may_go_alone(db, ltrc, school, author):
    teachers(db, school, 200)
    assert announcement(db, author, announce(db, author, all_in(ltrc), HELLO)).standing is Standing.RELEASED


def test_splitting_does_not_evade_the_second_person(db, clock, school, ltrc, author):
    teachers(db, school, 199)
    standing = []
    for number in range(6):
        made = announce(db, author, all_in(ltrc), Wording.of({"en": f"Part {number}"}))
        standing.append(announcement(db, author, made).standing)
        clock.advance(hours=2)
    assert standing == [Standing.RELEASED] + [Standing.WAITING] * 5
    clock.advance(hours=12, seconds=1)
    tomorrow = Wording.of({"en": "Tomorrow"})
    db.info["now"] = clock.at
    assert announcement(db, author, announce(db, author, all_in(ltrc), tomorrow)).standing is (Standing.RELEASED)


def test_what_was_undone_counts_no_more(db, school, ltrc, author):
    teachers(db, school, 150)
    undo(db, author, announce(db, author, all_in(ltrc), HELLO))
    assert announcement(db, author, announce(db, author, all_in(ltrc), HELLO)).standing is Standing.RELEASED


@pytest.mark.parametrize("change", ["one more", "another number", "another language"])
def test_an_approval_is_void_when_who_or_what_changed(db, school, ltrc, author, second, change):
    everybody = teachers(db, school, 201)
    made = announce(db, author, all_in(ltrc), HELLO)
    seen = announcement(db, second, made).fingerprint
    if change == "one more":
        build.teacher(db, school)
    elif change == "another number":
        db.execute(
            build.PersonNumber.__table__.update()
            .where(build.PersonNumber.person_id == everybody[0].id)
            .values(number="+923009990001")
        )
    else:
        everybody[0].language = Language.URDU
        db.flush()
    with pytest.raises(Conflict, match="changed"):
        approve(db, second, made, seen)
    assert announcement(db, second, made).standing is Standing.WAITING
    assert not db.scalars(select(Message)).all()


def test_who_does_not_cover_everybody_cannot_approve(db, school, ltrc, author):
    teachers(db, school, 201)
    made = announce(db, author, Whom(Target.PLACE, build.programme(db).id, (Group.TEACHERS,)), HELLO)
    there = holding(build.manager(db, ltrc), ltrc.path)
    with pytest.raises(NotFound):
        approve(db, there, made, announcement(db, author, made).fingerprint)
    monitor = holding(build.manager(db, build.programme(db), role=PostRole.MONITOR), "", PostRole.MONITOR)
    with pytest.raises(NotAllowed):
        approve(db, monitor, made, announcement(db, author, made).fingerprint)


def test_somebody_else_declines_and_says_why(db, school, ltrc, author, second):
    teachers(db, school, 201)
    made = announce(db, author, all_in(ltrc), HELLO)
    with pytest.raises(Invalid):
        decline(db, second, made, "  ")
    decline(db, second, made, "Wrong day")
    known = announcement(db, author, made)
    assert (known.standing, known.why) == (Standing.DECLINED, "Wrong day")
    with pytest.raises(Conflict):
        approve(db, second, made, known.fingerprint)


def test_nobody_approves_what_is_three_days_old(db, clock, school, ltrc, author, second):
    teachers(db, school, 201)
    made = announce(db, author, all_in(ltrc), HELLO)
    clock.advance(days=3)
    db.info["now"] = clock.at
    with pytest.raises(Conflict):
        approve(db, second, made, announcement(db, author, made).fingerprint)


def test_undone_in_its_hold_it_reaches_nobody(db, voice, clock, school, ltrc, author):
    teachers(db, school, 3)
    made = announce(db, author, all_in(ltrc), HELLO)
    assert undo(db, author, made) == 3
    sent_at(voice, clock, minutes=6)
    assert voice.heard() == []
    known = announcement(db, author, made)
    assert (known.standing, outcome(db, author, announcement(db, author, made)).withdrawn) == (Standing.UNDONE, 3)
    with pytest.raises(Conflict):
        undo(db, author, made)


def test_after_the_hold_what_has_not_gone_can_still_be_stopped(db, unit, clock, school, ltrc, author):
    teachers(db, school, 3)
    made = announce(db, author, all_in(ltrc), HELLO)
    clock.advance(minutes=5)
    Voice(unit, Stubborn(), pace=Pace(in_flight=1, batch=1)).tick()
    assert undo(db, author, made) == 2
    told = outcome(db, author, announcement(db, author, made))
    assert (told.sent, told.withdrawn) == (1, 2)


def test_a_stranger_of_the_place_undoes_nothing(db, school, ltrc, author):
    teachers(db, school, 3)
    made = announce(db, author, all_in(ltrc), HELLO)
    clerk = holding(build.manager(db, ltrc, role=PostRole.CLERK), ltrc.path, PostRole.CLERK)
    with pytest.raises(NotAllowed):
        undo(db, clerk, made)


def test_the_rest_that_surely_never_went_is_sent_anew_once(db, unit, voice, clock, school, ltrc, author):
    teachers(db, school, 3)
    made = announce(db, author, all_in(ltrc), HELLO)
    clock.advance(minutes=5)
    channel = Stubborn(
        SendError(Policy.NEVER, "refused"),
        SendError(Policy.ASK_FIRST, "timeout"),
    )
    Voice(unit, channel, pace=ONE_BY_ONE).tick()
    told = outcome(db, author, announcement(db, author, made))
    assert (told.sent, told.in_doubt, told.rest) == (1, 1, 1)
    again = announce(db, author, Whom(Target.REST, made), HELLO)
    known = announcement(db, author, again)
    assert (known.texts, known.standing) == (1, Standing.RELEASED)
    with pytest.raises(Invalid, match="nobody"):
        announce(db, author, Whom(Target.REST, made), HELLO)
    with pytest.raises(Invalid, match="nobody"):
        announce(db, author, Whom(Target.REST, again), HELLO)
    sent_at(voice, clock, minutes=5)
    assert len(voice.heard()) == 1


def test_a_trainer_texts_her_own_circle_and_her_own_list_only(db, school, ltrc):
    circle = db.get(type(ltrc), ltrc.parent_id)
    who = build.trainer(db, circle)
    hers = holding(who, circle.path, PostRole.CIRCLE_TRAINER)
    guest = build.teacher(db, school)
    there = build.training_session(db, ltrc, invited=[guest])
    other = build.cluster(db, schools=1)
    elsewhere = build.training_session(db, other, invited=[guest])
    led = build.training_session(db, other, invited=[guest], led_by=[who])
    assert announce(db, hers, all_in(ltrc), HELLO)
    assert announce(db, hers, Whom(Target.SESSION, there.id), HELLO)
    assert announce(db, hers, Whom(Target.SESSION, led.id), HELLO)
    for whom in (all_in(other), Whom(Target.SESSION, elsewhere.id)):
        with pytest.raises(NotFound):
            announce(db, hers, whom, HELLO)
    assert len(announcements(db, hers)) == 3
    nobody = holding(build.trainer(db, db.get(type(ltrc), other.parent_id)), other.path, PostRole.CIRCLE_TRAINER)
    assert [each.whom.id for each in announcements(db, nobody)] == [led.id]


def test_a_monitor_and_a_clerk_text_nobody(db, school, ltrc):
    build.teacher(db, school)
    for role in (PostRole.MONITOR, PostRole.CLERK):
        with pytest.raises(NotAllowed):
            announce(db, holding(build.manager(db, ltrc, role=role), ltrc.path, role), all_in(ltrc), HELLO)


def test_a_district_manager_reaches_only_the_part_of_a_place_in_her_district(db, author):
    circle = build.circle(db)
    here = build.cluster(db, schools=1, in_circle=circle, admin_path="KP.BANNU.")
    there = build.cluster(db, schools=1, in_circle=circle, admin_path="KP.LAKKI.")
    for ltrc in (here, there):
        build.teacher(db, build.schools_of(db, ltrc)[0])
    manager = holding(build.manager(db, build.area(db, "KP.BANNU.")), "KP.BANNU.", tree="A")
    district = build.area(db, "KP.BANNU.")
    assert before_sending(db, manager, all_in(district), HELLO).texts == 1
    assert before_sending(db, manager, all_in(here), HELLO).texts == 1
    with pytest.raises(NotFound):
        before_sending(db, manager, all_in(there), HELLO)
    assert before_sending(db, author, all_in(circle), HELLO).texts == 2


@pytest.mark.parametrize(
    ("wording", "hours"), [(Wording.of({"en": "  "}), None), (Wording.of({"en": "x" * 1000}), None), (HELLO, 24 * 31)]
)
def test_nothing_empty_endless_or_far_away_is_announced(db, clock, school, ltrc, author, wording, hours):
    build.teacher(db, school)
    wished = None if hours is None else clock.at + timedelta(hours=hours)
    with pytest.raises(CopError):
        announce(db, author, all_in(ltrc), wording, wished)
    assert not db.scalars(select(Announcement)).all()


def test_about_a_training_session_nothing_goes_once_it_has_begun(db, clock, school, ltrc, author):
    tomorrow = clock.at.date() + timedelta(days=1)
    there = build.training_session(db, ltrc, invited=[build.teacher(db, school)], day=tomorrow)
    announce(db, author, Whom(Target.SESSION, there.id), HELLO)
    assert db.scalars(select(Message.send_by)).one() == there.starts_at


def test_what_the_senders_cannot_bring_before_a_session_begins_is_refused_before_anything_goes(
    db, clock, school, ltrc, author
):
    tomorrow = clock.at.date() + timedelta(days=1)
    there = build.training_session(db, ltrc, invited=[build.teacher(db, school)], day=tomorrow)
    asked = []

    def too_slow(*given):
        asked.append(given)
        return False

    with pytest.raises(Invalid, match="announcement_too_slow"):
        announce(db, author, Whom(Target.SESSION, there.id), HELLO, in_time=too_slow)
    assert asked == [(clock.at + timedelta(minutes=5), 1, there.starts_at)]
    assert not db.scalars(select(Announcement)).all()


def test_who_undoes_the_last_of_it_does_not_make_the_others_count_no_more(db, unit, clock, school, ltrc, author):
    teachers(db, school, 150)
    made = announce(db, author, all_in(ltrc), HELLO)
    clock.advance(minutes=5)
    Voice(unit, Stubborn(), pace=Pace(in_flight=1, batch=1)).tick()
    db.info["now"] = clock.at
    undo(db, author, made)
    assert announcement(db, author, announce(db, author, all_in(ltrc), HELLO)).standing is Standing.WAITING


def test_what_is_asked_for_on_several_days_and_goes_on_one_is_counted_together(db, clock, school, ltrc, author):
    teachers(db, school, 150)
    one_day = clock.at + timedelta(days=9)
    standing = []
    for day in range(3):
        db.info["now"] = clock.at + timedelta(days=2 * day)
        made = announce(db, author, all_in(ltrc), Wording.of({"en": f"Part {day}"}), one_day)
        standing.append(announcement(db, author, made).standing)
    assert standing == [Standing.RELEASED, Standing.WAITING, Standing.WAITING]


def test_nobody_approves_a_text_about_a_training_session_that_has_begun(db, clock, school, ltrc, author, second):
    tomorrow = clock.at.date() + timedelta(days=1)
    there = build.training_session(db, ltrc, invited=teachers(db, school, 201), day=tomorrow)
    whom = Whom(Target.SESSION, there.id)
    made = announce(db, author, whom, HELLO)
    seen = before_sending(db, second, whom, HELLO).fingerprint
    db.info["now"] = there.starts_at
    with pytest.raises(Conflict, match="changed"):
        approve(db, second, made, seen)
    assert not db.scalars(select(Message)).all()
