"""Templates: each renders with whole data and with none, keeps its weight, and keeps the rules every page keeps."""

import gzip
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO, get_args

import pytest
from jinja2.ext import babel_extract
from markupsafe import escape

from clusters.modules.rules import Subject
from cop.web import templating, words
from cop.web.i18n import Language
from cop.web.templating import Page, asset, assets, render
from cop.web.views import home, paths
from cop.web.views.calendar import CalendarPage, Day
from cop.web.views.cluster import ClusterPage
from cop.web.views.clusters import ClustersPage
from cop.web.views.error import ErrorKind, ErrorPage
from cop.web.views.frame import Frame
from cop.web.views.health import HealthPage
from cop.web.views.inbox import InboxPage
from cop.web.views.login import LoginPage, LoginProblem
from cop.web.views.messages import MessagesPage, Purpose
from cop.web.views.phone import PhonePage
from cop.web.views.phones import Clock, PhonesPage
from cop.web.views.planner import PlannerPage
from cop.web.views.session import Answers, CalledOff, FindVenue, Invite, SessionPage, Told, Wait
from tests.markup import Tag, read

Samples = dict[str, tuple[Page, Frame]]

LIMITS_KB = {
    "login": 3, "sign-in-link": 3, "home": 6, "clusters": 10, "cluster": 8, "calendar": 8, "cascade": 8, "session": 8,
    "session-today": 8, "session-coming": 8, "session-days": 8, "attendance": 5, "session-list": 8,
    "make-up": 5, "certificate": 4, "sheet": 5, "messages": 8, "messages-found": 8, "inbox": 8,
    "inbox-words": 8, "notes": 8, "knowledge": 8, "knowledge-note": 8, "knowledge-problem": 8, "knowledge-sheet": 4,
    "knowledge-pass-on": 6,
    "phones": 5,
    "phone": 5, "planner": 10, "planner-clusters": 10, "planner-cascade": 10, "planner-misfit": 10,
    "plan-round": 5, "plan-clusters": 5, "plan-job": 5, "plan-stuck": 5, "plan-tightening": 5, "plan-failed": 5,
    "news": 8, "mending": 10, "mending-done": 10,
    "draft-choices": 6, "draft-choices-bare": 4, "draft-ltrcs": 8, "draft-ltrc": 8, "draft-move": 5,
    "draft-move-host": 4, "capacity": 5, "planner-compare": 10, "planner-compare-rounds": 10,
    "planner-compare-map": 10, "account": 4, "health": 5,
    "error": 3, "stale-form": 5, "proved-form": 5, "code": 3, "prove": 4, "second-factor": 4,
    "second-factor-key": 5, "second-factor-codes": 4,
    "imports": 10, "import-columns": 10, "import-check": 10, "import-working": 10, "import": 10,
    "compose": 6, "compose-checked": 6, "announcements": 5, "announcement": 6, "announcement-waiting": 6,
    "own-page": 4, "link-over": 3, "own-communities": 5, "community": 8, "community-before": 3,
    "people": 5, "person": 5, "person-new": 5, "settings": 6,
}  # fmt: skip
"""What travels at most, gzip level 6, in thousands of bytes."""
NAMES = tuple(LIMITS_KB)
FILES = sorted(templating.TEMPLATES.glob("*.html"))
CSS = (templating.STATIC / "cop.css").read_text()
JS = (templating.STATIC / "cop.js").read_text()
LONGEST_SENTENCE = 12


def weight(text: str) -> int:
    """Bytes that travel."""
    return len(gzip.compress(text.encode(), 6))


@pytest.fixture(params=NAMES)
def page(request: pytest.FixtureRequest, samples: Samples) -> Tag:
    """Each sample page in turn, read."""
    return read(render(*samples[request.param]))


def test_every_page_type_has_a_template_and_every_template_a_sample(samples: Samples) -> None:
    assert set(get_args(Page)) == set(templating.TEMPLATE_OF)
    used = {templating.TEMPLATE_OF[type(page)] for page, _ in samples.values()}
    assert used == {file.name for file in FILES} - {"base.html", "macros.html", "announcing.html", "beside.html"}
    assert set(samples) == set(LIMITS_KB)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", NAMES)
def test_a_page_keeps_its_weight_in_both_languages(samples: Samples, name: str, language: Language) -> None:
    shown, frame = samples[name]
    html = render(shown, replace(frame, language=language, languages=tuple(Language)))
    assert weight(html) <= LIMITS_KB[name] * 1000
    assert f'dir="{"rtl" if language is Language.URDU else "ltr"}"' in html


def test_style_script_and_a_first_visit_keep_their_weight(samples: Samples) -> None:
    icon = (templating.STATIC / "cop.svg").read_text()
    heaviest = max(weight(render(*sample)) for sample in samples.values())
    assert weight(CSS) <= 8000
    assert weight(JS) <= 6000
    assert heaviest + weight(CSS) + weight(JS) + weight(icon) <= 30000


@pytest.mark.parametrize("name", ["clusters", "cluster", "calendar", "planner-clusters", "planner-cascade"])
def test_lite_pages_leave_the_pictures_out_and_keep_the_tables(samples: Samples, name: str) -> None:
    shown, frame = samples[name]
    whole, lite = read(render(shown, frame)), read(render(shown, replace(frame, lite=True)))
    assert not [svg for svg in lite.every("svg") if svg.attrs.get("class") in ("map", "spans", "days")]
    rows = [sum(1 for _ in each.every("tr", "li")) for each in (whole, lite)]
    assert rows[0] == rows[1]


def test_a_page_has_one_heading_a_title_a_language_and_a_way_past_the_navigation(page: Tag) -> None:
    assert len(list(page.every("h1"))) == 1
    title = next(page.every("title")).words()
    assert title.endswith(" · cop")
    assert len(title) > len(" · cop")
    html = next(page.every("html"))
    assert html.attrs["lang"] == "en"
    skip = next(page.every("a"))
    assert skip.attrs["href"] == "#main"
    assert [tag for tag in page.every("main") if tag.attrs.get("id") == "main"]


def test_ids_stand_once_and_every_jump_and_label_finds_its_goal(page: Tag) -> None:
    ids = Counter(tag.attrs["id"] for tag in page.every() if "id" in tag.attrs)
    assert [name for name, count in ids.items() if count > 1] == []
    for tag in page.every():
        goals = [tag.attrs.get("for"), tag.attrs.get("form"), tag.attrs.get("aria-labelledby")]
        goals += (tag.attrs.get("aria-describedby") or "").split()
        if (tag.attrs.get("href") or "").startswith("#"):
            goals.append((tag.attrs["href"] or "")[1:])
        assert [goal for goal in goals if goal and goal not in ids] == [], tag


def test_every_form_that_writes_carries_its_two_tokens_and_none_twice(page: Tag) -> None:
    once = []
    for form in page.every("form"):
        hidden = {tag.attrs.get("name"): tag.attrs.get("value") for tag in form.every("input")}
        if form.attrs.get("method") == "post":
            assert hidden["_csrf_token"] == "b7f1" * 16
            once.append(hidden["once"])
        else:
            assert "_csrf_token" not in hidden
            assert form.attrs.get("method") is None
    assert len(once) == len(set(once))
    assert all(token and token.startswith("3f9c" * 8) for token in once)


def test_every_field_has_a_label_and_every_button_a_word(page: Tag) -> None:
    labelled = {tag.attrs.get("for") for tag in page.every("label")}
    for tag in page.every("input", "select", "textarea"):
        if tag.attrs.get("type") == "hidden" or tag.attrs.get("aria-hidden"):
            continue
        assert tag.attrs.get("id") in labelled or tag.within("label"), tag.attrs
    for tag in page.every("button", "a", "summary"):
        if not tag.within("svg"):
            assert tag.words().strip(), tag.attrs


def test_tables_have_captions_and_scoped_heads_and_rows_as_wide_as_their_head(page: Tag) -> None:
    for table in page.every("table"):
        assert next(table.every("caption")).words().strip()
        assert all(tag.attrs.get("scope") for tag in table.every("th"))
        wide = len(list(next(table.every("thead")).every("th")))
        for row in table.every("tr"):
            cells = sum(int(tag.attrs.get("colspan") or 1) for tag in row.every("th", "td"))
            assert cells == wide, row.words()


def test_on_a_phone_each_value_of_a_stacked_table_has_its_label(page: Tag) -> None:
    for table in page.every("table"):
        if "stack" in (table.attrs.get("class") or "").split():
            for cell in table.every("td"):
                assert cell.attrs.get("data-l") or any(cell.every("form", "a")) or not cell.words().strip(), (
                    cell.words()
                )


def test_a_picture_says_what_it_shows_or_is_hidden_from_readers(page: Tag) -> None:
    for svg in page.every("svg"):
        if svg.attrs.get("aria-hidden") != "true":
            assert svg.attrs.get("role") == "img"
            assert svg.attrs.get("aria-label")
        for link in svg.every("a"):
            assert link.attrs.get("tabindex") == "-1"


def test_one_button_at_most_is_the_main_one_of_a_form_or_a_list_of_needs(page: Tag) -> None:
    for form in page.every("form", "ol"):
        if form.name == "form" or form.attrs.get("class") == "needs":
            mains = [tag for tag in form.every("a", "button") if "main" in (tag.attrs.get("class") or "").split()]
            assert len(mains) <= 1


def test_nothing_is_loaded_from_outside_and_nothing_is_inline(page: Tag) -> None:
    for tag in page.every():
        assert tag.name not in ("style", "iframe", "object", "embed", "img")
        for name, value in tag.attrs.items():
            assert name != "style"
            assert not name.startswith("on")
            if name in ("src", "href", "action", "formaction"):
                assert re.match(r"/(?!/)|#|geo:", value or "/"), value
    for tag in page.every("script"):
        assert tag.attrs["src"]
        assert not tag.words().strip()
    loaded = [tag.attrs.get("src") or tag.attrs.get("href") or "" for tag in page.every("script", "link")]
    assert all(address.removeprefix("/static/") in assets() for address in loaded)


def test_phones_and_times_stand_in_their_own_direction(page: Tag) -> None:
    bare = re.compile(r"\b03\d\d-(?:\d{7}|…\d{3})\b|\+92\d{10}|\b\d\d:\d\d\b|\d %|\d\u00a0%")
    free = ("title", "option")
    for tag in page.every("#text"):
        if tag.above is not None and tag.above.name not in free and bare.search(tag.text):
            typed = tag.within("p", dir="ltr") or tag.above.name == "bdi" or "Moved from" in tag.text
            assert tag.within("bdi", dir="ltr") or typed, tag.text


def test_templates_and_styles_hold_no_physical_direction_no_style_and_no_host() -> None:
    physical = re.compile(
        r"[;{]\s*((?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right|top|bottom)\b"
        r"|(?:left|right|top|bottom|width|height|(?:min|max)-(?:width|height))\s*:"
        r"|(?:text-align|float|clear)\s*:\s*(?:left|right))"
    )
    plain = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)
    assert physical.findall(plain) == []
    assert not re.search(r"url\(|@import|https?:", plain)
    assert not re.search(r"https?:|//[a-z]", re.sub(r"^\s*//.*$", "", JS, flags=re.MULTILINE))
    for file in FILES:
        source = file.read_text()
        assert not re.search(r"\sstyle=|<style|https?:|\son\w+=", source), file.name
        assert "|safe" not in source, file.name


def test_every_class_of_a_template_has_its_rule() -> None:
    ruled = set(re.findall(r"\.([a-zA-Z][\w-]*)", re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)))
    for file in FILES:
        for names in re.findall(r'class="([^"{]+)"', file.read_text()):
            assert set(names.split()) <= ruled, (file.name, names)


def test_every_word_of_a_template_goes_through_the_catalogue() -> None:
    spoken = re.compile(r"{%-?\s*trans\b.*?endtrans\s*-?%}|{#.*?#}|{%.*?%}|{{.*?}}|<code>.*?</code>|&\w+;", re.DOTALL)
    for file in FILES:
        left = re.sub(r'<[^>]*>|[\w-]+="[^"]*"', " ", spoken.sub("", file.read_text()))
        assert set(re.findall(r"[^\W\d_]{2,}", left)) - {"cop"} == set(), file.name


def extract(source: BinaryIO) -> Iterator[str]:
    """The English messages of one template, each number of a plural by itself."""
    for _, _, message, _ in babel_extract(source, ("_", "gettext", "ngettext"), [], {"extensions": "jinja2.ext.do"}):
        yield from filter(None, (message,) if isinstance(message, str) else message or ())


def sentences() -> Iterator[tuple[str, str]]:
    """Every English message of the templates and of the word book, with where it stands."""
    for file in FILES:
        with file.open("rb") as source:
            yield from ((file.name, message) for message in extract(source))
    for book in (words.WORDS, words.MEANINGS):
        for members in book.values():
            yield from (("words.py", text) for text in members.values())


def test_sentences_are_short() -> None:
    for where, message in sentences():
        for sentence in re.split(r"[.?!:;]", message):
            assert len([w for w in sentence.split() if re.search(r"\w", w)]) <= LONGEST_SENTENCE, (where, message)


def test_plurals_are_never_made_by_brackets() -> None:
    assert [message for _, message in sentences() if re.search(r"\w\(s\)", message)] == []


def test_every_member_of_every_enum_of_the_word_book_has_its_word() -> None:
    for book in (words.WORDS, words.MEANINGS):
        for kind, members in book.items():
            assert set(members) == set(kind), kind
    assert set(words.ONE) == set(Purpose)


NEEDS: dict[type, home.Need] = {
    type(need): need
    for need in (
        home.AttendanceMissing(2, 61, "Domel", date(2026, 3, 12), "/x"),
        home.NoVenue(1, 1, "Nurar", date(2026, 3, 17), "/x"),
        home.NobodyInvited(3, 90, "Nurar", date(2026, 3, 17), "/x"),
        home.QuietCluster("Domel", 9, 35, "/x"),
        home.TextsWaiting(12, 318, 600),
        home.TextsFailed(47, 2092, 19),
        home.TellByHand(5, 2, "/x"),
        home.OnHoliday(2, 61, "Eid ul-Fitr", date(2026, 3, 20), "/x"),
        home.Clashes(3, date(2026, 3, 20), "/x"),
        home.DraftWaits("Draft B", datetime.fromisoformat("2026-03-12T16:20+05:00"), "/x"),
        home.OutsideBand(3, 20),
        home.NoClusters(621),
        home.SlowestSubject(Subject.PARENTS, 64, 640),
        home.WeekWell(5, 6, 171, 188),
        home.CouldNotCheck("venues", "7F3QK2M"),
        home.OtherNeed(home.Urgency.KNOW, "A backup is 9 days old.", "The last one was well.", "Open health", "/x"),
    )
}


def test_every_need_has_a_sentence_a_second_line_and_but_for_good_news_a_button(samples: Samples) -> None:
    assert set(NEEDS) == set(get_args(home.Need))
    shown, frame = samples["home"]
    assert isinstance(shown, home.HomePage)
    for need in NEEDS.values():
        html = read(render(replace(shown, needs=(need,)), frame))
        row = next(tag for tag in html.every("ol") if tag.attrs.get("class") == "needs").inside[1]
        assert row.attrs["class"] == need.urgency
        assert next(row.every("b")).words().strip()
        assert next(tag for tag in row.every("span") if tag.attrs.get("class") == "muted").words().strip()
        without = isinstance(need, home.WeekWell | home.CouldNotCheck)
        assert any(row.every("a")) is not without


def test_an_empty_home_says_so_and_names_what_comes_next(samples: Samples) -> None:
    shown, frame = samples["home"]
    assert isinstance(shown, home.HomePage)
    quiet = render(replace(shown, needs=()), frame)
    assert "Nothing needs you today." in quiet
    assert "Next session: Saturday 14 March, Kakki, Maths." in quiet
    nothing = render(replace(shown, needs=(), next_sessions=(), reach=(), teachers=0), frame)
    assert "No session is planned." in nothing
    assert paths.planner("cascade") in nothing


def emptied(samples: Samples) -> Iterator[tuple[str, Page, str]]:
    """Each page with nothing in it, and the sentence that says why."""
    clusters = samples["clusters"][0]
    assert isinstance(clusters, ClustersPage)
    none = {"rows": (), "map_clusters": (), "without_coordinates": (), "without_coordinates_total": 0}
    yield "clusters", replace(clusters, **none), "There is no LTRC yet."  # type: ignore[arg-type]  # fields by name
    yield "clusters", replace(clusters, map_clusters=()), "No school has coordinates."
    cluster = samples["cluster"][0]
    assert isinstance(cluster, ClusterPage)
    bare = replace(cluster, coming=(), past=(), trainers=(), teachers=(), teachers_total=0, map_cluster=None)
    yield "cluster", replace(bare, longest_km=None, mean_km=None, in_band=False), "No session is planned here."
    calendar = samples["calendar"][0]
    assert isinstance(calendar, CalendarPage)
    free = replace(calendar, days=tuple(Day(day.on) for day in calendar.days), conflicts=())
    yield "calendar", free, "No session is planned."
    yield "calendar", replace(free, first_with_sessions=date(2026, 4, 1)), "No session in this month."
    inbox = samples["inbox"][0]
    assert isinstance(inbox, InboxPage)
    read_all = replace(inbox, cards=(), waiting=0, more=None)
    yield "inbox", read_all, "Every text this week was understood (318)."
    yield "inbox", replace(read_all, received_this_week=0), "No text came this week."
    messages = samples["messages-found"][0]
    assert isinstance(messages, MessagesPage)
    assert messages.search is not None
    silent = replace(messages.funnel, wanted=0, held_back=0, waiting=0, failed=0, in_doubt=0, accepted=0, asked=0)
    quiet = replace(messages, funnel=silent, failures=(), costs=(), routes=(), search=None)
    yield "messages", quiet, "No text in these days."
    unknown = replace(messages, search=replace(messages.search, ways=()))
    yield "messages", unknown, "No text was ever meant for that."
    phones = samples["phones"][0]
    assert isinstance(phones, PhonesPage)
    yield "phones", replace(phones, phones=(), total=0), "There is no phone yet."
    yield "phones", replace(phones, phones=(), total=0, q="gul"), "No phone fits."
    phone = samples["phone"][0]
    assert isinstance(phone, PhonePage)
    still = replace(
        phone, texts=(), readings=(), others=(), names=(), clock=Clock(samples["phone"][1].now, may_move=False)
    )
    yield "phone", still, "No text yet."
    yield "planner", PlannerPage((), None, None, 0, 0, 0), "No draft."
    session = samples["session-coming"][0]
    assert isinstance(session, SessionPage)
    alone = replace(
        session, roster=(), texts=(), by_hand=(), history=(), answers=Answers(0, 0, 0, 0), venue=None, trainers=()
    )
    yield "session-coming", replace(alone, next_step=Invite(Told(0, 0, 0, 0))), "Nobody is on the list yet."


def test_an_empty_page_says_why_and_stays_well_formed(samples: Samples) -> None:
    for name, shown, sentence in emptied(samples):
        html = render(shown, samples[name][1])
        assert str(escape(sentence)) in html, (name, sentence)
        read(html)


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (Invite(Told(29, 2, 31, 62)), "Nobody is invited yet. 31 teachers are on the list."),
        (FindVenue(31), "It has no venue."),
        (Wait(None, 0), "All texts have gone."),
        (CalledOff("Road closed", datetime.fromisoformat("2026-03-12T16:20+05:00"), 31), "31 people were told."),
    ],
)
def test_a_session_says_its_next_step(
    samples: Samples, step: Invite | Wait | FindVenue | CalledOff, sentence: str
) -> None:
    shown, frame = samples["session-coming"]
    assert isinstance(shown, SessionPage)
    html = render(replace(shown, next_step=step), frame)
    assert sentence in html
    read(html)


def test_on_the_day_the_attendance_form_comes_before_the_rest_and_offers_all_came(samples: Samples) -> None:
    today, taken = render(*samples["session-today"]), render(*samples["session"])
    assert today.index('id="roster"') < today.index('class="rail"') < today.index('id="move"')
    assert taken.index('class="next-step"') < taken.index('class="rail"') < taken.index('id="roster"')
    assert 'name="all" value="here"' in today
    assert 'name="all"' not in taken


def test_the_roster_form_sends_a_mark_for_each_row(samples: Samples) -> None:
    form = next(tag for tag in read(render(*samples["session"])).every("form") if "data-keep" in tag.attrs)
    marks = Counter(
        (tag.attrs["name"], "checked" in tag.attrs) for tag in form.every("input") if tag.attrs.get("type") == "radio"
    )
    assert marks == {(f"r-{row}", on): 1 if on else 2 for row in range(1, 32) for on in (True, False)}


def test_moving_says_who_is_told_and_at_what_price_before_the_button(samples: Samples) -> None:
    move = next(tag for tag in read(render(*samples["session"])).every("details") if tag.attrs.get("id") == "move")
    said = re.sub(r"\s+", " ", move.words())
    assert "29 people are told by text: 31 SMS, Rs 62." in said
    assert "2 people have no phone and must be told by hand." in said
    assert "Move and tell 29 · Rs 62" in said


def test_the_sheet_numbers_its_rows_on_and_says_what_to_send(samples: Samples) -> None:
    html = read(render(*samples["sheet"]))
    rows = [tag.words() for tag in html.every("td") if tag.attrs.get("class") == "row"]
    assert rows == [*(str(row) for row in range(1, 32)), *"++++"]
    codes = [tag.words() for tag in html.every("bdi") if tag.attrs.get("dir") == "ltr"]
    assert {"0345-1234567", "HAZRI 4814 3 7", "HAZRI 4814 SAB", "0"} <= set(codes)
    assert not any(tag.attrs.get("class") == "top" for tag in html.every("header"))


def test_the_funnel_shows_each_loss_once_and_hides_those_that_are_nothing(samples: Samples) -> None:
    html = read(render(*samples["messages"]))
    losses = [tag for tag in html.every("tr") if tag.attrs.get("class") == "loss"]
    assert [int(next(row.every("td")).words()) for row in losses] == [36, 12, 47, 4]
    assert {next(row.every("meter")).attrs["max"] for row in losses} == {"47"}


def test_not_found_says_nothing_but_the_path(samples: Samples) -> None:
    frame = replace(samples["error"][1], path="/x")
    one = render(ErrorPage(ErrorKind.NOT_FOUND, "/clusters/7"), frame)
    other = render(ErrorPage(ErrorKind.NOT_FOUND, "/clusters/8"), frame)
    assert one.replace("/clusters/7", "/clusters/8") == other
    assert 'class="ref"' not in one
    assert 'class="ref"' in render(*samples["error"])


@pytest.mark.parametrize("kind", ErrorKind)
def test_every_error_says_what_happened_and_what_to_do(samples: Samples, kind: ErrorKind) -> None:
    html = read(render(ErrorPage(kind, "/x", "Precisely this."), samples["error"][1]))
    paragraphs = [tag.words().strip() for tag in next(html.every("main")).every("p")]
    assert next(html.every("h1")).words().endswith(".")
    assert paragraphs[0] == "Precisely this."
    assert re.search(r"\b(Ask|Begin|Go back|Open|Send|Wait|Try)\b", paragraphs[1]), paragraphs[1]


@pytest.mark.parametrize("problem", LoginProblem)
def test_a_failed_sign_in_says_the_same_for_a_wrong_name_and_a_wrong_password(
    samples: Samples, problem: LoginProblem
) -> None:
    html = read(render(LoginPage("sajida", "/", problem, minutes_left=4), samples["login"][1]))
    assert next(html.every("title")).words().startswith("Error:")
    alert = next(tag for tag in html.every("div") if tag.attrs.get("role") == "alert").words()
    if problem is LoginProblem.WRONG:
        assert "The name or the password is not right." in alert
    if problem is LoginProblem.LOCKED:
        assert "4 minutes" in alert


def test_wrong_fields_are_listed_first_and_linked(samples: Samples) -> None:
    html = read(render(*samples["account"]))
    summary = next(tag for tag in html.every("div") if tag.attrs.get("id") == "errors")
    assert next(html.every("title")).words().startswith("Error:")
    assert next(summary.every("a")).attrs["href"] == "#new"
    wrong = next(tag for tag in html.every("input") if tag.attrs.get("id") == "new")
    assert wrong.attrs["aria-invalid"] == "true"


def test_a_name_with_markup_in_it_stays_a_name(samples: Samples) -> None:
    shown, frame = samples["session"]
    assert isinstance(shown, SessionPage)
    rogue = replace(shown.roster[0], name="<script>alert(1)</script>")
    html = render(replace(shown, roster=(rogue, *shown.roster[1:])), frame)
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_assets_are_named_by_their_content_and_nothing_else_is_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert re.fullmatch(r"/static/cop\.[0-9a-f]{8}\.css", asset("cop.css"))
    assert all("/" not in name and ".." not in name for name in assets())
    with pytest.raises(LookupError):
        asset("../templating.py")
    before = asset("cop.css")
    (tmp_path / "cop.css").write_text(CSS + "\n")
    monkeypatch.setattr(templating, "STATIC", tmp_path)
    assets.cache_clear()
    try:
        assert asset("cop.css") != before
    finally:
        assets.cache_clear()


@pytest.mark.parametrize(
    "address",
    [
        paths.session("4814/../x"),
        paths.phone("+92 333"),
        paths.one_time_link("a?b#c"),
        paths.cluster("1&2"),
        paths.sheet("ا"),
    ],
)
def test_a_value_in_an_address_cannot_leave_its_place(address: str) -> None:
    assert re.fullmatch(r"(?:/[A-Za-z0-9%._~-]+)+", address)
    assert ".." not in address.split("/")


def tokens(scheme: str) -> dict[str, str]:
    """Colours of one scheme from the stylesheet, short ones written out."""
    blocks = re.findall(r":root \{([^}]*)\}", CSS)
    found = dict(
        re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})\b", blocks[0] if scheme == "light" else blocks[0] + blocks[1])
    )
    return {
        name: value if len(value) == 7 else "#" + "".join(2 * c for c in value[1:]) for name, value in found.items()
    }


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2 between two colours."""

    def light(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_can_be_read_on_every_ground_it_stands_on(scheme: str) -> None:
    colour = tokens(scheme)
    words = {
        (text, ground) for text in ("ink", "muted", "accent", "good", "warn", "bad") for ground in ("paper", "band")
    }
    words |= {
        ("ink", "wash"),
        ("accent", "wash"),
        ("ink", "draft"),
        ("on-accent", "accent"),
        ("paper", "ink"),
        ("paper", "bad"),
    }
    words |= {(f"hue-{n}", "paper") for n in range(1, 5)}
    assert {
        pair: round(contrast(colour[pair[0]], colour[pair[1]]), 2)
        for pair in words
        if contrast(colour[pair[0]], colour[pair[1]]) < 4.5
    } == {}
    assert contrast(colour["edge"], colour["paper"]) >= 3
    assert contrast(colour["edge"], colour["band"]) >= 3


def test_nothing_is_smaller_than_14_pixels_on_a_page_nor_moves() -> None:
    sizes = [float(size) for size in re.findall(r"font-size:\s*([\d.]+)rem", CSS)]
    assert min([*sizes, 0.875]) == 0.875
    assert not re.search(r"animation|transition|@keyframes|box-shadow|gradient", CSS)


def test_health_names_the_routes_and_promises_no_silence_where_texts_reach_phones(samples: Samples) -> None:
    shown, frame = samples["health"]
    assert isinstance(shown, HealthPage)
    assert "No text leaves this machine." in render(shown, frame)
    real = render(replace(shown, routes=("twilio",), rehearsing=False), frame)
    assert "twilio" in real
    assert "No text leaves this machine." not in real
