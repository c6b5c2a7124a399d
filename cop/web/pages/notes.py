"""Practice notes that wait: read by a trainer or the office, then passed on or not."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from clusters.kernel.errors import Conflict, Invalid, NotAllowed
from cop.knowledge.actions import before_passing, decline, pass_on, settle_wish
from cop.knowledge.queries import PASSERS, WaitingNote, waiting_notes, waiting_wishes
from cop.knowledge.rules import Audience
from cop.web.answers import Again, Done
from cop.web.edge import act, page
from cop.web.mistakes import said
from cop.web.viewers import Viewer
from cop.web.views import notes as views
from cop.web.views import paths
from cop.web.views.frame import Area, FieldError
from cop.web.views.notes import NoteAct, NoteFor, NotesPage
from messaging.texts.catalogue import DEFAULT_LANGUAGE
from messaging.texts.relaying import language_of

SHOWN = 10
_FOR = {Audience.CLUSTER: NoteFor.CLUSTER, Audience.SUBJECT: NoteFor.SUBJECT}


@dataclass(frozen=True)
class Decided:
    """What was tapped."""

    act: NoteAct | None = None


@page(paths.NOTES, here=Area.INBOX, proved=True)
def show(db: Session, viewer: Viewer) -> NotesPage:
    """The notes that wait inside the viewer's places."""
    return _page(db, viewer)


@act(paths.note("{note_id}"), here=Area.INBOX)
def decide(db: Session, viewer: Viewer, note_id: int, form: Decided) -> Done:
    """Pass a note on, or do not."""
    say = viewer.say
    try:
        if form.act is NoteAct.SEND:
            passed = pass_on(db, viewer.scope, note_id)
            told = say.ngettext(
                "It goes to %(num)s phone in five minutes. Its author can still take it back.",
                "It goes to %(num)s phones in five minutes. Its author can still take it back.",
                passed.texts,
            )
            return Done(paths.NOTES, told % {"num": passed.texts})
        if form.act is NoteAct.DECLINE:
            decline(db, viewer.scope, note_id)
            return Done(paths.NOTES, say.gettext("Not passed on. Nobody was told."))
    except (Conflict, NotAllowed) as error:
        wrong = FieldError(f"note-{note_id}", said(error, viewer.language) or error.key)
        raise Again(replace(_page(db, viewer), errors=(wrong,))) from error
    raise Invalid("form_unreadable")


@act(paths.note_wish("{wish_id}"), here=Area.INBOX)
def settle(db: Session, viewer: Viewer, wish_id: int, form: Decided) -> Done:
    """Pass a note on to the LTRC of somebody who wished it, or do not."""
    say = viewer.say
    try:
        if form.act is not None:
            passed = settle_wish(db, viewer.scope, wish_id, show=form.act is NoteAct.SEND)
            told = say.ngettext(
                "It goes to %(num)s phone in five minutes. Its author can still take it back.",
                "It goes to %(num)s phones in five minutes. Its author can still take it back.",
                passed.texts,
            )
            if form.act is NoteAct.SEND:
                return Done(paths.NOTES, told % {"num": passed.texts})
            return Done(paths.NOTES, say.gettext("Not passed on. Nobody was told."))
    except (Conflict, NotAllowed) as error:
        wrong = FieldError(f"wish-{wish_id}", said(error, viewer.language) or error.key)
        raise Again(replace(_page(db, viewer), errors=(wrong,))) from error
    raise Invalid("form_unreadable")


def _page(db: Session, viewer: Viewer) -> NotesPage:
    return NotesPage(
        tuple(_note(db, viewer, each) for each in waiting_notes(db, viewer.scope, SHOWN)),
        tuple(
            views.Wish(
                each.id,
                each.number,
                each.title,
                each.words,
                "ur" if language_of(each.words, DEFAULT_LANGUAGE) == "ur" else "ur-Latn",
                each.cluster,
                each.at,
            )
            for each in waiting_wishes(db, viewer.scope, SHOWN)
        ),
    )


def _note(db: Session, viewer: Viewer, note: WaitingNote) -> views.Note:
    goes = before_passing(db, viewer.scope, note.id)
    return views.Note(
        note_id=note.id,
        number=note.number,
        words=note.words,
        audience=_FOR[note.audience],
        author=note.author or "",
        since=note.decided_at,
        text=goes.text,
        language="ur" if goes.language == "ur" else "ur-Latn",
        phones=goes.phones,
        segments=goes.segments,
        may_decide=bool(viewer.scope.roles & {str(role) for role in PASSERS})
        and viewer.scope.person_id != note.author_id,
    )


handlers = [show, decide, settle]
