"""The one place that knows how a page dataclass becomes HTML: templates, their filters and globals, hashed assets."""

import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from clusters.imports.vocabulary import ListKind
from clusters.modules.rules import Subject
from clusters.people.rules import Gender, PostRole
from clusters.people.rules import Language as TextLanguage
from cop.network.disclosure import Misfit
from cop.web.i18n import OWN_NAME, Language, Speech, bdi, ltr, masked, national, speech
from cop.web.pictures import (
    cluster_map,
    curve,
    district_map,
    growth,
    load_strip,
    qr,
    span_bars,
    split_bar,
    spread,
    ties_picture,
)
from cop.web.punctuation import RightToLeftMarks
from cop.web.views import paths
from cop.web.views.account import AccountPage
from cop.web.views.announcing import AnnouncementPage, AnnouncementsPage, ComposePage
from cop.web.views.attendance import AttendancePage
from cop.web.views.calendar import CalendarPage
from cop.web.views.capacity import CapacityPage
from cop.web.views.cascade import CascadePage
from cop.web.views.certificate import CertificatePage
from cop.web.views.choices import ChoicesPage
from cop.web.views.cluster import ClusterPage
from cop.web.views.clusters import ClustersPage
from cop.web.views.community import CommunityPage
from cop.web.views.comparing import ComparePage
from cop.web.views.comparing_rounds import CompareRoundsPage
from cop.web.views.editing import LtrcPage, LtrcsPage, MovePage
from cop.web.views.error import ErrorPage
from cop.web.views.frame import Area, Frame
from cop.web.views.health import HealthPage
from cop.web.views.home import HomePage
from cop.web.views.imports import ENCODINGS, ImportDraftPage, ImportPage, ImportsPage, ImportStep
from cop.web.views.inbox import InboxPage
from cop.web.views.inbox_words import WordsPage
from cop.web.views.knowledge import KnowledgePage, PassOnPage, TravelPage, WallSheetPage
from cop.web.views.login import LoginPage
from cop.web.views.make_up import MakeUpPage
from cop.web.views.mending import MendingPage, NewsPage
from cop.web.views.messages import MessagesPage
from cop.web.views.notes import NotesPage
from cop.web.views.own_communities import OwnCommunitiesPage
from cop.web.views.own_page import LinkOverPage, OwnPage
from cop.web.views.people import NewPersonPage, PeoplePage, PersonPage
from cop.web.views.phone import PhonePage
from cop.web.views.phones import PhonesPage
from cop.web.views.planner import PlannerPage
from cop.web.views.planning import ClustersFormPage, Habit, KeptApart, PlanJobPage, RoundFormPage
from cop.web.views.rounds import RoundPage
from cop.web.views.second_factor import CodePage, ProvePage, SecondFactorPage
from cop.web.views.session import SessionPage
from cop.web.views.session_list import ListPage
from cop.web.views.settings import SettingsPage
from cop.web.views.sheet import SheetPage
from cop.web.views.sign_in_link import SignInLinkPage
from cop.web.views.stale_form import StaleFormPage
from cop.web.views.way import TextState
from cop.web.words import UNITS, meaning, one, word
from messaging.announcing.rules import Group

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
STATIC = HERE / "static"
STATIC_URL = "/static/"

ADDRESS = {
    Area.HOME: paths.HOME,
    Area.SESSIONS: paths.CALENDAR,
    Area.CASCADE: paths.CASCADE,
    Area.MESSAGES: paths.MESSAGES,
    Area.ANNOUNCEMENTS: paths.ANNOUNCEMENTS,
    Area.INBOX: paths.INBOX,
    Area.CLUSTERS: paths.CLUSTERS,
    Area.COMMUNITY: paths.COMMUNITY,
    Area.KNOWLEDGE: paths.KNOWLEDGE,
    Area.PLANNER: paths.PLANNER,
    Area.PEOPLE: paths.PEOPLE,
    Area.IMPORTS: paths.IMPORTS,
    Area.SETTINGS: paths.SETTINGS,
    Area.PHONES: paths.PHONES,
    Area.HEALTH: paths.HEALTH,
    Area.ACCOUNT: paths.ACCOUNT,
}
NOT_ON_A_PHONE = frozenset({Area.CASCADE, Area.MESSAGES, Area.CLUSTERS, Area.COMMUNITY})
"""Pages that leave the top bar where it is narrow; the footer has them."""

Page = (
    AccountPage
    | AnnouncementPage
    | AnnouncementsPage
    | AttendancePage
    | CalendarPage
    | CascadePage
    | CertificatePage
    | ChoicesPage
    | ClusterPage
    | ClustersFormPage
    | ClustersPage
    | CommunityPage
    | ErrorPage
    | HealthPage
    | HomePage
    | ImportDraftPage
    | ImportPage
    | ImportsPage
    | InboxPage
    | WordsPage
    | NotesPage
    | KnowledgePage
    | TravelPage
    | PassOnPage
    | WallSheetPage
    | LinkOverPage
    | ListPage
    | LoginPage
    | LtrcPage
    | LtrcsPage
    | MakeUpPage
    | MessagesPage
    | MovePage
    | NewPersonPage
    | OwnCommunitiesPage
    | OwnPage
    | PeoplePage
    | PersonPage
    | PhonePage
    | PhonesPage
    | MendingPage
    | NewsPage
    | PlanJobPage
    | PlannerPage
    | RoundFormPage
    | RoundPage
    | CapacityPage
    | ComparePage
    | CompareRoundsPage
    | ComposePage
    | CodePage
    | ProvePage
    | SecondFactorPage
    | SessionPage
    | SettingsPage
    | SheetPage
    | SignInLinkPage
    | StaleFormPage
)

TEMPLATE_OF: dict[type, str] = {
    AccountPage: "account.html",
    AnnouncementPage: "announcement.html",
    AnnouncementsPage: "announcements.html",
    AttendancePage: "attendance.html",
    CalendarPage: "calendar.html",
    CascadePage: "cascade.html",
    CertificatePage: "certificate.html",
    ChoicesPage: "draft_choices.html",
    ClusterPage: "cluster.html",
    ClustersFormPage: "plan_clusters.html",
    ClustersPage: "clusters.html",
    CommunityPage: "community.html",
    ErrorPage: "error.html",
    HealthPage: "health.html",
    HomePage: "home.html",
    ImportDraftPage: "import_draft.html",
    ImportPage: "import.html",
    ImportsPage: "imports.html",
    InboxPage: "inbox.html",
    WordsPage: "inbox_words.html",
    NotesPage: "notes.html",
    KnowledgePage: "knowledge.html",
    TravelPage: "knowledge_note.html",
    WallSheetPage: "knowledge_sheet.html",
    PassOnPage: "knowledge_pass_on.html",
    LinkOverPage: "link_over.html",
    ListPage: "session_list.html",
    LoginPage: "login.html",
    LtrcPage: "draft_ltrc.html",
    LtrcsPage: "draft_ltrcs.html",
    MakeUpPage: "make_up.html",
    MessagesPage: "messages.html",
    MovePage: "draft_move.html",
    NewPersonPage: "person_new.html",
    OwnCommunitiesPage: "own_communities.html",
    OwnPage: "own_page.html",
    PeoplePage: "people.html",
    PersonPage: "person.html",
    PhonePage: "phone.html",
    PhonesPage: "phones.html",
    MendingPage: "mending.html",
    NewsPage: "news.html",
    PlanJobPage: "plan_job.html",
    PlannerPage: "planner.html",
    RoundFormPage: "plan_round.html",
    RoundPage: "round.html",
    CapacityPage: "capacity.html",
    ComparePage: "compare.html",
    CompareRoundsPage: "compare_rounds.html",
    ComposePage: "compose.html",
    CodePage: "code.html",
    ProvePage: "prove.html",
    SecondFactorPage: "second_factor.html",
    SessionPage: "session.html",
    SettingsPage: "settings.html",
    SheetPage: "sheet.html",
    SignInLinkPage: "sign_in_link.html",
    StaleFormPage: "stale_form.html",
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
        "bdi": bdi,
        "clock": say.clock,
        "day": say.day,
        "days_of": say.days_of,
        "fine_km": say.fine_km,
        "full_day": say.full_day,
        "hijri": say.hijri,
        "hijri_mark": say.hijri_mark,
        "iso": say.iso,
        "km": say.km,
        "local_day": say.local_day,
        "ltr": ltr,
        "masked": masked,
        "meaning": lambda member: say.gettext(meaning(member)),
        "moment": say.moment,
        "month": say.month,
        "month_name": say.month_name,
        "national": national,
        "near_day": say.near_day,
        "number": say.number,
        "one": lambda purpose: say.gettext(one(purpose)),
        "per_cent": say.per_cent,
        "plain_day": say.plain_day,
        "percent": say.percent,
        "rupees": say.rupees,
        "short_day": say.short_day,
        "span": say.span,
        "unit": lambda member: say.gettext(UNITS[member]) if member in UNITS else "",
        "wait": say.wait,
        "week_day": say.week_day,
        "week_day_month": say.week_day_month,
        "weekday": say.weekday,
        "when": say.when,
        "word": lambda member: say.gettext(word(member)),
    }


_MARKS_OF = {Language.URDU: (RightToLeftMarks,)}


def _apart(sentence: Callable[..., str], say: Speech) -> Callable[..., str]:
    """A sentence of a template whose values keep their own direction."""

    @pass_context
    def said(context: Context, *words: object, **values: object) -> str:
        return sentence(context, *words, **{name: say.apart(value) for name, value in values.items()})

    return said


@lru_cache(maxsize=len(Language))
def environment(language: Language = Language.ENGLISH) -> Environment:
    """Templates that speak one language: escaping always on, an unknown name is an error, nothing found by path."""
    say = speech(language)
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", *_MARKS_OF.get(language, ())],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]  # added by the i18n extension
        say.gettext, say.ngettext, newstyle=True
    )
    made = {name: cast("Callable[..., str]", env.globals[name]) for name in ("gettext", "ngettext")}
    env.globals.update({name: _apart(sentence, say) for name, sentence in made.items()})
    env.filters.update(_filters(say))
    env.globals.update(
        WIDE=NOT_ON_A_PHONE,
        address=ADDRESS.__getitem__,
        asset=asset,
        cluster_map=cluster_map,
        curve=curve,
        direction=say.direction,
        encodings=ENCODINGS,
        kinds=tuple(ListKind),
        steps=tuple(ImportStep),
        district_map=district_map,
        growth=growth,
        load_strip=load_strip,
        ltr=ltr,
        own_name=OWN_NAME,
        path=paths,
        qr=qr,
        span_bars=span_bars,
        split_bar=split_bar,
        spread=spread,
        genders=tuple(Gender),
        groups=tuple(Group),
        misfits=tuple(Misfit),
        kept_apart=tuple(KeptApart),
        habits=tuple(Habit),
        post_roles=tuple(PostRole),
        states=tuple(TextState),
        ties_picture=ties_picture,
        subjects=tuple(Subject),
        text_languages=tuple(TextLanguage),
    )
    return env


def render(page: Page, frame: Frame) -> str:
    """One page as HTML, in the frame's language."""
    template = environment(frame.language).get_template(TEMPLATE_OF[type(page)])
    return template.render(page=page, frame=frame)


PAPER_STYLE = Markup(
    """
@page { size: 297mm 210mm; margin: 18mm; }
body { margin: 0; color: #1a1f24; text-align: center; }
body { font: 14pt/2 "Noto Naskh Arabic", "Noto Sans", "DejaVu Sans", sans-serif; }
:lang(ur) { line-height: 2.4; }
main { border: 1.5pt solid #0b5394; padding: 14mm 12mm; }
h1 { font-size: 30pt; line-height: 2.2; margin: 4mm 0; overflow-wrap: anywhere; }
p { margin: 2mm 0; }
.small { font-size: 10pt; color: #4a545e; }
.sign { display: inline-block; inline-size: 60mm; margin-block-start: 16mm; }
.sign { border-block-start: 0.8pt solid #4a545e; font-size: 10pt; }
"""
)
"""How papers look; it stands apart from their templates, whose punctuation follows the language."""


def render_paper(name: str, page: object, language: Language, number: str) -> str:
    """A whole document for paper, that names no address; `number` is what it is known by."""
    template = environment(language).get_template(f"paper/{name}")
    return template.render(page=page, number=number, language=language.value, style=PAPER_STYLE)
