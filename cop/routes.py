"""What people can open: every page and act of the dashboard, one line a page."""

from collections.abc import Sequence

from litestar.handlers import HTTPRouteHandler

from cop.web.pages import (
    account,
    calendar,
    cascade,
    cluster,
    clusters,
    health,
    home,
    import_,
    import_draft,
    imports,
    inbox,
    login,
    messages,
    people,
    person,
    phones,
    planner,
    rounds,
    session,
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
    sheet.handlers,
    clusters.handlers,
    cluster.handlers,
    planner.handlers,
    imports.handlers,
    import_draft.handlers,
    import_.handlers,
    rounds.handlers,
    messages.handlers,
    inbox.handlers,
    people.handlers,
    person.handlers,
    phones.handlers,
    static_files.handlers,
    health.handlers,
)
