"""One person: posts from-to, phones, training, silence; and what the office does: appoint, move, number, take back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from clusters.cascade.leave import leaves
from clusters.kernel.audit import last_recorded
from clusters.kernel.clock import today
from clusters.kernel.errors import Conflict, CopError, NotAllowed, NotFound
from clusters.kernel.together import Together
from clusters.modules.rules import Subject
from clusters.people import actions, finding
from clusters.people.finding import Known, KnownNumber
from clusters.people.queries import PostRow, person
from clusters.people.rules import LEARNERS, OFFICE, PLANNERS, TRAINERS, Language, PostRole
from clusters.training.queries import parts_of
from cop.settings import Settings
from cop.web.answers import Again, Done, Shown
from cop.web.edge import act, page
from cop.web.forms import Nothing
from cop.web.mistakes import said
from cop.web.pages.people import day_of, number_for, standing
from cop.web.viewers import Viewer
from cop.web.views import paths
from cop.web.views.frame import Area, FieldError, Role
from cop.web.views.people import Away, HeldPost, Part, PersonPage, Phone, Sharer
from messaging.consent.actions import clear_wrong, end_silence, give_link, revoke_links, silence
from messaging.consent.queries import link_until, wishes, wrong_numbers

COOL_OFF = timedelta(hours=24)
"""For so long a number that is new for somebody proves little."""
EARLIER = 6
"""Numbers of before that the page shows."""
READS_ONLY = (Role.MONITOR, Role.TRAINER)


@dataclass(frozen=True)
class Appointed:
    """A post: its role, the school or place as written, the first day."""

    role: PostRole
    at: str
    from_date: str = ""
    subject: Subject | None = None


@dataclass(frozen=True)
class Moved:
    """Another school by its EMIS code, from a day."""

    to: str
    move_date: str = ""


@dataclass(frozen=True)
class Ended:
    """The first day without the post."""

    on: str = ""


@dataclass(frozen=True)
class Called:
    """Her name, and the language of her texts."""

    name: str
    language: Language | None = None


@dataclass(frozen=True)
class Numbered:
    """A number as written."""

    phone: str


@page(paths.person("{person_id}"), here=Area.PEOPLE, proved=True)
def show(db: Session, viewer: Viewer, person_id: int) -> PersonPage:
    """One person inside the viewer's places."""
    return _shown(db, viewer, person_id)


@act(paths.person_act("{person_id}", "appoint"), here=Area.PEOPLE, proved=True)
def appoint(db: Session, viewer: Viewer, person_id: int, form: Appointed) -> Done:
    """Give her a post from a day."""
    require(db, viewer, person_id, PLANNERS)

    def do() -> None:
        school, place = standing(db, viewer.scope, form.at)
        actions.appoint(
            db, viewer.scope, person_id, form.role, at_school=school, at_place=place, subject=form.subject,
            from_date=day_of(form.from_date),
        )  # fmt: skip

    or_again(db, viewer, person_id, do, "at", (("at", form.at), ("from_date", form.from_date)))
    return _done(db, viewer, person_id, viewer.say.gettext("The post is hers."))


@act(paths.end_post("{person_id}", "{post_id}"), here=Area.PEOPLE, proved=True)
def end_post(db: Session, viewer: Viewer, person_id: int, post_id: int, form: Ended) -> Done:
    """End one of her posts on a day."""
    require(db, viewer, person_id, PLANNERS)
    if post_id not in {each.id for each in finding.known(db, viewer.scope, person_id).posts}:
        raise NotFound("post_not_found", post=post_id)
    actions.end_post(db, viewer.scope, post_id, day_of(form.on))
    return _done(db, viewer, person_id, viewer.say.gettext("The post has an end."))


@act(paths.person_act("{person_id}", "move"), here=Area.PEOPLE)
def move(db: Session, viewer: Viewer, person_id: int, form: Moved) -> Done:
    """Let her teach at another school from a day; her posts at other schools end."""
    require(db, viewer, person_id, PLANNERS)

    def do() -> None:
        teaches = _teaches_as(finding.known(db, viewer.scope, person_id), db)
        if teaches is None:
            raise Conflict("teaches_nowhere")
        school, _ = standing(db, viewer.scope, form.to)
        actions.transfer(db, viewer.scope, person_id, teaches, school or 0, day_of(form.move_date))

    or_again(db, viewer, person_id, do, "to", (("to", form.to), ("move_date", form.move_date)))
    return _done(db, viewer, person_id, viewer.say.gettext("She moves to the other school."))


@act(paths.person_act("{person_id}", "name"), here=Area.PEOPLE)
def rename(db: Session, viewer: Viewer, person_id: int, form: Called) -> Done:
    """Correct her name, or choose the language of her texts."""
    require(db, viewer, person_id, OFFICE)
    before = person(db, viewer.scope, person_id)

    def do() -> None:
        if " ".join(form.name.split()) != before.name:
            actions.rename(db, viewer.scope, person_id, form.name)
        actions.choose_language(db, viewer.scope, person_id, form.language)

    or_again(db, viewer, person_id, do, "name", (("name", form.name),))
    return _done(db, viewer, person_id, viewer.say.gettext("Saved."))


@act(paths.person_act("{person_id}", "number"), here=Area.PEOPLE, proved=True)
def give_number(db: Session, viewer: Viewer, person_id: int, form: Numbered) -> Done:
    """Let another number reach her; what waits goes there."""
    require(db, viewer, person_id, OFFICE)
    or_again(
        db,
        viewer,
        person_id,
        lambda: actions.give_number(db, viewer.scope, person_id, form.phone),
        "phone",
        (("phone", form.phone),),
    )
    return _done(db, viewer, person_id, viewer.say.gettext("Texts to her go to this number now."))


@act(paths.person_act("{person_id}", "no-number"), here=Area.PEOPLE, proved=True)
def end_number(db: Session, viewer: Viewer, person_id: int, form: Nothing) -> Done:
    """No number reaches her any more."""
    require(db, viewer, person_id, OFFICE)
    actions.end_number(db, viewer.scope, person_id)
    return _done(db, viewer, person_id, viewer.say.gettext("No number reaches her now."))


@act(paths.person_act("{person_id}", "wrong-number"), here=Area.PEOPLE, proved=True)
def mark_wrong(db: Session, viewer: Viewer, person_id: int, form: Nothing) -> Done:
    """Somebody else answers at her number: nothing goes there for her."""
    require(db, viewer, person_id, OFFICE)
    actions.mark_wrong(db, viewer.scope, person_id)
    return _done(
        db, viewer, person_id, viewer.say.gettext("The number is marked as wrong. Nothing goes there for her.")
    )


@act(paths.person_act("{person_id}", "right-number"), here=Area.PEOPLE, proved=True)
def find_right(db: Session, viewer: Viewer, person_id: int, form: Nothing) -> Done:
    """Somebody looked at her number, of which a provider said that it gets no texts, and it is right."""
    require(db, viewer, person_id, OFFICE)
    number = finding.known(db, viewer.scope, person_id).number
    if number is None or not clear_wrong(db, number.number):
        raise Conflict("not_called_wrong")
    return Done(_there(db, viewer, person_id), viewer.say.gettext("Noted: the number is right. Texts go to it again."))


@act(paths.person_act("{person_id}", "silence"), here=Area.PEOPLE)
def note_silence(db: Session, viewer: Viewer, person_id: int, form: Nothing) -> Done:
    """She told somebody that she wants no texts."""
    require(db, viewer, person_id, (*OFFICE, *TRAINERS))
    numbers = {each.number for each in finding.known(db, viewer.scope, person_id).numbers}
    source = "trainer" if viewer.role is Role.TRAINER else "office"
    if not silence(db, person_id, numbers, source):
        raise Conflict("already_silent")
    words = viewer.say.gettext("Noted: no more texts to her. Tell her by hand.")
    return Done(paths.person(person_id), words, undo=paths.person_act(person_id, "texts"))


@act(paths.person_act("{person_id}", "texts"), here=Area.PEOPLE)
def note_texts(db: Session, viewer: Viewer, person_id: int, form: Nothing) -> Done:
    """She wants texts again, or never said otherwise."""
    require(db, viewer, person_id, (*OFFICE, *TRAINERS))
    if not end_silence(db, person_id, "trainer" if viewer.role is Role.TRAINER else "office"):
        raise Conflict("not_silent")
    words = viewer.say.gettext("Noted: texts go to her again.")
    return Done(paths.person(person_id), words, undo=paths.person_act(person_id, "silence"))


@act(paths.person_act("{person_id}", "link"), here=Area.PEOPLE, proved=True)
def make_link(db: Session, viewer: Viewer, settings: Settings, person_id: int, form: Nothing) -> Shown:
    """A way to her own page, shown this once; earlier ones open nothing any more."""
    require(db, viewer, person_id, (*OFFICE, *TRAINERS))
    link = give_link(db, person_id)
    return Shown(_shown(db, viewer, person_id, link=settings.address + paths.own_page(link)))


@act(paths.person_act("{person_id}", "no-link"), here=Area.PEOPLE)
def end_link(db: Session, viewer: Viewer, person_id: int, form: Nothing) -> Done:
    """Her link opens nothing any more."""
    require(db, viewer, person_id, (*OFFICE, *TRAINERS))
    if not revoke_links(db, person_id):
        raise Conflict("no_personal_link")
    return Done(paths.person(person_id), viewer.say.gettext("Her link opens nothing any more."))


@act(paths.take_back("{person_id}", "{change}"), here=Area.PEOPLE, proved=True)
def take_back(db: Session, viewer: Viewer, person_id: int, change: int, form: Nothing) -> Done:
    """Undo one change."""
    if viewer.role in READS_ONLY:
        raise NotFound("page")
    actions.take_back(db, viewer.scope, person_id, change)
    return Done(_there(db, viewer, person_id), viewer.say.gettext("Taken back: it is as it was before."))


def _shown(
    db: Session,
    viewer: Viewer,
    person_id: int,
    errors: tuple[FieldError, ...] = (),
    typed: tuple[tuple[str, str], ...] = (),
    link: str | None = None,
) -> PersonPage:
    her, day = finding.known(db, viewer.scope, person_id), today(db)
    numbers = [her.number.number] if her.number else []
    silent, noted = wishes(db, person_id, numbers)
    together = Together(db)
    called_wrong = together.ask(lambda db: wrong_numbers(db, numbers))
    opens_until = together.ask(lambda db: link_until(db, person_id))
    away = together.ask(lambda db: leaves(db, viewer.scope, day, person_id))
    parts = together.ask(lambda db: parts_of(db, viewer.scope, person_id))
    office = _holds(viewer, her.posts, OFFICE)
    planner = _holds(viewer, her.posts, PLANNERS)
    phone = _phone(viewer, her.number, new=len(her.numbers) > 1) if her.number else None
    return PersonPage(
        person_id=her.id,
        name=her.name,
        gender=her.gender,
        language=her.language,
        personal_no=her.personal_no if viewer.role not in READS_ONLY else None,
        invented=her.invented,
        registered_at=her.registered_at,
        posts=tuple(
            HeldPost(
                each.id,
                each.role,
                each.subject,
                each.at,
                each.since,
                each.until and each.until - timedelta(days=1),
                lasts=each.until is None,
                may_end=each.until is None
                and viewer.role not in READS_ONLY
                and viewer.scope.covers(each.training_path, each.admin_path, PLANNERS),
            )
            for each in her.posts
        ),
        phone=phone,
        earlier=tuple(_phone(viewer, each) for each in reversed(her.numbers) if each is not her.number)[:EARLIER],
        parts=tuple(
            Part(each.id, each.code, each.subject, each.level, each.place, each.starts_at, each.leads)
            for each in parts()
        ),
        today=day,
        silent_since=min(silent.values(), default=None),
        noted_since=noted,
        called_wrong_since=min(called_wrong().values(), default=None),
        teaches_as=_teaches_as(her, db) if planner else None,
        may_change=planner,
        may_number=office,
        may_silence=_holds(viewer, her.posts, (*OFFICE, *TRAINERS)),
        may_leave=office and any(each.role in TRAINERS for each in her.posts),
        away=tuple(Away(each.id, each.first, each.last) for each in away()),
        link_until=opens_until(),
        link=link,
        masked=viewer.role is Role.MONITOR,
        errors=errors,
        typed=typed,
    )


def _phone(viewer: Viewer, row: KnownNumber, *, new: bool = False) -> Phone:
    return Phone(
        number_for(viewer, row.number),
        row.since,
        row.until,
        row.wrong,
        tuple(Sharer(*each) for each in row.shared_with),
        row.hidden,
        row.since + COOL_OFF if new else None,
    )


def _teaches_as(her: Known, db: Session) -> PostRole | None:
    """The role of the post at a school that lasts, if she teaches."""
    day = today(db)
    return next(
        (post.role for post in her.posts if post.role in LEARNERS and (post.until is None or post.until > day)), None
    )


def _holds(viewer: Viewer, posts: tuple[PostRow, ...], roles: tuple[PostRole, ...]) -> bool:
    """Does the viewer hold one of these roles over her, or over everything?"""
    if viewer.role is Role.MONITOR:
        return False
    scope = viewer.scope
    return scope.covers("", None, roles) or any(
        scope.covers(post.training_path, post.admin_path, roles) for post in posts
    )


def require(db: Session, viewer: Viewer, person_id: int, roles: tuple[PostRole, ...]) -> None:
    """NotFound for somebody elsewhere; NotAllowed unless the viewer holds one of the roles over her."""
    if not _holds(viewer, finding.known(db, viewer.scope, person_id).posts, roles):
        raise NotAllowed("may_not_change_person")


def or_again(
    db: Session,
    viewer: Viewer,
    person_id: int,
    do: Callable[[], object],
    field: str,
    typed: tuple[tuple[str, str], ...],
) -> None:
    """Do it, or show the page again with what was typed and what is wrong with it."""
    try:
        do()
    except CopError as error:
        wrong = FieldError(field, said(error, viewer.language) or error.key)
        raise Again(_shown(db, viewer, person_id, (wrong,), typed)) from error


def _done(db: Session, viewer: Viewer, person_id: int, words: str) -> Done:
    change = last_recorded(db)
    return Done(_there(db, viewer, person_id), words, undo=paths.take_back(person_id, change) if change else None)


def _there(db: Session, viewer: Viewer, person_id: int) -> str:
    """Her page, or the list when she has left the viewer's places."""
    try:
        person(db, viewer.scope, person_id)
    except NotFound:
        return paths.PEOPLE
    return paths.person(person_id)


handlers = [
    show, appoint, end_post, move, rename, give_number, end_number, mark_wrong, find_right, note_silence, note_texts,
    make_link, end_link, take_back,
]  # fmt: skip
