"""What a whole programme takes, before any of it has a date: asked with a plain form, nothing is stored."""

from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import parse_qsl

from sqlalchemy.orm import Session

from clusters.calendar.rules import training_days
from clusters.cascade.capacity import Capacity, Span, capacity_of, months_after, programme_of
from clusters.cascade.queries import modules_of, standing
from clusters.cascade.rules import CascadeRules
from clusters.kernel.clock import today
from clusters.kernel.together import Together
from clusters.modules.rules import Subject
from clusters.people.queries import readers
from clusters.people.rules import Language
from cop.hours import reminder_rules
from cop.settings import Settings
from cop.web.edge import Asked, page
from cop.web.viewers import Viewer
from cop.web.views import paths
from cop.web.views.capacity import CapacityForm, CapacityPage, LanguageCost, Lasting, LevelNeed
from cop.web.views.frame import Area, FieldError
from messaging.reminders.estimating import estimated, gathered_for
from messaging.texts.catalogue import DEFAULT_LANGUAGE

AHEAD = timedelta(days=14)
HORIZON = timedelta(days=3 * 366)
MOST = {"teachers": 2_000_000, "trainers": 100, "days": 20, "teacher_days": 27, "weeks": 500}
"""The largest number each field takes."""


@page(paths.CAPACITY, here=Area.PLANNER)
def show(db: Session, viewer: Viewer, asked: Asked, settings: Settings) -> CapacityPage:
    """The answer for what was chosen; for everything as it stands where nothing was."""
    form = _form(viewer, asked)
    wrong = {error.field for error in form.errors}
    given = {name: int(value) for name in MOST if name not in wrong and (value := str(getattr(form, name)))}
    together = Together(db)
    modules = together.ask(lambda db: modules_of(db, viewer.scope, form.subjects))
    stands = together.ask(lambda db: standing(db, viewer.scope))
    languages = together.ask(lambda db: readers(db, viewer.scope))
    usual = CascadeRules()
    rules = replace(
        usual,
        teacher=replace(usual.teacher, days=given.get("days")),
        teacher_days_a_month=given.get("teacher_days", usual.teacher_days_a_month),
    )
    programme = programme_of(
        modules(), stands(), teachers=given.get("teachers"), trainers=given.get("trainers"), rules=rules
    )
    start = today(db) + AHEAD
    answer = capacity_of(programme, training_days(start, start + HORIZON, settings.calendar), months_after(start))
    return _page(form, answer, languages(), settings, usual=stands() is None, weeks=given.get("weeks"))


def _form(viewer: Viewer, asked: Asked) -> CapacityForm:
    pairs = parse_qsl(asked.query, keep_blank_values=True)
    chosen = tuple(subject for subject in Subject if ("subject", subject.value) in pairs)
    typed = {name: value.strip() for name, value in pairs if name in MOST}
    errors = []
    for name, most in MOST.items():
        value = typed.get(name, "")
        if value and not (value.isascii() and value.isdigit() and 1 <= int(value[:9]) <= most and len(value) < 9):
            said = viewer.say.gettext("Write a number from 1 to %(most)s.") % {"most": most}
            errors.append(FieldError(name, said))
    return CapacityForm(
        chosen or tuple(Subject),
        typed.get("teachers", ""),
        typed.get("trainers", ""),
        typed.get("days", ""),
        typed.get("teacher_days", ""),
        typed.get("weeks", ""),
        tuple(errors),
    )


def _page(
    form: CapacityForm,
    answer: Capacity,
    languages: dict[Language | None, tuple[int, int]],
    settings: Settings,
    *,
    usual: bool,
    weeks: int | None,
) -> CapacityPage:
    programme = answer.programme
    with_phone = {str(language or DEFAULT_LANGUAGE): phones for language, (_, phones) in languages.items()}
    without = sum(everybody - phones for everybody, phones in languages.values())
    texts = estimated(
        gathered_for(answer),
        with_phone or {DEFAULT_LANGUAGE: programme.teachers},
        reminder_rules(settings),
        without_phone=without,
    )
    price = settings.segment_price
    return CapacityPage(
        form=form,
        usual=usual,
        teachers=programme.teachers,
        clusters=programme.clusters,
        circles=programme.circles,
        trainers=programme.trainers,
        teacher_cap=programme.rules.teacher_days_a_month,
        trainer_cap=programme.rules.trainer_days_a_month,
        lasting=_lasting(answer.span),
        binding=answer.binding,
        needs=tuple(LevelNeed(each.level, each.sessions, each.venue_days, each.trainers) for each in answer.demands),
        costs=tuple(
            LanguageCost(Language(each.language), each.texts, each.segments, round(each.segments * price))
            for each in texts
        ),
        segment_price=price,
        days_a_teacher=answer.teacher_days,
        days_a_trainer=answer.trainer_days,
        by_trainers=tuple(_lasting(span, trainers=many) for many, span in answer.by_trainers),
        by_start=tuple(_lasting(span, start=span.start) for span in answer.by_start),
        within=weeks,
        enough=None if weeks is None else answer.enough_for(weeks),
    )


def _lasting(span: Span, *, trainers: int | None = None, start: date | None = None) -> Lasting:
    return Lasting(span.weeks, span.end, trainers, start or span.start)


handlers = [show]
