"""What people can open: every page and act of the dashboard, one line a page."""

from collections.abc import Sequence

from litestar.handlers import HTTPRouteHandler

from cop.web.pages import account, calendar, health, home, login, session, sheet, static_files

Routes = Sequence[Sequence[HTTPRouteHandler]]

ROUTES: Routes = (
    login.handlers,
    account.handlers,
    home.handlers,
    calendar.handlers,
    session.handlers,
    sheet.handlers,
    static_files.handlers,
    health.handlers,
)
