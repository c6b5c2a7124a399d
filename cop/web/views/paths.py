"""Every address of the dashboard in one place; templates link by these functions, routes are checked against them."""

from datetime import date
from urllib.parse import quote, urlencode

HOME = "/"
SIGN_IN = "/sign-in"
SIGN_IN_CODE = "/sign-in/code"
SIGN_OUT = "/sign-out"
LANGUAGE = "/language"
ACCOUNT = "/account"
SECOND_FACTOR = "/account/second-factor"
CONFIRM_FACTOR = "/account/second-factor/confirm"
NEW_CODES = "/account/second-factor/codes"
NO_FACTOR = "/account/second-factor/off"
PROVE = "/account/prove"
CHANGE_PASSWORD = "/account/password"  # noqa: S105 (an address)
END_OTHERS = "/account/others"
CALENDAR = "/sessions"
CASCADE = "/cascade"
MESSAGES = "/messages"
STOP_SENDING = "/messages/stop"
RESUME_SENDING = "/messages/resume"
COMPOSE = "/messages/compose"
ANNOUNCEMENTS = "/messages/announcements"
INBOX = "/inbox"
INBOX_WORDS = "/inbox/words"
NOTES = "/inbox/notes"
KNOWLEDGE = "/knowledge"
HEALTH = "/health"
CLUSTERS = "/clusters"
COMMUNITY = "/community"
PLANNER = "/planner"
CAPACITY = "/planner/capacity"
PEOPLE = "/people"
NEW_PERSON = "/people/new"
IMPORTS = "/imports"
SETTINGS = "/settings"
PHONES = "/phones"
CLOCK = "/phones/clock"


def _part(value: str | int) -> str:
    return quote(str(value), safe="")


def one_time_link(token: str) -> str:
    """Where a one-time sign-in link leads."""
    return f"/sign-in/{_part(token)}"


def community(at: str | None = None) -> str:
    """Groups and the ties between them, of the viewer's own place or of one by its address (T/B2.C07.)."""
    return COMMUNITY if at is None else f"{COMMUNITY}?{urlencode({'at': at})}"


def water(said_id: int | str | None = None) -> str:
    """Where it is said what becomes of a suggestion, or taken back what was said."""
    return f"{COMMUNITY}/water" if said_id is None else f"{COMMUNITY}/water/{_part(said_id)}/undo"


def calendar(month: date | None = None) -> str:
    """The calendar, of one month if given."""
    return CALENDAR if month is None else f"{CALENDAR}?month={month:%Y-%m}"


def calendar_day(on: date) -> str:
    """One day of the calendar, in full."""
    return f"{CALENDAR}?day={on:%Y-%m-%d}"


def session(session_id: int | str, day: int | None = None) -> str:
    """One training session by its id: codes are handed out again; of several days with the attendance of one."""
    return f"{CALENDAR}/{_part(session_id)}{f'?day={day}#roster' if day else ''}"


def session_act(session_id: int | str, act: str) -> str:
    """POST address of an act on a training session: attendance, move, call-off, skip."""
    return f"{session(session_id)}/{_part(act)}"


def undo_attendance(session_id: int | str, version: int | str) -> str:
    """POST address that takes a report of attendance back."""
    return f"{session(session_id)}/attendance/{_part(version)}/undo"


def session_list(session_id: int | str) -> str:
    """Who is on the list of a training session, who waits, who came uninvited."""
    return f"{session(session_id)}/list"


def make_up(session_id: int | str) -> str:
    """The make-up that is proposed for those who missed a training session."""
    return f"{session(session_id)}/make-up"


def certificate(number: str) -> str:
    """A certificate by its number: whether it is valid, and to some what stands on it."""
    return f"/certificates/{_part(number)}"


def certificate_pdf(number: str) -> str:
    """A certificate as PDF."""
    return f"{certificate(number)}/pdf"


def attendance(session_id: int | str) -> str:
    """Every report of the attendance of a training session."""
    return f"{session(session_id)}/attendance"


def sheet(session_id: int | str) -> str:
    """The printable attendance sheet."""
    return f"{session(session_id)}/sheet"


def cascade(**query: str) -> str:
    """Cascade progress: `area` such as T/B2., `by` what stands in the columns, of which `subject` and `year`."""
    return f"{CASCADE}?{urlencode(query, safe='/')}" if query else CASCADE


def messages(**query: str | int | None) -> str:
    """The message centre; `q` asks why somebody did not get a text, `week` is the Monday of a week."""
    said = {key: value for key, value in query.items() if value is not None}
    return f"{MESSAGES}?{urlencode(said)}" if said else MESSAGES


def message_act(message_id: str, act: str) -> str:
    """POST address of an act on a text that waits for a person: let-go, leave-out."""
    return f"{MESSAGES}/{_part(message_id)}/{_part(act)}"


def compose(**query: str | int) -> str:
    """Where a text to many is written: to a `place` such as T/B2.C07., or to the list of a `session`; or what a
    `suggestion` asks for."""
    return f"{COMPOSE}?{urlencode(query, safe='/')}" if query else COMPOSE


def announcement(announcement_id: str | int) -> str:
    """A text to many, from the asking to its end."""
    return f"{ANNOUNCEMENTS}/{_part(announcement_id)}"


def announcement_act(announcement_id: str | int, act: str) -> str:
    """POST address of an act on a text to many: approve, decline, undo, rest."""
    return f"{announcement(announcement_id)}/{_part(act)}"


def join_request(request_id: int | str) -> str:
    """Where a request to join or to move is settled."""
    return f"/people/requests/{request_id}"


def own_page(link: str) -> str:
    """Somebody's own page, by her personal link; short enough for a text."""
    return f"/m/{_part(link)}"


def own_communities(link: str) -> str:
    """The communities of somebody, by her personal link."""
    return f"{own_page(link)}/communities"


def note(note_id: str | int) -> str:
    """POST address that passes a practice note on, or not."""
    return f"{NOTES}/{note_id}"


def note_wish(wish_id: str | int) -> str:
    """POST address that shows a note to an LTRC of which somebody wished it, or not."""
    return f"{NOTES}/wishes/{wish_id}"


def knowledge(before: int | None = None) -> str:
    """Notes that travel; the older ones from an id on."""
    return KNOWLEDGE if before is None else f"{KNOWLEDGE}?before={before}"


def travelled(number: str, part: str | None = None) -> str:
    """How one note travelled; or a part of it: pass-on, sheet, proposal, decision, gathered."""
    return "/".join([KNOWLEDGE, *(_part(each) for each in (number, part) if each is not None)])


def inbox_word(word_id: str | int) -> str:
    """POST address that decides on a word that was proposed."""
    return f"{INBOX_WORDS}/{_part(word_id)}"


def inbox_after(card_id: int, *, apart: bool = False) -> str:
    """The texts behind one of the inbox, each by itself if wanted."""
    return f"{INBOX}?{'apart=1&' if apart else ''}after={card_id}"


def inbox_card(card_id: str | int) -> str:
    """POST address that answers one inbox card."""
    return f"{INBOX}/{_part(card_id)}"


def clusters(block: str = "", *, after: int | None = None) -> str:
    """The map of LTRCs, of one block such as B2 if given, behind the LTRC with an id."""
    behind = f"&after={after}" if after is not None else ""
    return f"{CLUSTERS}?block={_part(block)}{behind}" if block else CLUSTERS


def cluster(cluster_id: str | int) -> str:
    """One LTRC."""
    return f"{CLUSTERS}/{_part(cluster_id)}"


def planner(kind: str = "clusters", draft_id: str | int | None = None, act: str | None = None) -> str:
    """Drafts of one kind (clusters or cascade), one draft, or the POST address of an act on it: accept, discard."""
    parts = [PLANNER, *(_part(part) for part in (kind, draft_id, act) if part is not None)]
    return "/".join(parts)


def compare(draft_id: str | int, other: str | int = "now", *, after: str = "", side: str = "", block: str = "") -> str:
    """A draft of LTRCs beside today (now) or another draft: behind a school's code, or the map of a side."""
    query = {"with": other, "after": after, "map": side, "block": block}
    return f"{planner('clusters', draft_id)}?{urlencode({name: value for name, value in query.items() if value})}"


def plan_form(kind: str) -> str:
    """Where a plan of one kind (clusters, cascade, mending) is asked for."""
    return f"{PLANNER}/plan/{_part(kind)}"


def after_news(session_id: int) -> str:
    """Where bad news about one training session is told."""
    return f"{plan_form('mending')}?session={session_id}"


def plan_anew(round_id: str | int) -> str:
    """Where the rest of an accepted round is planned anew."""
    return f"{plan_form('cascade')}?instead={round_id}"


def plan_job(job_id: int | str, act: str | None = None) -> str:
    """A plan that is being made, or the POST address of an act on it: cancel, again."""
    parts = [PLANNER, "jobs", *(_part(part) for part in (job_id, act) if part is not None)]
    return "/".join(parts)


def ltrcs(draft_id: str | int, *, at: str = "", q: str = "", after: str = "") -> str:
    """The LTRCs of a draft, one of them (B1.C01.L2), those behind one, or schools by a part of their name or code."""
    query = {name: value for name, value in {"at": at, "q": q, "after": after}.items() if value}
    return planner("clusters", draft_id, "ltrcs") + (f"?{urlencode(query)}" if query else "")


def move_school(draft_id: str | int, school_id: str | int | None = None) -> str:
    """One school of a draft with the LTRCs it could go to; without the school the POST address that moves one."""
    return planner("clusters", draft_id, "move") + ("" if school_id is None else f"?school={_part(school_id)}")


def draft_change(draft_id: str | int, change_id: str | int) -> str:
    """POST address that takes a change by hand back."""
    return f"{planner('clusters', draft_id, 'changes')}/{_part(change_id)}"


def compare_rounds(draft_id: str | int, other: str | int = "now", *, place: str = "", after: int = 0) -> str:
    """A draft of the cascade beside what is planned now or another draft: of some places, behind so many rows."""
    query = {"with": other, "place": place, "after": after}
    return f"{planner('cascade', draft_id)}?{urlencode({name: value for name, value in query.items() if value})}"


def phone(number: str) -> str:
    """One rehearsal phone; by its number in international form."""
    return f"{PHONES}/{_part(number)}"


def imports(before: int | None = None) -> str:
    """Lists that were applied; the older ones from an import on."""
    return IMPORTS if before is None else f"{IMPORTS}?before={before}"


def import_example(kind: str) -> str:
    """A filled example of a list, to download."""
    return f"{IMPORTS}/examples/{_part(kind)}"


def import_draft(draft_id: int | str, act: str | None = None) -> str:
    """A list on its way in, its rows with problems, or the POST address of an act: read, check, apply, discard."""
    parts = [IMPORTS, "drafts", *(_part(part) for part in (draft_id, act) if part is not None)]
    return "/".join(parts)


def import_columns(draft_id: int | str) -> str:
    """The columns of a list on its way in, once more."""
    return f"{import_draft(draft_id)}?at=columns"


def import_(import_id: int | str, act: str | None = None) -> str:
    """A list that was applied, or the POST address that takes it back."""
    return "/".join([IMPORTS, *(_part(part) for part in (import_id, act) if part is not None)])


def setting(name: str) -> str:
    """POST address that decides a setting."""
    return f"{SETTINGS}/{_part(name)}"


def undo_setting(name: str) -> str:
    """POST address that brings back what held before."""
    return f"{setting(name)}/undo"


def feast(first: str) -> str:
    """POST address that confirms or moves days of the moon, by their estimated first day."""
    return f"{SETTINGS}/feasts/{_part(first)}"


def person(person_id: str | int) -> str:
    """One person."""
    return f"{PEOPLE}/{_part(person_id)}"


def person_act(person_id: str | int, act: str) -> str:
    """POST address of an act on a person: appoint, move, number, wrong, silence and their kin."""
    return f"{person(person_id)}/{_part(act)}"


def end_leave(person_id: str | int, leave_id: str | int) -> str:
    """POST address that takes a leave back."""
    return f"{person(person_id)}/leave/{_part(leave_id)}/end"


def end_post(person_id: str | int, post_id: str | int) -> str:
    """POST address that ends a post on a day."""
    return f"{person(person_id)}/posts/{_part(post_id)}/end"


def take_back(person_id: str | int, change: str | int) -> str:
    """POST address that takes a change of a person back, by its row of the audit."""
    return f"{person(person_id)}/changes/{_part(change)}/undo"
