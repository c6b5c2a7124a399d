"""The printable attendance sheet: its row numbers are what the trainer texts."""

from sqlalchemy.orm import Session

from clusters.kernel.clock import day_of
from clusters.training import actions, queries
from clusters.training.rules import Seat
from cop.settings import Settings
from cop.web.answers import Done
from cop.web.edge import act, page
from cop.web.forms import Nothing
from cop.web.pictures import qr
from cop.web.viewers import Viewer
from cop.web.views import paths
from cop.web.views.frame import Area
from cop.web.views.session import Meeting
from cop.web.views.sheet import SheetPage, SheetRow
from messaging.reminders.queries import by_hand

SPARE_ROWS = 4


@page(paths.sheet("{session_id}"), here=Area.SESSIONS, proved=True)
def sheet(db: Session, viewer: Viewer, settings: Settings, session_id: int) -> SheetPage:
    """One A4 page that answers: which number do I send, and where to."""
    row = queries.training_session(db, viewer.scope, session_id)
    sittings = queries.sittings(db, viewer.scope, [session_id])[session_id]
    alone = {each.person_id for each in by_hand(db, viewer.scope, session_id)}
    tail = f"COP1:S{row.code}:{row.revision}"
    return SheetPage(
        session_id=row.id,
        code=row.code,
        version=str(row.revision),
        subject=row.subject,
        place=row.place,
        meetings=tuple(Meeting(each.starts_at, each.ends_at) for each in sittings),
        venue=row.venue or None,
        trainers=tuple(trainer.name for trainer in queries.trainers(db, viewer.scope, session_id)),
        rows=tuple(
            SheetRow(
                each.row,
                each.name,
                each.school,
                by_hand=each.person_id in alone,
                excused=each.excused,
                walk_in=each.seat is Seat.WALK_IN,
            )
            for each in queries.roster(db, viewer.scope, session_id)
        ),
        report_to=settings.reply_number,
        qr=qr(f"{settings.address}{paths.session(session_id)}?{tail}", viewer.say.gettext("Opens the attendance form")),
        qr_says=tail,
        spare=SPARE_ROWS,
        frozen_on=day_of(row.sheet_printed_at) if row.sheet_printed_at else None,
        may_freeze=row.sheet_printed_at is None
        and viewer.scope.covers(row.training_path, row.admin_path, actions.SHEET_KEEPERS),
    )


@act(paths.session_act("{session_id}", "printed"), here=Area.SESSIONS)
def printed(db: Session, viewer: Viewer, session_id: int, form: Nothing) -> Done:
    """Remember that the sheet is on paper."""
    actions.print_sheet(db, viewer.scope, session_id)
    return Done(paths.sheet(session_id), viewer.say.gettext("The rows keep their numbers from now on."))


handlers = [sheet, printed]
