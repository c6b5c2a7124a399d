"""A year lived by text and on pages: invented teachers, trainers and an office do what a seed says, day by day.

Whoever plays it hears of the house what people hear: what comes to a phone, and what a page says. What was done stands
in a ledger; whom the house texted is read from the phones.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import func, select

from clusters.kernel.clock import KARACHI
from clusters.modules.rules import Subject
from clusters.people.models import PersonNumber
from clusters.people.rules import Gender
from cop.child import Child
from cop.compute.network import measure_month
from cop.house import House
from cop.jobs import JOBS, Tools, dispatch, read, tools
from cop.knowledge.rules import title_of
from cop.web import web_sessions
from cop.web.models import Login
from cop.web.security import cookie_name
from messaging.channels.models import PhoneText
from messaging.channels.plan import REHEARSAL
from messaging.channels.rehearsal import written
from messaging.inbound.actions import keep
from messaging.outbox.models import Message
from messaging.outbox.rules import State
from tests import build, markup
from tests.browsing import Browser, ClientAs
from tests.conftest import NOON_IN_MARCH, HandClock
from tests.journeys.ledger import Ledger, Note, Sent
from tests.messaging.voice import ONE_BY_ONE

AFTER_A_DAY = frozenset(
    ("questions", "introductions", "notes", "communities", "close_sessions", "tally", "recount", "forget_old",
     "forget_counts", "network_month", "opinions", "apply_drafts", "carry_out", "second_legs", "reap")
)  # fmt: skip
"""What the worker does every day of the year; it reads and sends all the time."""
NUMBER = re.compile(r"\b[1-9]\d{3,}\b")
WORDS = (
    *("dhakkan", "takhti", "kahani", "khel", "pathar", "pattay", "rang", "sher", "naqsha", "dhaga", "mitti", "chaabi"),
    *("tasveer", "ghadi", "lakri", "beej", "pani", "hawa", "roshni", "saya", "rasta", "bazar", "sikka", "tokri"),
)
TEACHES = (Subject.MATHS, Subject.SCIENCE, Subject.LANGUAGES)


@dataclass(frozen=True)
class Size:
    """How large the district is, how long the year, and how much happens on a day."""

    clusters: tuple[int, ...] = (2, 1)
    """How many each circle has."""
    teachers: int = 10
    """Of the first cluster of a circle; the others have four, too few to be told as the place of somebody's deed."""
    months: int = 3
    days: int = 3
    """Of each month on which something is done."""
    deeds: int = 6
    """Of each such day."""


@dataclass
class Teacher:
    """Somebody with a phone of her own."""

    id: int
    number: str
    cluster: str
    subject: str | None = None
    gone: bool = False


class Here(Child):
    """Measures in this process: another one would not see what a test has not committed."""

    def __init__(self, house: House) -> None:
        super().__init__({}, ())
        object.__setattr__(self, "house", house)

    def run(self, arguments: Sequence[str], limit: timedelta, stopping: Callable[[], bool]) -> Mapping[str, Any]:
        """What the child would be asked to do."""
        kind, month = arguments
        assert kind == "--month"
        house: House = self.house  # type: ignore[attr-defined]  # set above: the class is frozen
        return {"introductions": measure_month(house.measure_unit, 10, month).introductions}


@dataclass
class Year:
    """Everybody who lives it; `play` lets it pass."""

    house: House
    clock: HandClock
    size: Size
    rng: Random
    hands: Tools
    desks: dict[str, Browser]
    """Where the office sits, under "", and the trainers by the path of their circle."""
    teachers: list[Teacher]
    clusters: list[str]
    ledger: Ledger = field(default_factory=Ledger)
    did: dict[str, int] = field(default_factory=dict)
    """How often each deed was done."""
    sessions: dict[str, list[tuple[int, datetime]]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    """Of clusters and circles, by path."""
    small: set[str] = field(default_factory=set)
    """Clusters too small to be told as the place where somebody did something."""
    named: int = 0
    _told_at: datetime = NOON_IN_MARCH
    _from: dict[tuple[str, str], str] = field(default_factory=dict)
    _digests_to: int = 0

    @property
    def of_phone(self) -> dict[str, Teacher]:
        """Whose phone has a number."""
        return {each.number: each for each in self.teachers}

    # --- time

    def play(self) -> None:
        """All months, then the day after the last, when everything counts."""
        month = self.clock.at.astimezone(KARACHI).date().replace(day=1)
        for _ in range(self.size.months):
            for day in sorted(self.rng.sample(range(4, 28), self.size.days)):
                self._day(month.replace(day=day))
            month = (month + timedelta(days=31)).replace(day=1)
            for first in (0, 2):
                self._morning(month + timedelta(days=first))
        self.live(self.clock.at + timedelta(hours=1))

    def live(self, until: datetime) -> None:
        """Move the clock from one due text to the next, and send each."""
        while True:
            with self.house.unit() as db:
                ahead = select(func.min(Message.send_after)).where(Message.state == State.QUEUED)
                due = db.scalar(ahead.where(Message.send_after > self.clock.at))
            if due is None or due >= until:
                break
            self.clock.at = due
            dispatch(self.hands)
        self.clock.at = max(until, self.clock.at)

    @property
    def counted(self) -> datetime:
        """Up to when pages count now what people tried: the beginning of this month."""
        day = self.clock.at.astimezone(KARACHI)
        return day.replace(day=1, hour=0, minute=0, second=0, microsecond=0)

    def _morning(self, day: date) -> None:
        self.live(datetime(day.year, day.month, day.day, 9, 30, tzinfo=KARACHI).astimezone(self.clock.at.tzinfo))
        for job in JOBS:
            if job.name in AFTER_A_DAY and job.sweep(self.hands) and job.name == "notes":
                self._told()
        dispatch(self.hands)
        self._digested()

    def _day(self, day: date) -> None:
        self._morning(day)
        hours = sorted(self.rng.uniform(0.2, 12.5) for _ in range(self.size.deeds))
        began = self.clock.at
        for hour in hours:
            minute = began + timedelta(minutes=round(hour * 60))
            self.live(max(minute, self.clock.at + timedelta(minutes=2)))
            deed = self.rng.choices([each for each, _ in DEEDS], [often for _, often in DEEDS])[0]
            if deed(self):
                name = deed.__name__
                self.did[name] = self.did.get(name, 0) + 1
            dispatch(self.hands)

    def desk(self, circle: str = "") -> Browser:
        """The browser of a circle's trainer, or of the office, who signs in anew: it was left alone for days."""
        browser = self.desks[circle]
        with self.house.unit() as db:
            login = db.scalars(select(Login.id).where(Login.person_id == browser.person_id)).one()
            session_id = web_sessions.begin(db, login, self.clock.at)
        browser.cookies = {cookie_name(self.house.settings): session_id}
        return browser

    # --- phones

    def text(self, who: Teacher, body: str) -> str:
        """She texts, a minute later: what comes back, as one."""
        self.clock.advance(minutes=1)
        mark = self.mark()
        with self.house.unit() as db:
            keep(db, REHEARSAL, written(db, who.number, body), who.number, body)
        read(self.hands)
        dispatch(self.hands)
        return " | ".join(body for number, body in self.since(mark) if number == who.number)

    def mark(self) -> int:
        """The last text that came to any phone."""
        with self.house.unit() as db:
            return db.scalar(select(func.max(PhoneText.id))) or 0

    def since(self, mark: int) -> list[tuple[str, str]]:
        """What came to phones after that one: number and words."""
        got = select(PhoneText.phone, PhoneText.body).where(PhoneText.incoming, PhoneText.id > mark)
        with self.house.unit() as db:
            return [(row.phone, row.body) for row in db.execute(got.order_by(PhoneText.id))]

    def _got(self, note: Note, since: datetime) -> set[str]:
        """Clusters of whose phones one got a note's own text since then."""
        got = select(PhoneText.phone).where(
            PhoneText.incoming, PhoneText.at >= since, PhoneText.body.contains(f"AZMAYA {note.number} 1 (kaam aaya)"),
            PhoneText.body.not_like("Note %"), PhoneText.body.not_like("Theek hai%"),
        )  # fmt: skip
        with self.house.unit() as db:
            phones = set(db.scalars(got))
        return {each.cluster for each in self.teachers if each.number in phones}

    def _told(self) -> None:
        """The monthly texts are written: from where each note would come to each cluster now."""
        self._told_at = self.clock.at
        self._from = {
            (note.number, to): self.ledger.nearest(note, to, self.clock.at, self.counted)
            for note in self.ledger.travelling()
            for to in self.clusters
        }

    def _digested(self) -> None:
        """What the monthly texts told was passed on to the clusters of the phones that got them, when it was told."""
        mark, self._digests_to = self._digests_to, self.mark()
        told = {
            (number, self.of_phone[phone].cluster)
            for phone, body in self.since(mark)
            if body.startswith("Qareebi LTRC")
            for number in NUMBER.findall(body.partition(" Parhna ho:")[0])
        }
        by_number = {each.number: each for each in self.ledger.notes}
        for number, cluster in sorted(told):
            if number in by_number:
                by_number[number].sent.append(Sent(self._told_at, self._from[number, cluster], {cluster}, at_once=True))
            self.did["digest"] = self.did.get("digest", 0) + 1

    # --- whom it is about

    def anybody(self, cluster: str = "") -> Teacher:
        """A teacher who is still there, of a cluster if one is named."""
        return self.rng.choice([each for each in self.teachers if not each.gone and each.cluster.startswith(cluster)])

    def words(self) -> str:
        """What nobody has written yet."""
        self.named += 1
        letters = "".join("abcdefghij"[int(digit)] for digit in str(self.named))
        return f"bachon ko {' '.join(self.rng.sample(WORDS, 3))} se sikhaya {letters}"

    def circle_of(self, cluster: str) -> str:
        """The path of its circle."""
        return "".join(f"{step}." for step in cluster.split(".")[:2])

    def readers(self, note: Note, among: Sequence[str]) -> set[str]:
        """Those of some clusters in which somebody but its author is meant by its author's choice."""
        return {
            each.cluster
            for each in self.teachers
            if each.cluster in among and each.id != note.author and not each.gone
            and (note.subject is None or note.audience == "ltrc" or each.subject == note.subject)
        }  # fmt: skip

    def known(self, note: Note) -> set[str]:
        """The clusters that have it, as pages can tell today."""
        return {each.cluster for each in self.ledger.way(note, self.counted)}

    # --- what is done again and again

    def offered(self, who: Teacher, note: Note, reply: str, choice: str = "") -> None:
        """She was asked for whom her note is, and says so."""
        assert "1=Mere LTRC ko" in reply or "Kis ko dikhayen" in reply, reply
        choice = choice or self.rng.choice(("1", "1", "2", "2", "2", "n2", "3", ""))
        if not choice:
            return
        said = self.text(who, choice)
        found = NUMBER.findall(said)
        assert found, said
        note.number = found[0]
        note.audience = {"1": "ltrc", "2": "subject", "n2": "subject", "3": "nobody"}[choice]
        note.named = choice == "n2"
        note.stands = "waits" if choice != "3" else "kept"


def write(year: Year) -> bool:
    """A teacher writes down what worked, or what is hard."""
    who = year.anybody()
    problem = year.rng.random() < 0.25
    words = f"masla: {year.words()}" if problem else year.words()
    reply = year.text(who, f"NOTE {words}")
    note = Note(who.id, who.cluster, year.clock.at, words, who.subject, problem=problem)
    year.offered(who, year.ledger.write(note), reply)
    return True


def read_what_waits(year: Year) -> bool:
    """A trainer reads the notes that wait in her circle, and passes most of them on."""
    circle = year.rng.choice(sorted(each for each in year.desks if each))
    browser = year.desk(circle)
    waiting = browser.get("/inbox/notes.json").json()["notes"]
    expected = [
        each.number for each in year.ledger.notes if each.stands == "waits" and each.cluster.startswith(circle)
        and each.author != browser.person_id
    ]  # fmt: skip
    assert {each["number"] for each in waiting} == set(expected) or len(waiting) == 10
    for row in waiting[:2]:
        year.clock.advance(minutes=1)
        note = next(each for each in year.ledger.notes if each.number == row["number"])
        if year.rng.random() < 0.1:
            _done(browser.submit(f"/inbox/notes/{row['note_id']}", act="decline"))
            note.stands = "declined"
            continue
        _done(browser.submit(f"/inbox/notes/{row['note_id']}", act="send"))
        note.stands = "travels"
        among = [each for each in year.clusters if each.startswith(circle)]
        if note.audience == "ltrc":
            among = [each for each in among if each.startswith(note.cluster)]
        to = year.readers(note, among)
        note.sent.append(Sent(year.clock.at, note.cluster, to))
    return bool(waiting)


def _done(response: Any) -> None:
    assert response.status_code == 303, (response.status_code, response.text[:2000])


def pass_further(year: Year) -> bool:
    """The office passes a note on to the clusters of one circle more."""
    ready = [each for each in year.ledger.travelling() if each.audience == "subject"]
    if not ready:
        return False
    note = year.rng.choice(ready)
    lacking = [each for each in year.clusters if each not in year.known(note)]
    circles = sorted({year.circle_of(each) for each in lacking})
    if not circles:
        return False
    circle = year.rng.choice(circles)
    page = year.desk().get(f"/knowledge/{note.number}/pass-on?circle={circle}")
    phones = re.search(r'name="seen" value="(\d+)"', page.text)
    assert phones, page.text
    to = year.readers(note, [each for each in lacking if each.startswith(circle)])
    answer = year.desk().submit(f"/knowledge/{note.number}/pass-on", circles=[circle], seen=phones[1])
    if not to:
        assert answer.status_code != 303
        return False
    _done(answer)
    at = year.clock.at
    near = {each: year.ledger.nearest(note, each, at, year.counted) for each in to}
    for source in sorted(set(near.values())):
        note.sent.append(Sent(at, source, {each for each in to if near[each] == source}))
    return True


def try_it(year: Year) -> bool:
    """Somebody tries a note, mostly one that came to her cluster; perhaps in her own way; perhaps she takes it back."""
    travelling = year.ledger.travelling()
    if not travelling:
        return False
    note = year.rng.choice(travelling)
    where = sorted(year.known(note)) if year.rng.random() < 0.6 else year.clusters
    who = year.anybody(year.rng.choice(where or year.clusters))
    own_way = year.words() if year.rng.random() < 0.3 else ""
    before = note.tried.get(who.id)
    reply = year.text(who, f"AZMAYA {note.number} {year.rng.choice('112')} {own_way}".strip())
    note.tried.setdefault(who.id, (year.clock.at, who.cluster))
    if "1=Mere LTRC ko" not in reply:
        assert reply.startswith("Likh liya: note"), reply
        if year.rng.random() < 0.15:
            assert "wapas kar diya" in year.text(who, "0")
            if before is None:
                note.tried.pop(who.id)
            else:
                note.tried[who.id] = before
        return True
    own = next(
        (each for each in reversed(note.children) if each.author == who.id and each.stands in ("draft", "kept")), None
    )
    if own is None:
        own = year.ledger.write(
            Note(who.id, who.cluster, year.clock.at, own_way, note.subject or who.subject, parent=note)
        )
    year.offered(who, own, reply)
    return True


def grow(year: Year) -> bool:
    """Somebody who may read a note writes another way of it."""
    travelling = year.ledger.travelling()
    if not travelling:
        return False
    note = year.rng.choice(travelling)
    who = year.anybody(note.cluster if note.audience == "ltrc" else "")
    words = year.words()
    reply = year.text(who, f"NOTE {note.number} {words}")
    own = next(
        (each for each in reversed(note.children) if each.author == who.id and each.stands in ("draft", "kept")), None
    )
    if own is None:
        own = year.ledger.write(
            Note(who.id, who.cluster, year.clock.at, words, note.subject or who.subject, parent=note)
        )
    year.offered(who, own, reply)
    return True


def change_her_mind(year: Year) -> bool:
    """An author takes a note back, or shows it again, or to others."""
    own = [each for each in year.ledger.notes if each.number and each.author and each.stands != "kept"]
    own = [each for each in own if any(who.id == each.author and not who.gone for who in year.teachers)]
    if not own:
        return False
    note = year.rng.choice(own)
    who = next(each for each in year.teachers if each.id == note.author)
    choice = year.rng.choice("3312")
    at = year.clock.at + timedelta(minutes=1)
    reached = {id(sent): year._got(note, sent.at) for sent in note.sent}
    reply = year.text(who, f"NOTE {note.number} {choice}")
    assert note.number in reply, reply
    wanted = {"1": "ltrc", "2": "subject", "3": "nobody"}[choice]
    if choice == "3":
        if note.stands == "travels":
            _unsend(note, at, reached)
        note.stands = "back"
    elif (wanted, False) != (note.audience, note.named) or note.stands in ("back", "declined"):
        note.stands = "waits"
    note.audience, note.named = wanted, False
    return True


def _unsend(note: Note, at: datetime, reached: Mapping[int, set[str]]) -> None:
    """What waits to go never goes: of what was passed on lately only those count who got it."""
    for sent in note.sent:
        if sent.at > at - timedelta(days=1) and not sent.at_once:
            sent.to &= reached[id(sent)]
    note.sent = [each for each in note.sent if each.to or each.at_once or each.at <= at - timedelta(days=1)]


def gather(year: Year) -> bool:
    """A trainer writes down on the page what teachers told of a problem at a gathering."""
    problems = [each for each in year.ledger.travelling() if each.problem]
    if not problems:
        return False
    note = year.rng.choice(problems)
    seen = {year.circle_of(each) for each in (note.cluster, *(to for sent in note.sent for to in sent.to))}
    circle = year.rng.choice(sorted(seen))
    page = year.desk(circle).get(f"/knowledge/{note.number}")
    found = re.findall(r'<option value="(\d+)">', page.text)
    if not found:
        return False
    session = int(year.rng.choice(found))
    cluster = next(path for path, held in year.sessions.items() if session in (each for each, _ in held))
    ways = [year.words() for _ in range(year.rng.randint(1, 2))]
    to_all = year.rng.random() < 0.5
    more = {"to_all": "1"} if to_all else {}
    _done(
        year.desk(circle).submit(
            f"/knowledge/{note.number}/gathered", session=session, ways="\n".join(ways), **more
        )
    )  # fmt: skip
    page = markup.read(year.desk().get(f"/knowledge/{note.number}").text)
    numbers = {title: number for number, title, _ in tree_of(page)}
    for words in ways:
        year.ledger.write(
            Note(None, cluster, year.clock.at, words, note.subject, parent=note, stands="travels",
                 audience="subject" if to_all else "ltrc", number=numbers[title_of(words)])
        )  # fmt: skip
    return True


def tree_of(page: markup.Tag) -> list[tuple[str, str, int]]:
    """The notes of the tree on a note's page: number, title, and how deep each stands."""
    tree = next(each for each in page.every("ul") if each.attrs.get("class") == "tree")
    rows = [each for each in tree.every("li") if any(inside.name == "b" for inside in each.inside)]
    found = []
    for row in rows:
        number, title, *_ = (each.words().strip() for each in row.every("bdi"))
        found.append((number, title, sum(above.name == "ul" for above in row.all_above())))
    return found


def propose(year: Year) -> bool:
    """The office lays a note before the material team, which takes it in or does not."""
    ready = [each for each in year.ledger.travelling() if not any(stands == "proposed" for _, stands in each.proposals)]
    if not ready:
        return False
    note = year.rng.choice(ready)
    material = f"Teacher guide page {year.named}"
    _done(year.desk().submit(f"/knowledge/{note.number}/proposal", material=material, reason="it works"))
    stands = year.rng.choice(("proposed", "taken_in", "declined"))
    if stands != "proposed":
        fields = {"taken": "1", "version": "second"} if stands == "taken_in" else {"answer": "no room"}
        year.clock.advance(minutes=1)
        _done(year.desk().submit(f"/knowledge/{note.number}/decision", **fields))
    note.proposals.append((material, stands))
    return True


def wish(year: Year) -> bool:
    """Somebody wants her own cluster to see a note; a trainer of her circle agrees if there is anybody to see it."""
    ready = [each for each in year.ledger.travelling() if each.audience == "subject"]
    if not ready:
        return False
    note = year.rng.choice(ready)
    lacking = [each for each in year.clusters if each not in year.known(note)]
    lacking = sorted(year.readers(note, lacking))
    if not lacking:
        return False
    who = year.anybody(year.rng.choice(lacking))
    if who.id == note.author:
        return False
    if not year.text(who, f"NOTE {note.number} 1").startswith("Shukriya. Trainer dekh kar"):
        return False
    browser = year.desk(year.circle_of(who.cluster))
    wishes = [each for each in browser.get("/inbox/notes.json").json()["wishes"] if each["number"] == note.number]
    year.clock.advance(minutes=1)
    for row in wishes:
        if year.readers(note, [who.cluster]):
            source = year.ledger.nearest(note, who.cluster, year.clock.at, year.counted)
            _done(browser.submit(f"/inbox/notes/wishes/{row['wish_id']}", act="send"))
            note.sent.append(Sent(year.clock.at, source, {who.cluster}))
        break
    return True


def ask(year: Year) -> bool:
    """Somebody asks a question, and one who is asked answers it."""
    who = year.anybody()
    mark = year.mark()
    reply = year.text(who, f"SAWAL {year.words()} kaise parhaun")
    if "1=Haan" not in reply:
        return False
    year.text(who, "1")
    for phone, body in year.since(mark):
        if "Ek ustad ka sawal" in body and phone in year.of_phone:
            number = re.search(r"\bJ (\d+)", year.text(year.of_phone[phone], "1"))
            if number is not None:
                year.text(year.of_phone[phone], f"J {number[1]} pehle {year.words()}")
                return True
    return False


def forget(year: Year) -> bool:
    """Somebody has everything of hers deleted, by the link that MERA gives her."""
    if year.did.get("forget", 0) >= len(year.teachers) // 12:
        return False
    who = year.anybody()
    link = year.text(who, "MERA").rpartition("/m/")[2].strip(" .")
    _done(year.desk().submit(f"/m/{link}", forget="on"))
    year.ledger.forget(who.id)
    return True


def want_news(year: Year) -> bool:
    """Somebody wants to hear once a month what worked near her."""
    return "NOTE NAHI" in year.text(year.anybody(), "NOTE HAAN")


Deed = Callable[[Year], bool]
DEEDS: tuple[tuple[Deed, int], ...] = (
    (write, 10), (read_what_waits, 12), (pass_further, 5), (try_it, 14), (grow, 4), (change_her_mind, 4), (gather, 3),
    (propose, 1), (wish, 2), (ask, 3), (forget, 1), (want_news, 3),
)  # fmt: skip


def district(house: House, clock: HandClock, client_as: ClientAs, seed: int, size: Size) -> Year:
    """A block of small circles in which every teacher has a phone; training sessions of all months stand already."""
    rng = Random(seed)
    teachers: list[Teacher] = []
    clusters: list[str] = []
    sessions: dict[str, list[tuple[int, datetime]]] = {}
    names: dict[str, str] = {}
    small: set[str] = set()
    with house.unit() as db:
        block = build.block(db)
        circles = [build.circle(db, block) for _ in size.clusters]
        for circle, many in zip(circles, size.clusters, strict=True):
            for number in range(many):
                cluster = build.cluster(db, 4, in_circle=circle)
                schools = build.schools_of(db, cluster)
                people = [build.teacher(db, schools[n % 4]) for n in range(4 if number else size.teachers)]
                subject = TEACHES[len(clusters) % 2]
                clusters.append(cluster.path)
                names |= {cluster.path: cluster.name, circle.path: circle.name}
                small |= {cluster.path} if number else set()
                for person in people:
                    person.gender = rng.choice((Gender.MAN, Gender.WOMAN))
                    phone = db.scalars(select(PersonNumber.number).where(PersonNumber.person_id == person.id)).one()
                    teachers.append(Teacher(person.id, phone, cluster.path, subject.value))
                for month in range(size.months):
                    day = (clock.at + timedelta(days=10 + 30 * month)).date()
                    held = build.training_session(db, cluster, day=day, subject=subject, invited=people)
                    sessions.setdefault(cluster.path, []).append((held.id, held.ends_at))
    browsers = {circle.path: client_as("trainer", f"T/{circle.path}") for circle in circles}
    hands = replace(tools(house, pace=ONE_BY_ONE), measuring=Here(house))
    desks = {"": client_as("admin", "T/"), **browsers}
    return Year(house, clock, size, rng, hands, desks, teachers, clusters, sessions=sessions, names=names, small=small)
