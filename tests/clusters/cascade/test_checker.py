"""The checker finds every planted fault and blames the right rule."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

import pytest

from clusters.cascade.checker import Rule, Violation, check
from clusters.cascade.rules import (
    CascadeRequest,
    CascadeRules,
    Level,
    LevelRules,
    MeetingRow,
    SeatRow,
    Taken,
    TrainerRow,
)
from clusters.cascade.timetable import CascadePlan, plan_cascade
from clusters.modules.rules import Subject, TaughtModule

RULES = CascadeRules(
    teacher=LevelRules(days=2, capacity=14, trainers=1, starts=time(10), ends=time(13)), return_after=28
)
MODULES = (TaughtModule(Subject.MATHS, 1), TaughtModule(Subject.MATHS, 2), TaughtModule(Subject.SCIENCE, 1))


@dataclass(frozen=True)
class Draft:
    """The rows of a plan, and what they were planned for."""

    meetings: tuple[MeetingRow, ...]
    seats: tuple[SeatRow, ...]
    trainers: tuple[TrainerRow, ...]
    request: CascadeRequest

    def check(self, with_request: bool = True) -> tuple[Violation, ...]:
        return check(
            self.meetings,
            self.seats,
            self.trainers,
            is_training_day=frozenset(self.request.days).__contains__,
            rules=self.request.rules,
            request=self.request if with_request else None,
        )

    def of(self, level: Level, nth: int = 0) -> MeetingRow:
        """The first meeting of a training session of a level."""
        rows = [row for row in self.meetings if row.level is level]
        numbers = list(dict.fromkeys(row.id for row in rows))
        return next(row for row in rows if row.id == numbers[nth])

    def change(self, number: int, **values: object) -> "Draft":
        """The same draft with all meetings of one training session changed."""
        changed = tuple(replace(row, **values) if row.id == number else row for row in self.meetings)  # type: ignore[arg-type]  # the tests name fields of a row
        return replace(self, meetings=changed)

    def change_meeting(self, wanted: MeetingRow, **values: object) -> "Draft":
        changed = tuple(replace(row, **values) if row == wanted else row for row in self.meetings)  # type: ignore[arg-type]  # the tests name fields of a row
        return replace(self, meetings=changed)

    def move(self, number: int, days: Sequence[date]) -> "Draft":
        """The same draft with one training session on other days."""
        old = [row for row in self.meetings if row.id == number]
        new = [replace(row, day=day) for row, day in zip(old, days, strict=True)]
        return replace(self, meetings=(*(row for row in self.meetings if row.id != number), *new))

    def days_of(self, number: int) -> list[date]:
        return [row.day for row in self.meetings if row.id == number]

    def seats_of(self, number: int) -> list[SeatRow]:
        return [seat for seat in self.seats if seat.session == number]

    def later(self, days: Sequence[date], by: int) -> list[date]:
        """The same days, so many training days later."""
        return [self.request.days[self.request.days.index(day) + by] for day in days]


@pytest.fixture(scope="module")
def draft(district: Callable[..., CascadeRequest]) -> Draft:
    request = district(modules=MODULES, rules=RULES, teachers=(1, 2, 3), trainers=2)
    plan = plan_cascade(request, thinking=0)
    assert isinstance(plan, CascadePlan)
    return Draft(plan.meeting_rows(), plan.seat_rows(), plan.trainers, request)


def friday_meeting(draft: Draft) -> Draft:
    # A calendar with open Fridays, so that only the hour is wrong.
    row = draft.of(Level.TEACHER)
    friday = row.day + timedelta(days=(4 - row.day.weekday()) % 7)
    opened = replace(draft.request, days=tuple(sorted({*draft.request.days, friday})))
    return replace(draft.change_meeting(row, day=friday), request=opened)


def participant_elsewhere_that_day(draft: Draft) -> Draft:
    row = draft.of(Level.TEACHER)
    other = next(m for m in draft.meetings if m.day == row.day and m.id != row.id and m.level is Level.TEACHER)
    return replace(draft, seats=(*draft.seats, replace(draft.seats_of(row.id)[0], session=other.id)))


def trainer_elsewhere_that_day(draft: Draft) -> Draft:
    row = draft.of(Level.TEACHER)
    other = next(m for m in draft.meetings if m.day == row.day and m.id != row.id)
    return draft.change(other.id, trainers=(*other.trainers, *row.trainers))


def trainer_promised_elsewhere(draft: Draft) -> Draft:
    row = draft.of(Level.TEACHER)
    return replace(draft, request=replace(draft.request, taken=(Taken(row.day, person=row.trainers[0]),)))


def venue_promised_elsewhere(draft: Draft) -> Draft:
    row = draft.of(Level.TEACHER)
    return replace(draft, request=replace(draft.request, taken=(Taken(row.day, venue=row.venue),)))


def month_used_up_elsewhere(draft: Draft) -> Draft:
    row = draft.of(Level.TEACHER)
    first = row.day.replace(day=1)
    busy = tuple(Taken(first + timedelta(days=step), person=row.trainers[0]) for step in range(16))
    return replace(draft, request=replace(draft.request, taken=busy))


def venue_taken_that_day(draft: Draft) -> Draft:
    row = draft.of(Level.TEACHER)
    other = next(m for m in draft.meetings if m.day == row.day and m.id != row.id)
    return draft.change(other.id, venue=row.venue)


def trainer_who_never_learned(draft: Draft) -> Draft:
    trainer = draft.of(Level.TEACHER).trainers[0]
    learned = {row.id for row in draft.meetings if row.level is Level.CIRCLE and row.subject is Subject.MATHS}
    kept = tuple(seat for seat in draft.seats if seat.person != trainer or seat.session not in learned)
    return replace(draft, seats=kept)


def trainer_who_learns_on_the_very_day(draft: Draft) -> Draft:
    learning = draft.of(Level.CIRCLE)
    place = draft.of(Level.TEACHER)
    return draft.change_meeting(place, day=draft.days_of(learning.id)[-1])


def trainer_from_another_block(draft: Draft) -> Draft:
    row = draft.of(Level.TEACHER)
    stranger = next(m for m in draft.request.circle_trainers if m.home[:2] != row.place[:2])
    return draft.change(row.id, trainers=(stranger.person,))


def trainer_of_another_subject(draft: Draft) -> Draft:
    row = draft.of(Level.TEACHER)
    others = tuple(
        replace(m, subjects=frozenset({Subject.PARENTS})) if m.person in row.trainers else m
        for m in draft.request.circle_trainers
    )
    return replace(draft, request=replace(draft.request, circle_trainers=others))


def teacher_as_trainer(draft: Draft) -> Draft:
    row = draft.of(Level.TEACHER)
    return draft.change(row.id, trainers=(draft.seats_of(row.id)[0].person,))


def modules_in_the_wrong_order(draft: Draft) -> Draft:
    codes = {"maths-1": "maths-2", "maths-2": "maths-1"}
    turned = tuple(replace(row, module=codes.get(row.module, row.module)) for row in draft.meetings)
    return replace(draft, meetings=turned)


def three_of_a_school(draft: Draft) -> Draft:
    row = draft.of(Level.TEACHER)
    schools = {seat.school for seat in draft.seats_of(row.id)}
    school = next(s for s in schools if sum(1 for t in draft.request.teachers if t.school == s) == 3)
    others = {t.person for t in draft.request.teachers if t.school == school}
    seats = tuple(s for s in draft.seats if s.session != row.id or s.person not in others)
    return replace(draft, seats=(*seats, *(SeatRow(row.id, person, school) for person in sorted(others))))


def both_teachers_of_a_school(draft: Draft) -> Draft:
    row = draft.of(Level.TEACHER)
    seat = next(
        s for s in draft.seats_of(row.id) if sum(1 for t in draft.request.teachers if t.school == s.school) == 2
    )
    colleague = next(t for t in draft.request.teachers if t.school == seat.school and t.person != seat.person)
    return replace(draft, seats=(*draft.seats, SeatRow(row.id, colleague.person, colleague.school)))


def overfull_room(draft: Draft) -> Draft:
    return replace(
        draft, request=replace(draft.request, rules=replace(RULES, teacher=replace(RULES.teacher, capacity=3)))
    )


def one_day_too_few(draft: Draft) -> Draft:
    row = draft.of(Level.TEACHER)
    return replace(draft, meetings=tuple(meeting for meeting in draft.meetings if meeting != row))


def one_day_too_many(draft: Draft) -> Draft:
    row = draft.of(Level.MASTER)
    extra = replace(row, day=draft.later(draft.days_of(row.id), 1)[-1])
    return replace(draft, meetings=(*draft.meetings, extra))


def a_day_between(draft: Draft) -> Draft:
    row = draft.of(Level.TEACHER)
    first, second, back = draft.days_of(row.id)
    return draft.move(row.id, [first, *draft.later([second], 1), back])


def return_too_early(draft: Draft) -> Draft:
    row = draft.of(Level.TEACHER)
    first, second, _ = draft.days_of(row.id)
    return draft.move(row.id, [first, second, second + timedelta(days=27)])


def crowded_month(draft: Draft) -> Draft:
    return replace(draft, request=replace(draft.request, rules=replace(RULES, teacher_days_a_month=2)))


def crowded_month_of_a_trainer(draft: Draft) -> Draft:
    return replace(draft, request=replace(draft.request, rules=replace(RULES, trainer_days_a_month=5)))


def forgotten_teacher(draft: Draft) -> Draft:
    return replace(draft, seats=draft.seats[:-1])


def forgotten_group(draft: Draft) -> Draft:
    row = draft.of(Level.TEACHER)
    return replace(
        draft,
        meetings=tuple(m for m in draft.meetings if m.id != row.id),
        seats=tuple(s for s in draft.seats if s.session != row.id),
    )


def taught_twice(draft: Draft) -> Draft:
    row = draft.of(Level.TEACHER)
    again = next(
        m
        for m in draft.meetings
        if m.module == row.module and m.level is row.level and m.place == row.place and m.id != row.id
    )
    return replace(draft, seats=(*draft.seats, replace(draft.seats_of(row.id)[0], session=again.id)))


def away_from_the_host_school(draft: Draft) -> Draft:
    return draft.change(draft.of(Level.TEACHER).id, venue="another school")


def without_trainer(draft: Draft) -> Draft:
    return draft.change(draft.of(Level.TEACHER).id, trainers=())


def without_participants(draft: Draft) -> Draft:
    number = draft.of(Level.TEACHER).id
    return replace(draft, seats=tuple(seat for seat in draft.seats if seat.session != number))


def seat_of_nowhere(draft: Draft) -> Draft:
    return replace(draft, seats=(*draft.seats, replace(draft.seats[0], session=9_999)))


def meetings_at_odds(draft: Draft) -> Draft:
    return draft.change_meeting(draft.of(Level.MASTER), module="maths-2")


def unlisted_trainer(draft: Draft) -> Draft:
    return replace(draft, trainers=draft.trainers[1:])


def foreign_school(draft: Draft) -> Draft:
    last = draft.seats[-1]
    return replace(draft, seats=(*draft.seats[:-1], replace(last, school="elsewhere")))


def unknown_module(draft: Draft) -> Draft:
    return draft.change(draft.of(Level.TEACHER).id, module="maths-9")


def trainer_on_leave(draft: Draft) -> Draft:
    row = draft.of(Level.TEACHER)
    leave = (Taken(row.day, person=row.trainers[0], away=True),)
    return replace(draft, request=replace(draft.request, taken=leave))


def venue_closed_that_day(draft: Draft) -> Draft:
    row = draft.of(Level.TEACHER)
    return replace(draft, request=replace(draft.request, taken=(Taken(row.day, venue=row.venue, away=True),)))


def women_among_men(draft: Draft) -> Draft:
    row = draft.of(Level.TEACHER)
    woman = draft.seats_of(row.id)[0].person
    teachers = tuple(replace(each, woman=each.person == woman) for each in draft.request.teachers)
    rules = replace(RULES, women_apart=True)
    return replace(draft, request=replace(draft.request, teachers=teachers, rules=rules))


def not_on_the_last_working_day(draft: Draft) -> Draft:
    return replace(draft, request=replace(draft.request, rules=replace(RULES, last_working_day=True)))


def trainer_from_beyond_the_limit(draft: Draft) -> Draft:
    clusters = tuple(
        replace(seat, spot=(33.0 + number, 70.0)) for number, seat in enumerate(sorted(draft.request.clusters, key=str))
    )
    return replace(draft, request=replace(draft.request, clusters=clusters, rules=replace(RULES, travel_km=50.0)))


PLANTED = [
    (Rule.AWAY, trainer_on_leave),
    (Rule.AWAY, venue_closed_that_day),
    (Rule.APART, women_among_men),
    (Rule.MONTH_END, not_on_the_last_working_day),
    (Rule.TRAVEL, trainer_from_beyond_the_limit),
    (Rule.CLOSED_DAY, lambda d: d.change_meeting(d.of(Level.TEACHER), day=date(2026, 12, 25))),
    (Rule.CLOSED_DAY, lambda d: d.change_meeting(d.of(Level.MASTER), day=date(2026, 12, 4))),
    (Rule.HOURS, lambda d: d.change_meeting(d.of(Level.TEACHER), starts=time(14))),
    (Rule.HOURS, friday_meeting),
    (Rule.PERSON_TWICE, participant_elsewhere_that_day),
    (Rule.PERSON_TWICE, trainer_elsewhere_that_day),
    (Rule.VENUE_TWICE, venue_taken_that_day),
    (Rule.PERSON_TWICE, trainer_promised_elsewhere),
    (Rule.VENUE_TWICE, venue_promised_elsewhere),
    (Rule.MONTH, month_used_up_elsewhere),
    (Rule.PRECEDENCE, trainer_who_never_learned),
    (Rule.PRECEDENCE, trainer_who_learns_on_the_very_day),
    (Rule.NEAREST, trainer_from_another_block),
    (Rule.SUBJECT, trainer_of_another_subject),
    (Rule.SUBJECT, teacher_as_trainer),
    (Rule.SEQUENCE, modules_in_the_wrong_order),
    (Rule.QUOTA, three_of_a_school),
    (Rule.EMPTIED, both_teachers_of_a_school),
    (Rule.CAPACITY, overfull_room),
    (Rule.DAYS, one_day_too_few),
    (Rule.DAYS, one_day_too_many),
    (Rule.DAYS, a_day_between),
    (Rule.RETURN, return_too_early),
    (Rule.MONTH, crowded_month),
    (Rule.MONTH, crowded_month_of_a_trainer),
    (Rule.COVERAGE, forgotten_teacher),
    (Rule.COVERAGE, forgotten_group),
    (Rule.COVERAGE, taught_twice),
    (Rule.VENUE, away_from_the_host_school),
    (Rule.ROWS, without_trainer),
    (Rule.ROWS, without_participants),
    (Rule.ROWS, seat_of_nowhere),
    (Rule.ROWS, meetings_at_odds),
    (Rule.ROWS, unlisted_trainer),
    (Rule.ROWS, foreign_school),
    (Rule.ROWS, unknown_module),
]


def test_a_good_plan_has_no_violation_with_or_without_its_request(draft: Draft) -> None:
    assert draft.check() == ()
    assert draft.check(with_request=False) == ()


@pytest.mark.parametrize(("rule", "plant"), PLANTED, ids=lambda value: getattr(value, "__name__", str(value)))
def test_a_planted_fault_is_found(draft: Draft, rule: Rule, plant: Callable[[Draft], Draft]) -> None:
    found = plant(draft).check()
    assert rule in {violation.rule for violation in found}
    assert all(violation.sentence.endswith(".") for violation in found)


def test_every_rule_has_a_planted_fault() -> None:
    assert {rule for rule, _ in PLANTED} == set(Rule)


@pytest.mark.parametrize(
    ("rule", "plant"),
    [
        (rule, plant)
        for rule, plant in PLANTED
        if rule in {Rule.CLOSED_DAY, Rule.PERSON_TWICE, Rule.VENUE_TWICE, Rule.PRECEDENCE}
        and "promised" not in str(plant)
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_what_the_rows_alone_tell_is_found_without_the_request(
    draft: Draft, rule: Rule, plant: Callable[[Draft], Draft]
) -> None:
    assert rule in {violation.rule for violation in plant(draft).check(with_request=False)}


def test_days_promised_elsewhere_by_persons_outside_the_plan_are_nobodys_fault(draft: Draft) -> None:
    busy = tuple(Taken(date(2026, 12, 1) + timedelta(days=step), person=99_999) for step in range(20))
    assert replace(draft, request=replace(draft.request, taken=busy)).check() == ()


def test_a_violation_names_its_training_session_and_its_day(draft: Draft) -> None:
    row = draft.of(Level.TEACHER)
    (found,) = [v for v in draft.change_meeting(row, day=date(2026, 12, 25)).check() if v.rule is Rule.CLOSED_DAY]
    assert found.session == row.id
    assert found.sentence == f"Training session {row.id} meets on 2026-12-25, a closed day."


def test_an_empty_plan_of_a_real_request_lacks_everybody(draft: Draft) -> None:
    found = replace(draft, meetings=(), seats=(), trainers=()).check()
    assert {violation.rule for violation in found} == {Rule.COVERAGE}
    request = draft.request
    persons = len(request.masters) + len(request.circle_trainers) + len(request.teachers)
    assert len(found) == persons * len(MODULES)
