"""What people can open: every page and act of the dashboard, one line a page."""

from collections.abc import Sequence

from litestar.handlers import HTTPRouteHandler

from cop.web.pages import (
    account,
    announcing,
    attendance,
    calendar,
    cascade,
    certificate,
    cluster,
    clusters,
    health,
    home,
    hooks,
    import_,
    import_draft,
    imports,
    inbox,
    login,
    make_up,
    messages,
    people,
    person,
    phones,
    planner,
    rounds,
    session,
    session_list,
    settings,
    sheet,
    static_files,
)

Routes = Sequence[Sequence[HTTPRouteHandler]]

ROUTES: Routes = (
    login.handlers,
    account.handlers,
    home.handlers,
    calendar.handlers,
    cascade.handlers,
    session.handlers,
    attendance.handlers,
    certificate.handlers,
    make_up.handlers,
    session_list.handlers,
    sheet.handlers,
    settings.handlers,
    clusters.handlers,
    cluster.handlers,
    planner.handlers,
    imports.handlers,
    import_draft.handlers,
    import_.handlers,
    rounds.handlers,
    messages.handlers,
    announcing.handlers,
    inbox.handlers,
    people.handlers,
    person.handlers,
    phones.handlers,
    static_files.handlers,
    health.handlers,
    hooks.handlers,
)
