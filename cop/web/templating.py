"""The one place that knows how a page dataclass becomes HTML: templates, their filters and globals, hashed assets."""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cop.web.i18n import Language, Speech, ltr, masked, national, speech
from cop.web.views import paths
from cop.web.views.account import AccountPage
from cop.web.views.calendar import CalendarPage
from cop.web.views.cluster import ClusterPage
from cop.web.views.clusters import ClustersPage
from cop.web.views.error import ErrorPage
from cop.web.views.frame import Frame
from cop.web.views.home import HomePage
from cop.web.views.inbox import InboxPage
from cop.web.views.login import LoginPage
from cop.web.views.messages import MessagesPage
from cop.web.views.phone import PhonePage
from cop.web.views.phones import PhonesPage
from cop.web.views.planner import PlannerPage
from cop.web.views.session import SessionPage
from cop.web.views.sheet import SheetPage

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
STATIC = HERE / "static"
STATIC_URL = "/static/"

Page = (
    AccountPage
    | CalendarPage
    | ClusterPage
    | ClustersPage
    | ErrorPage
    | HomePage
    | InboxPage
    | LoginPage
    | MessagesPage
    | PhonePage
    | PhonesPage
    | PlannerPage
    | SessionPage
    | SheetPage
)

TEMPLATE_OF: dict[type, str] = {
    AccountPage: "account.html",
    CalendarPage: "calendar.html",
    ClusterPage: "cluster.html",
    ClustersPage: "clusters.html",
    ErrorPage: "error.html",
    HomePage: "home.html",
    InboxPage: "inbox.html",
    LoginPage: "login.html",
    MessagesPage: "messages.html",
    PhonePage: "phone.html",
    PhonesPage: "phones.html",
    PlannerPage: "planner.html",
    SessionPage: "session.html",
    SheetPage: "sheet.html",
}


@lru_cache(maxsize=1)
def assets() -> Mapping[str, Path]:
    """Every static file by its hashed name, such as `cop.1f2e3d4c.css`; a name not in here is not served."""
    named = {}
    for file in sorted(STATIC.iterdir()):
        if file.is_file():
            mark = hashlib.sha256(file.read_bytes()).hexdigest()[:8]
            named[f"{file.stem}.{mark}{file.suffix}"] = file
    return named


def asset(name: str) -> str:
    """The address of a static file under its hashed name, to be cached for a year."""
    for hashed, file in assets().items():
        if file.name == name:
            return STATIC_URL + hashed
    raise LookupError(f"there is no static file {name}: it belongs into {STATIC.name}/")


def _filters(say: Speech) -> dict[str, object]:
    return {
        "clock": say.clock,
        "day": say.day,
        "days_of": say.days_of,
        "full_day": say.full_day,
        "hijri": say.hijri,
        "iso": say.iso,
        "km": say.km,
        "ltr": ltr,
        "masked": masked,
        "moment": say.moment,
        "month": say.month,
        "month_name": say.month_name,
        "national": national,
        "near_day": say.near_day,
        "number": say.number,
        "percent": say.percent,
        "rupees": say.rupees,
        "short_day": say.short_day,
        "span": say.span,
        "wait": say.wait,
        "week_day": say.week_day,
        "week_day_month": say.week_day_month,
        "weekday": say.weekday,
    }


@lru_cache(maxsize=len(Language))
def environment(language: Language = Language.ENGLISH) -> Environment:
    """Templates that speak one language: escaping always on, an unknown name is an error, nothing found by path."""
    say = speech(language)
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]  # added by the i18n extension
        say.gettext, say.ngettext, newstyle=True
    )
    env.filters.update(_filters(say))
    env.globals.update(asset=asset, ltr=ltr, path=paths)
    return env


def render(page: Page, frame: Frame) -> str:
    """One page as HTML, in the frame's language."""
    template = environment(frame.language).get_template(TEMPLATE_OF[type(page)])
    return template.render(page=page, frame=frame)
