"""`cop cascade capacity`: what a programme takes, before any of it has a date."""

from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from typing import Any

import rich_click as click

from clusters.calendar.rules import training_days
from clusters.cascade.capacity import Capacity, Span, capacity_of, months_after, programme_of
from clusters.cascade.queries import modules_of, standing
from clusters.cascade.rules import CascadeRules, Level
from clusters.kernel.audit import Actor
from clusters.kernel.clock import today
from clusters.kernel.errors import Invalid
from clusters.modules.rules import Subject
from clusters.people.queries import readers
from clusters.scope import Scope
from cop.commands.opening import opened
from cop.commands.speaking import Exit, answering, as_json, say, talk
from cop.hours import reminder_rules
from messaging.reminders.estimating import Estimate, estimated, gathered_for
from messaging.texts.catalogue import DEFAULT_LANGUAGE

AHEAD = timedelta(days=14)
HORIZON = timedelta(days=3 * 366)
PEOPLE = {Level.MASTER: "Master trainers", Level.CIRCLE: "Circle trainers", Level.TEACHER: "Teachers"}
TRAINERS = {Level.MASTER: "core team members", Level.CIRCLE: "master trainers", Level.TEACHER: "circle trainers"}


@click.command()
@click.option("--subjects", required=True, metavar="A,B", help="Of maths, languages, science, pedagogy, parents.")
@click.option("--teachers", type=click.IntRange(1, 2_000_000), help="How many; those of today unless given.")
@click.option("--trainers", type=click.IntRange(1, 100), help="Circle trainers a circle; as today unless given.")
@click.option("--weeks", type=click.IntRange(1, 500), help="Say how many trainers it needs to be over in so many.")
@click.option("--days", type=click.IntRange(1, 20), help="Meeting days of each module, for the teachers.")
@click.option("--teacher-days", type=click.IntRange(1, 27), help="Most days a month for a teacher; 4 unless given.")
@click.option("--trainer-days", type=click.IntRange(1, 27), help="Most days a month for a trainer; 16 unless given.")
@click.option(
    "--return-after", type=click.IntRange(1, 366), metavar="DAYS", help="With a day of return that much later."
)
@click.option("--women-apart", is_flag=True, help="Women and men among the teachers meet in sessions of their own.")
@click.option("--last-working-day", is_flag=True, help="Teachers meet on the last working day of a month.")
@click.option("--from-date", type=click.DateTime(["%Y-%m-%d"]), help="First day; in two weeks unless given.")
@click.option("--price", type=click.FloatRange(min=0), help="Rupees a segment; the setting unless given.")
@as_json
def capacity(
    subjects: str,
    teachers: int | None,
    trainers: int | None,
    weeks: int | None,
    days: int | None,
    teacher_days: int | None,
    trainer_days: int | None,
    return_after: int | None,
    women_apart: bool,
    last_working_day: bool,
    from_date: datetime | None,
    price: float | None,
    as_json: bool,
) -> None:
    """Say what a programme takes at least: weeks, trainers, rooms, texts and their cost. Nothing is planned.

    Example: cop cascade capacity --subjects maths,science --teachers 22000 --trainers 3
    """
    with answering(as_json, Exit.USAGE):
        chosen = subjects_of(subjects)
    usual = CascadeRules(women_apart=women_apart, last_working_day=last_working_day, return_after=return_after)
    rules = replace(
        usual,
        teacher=replace(usual.teacher, days=days),
        teacher_days_a_month=teacher_days or usual.teacher_days_a_month,
        trainer_days_a_month=trainer_days or usual.trainer_days_a_month,
    )
    with opened(as_json) as house:
        settings = house.decided.now
        with house.unit(Actor("command line")) as db:
            scope = Scope.everywhere()
            start = from_date.date() if from_date else today(db) + AHEAD
            modules, today_s, languages = modules_of(db, scope, chosen), standing(db, scope), readers(db, scope)
        programme = programme_of(modules, today_s, teachers=teachers, trainers=trainers, rules=rules)
        answer = capacity_of(programme, training_days(start, start + HORIZON, settings.calendar), months_after(start))
        with_phone = {str(language or DEFAULT_LANGUAGE): phones for language, (_, phones) in languages.items()}
        without = sum(everybody - phones for everybody, phones in languages.values())
        texts = estimated(
            gathered_for(answer),
            with_phone or {DEFAULT_LANGUAGE: programme.teachers},
            reminder_rules(settings),
            without_phone=without,
        )
        rate = settings.segment_price if price is None else price
    if as_json:
        say(document(answer, texts, rate, weeks))
    else:
        for line in sentences(answer, texts, rate, weeks):
            talk.print(line, markup=False, soft_wrap=True)


def document(answer: Capacity, texts: tuple[Estimate, ...], rate: float, weeks: int | None) -> dict[str, Any]:
    """The answer as the command prints it for programs."""
    programme = answer.programme
    enough = None if weeks is None else answer.enough_for(weeks)
    return {
        "subjects": [module.subject.value for module in programme.modules],
        "teachers": programme.teachers,
        "clusters": programme.clusters,
        "circles": programme.circles,
        "blocks": programme.blocks,
        "trainers_a_circle": programme.trainers,
        **_span(answer.span),
        "binds": {"key": answer.binds.key, "rules": list(answer.binding), "sentence": answer.binds.sentence},
        "trainers": {TRAINERS[each.level].replace(" ", "_"): each.trainers for each in answer.demands},
        "days_a_teacher": answer.teacher_days,
        "days_a_trainer": answer.trainer_days,
        "sessions": {each.level.value: each.sessions for each in answer.demands},
        "venue_days": {**{each.level.value: each.venue_days for each in answer.demands}, "all": answer.venue_days},
        "texts": sum(each.texts for each in texts),
        "segments": sum(each.segments for each in texts),
        "rupees": round(sum(each.segments for each in texts) * rate),
        "rupees_a_segment": rate,
        "languages": [asdict(each) | {"rupees": round(each.segments * rate)} for each in texts],
        "by_trainers": [{"trainers": many, **_span(span)} for many, span in answer.by_trainers],
        "by_start": [_span(span) for span in answer.by_start],
        "within": None if weeks is None else {"weeks": weeks, "trainers": enough, "sentence": _within(answer, weeks)},
    }


def sentences(answer: Capacity, texts: tuple[Estimate, ...], rate: float, weeks: int | None) -> list[str]:
    """The same for people."""
    programme, span = answer.programme, answer.span
    segments = sum(each.segments for each in texts)
    lines = [
        (
            f"{programme.teachers:,} teachers in {programme.clusters:,} LTRCs of {programme.circles:,} circles, "
            f"{programme.blocks} blocks. {answer.binds.sentence}"
        )
    ]
    if span.end is not None:
        lines.append(f"Begun on {_said(span.start)} it ends on {_said(span.end)} at the earliest.")
    lines += [
        f"{PEOPLE[each.level]}: {each.sessions:,} sessions, {each.venue_days:,} days of a room, "
        f"{each.trainers:,} {TRAINERS[each.level]}."
        for each in answer.demands
    ]
    lines.append(
        f"A teacher gives {answer.teacher_days} days, a circle trainer {answer.trainer_days} days of training others."
    )
    lines.append(
        f"{sum(each.texts for each in texts):,} texts, {segments:,} segments, about Rs {round(segments * rate):,} "
        f"at Rs {rate:g} each: "
        + ", ".join(f"{each.language} {each.segments:,} (Rs {round(each.segments * rate):,})" for each in texts)
        + "."
    )
    lines.append(
        "Trainers a circle: " + ", ".join(f"{many}: {_weeks(other)}" for many, other in answer.by_trainers) + "."
    )
    lines.append("Begun later: " + ", ".join(f"{other.start:%b %Y} {_weeks(other)}" for other in answer.by_start) + ".")
    if weeks is not None:
        lines.append(_within(answer, weeks))
    lines.append("These are floors: no plan under these rules is shorter. Next: cop cascade plan")
    return lines


def subjects_of(given: str) -> tuple[Subject, ...]:
    """Subjects as people write them, each once; Invalid names the one that is unknown."""
    names = [name.strip().lower() for name in given.split(",") if name.strip()]
    unknown = [name for name in names if name not in list(Subject)]
    if unknown or not names:
        raise Invalid("subject_unknown", given=unknown[0] if unknown else given, known=", ".join(Subject))
    return tuple(dict.fromkeys(Subject(name) for name in names))


def _within(answer: Capacity, weeks: int) -> str:
    enough = answer.enough_for(weeks)
    if enough is not None:
        everywhere = enough * answer.programme.circles
        return f"To be over in {weeks} weeks it needs at least {enough} trainers a circle, {everywhere:,} in all."
    shortest = min((span.weeks for _, span in answer.by_trainers if span.weeks is not None), default=None)
    least = "none is known" if shortest is None else f"{shortest} weeks is the least"
    return (
        f"No number of trainers lets it be over in {weeks} weeks: {least}. Allow more days a month, or fewer subjects."
    )


def _span(span: Span) -> dict[str, Any]:
    return {
        "start": span.start,
        "end": span.end,
        "weeks": span.weeks,
        "training_days": span.training_days,
    }


def _weeks(span: Span) -> str:
    return "never" if span.weeks is None else f"{span.weeks} weeks"


def _said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
