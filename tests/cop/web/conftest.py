"""Sample pages of an invented district, as large as real ones, for the tests of the templates."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from clusters.cascade.rules import Level, MendingState
from clusters.modules.rules import Subject
from clusters.people.rules import Gender, Language, PostRole
from clusters.structure.rules import PlaceKind, SchoolGender
from clusters.training.round_sessions import RoundFigures
from cop.communities.rules import Standing as Belongs
from cop.network import disclosure
from cop.planning.rules import PlanKind, PlanStage
from cop.vitals import Condition, Organ, Vital
from cop.web import pictures
from cop.web.pictures import MapCluster, MapSchool
from cop.web.templating import Page
from cop.web.views import (
    account,
    announcing,
    attendance,
    calendar,
    capacity,
    cascade,
    certificate,
    choices,
    cluster,
    clusters,
    community,
    comparing,
    comparing_rounds,
    editing,
    error,
    frame,
    health,
    home,
    inbox,
    inbox_words,
    login,
    make_up,
    mending,
    messages,
    notes,
    own_communities,
    own_page,
    paths,
    people,
    phone,
    phones,
    planner,
    planning,
    rounds,
    second_factor,
    session,
    session_list,
    settings,
    sheet,
    sign_in_link,
    stale_form,
    telling,
)
from cop.web.views import way as way_views
from cop.web.views.frame import Area, Crumb, Flash, Frame, NavItem, Role, StripKind, Viewer
from messaging.announcing.rules import Group, Standing
from messaging.channels.base import Medium
from tests import sample_imports, sample_knowledge

NOW = datetime(2026, 3, 14, 9, 5, tzinfo=UTC)
CENTRES = {
    "Kakki": (33.02, 70.55), "Baran": (32.95, 70.42), "Ghoriwala": (32.91, 70.57), "Khwajamad": (32.95, 70.71),
    "Domel": (33.36, 70.93), "Jhandu Khel": (33.28, 70.80), "Surani": (33.26, 70.97), "Mandan": (33.17, 70.64),
    "Fatma Khel": (33.10, 70.76), "Bazar": (33.27, 70.67), "Sikandar Khel": (33.12, 70.54), "Nurar": (33.02, 70.88),
    "Mira Khel": (33.14, 70.93), "Haved": (33.12, 71.08), "Bakka Khel": (33.12, 70.29), "Jani Khel": (33.00, 70.25),
    "Landi": (33.06, 70.40), "Mamash Khel": (33.23, 70.41), "Ismail Khel": (33.30, 70.53), "Koti Sadat": (33.34, 70.40),
}  # fmt: skip
FIRST = (
    "Abdul",
    "Gul",
    "Noor",
    "Sher",
    "Zakir",
    "Hidayat",
    "Shaista",
    "Rukhsana",
    "Bushra",
    "Yasmin",
    "Kausar",
    "Tahira",
)
SECOND = ("Wahab", "Zaman", "Khan", "Ali", "Ullah", "Bibi", "Begum", "Rahman", "Wali", "Shah")


def at(day: int, hour: int = 10, minute: int = 0, month: int = 3) -> datetime:
    """A local time of spring 2026 in UTC."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=5)


def name_of(random: Random) -> str:
    """An invented name."""
    return f"{random.choice(FIRST)} {random.choice(SECOND)}"


def map_clusters(schools: int = 600, moved: int = 0, seed: int = 1) -> tuple[MapCluster, ...]:
    """Schools around twenty hosts, the five with the longest way marked."""
    random = Random(seed)
    placed: dict[str, list[MapSchool]] = {name: [] for name in CENTRES}
    names = list(CENTRES)
    for number in range(schools):
        home_of = names[number % len(names)]
        lat, lon = CENTRES[home_of]
        spot = lat + random.gauss(0, 0.025), lon + random.gauss(0, 0.03)
        nearest = min(names, key=lambda n: (CENTRES[n][0] - spot[0]) ** 2 + (CENTRES[n][1] - spot[1]) ** 2)
        old = CENTRES[home_of] if number < moved else (None, None)
        gender = random.choices(tuple(SchoolGender), weights=(10, 9, 1))[0]
        placed[nearest].append(MapSchool(*spot, gender, number < moved, *old))
    return tuple(
        MapCluster(number, name, tuple(placed[name]), *CENTRES[name], paths.cluster(number), name in names[10:15])
        for number, name in enumerate(names, start=1)
        if placed[name]
    )


def sample_frame(**changes: object) -> Frame:
    """A signed-in manager of the invented district."""
    counts = {Area.INBOX: 12}
    whole = Frame(
        now=NOW,
        viewer=Viewer("Sajida Begum", Role.MANAGER),
        nav=tuple(NavItem(area, counts.get(area, 0)) for area in Area),
        trail=(Crumb("Khyber Pakhtunkhwa", "/"), Crumb("South block", "/"), Crumb("Bannu")),
        strip=StripKind.REHEARSAL_INVENTED,
        csrf_token="b7f1" * 16,
        once="3f9c" * 8,
    )
    return replace(whole, **changes)  # type: ignore[arg-type]  # names are checked by the dataclass itself


def home_page() -> home.HomePage:
    """Seven needs, five sessions, five subjects."""
    return home.HomePage(
        as_of=at(14, 5, 30),
        needs=(
            home.AttendanceMissing(2, 61, "Domel", date(2026, 3, 12), paths.session("4726")),
            home.NoVenue(4, 118, "Nurar", date(2026, 3, 17), paths.session("4825")),
            home.QuietCluster("Domel", 9, 35, paths.cluster(5)),
            home.TextsWaiting(12, 318, 600),
            home.OnHoliday(2, 61, "Eid ul-Fitr (expected)", date(2026, 3, 20), paths.calendar(date(2026, 3, 1))),
            home.TextsFailed(47, 2092, 19),
            home.WeekWell(6, 6, 171, 188),
        ),
        next_sessions=tuple(
            home.NextSession(int(code), code, at(day), place, subject, yes, of, venue)
            for code, day, place, subject, yes, of, venue in (
                ("4814", 14, "Kakki", Subject.MATHS, 22, 31, True),
                ("4825", 16, "Mandan", Subject.LANGUAGES, 29, 35, True),
                ("4837", 17, "Nurar", Subject.MATHS, 18, 29, False),
                ("4842", 18, "Koti Sadat", Subject.PEDAGOGY, 20, 31, False),
                ("4853", 19, "Haved", Subject.MATHS, 11, 28, False),
            )
        ),
        sessions_this_month=14,
        reach=tuple(
            home.SubjectReach(subject, reached)
            for subject, reached in zip(
                (Subject.PARENTS, Subject.PEDAGOGY, Subject.MATHS, Subject.SCIENCE, Subject.LANGUAGES),
                (64, 168, 212, 432, 440),
                strict=True,
            )
        ),
        teachers=640,
        year="2025-26",
    )


def clusters_page(schools: int = 600) -> clusters.ClustersPage:
    """Twenty LTRCs on the map and in the table, and a list without coordinates."""
    shown = map_clusters(schools)
    random = Random(2)
    rows = tuple(
        clusters.ClusterRow(
            each.cluster_id, each.name, f"Circle {list(CENTRES)[each.cluster_id // 4]}", len(each.schools),
            25 <= len(each.schools) <= 35,
            random.uniform(4, 14), random.randint(28, 40), date(2026, 2, random.randint(1, 28)),
            date(2026, 3, random.randint(15, 31)) if random.random() < 0.8 else None, 4814,
        )
        for each in shown
    )  # fmt: skip
    lost = tuple(clusters.SchoolRef(f"GPS Lost {n}", f"2870{n:03}", "Kakki") for n in range(20))
    drafts = (clusters.DraftLink("Draft B", paths.planner("clusters", 7), None),)
    return clusters.ClustersPage(
        "Bannu", at(14, 5, 30), rows, shown, schools + 20, 320, 270, 30, lost, 118, 2, True, drafts=drafts
    )


GARDEN = {
    "Circle Kakki": ("Kakki", "Baran", "Ghoriwala", "Khwajamad"),
    "Circle Domel": ("Domel", "Jhandu Khel", "Surani"),
    "Circle Mandan": ("Mandan", "Fatma Khel", "Bazar", "Sikandar Khel"),
    "Circle Nurar": ("Nurar", "Mira Khel", "Haved"),
    "Circle Mamash Khel": ("Mamash Khel", "Ismail Khel", "Koti Sadat"),
}


def community_page() -> community.CommunityPage:
    """Seventeen groups with ties of all widths, what to water, and everything that a row may say."""
    random = Random(5)
    places = [(part, name) for part, names in GARDEN.items() for name in names]
    bands = (disclosure.Band(10, 24), disclosure.Band(25, 49), disclosure.Band(50, None))
    flowering = list(community.Flowering)
    unknown = disclosure.Balance.UNKNOWN
    compared = {disclosure.Told.HOSTED: disclosure.Balance.LESS, disclosure.Told.HEARD: disclosure.Balance.ALIKE}
    groups = tuple(
        community.GroupRow(
            f"B1.C{number // 4}.L{number}.", name, part, None if number == 6 else bands[number % 3],
            None if number % 7 == 6 else random.randint(3, 9), number % 4, number % 4 + number % 2,
            list(disclosure.Change)[number % 5], number % 3 > 0,
            tuple(community.Doing(random.choice(flowering), random.random() < 0.7) for _ in range(number % 3)),
            random.random(), random.random(), date(2026, 2, 1) if number == 4 else None,
        )
        for number, (part, name) in enumerate(places)
    )  # fmt: skip
    links = tuple(
        community.LinkRow(one.path, other.path, (disclosure.Band(0, 9), *bands)[index % 4], index % 4 == 0)
        for index, (one, other) in enumerate(zip(groups, [*groups[1:], *groups[:1]], strict=True))
    )
    water = tuple(
        community.Water(
            kind, (groups[index].name, groups[index + 1].name)[: 2 - index % 2], Subject.SCIENCE,
            (disclosure.Reason.FEW_TIES_BETWEEN, disclosure.Reason.BOTH_ASK), list(community.Sureness)[index % 3],
            list(disclosure.Effort)[index % 3], f"{kind}/B1.C01.L{index}./science",
            index if index > 2 else None, date(2026, 3, 2) if index == 3 else None,
        )
        for index, kind in enumerate(disclosure.Watering)
    )  # fmt: skip
    return community.CommunityPage(
        "Bannu",
        date(2026, 3, 1),
        "2026-1",
        390,
        640,
        310,
        groups,
        links,
        water[:4],
        ("Kakki", "Mandan"),
        ("Domel",),
        "T/B1.",
        may_water=True,
        aside=water[4:],
        facts=tuple(
            community.FactRow(what, n, n + (n in (0, 9)), max(n - 1, 0), min(n + 2, 10), compared.get(what, unknown))
            for n, what in enumerate(disclosure.Told)
        ),
    )


def cluster_page() -> cluster.ClusterPage:
    """One LTRC with thirty schools and fifty-five teachers."""
    random = Random(3)
    area = map_clusters()[0]
    schools = tuple(
        cluster.SchoolRow(
            f"{'GGPS' if each.gender is SchoolGender.GIRLS else 'GPS'} Kotka {number}", f"28{number:04}", each.gender,
            random.uniform(0.4, 8.8) if number else 0.0, random.randint(1, 3), not number,
        )
        for number, each in enumerate(area.schools)
    )  # fmt: skip
    labelled = tuple(replace(each, label=str(row)) for row, each in enumerate(area.schools, start=1))
    teachers = tuple(cluster.TeacherRow(name_of(random), schools[n % len(schools)].name, n % 9 != 0) for n in range(55))
    rows = tuple(
        cluster.SessionRow(4800 + n, str(4800 + n), at(3 + n), subject, state, 31, 22, came)
        for n, (subject, state, came) in enumerate(
            (
                (Subject.MATHS, cluster.SessionState.INVITED, None),
                (Subject.SCIENCE, cluster.SessionState.PLANNED, None),
                (Subject.LANGUAGES, cluster.SessionState.HELD, 28),
                (Subject.PEDAGOGY, cluster.SessionState.CALLED_OFF, None),
                (Subject.PARENTS, cluster.SessionState.UNREPORTED, None),
            )
        )
    )
    return cluster.ClusterPage(
        1, "Kakki", "Kakki", "South block", "GPS Kakki 1", at(14, 5, 30), True, schools, teachers, 57,
        (cluster.TrainerRow("Zakir Ullah", date(2025, 9, 1), (Subject.MATHS, Subject.SCIENCE)),), rows[:2], rows[2:],
        replace(area, schools=labelled), 8.8, 4.1, True,
        (cluster.VisitRow(date(2026, 3, 18), "GPS Kakki 1", "Salma Bibi", "bijli nahi thi", "chhat tapakti hai"),),
    )  # fmt: skip


def calendar_page() -> calendar.CalendarPage:
    """March 2026: sixty meeting days, Fridays and Sundays closed, Eid expected, three clashes."""
    random = Random(4)
    places = list(CENTRES)
    days = []
    for number in range(1, 32):
        on = date(2026, 3, number)
        shut = {5: calendar.ClosedWhy.FRIDAY, 7: calendar.ClosedWhy.SUNDAY}.get(on.isoweekday())
        holiday = calendar.ClosedWhy.EXPECTED_HOLIDAY if number in (20, 21, 22) else shut
        entries = [] if holiday else [
            calendar.Entry(
                10 * number + n, str(4100 + 10 * number + n), at(number), at(number, 13), random.choice(tuple(Subject)),
                Level.TEACHER if number > 6 else Level.CIRCLE, random.choice(places),
                cluster.SessionState.HELD if number < 12 else cluster.SessionState.UNREPORTED if number < 14
                else cluster.SessionState.INVITED, 31, 22, 28 if number < 12 else None,
            )
            for n in range(random.randint(0, 5))
        ]  # fmt: skip
        days.append(calendar.Day(on, tuple(entries), holiday, "Eid ul-Fitr" if number in (20, 21, 22) else None))
    kinds = calendar.ConflictKind
    clashes = (
        calendar.Conflict(kinds.TRAINER_TWICE, date(2026, 3, 17), "Zakir Ullah", ((4271, "4271"), (4272, "4272"))),
        calendar.Conflict(kinds.TEACHER_TWICE, date(2026, 3, 18), "Gul Zaman", ((4281, "4281"), (4283, "4283")), 3),
        calendar.Conflict(kinds.NO_VENUE, date(2026, 3, 19), "", ((4291, "4291"),)),
    )
    return calendar.CalendarPage(
        date(2026, 3, 1), tuple(days), clashes, date(2026, 2, 1), date(2026, 4, 1), may_plan=True
    )


def roster(size: int = 31) -> tuple[session.RosterRow, ...]:
    """Rows with all kinds of answers."""
    random = Random(5)
    answers = [*[session.Answer.YES] * 7, session.Answer.NO, session.Answer.UNSURE, session.Answer.NONE]
    return tuple(
        session.RosterRow(
            row, name_of(random), f"GPS {random.choice(list(CENTRES))} {row}", random.choice(answers),
            session.Mark.AWAY if row in (3, 7, 19) else session.Mark.HERE,
        )
        for row in range(1, size + 1)
    )  # fmt: skip


def session_page(taken: bool = True) -> session.SessionPage:
    """Maths at Kakki on its day: attendance texted in, or nothing marked yet."""
    rows = roster() if taken else tuple(replace(row, mark=None) for row in roster())
    kind, done = session.TextKind, session.When.DONE
    moments = (
        session.TextMoment(kind.INVITATION, at(7, 9, 10), done, 31, accepted=29, failed=2),
        session.TextMoment(kind.REMINDER, at(9, 9, 10), done, 11, accepted=11, answered=8, days_before=7),
        session.TextMoment(kind.REMINDER, at(13, 16), done, 27, accepted=26, in_doubt=1, days_before=1),
        session.TextMoment(kind.REPORT, at(14, 13, 22), session.When.NOW, 1, said="HAZRI 4814 3 7 19"),
        session.TextMoment(kind.CHANGE, at(14, 16), session.When.COMING, 28, segments=28, rupees=56, skip_key="c-1"),
    )
    steps = tuple(
        (step, session.When.DONE if n < 4 else session.When.NOW if n == 4 else session.When.COMING)
        for n, step in enumerate(session.Step)
    )
    told = session.Told(29, 2, 31, 62)
    venues = tuple(session.Choice(str(n), f"GPS {place} 1") for n, place in enumerate(CENTRES))
    return session.SessionPage(
        session_id=4814, code="4814", subject=Subject.MATHS, level=Level.TEACHER, module="Fractions", place="Kakki",
        meetings=(session.Meeting(at(14), at(14, 13)),), venue=session.Venue("1", "GPS Kakki 1", 33.02, 70.55),
        trainers=("Zakir Ullah",), steps=steps,
        next_step=session.Taken(28, 31, 4835, "Baran", date(2026, 3, 24)) if taken
        else session.TakeAttendance(31, "+923451234567"),
        answers=session.Answers(22, 4, 2, 3), texts=moments, roster=rows,
        by_hand=(session.ByHand("Noor Wali", "GPS Tapi"), session.ByHand("Bushra Bibi", "GGPS Tapi", told=True)),
        not_arrived=tuple(
            way_views.Way(
                "Gul Zaman", "GPS Mita Khel", "+923451234567", way_views.Purpose.INVITATION, (4814, "4814"), None,
                (way_views.Moment(at(7, 9), way_views.TextState.QUEUED),
                 way_views.Moment(at(7, 9, 10), way_views.TextState.ACCEPTED),
                 way_views.Moment(at(7, 9, 12), way_views.TextState.FAILED, "30005")),
                "The operator says that this number is not in service. Ask this person for the new one.",
            )
            for _ in range(12)
        ),
        history=(
            session.Change(at(5, 11), "Sajida Begum", "Moved from Fri 13 Mar 10:00."),
            session.Change(at(1, 9), "Sajida Begum", "Planned by Cascade 2025-26."),
        ),
        attendance=session.AttendanceForm(at(16, 13), at(14, 13, 22) if taken else None,
                                          session.Source.SMS if taken else None),
        came=28 if taken else None,
        move=session.MoveForm("2026-03-14", "10:00", "13:00", "0", venues, told, plan=told_plan(30)),
        call_off=session.CallOffForm(told), cluster_id=1,
        held=(session.HeldChange("move", at(9, 10, 25), at(21)),),
        opinions=session.Opinions(12, 8, 3, 1, ("waqt kam tha", "bohat acha laga")) if taken else None,
    )  # fmt: skip


def coming_session_page() -> session.SessionPage:
    """The same training session a week before: invited, nothing to mark yet."""
    return replace(
        session_page(),
        next_step=session.Wait(at(16, 9), 31),
        attendance=None,
        came=None,
        steps=tuple((step, session.When.DONE if n < 2 else session.When.COMING) for n, step in enumerate(session.Step)),
    )


def attendance_page() -> attendance.AttendancePage:
    """Two days of which the first was corrected twice, once late."""
    marks, rows = session.Mark, roster()
    reports = (
        attendance.Report(4, at(18, 11), "Sajida Begum", False, 29, 31, "the paper sheet says so", None, True),
        attendance.Report(2, at(14, 19), "Zakir Ullah", True, 28, 31, None, at(14, 19, 10)),
        attendance.Report(1, at(14, 13, 22), "Zakir Ullah", True, 28, 31),
    )
    differences = (
        attendance.Difference(3, rows[2].name, (marks.HERE, marks.AWAY, marks.AWAY)),
        attendance.Difference(8, rows[7].name, (marks.AWAY, marks.AWAY, marks.HERE)),
        attendance.Difference(32, "Gul Zaman", (marks.HERE, None, None)),
    )
    second = (attendance.Report(3, at(15, 13, 30), "Zakir Ullah", True, 31, 31, None, None, True),)
    return attendance.AttendancePage(
        4814, "4814", Subject.MATHS, "Kakki",
        (attendance.Day(1, at(14), reports, differences), attendance.Day(2, at(15), second, ())), True, True,
    )  # fmt: skip


def list_page() -> session_list.ListPage:
    """A full session with apologies, a wait list, a search, and walk-ins open and matched."""
    random = Random(9)
    found = tuple(
        session_list.Found(n, name_of(random), f"GPS Kakki {n}", n if n < 3 else None, waits=n == 3)
        for n in range(1, 9)
    )
    apologies = tuple(
        session_list.Apology(n, n, name_of(random), f"GPS Tapi {n}", "shaadi hai" if n % 2 else None, waits=n == 4)
        for n in (4, 9, 17)
    )
    waiting = tuple(session_list.Waits(n, name_of(random), f"GPS Domel {n}", at(10, 9)) for n in range(6))
    pending = tuple(
        session_list.WalkIn(n, "Gul Zaman 23451, 0345-1234567", "Zakir Ullah", at(14, 13), found[:2] if n else ())
        for n in range(3)
    )
    matched = (
        session_list.WalkIn(
            7, "noor, gps kakki", None, at(14, 13), person="Noor Wali", row=32, matched_by="Sajida Begum"
        ),
    )
    schools = tuple(session.Choice(str(n), f"GPS {place} 1") for n, place in enumerate(CENTRES))
    return session_list.ListPage(
        4814, "4814", Subject.MATHS, "Kakki", 31, 31, apologies, waiting, pending, matched,
        tuple(session.Choice(str(row.row), f"{row.row} {row.name}") for row in roster()), schools, "gul", found,
        may_change=True, may_match=True, may_register=True, begun=True,
        errors=(frame.FieldError("capacity", "The room must hold 31 or more."),),
    )  # fmt: skip


def make_up_page() -> make_up.MakeUpPage:
    """Nine people of three clusters on two days."""
    random = Random(4)
    absent = tuple(make_up.Absent(name_of(random), f"GPS Kakki {n}", None if n < 4 else "Baran") for n in range(9))
    leaders = (session.Choice("1", "Zakir Ullah"), session.Choice("2", "Hidayat Shah"))
    venues = tuple(session.Choice(str(n), f"GPS {place} 1") for n, place in enumerate(CENTRES))
    return make_up.MakeUpPage(
        4814, "4814", Subject.MATHS, "Kakki", absent, 2, True, (date(2026, 3, 24), date(2026, 3, 25)),
        ((at(24), at(24, 13)), (at(25), at(25, 13))), leaders, venues, "1", "3", session.Told(8, 2, 8, 16), True,
        errors=(frame.FieldError("day-1", "A trainer already leads a session on that day."),),
    )  # fmt: skip


def certificate_page() -> certificate.CertificatePage:
    """A certificate with a long name, where no PDF can be made."""
    paper = certificate.Paper(
        "Hidayat Ullah Khan Muhammadzai Durrani Sb", Subject.MATHS, Level.TEACHER, 4, date(2026, 3, 14), "Round 2026",
        "Sajida Begum",
    )  # fmt: skip
    return certificate.CertificatePage("7F3Q-K2MX-9PRT", True, paper, no_pdf=True)


def two_day_page() -> session.SessionPage:
    """Two days: the first reported with an apology, the second to come; corrected late by the office."""
    page = session_page()
    rows = (replace(page.roster[0], answer=session.Answer.NO, reason="shaadi hai", mark=None), *page.roster[1:])
    days = (session.DayTab(1, at(14), 28, 31), session.DayTab(2, at(15), None, None, open=False))
    form = session.AttendanceForm(
        at(16, 13), at(14, 13, 22), session.Source.PAGE, day=1, days=days, late=True, versions=3
    )
    meetings = (session.Meeting(at(14), at(14, 13)), session.Meeting(at(15), at(15, 13)))
    move = replace(page.move, meeting=1, first=1) if page.move else None
    return replace(page, roster=rows, attendance=form, meetings=meetings, move=move, call_off=None)


def sheet_page() -> sheet.SheetPage:
    """The printed sheet of 31 rows."""
    rows = tuple(
        sheet.SheetRow(row.row, row.name, row.school, row.row == 12, row.row in (4, 9), row.row == 31)
        for row in roster()
    )
    return sheet.SheetPage(
        4814, "4814", "7F3Q", Subject.MATHS, "LTRC Kakki", (session.Meeting(at(14), at(14, 13)),), "GPS Kakki 1",
        ("Zakir Ullah",), rows, "+923451234567", pictures.qr("https://cop.example/s/COP1:S4814:7F3Q", "opens the form"),
        "S4814:7F3Q", 4, date(2026, 3, 7),
    )  # fmt: skip


def messages_page(found: bool = False) -> messages.MessagesPage:
    """A week of 2,140 texts with losses, reasons and prices; with a search, the way of one text."""
    reasons, purposes, states = messages.Reason, way_views.Purpose, way_views.TextState
    way = way_views.Way(
        "Gul Zaman", "GPS Mita Khel", "0345-…567", purposes.INVITATION, (4814, "4814"),
        "Maths training: Hafta 14 March, 10 bajay, GPS Kakki. Kya aap aayenge? 1=Haan 2=Nahi 3=Pata nahi.",
        (way_views.Moment(at(7, 9), states.QUEUED), way_views.Moment(at(7, 9, 10), states.ACCEPTED),
         way_views.Moment(at(7, 9, 12), states.FAILED, "30005")),
        "The operator says that this number is not in service. Ask this person for the new one.",
        segments=1, person_id=12,
    )  # fmt: skip
    return messages.MessagesPage(
        first=date(2026, 3, 7), last=date(2026, 3, 13), as_of=at(14, 5, 30),
        funnel=messages.Funnel(
            2140, 36, 0, 0, 12, 47, 4, 2041, delivered=388, delivered_of=402, asked=412, answered=274,
            next_window=at(14, 15),
        ),
        failures=(
            messages.Failure(reasons.NOT_IN_SERVICE, 19, "30005",
                             messages.Remedy("Ask 19 schools for numbers", "/messages?q=x")),
            messages.Failure(reasons.UNREACHABLE, 14, None, messages.Remedy("Send 14 again · Rs 28", "/x", post=True)),
            messages.Failure(reasons.NO_CREDIT, 9),
            messages.Failure(reasons.NOT_MOBILE, 5),
        ),
        costs=tuple(
            messages.Cost(purpose, 100 + 40 * n, 90 + 40 * n, 2 * (90 + 40 * n)) for n, purpose in enumerate(purposes)
        ),
        routes=(messages.RouteRow("Rehearsal", 2092, 0.4, at(14, 14), True),),
        search=messages.Search("gul", (way,), 3) if found else None,
        parked=(replace(way, moments=way.moments[:1], parked_id="3f0c"),), wrong_numbers=(way,) * 10,
        earlier="/messages?week=2026-02-28", ucs2_percent=42,
        announcements=announcements_page().rows[:3], may_announce=True,
    )  # fmt: skip


def announcement_row(n: int, standing: Standing, **changes: Any) -> announcing.AnnouncementRow:
    """A text to a circle, as it stands in a list."""
    row = announcing.AnnouncementRow(
        n, announcing.Addressed("Domel West", PlaceKind.CIRCLE, groups=(Group.TEACHERS,)),
        "Kal ke liye zaroori: har teacher apni maths ki copy saath laye. Sha…", "Sajida Begum", at(14, 9 + n), standing,
        398, at(14, 9 + n, 5), None, lapsed=False, may_undo=False, may_decide=False,
    )  # fmt: skip
    return replace(row, **changes)


def written() -> announcing.Preview:
    """What would go to a circle, in two languages."""
    parts = announcing.Part
    return announcing.Preview(
        (parts(Language.ROMAN_URDU, "Kal ke liye zaroori: har teacher apni maths ki copy laye. \u2122", 290, 59,
               70, 1, 290, ("\u2122",)),
         parts(Language.URDU, "کل کے لیے ضروری: ہر استاد اپنی ریاضی کی کاپی ساتھ لائے۔ شکریہ، جزاک اللہ", 108,
               91, 134, 2, 216, ("ک", "ل"))),
        412, 398, 6, 3, 12, 506, 1012, at(14, 15, 5), at(14, 15, 9),
        tuple(
            announcing.Sample(f"Gul Zaman {n}", f"GPS Mita Khel No. {n}", Language.ROMAN_URDU, n != 2) for n in range(5)
        ),
        "9c1f" * 16, needs_second=True, texted_alone=120,
    )  # fmt: skip


def compose_page(checked: bool = False) -> announcing.ComposePage:
    """A text to a circle, as it is written; with a check, what it would send."""
    whom = announcing.Addressed("Domel West", PlaceKind.CIRCLE, groups=(Group.TEACHERS,))
    places = tuple(people.Choice(f"T/B1.C{n:02}.", f"Circle {n}", n % 3) for n in range(30))
    texts = {Language.ROMAN_URDU: "Kal ke liye zaroori", Language.URDU: "کل کے لیے ضروری", Language.ENGLISH: ""}
    errors = () if checked else (frame.FieldError("text_ur_latn", "There is no text yet. Write what they shall read."),)
    return announcing.ComposePage(
        whom, "T/B1.C01.", places, texts, preview=written() if checked else None, errors=errors
    )


def announcements_page() -> announcing.AnnouncementsPage:
    """One of each standing."""
    standing = Standing
    session = announcing.Addressed("LTRC Kakki", session=(4814, "4814"))
    return announcing.AnnouncementsPage(
        (
            announcement_row(1, standing.RELEASED, minutes_left=4, may_undo=True),
            announcement_row(2, standing.WAITING, may_decide=True, starts_at=None),
            announcement_row(3, standing.RELEASED, whom=session),
            announcement_row(4, standing.DECLINED, whom=announcing.Addressed("", rest_of=3)),
            announcement_row(5, standing.WAITING, lapsed=True, whom=announcing.Addressed("", list=True)),
        ),
        may_announce=True,
    )


def announcement_page(waiting: bool = False) -> announcing.AnnouncementPage:
    """One that went, with losses; or one that waits for whoever looks."""
    row = (
        announcement_row(1, Standing.WAITING, may_decide=True, starts_at=None)
        if waiting
        else (announcement_row(1, Standing.RELEASED))
    )
    return announcing.AnnouncementPage(
        row, ((Language.ROMAN_URDU, "Kal ke liye zaroori: har teacher apni maths ki copy laye."),
              (Language.URDU, "کل کے لیے ضروری: ہر استاد اپنی ریاضی کی کاپی ساتھ لائے۔")),
        412, 506, 1012, None if waiting else "Zakir Ullah", None if waiting else at(14, 10), None,
        None if waiting else announcing.Outcome(371, 3, 5, 7, 10, 2, 0), written() if waiting else None,
        changed=False, fingerprint="9c1f" * 16, may_stop=not waiting, may_rest=not waiting,
    )  # fmt: skip


def inbox_page() -> inbox.InboxPage:
    """Twenty texts that wait, in roman and in Urdu letters."""
    guesses = (
        inbox.Guess("1", "All but 2: ask which rows", "one question back, nothing stored yet", 3),
        inbox.Guess("2", "All 29 were present", "stores 29 of 29"),
        inbox.Guess("3", "Only a message", "to the circle office"),
    )
    texts = (
        ("hazri sab ae thay do nahi", "ur-Latn"),
        ("thek he magar late aunga 11 baje tak", "ur-Latn"),
        ("ہمارے سکول میں کتاب نہیں آئی", "ur"),
    )
    cards = tuple(
        inbox.Card(
            n, f"0345-…{n:03}", ("Hidayat Khan",) if n % 3 else (), "circle trainer, session 4823 at Baran", n % 2 == 0,
            "Attendance of 4823, 13 March" if n % 4 else None, at(13, 20), 1500 - 60 * n, *texts[n % 3],
            guesses if n % 5 else (),
            alike=(inbox.Other("0333-…210", "thek he g", "ur-Latn"),) * (n % 4), alike_count=n % 4,
            media=(inbox.Media(inbox.MediaKind.VOICE),) if n == 7 else (),
        )
        for n in range(19)
    )  # fmt: skip
    hidden = inbox.Card(
        19, "", (), "", False, None, at(13, 20), 90, "", "ur-Latn", (), may_reply=False, private=True
    )  # fmt: skip
    return inbox.InboxPage(at(14, 14), (*cards, hidden), 32, 318, 286, "/inbox?after=20", 12, 10)


def notes_page() -> notes.NotesPage:
    """Two notes of a maths training, one with its author's name."""
    words = "bachon ko bottle ke dhakkan se ginti sikhai, bohat maza aya"
    text = f"Maths, ek ustad ka khayal: {words} Azma kar likhein: AZMAYA 5127 1 (kaam aaya) ya AZMAYA 5127 2 (nahi)"
    return notes.NotesPage(
        tuple(
            notes.Note(n, "5127", words, audience, author, at(13, 9), text, "ur-Latn", 41, 52, n != 2)
            for n, (audience, author) in enumerate(
                ((notes.NoteFor.CLUSTER, ""), (notes.NoteFor.SUBJECT, "Gul Zaman"), (notes.NoteFor.CLUSTER, ""))
            )
        ),
        (notes.Wish(1, "5134", "Caps in egg boxes", words, "ur-Latn", "Kakki", at(12)),),
    )


def words_page() -> inbox_words.WordsPage:
    """Eleven unknown words, three proposals and eight weeks."""
    words = (
        "mojood",
        "haazri",
        "aamad",
        "report",
        "ginti",
        "sheet",
        "حاضرین",
        "رپورٹ",
        "tadaad",
        "list",
        "class",
        "kl",
    )
    return inbox_words.WordsPage(
        tuple(inbox_words.Week(date(2026, 3, 9) - timedelta(weeks=n), (240, 21, 6, 30, 12 + n)) for n in range(8)),
        tuple(inbox_words.Unknown(word, 31 - 2 * n) for n, word in enumerate(words)),
        tuple(
            inbox_words.Proposal(n, word, "HAZRI", 31, name, at(13, 9), n == 1)
            for n, (word, name) in enumerate((("mojood", "Hidayat Khan"), ("aamad", "Sajida Begum"), ("حاضرین", "")))
        ),
        (("haazree", "HAZRI"), ("kahn", "KAHAN")),
        tuple(inbox_words.Command(name, name.upper()) for name in ("hazri", "kab", "kahan", "madad")),
        may_propose=True,
        may_decide=True,
    )  # fmt: skip


def sample_clock() -> phones.Clock:
    """The rehearsal clock of the sample."""
    return phones.Clock(NOW, at(16), 12, 62)


def phone_rows(count: int) -> tuple[phones.PhoneRow, ...]:
    """Phones with unread texts."""
    random = Random(6)
    return tuple(
        phones.PhoneRow(
            f"+92333000{n:04}", (name_of(random),) if n % 7 else (name_of(random), name_of(random)), "teacher, Kakki",
            n % 3, "Maths training: Hafta 14 March, 10 bajay, GPS Kakki. Kya aap aayenge?", at(7, 9, n % 60),
        )
        for n in range(count)
    )  # fmt: skip


def phones_page() -> phones.PhonesPage:
    """Forty of 642 phones."""
    return phones.PhonesPage(sample_clock(), phone_rows(40), 642, "", "/phones?page=2")


def health_page() -> health.HealthPage:
    """Every organ, four of them ailing, and eight jobs of which one failed."""
    ailing = (
        Vital(Organ.WORKER, Condition.BAD, since=at(14, 3), mend="systemctl restart cop-worker"),
        Vital(
            Organ.JOBS, Condition.BAD, 1, at(14, 4), ("dispatch (OperationalError)",), "journalctl -u cop-worker -n 50"
        ),
        Vital(Organ.BACKUP, Condition.BAD, mend="cop backup"),
        Vital(Organ.DOUBT, Condition.WARN, 3, at(14, 2)),
    )
    well = tuple(
        Vital(organ, Condition.GOOD, 12, at(14, 5), ("18",))
        for organ in Organ
        if organ not in {vital.organ for vital in ailing}
    )
    jobs = tuple(
        health.JobRun(name, at(14, 4, 4), 12, 3, 4000, at(14, 4) if name == "dispatch" else None, "OperationalError")
        for name in ("apply_drafts", "close_sessions", "dispatch", "forget_old", "mark", "read", "reap", "reconcile")
    )
    return health.HealthPage(at(14, 4, 5), "0.3.0", ("rehearsal",), ailing + well, jobs)


def account_page() -> account.AccountPage:
    """An account with a password that was too short, signed in on two devices."""
    browsers = (account.SignedIn(at(14, 8), at(14, 14), True), account.SignedIn(at(13, 8), at(13, 14), False))
    return account.AccountPage("sajida", ("Bannu",), SHORT, browsers=browsers)


def phone_page() -> phone.PhonePage:
    """A conversation with a slip, its correction and an Urdu text."""
    texts = (
        phone.PhoneText("Maths training: Hafta 14 March, 10 bajay, GPS Kakki. Kya aap aayenge? Jawab: 1=Haan 2=Nahi",
                        at(7, 9, 10), False, "ur-Latn"),
        phone.PhoneText("Y3s plz 4 me", at(7, 9, 12), True, "en"),
        phone.PhoneText("Samajh nahi aaya. Sirf number bhejein: 1, 2 ya 3", at(7, 9, 12), False, "ur-Latn"),
        phone.PhoneText("1", at(7, 9, 14), True, "en", medium=Medium.WHATSAPP),
        phone.PhoneText("شکریہ۔ ہاں لکھ لیا: 14 مارچ، 10 بجے، GPS Kakki", at(7, 9, 14), False, "ur", 2),
        phone.PhoneText(
            "Maths training kaisi lagi? 1=Bohat kaam ki 2=Theek 3=Kaam ki nahi.", at(14, 19), False, "ur-Latn", 1,
            Medium.WHATSAPP, (("1", "Bohat kaam ki"), ("2", "Theek"), ("3", "Kaam ki nahi")),
        ),
    )  # fmt: skip
    readings = (
        phone.Reading(
            "Y3s plz 4 me", "not sure", '"Y3s" is near "yes", but 3 and 4 are numbers: asked once', "nothing"
        ),
        phone.Reading(
            "1",
            "yes",
            "one open question takes a digit: invitation 4814",
            "yes, 4814",
            True,
            "0.9",
            "Yes: stores: comes to session 4814",
        ),
    )
    return phone.PhonePage(
        "+923330000210",
        ("Usman Shah",),
        "teacher, GPS Kakki 2",
        texts,
        readings,
        sample_clock(),
        phone_rows(8),
        "kahan",
        on_whatsapp=True,
    )


def cluster_draft_page() -> planner.PlannerPage:
    """Draft B of twenty LTRCs, compared with today."""
    torn = planner.Torn("Kakki", 2, 30, (("Baran", 20), ("Domel", 8)), 3, date(2026, 5, 2), 2)
    pair = planner.Quantity
    moves = tuple(
        planner.SchoolMove(f"GPS Kotka {n}", f"28{n:04}", "Kakki", "Baran", 9.1 - n / 20, 4.2 + n / 20)
        for n in range(50)
    )
    draft = planner.ClusterDraft(
        7, "Draft B", at(12, 16, 20), "Sajida Begum", 600, 338, 262, 20, 6, map_clusters(moved=61),
        planner.Comparison(pair(20, 20), pair(3, 0), pair(62, 44), pair(4.3, 4.1), pair(13.6, 13.6), 0, 61), False,
        tuple(planner.LongWay(name, 28 + n, 6.7 + n, 10.3 - n / 4, paths.cluster(n)) for n, name in
              enumerate(list(CENTRES)[10:15], start=1)),
        (planner.BrokenRule("Haved", 24, "the river leaves no other school within 15 km"),), moves, ("GPS Lost 1",),
        planner.Touches(61, 70, 5, 65, 1, (torn,),
                        2, ("GPS New 1", "GPS New 2"), 1, 1),
        changes=(
            planner.HandChange(3, "GPS Kotka 3", "Kakki", "Baran", False, at(13, 9), "Sajida Begum"),
            planner.HandChange(2, "GPS Kotka 9", "GPS Haved 1", "Haved", True, at(13, 8), "Sajida Begum"),
        ),
        violations=("LTRC Kakki has 36 schools, not 25 to 35.",), may_edit=True, longer_at_most=2,
    )  # fmt: skip
    form = planner.AcceptForm(date(2026, 4, 1), date(2026, 3, 15))
    return planner.PlannerPage((), draft, form, 20, 3, 600, may_discard=True)


def drafted_school(n: int, **changes: object) -> editing.DraftedSchool:
    """A school of Draft B."""
    known = {
        "school_id": n,
        "name": f"GPS Kotka {n}",
        "code": f"28{n:04}",
        "ltrc": "Kakki",
        "km": n / 4,
        "host": n == 0,
    }
    return editing.DraftedSchool(**{**known, **changes})  # type: ignore[arg-type]  # its own fields


def draft_ltrcs_page() -> editing.LtrcsPage:
    """The twenty LTRCs of Draft B, and what a search found."""
    rows = tuple(
        editing.DraftedLtrc(
            f"B1.C0{n // 4 + 1}.L{n % 4 + 1}", name, f"B1.C0{n // 4 + 1}", f"GPS {name}", 24 + n // 2, n > 1,
            3.1 + n / 9, 7.4 + n / 3,
        )
        for n, name in enumerate(CENTRES)
    )  # fmt: skip
    found = tuple(drafted_school(n) for n in range(6))
    return editing.LtrcsPage(7, "Draft B", rows, 90, 0, "kotka", found, paths.ltrcs(7, after="B1.C05.L4"), True)


def offer(n: int, moves: bool = True) -> editing.Offer:
    """A change of Draft B; the first one breaks a rule, the second mends one."""
    way = editing.Way
    return editing.Offer(
        list(CENTRES)[n], f"B1.C01.L{n + 1}", n, way(9.1, 4.2 + n), way(29, 28) if moves else None,
        way(35, 36) if moves else None, way(4.127, 4.119), way(3.27, None if n == 0 else 3.06),
        ("LTRC Kakki has 36 schools, not 25 to 35.",) if n == 0 else (),
        ("LTRC Baran has 24 schools, not 25 to 35.",) if n == 1 else (),
    )  # fmt: skip


def choices_page(bare: bool = False) -> choices.ChoicesPage:
    """Plans between the official LTRCs and Draft B, and other numbers of LTRCs; or a first plan with nothing beside."""
    if bare:
        return choices.ChoicesPage(7, "Draft B", 600, 3.784, None, None, (), (), False)
    steps = ((0, 4.31), (2, 4.203), (9, 4.108), (24, 3.989), (97, 3.841), (114, 3.799), (138, 3.784))
    sizes = ((18, 4.103), (19, 3.92), (20, 3.813), (22, 3.592), (24, 3.506))
    return choices.ChoicesPage(
        7, "Draft B", 600, 3.784, 3.731,
        choices.LtrcsBefore(True, 21, 600, 19, 41, 4.52, 19.4, 8, ("LTRC Kakki has 41 schools, not 25 to 35.",)),
        tuple(choices.OnTheWay(n, changed, km, 4.52 - km) for n, (changed, km) in enumerate(steps, 1)),
        tuple(choices.OfSize(many, 25, 35, km, many == 20) for many, km in sizes), True,
    )  # fmt: skip


def draft_ltrc_page() -> editing.LtrcPage:
    """An LTRC of Draft B, with three who could host instead."""
    schools = tuple(drafted_school(n, why_not=None) for n in range(29))
    return editing.LtrcPage(
        7, "Draft B", True, "B1.C01.L1", "Kakki", schools, 0, True, 4.1, 13.6,
        tuple(offer(n, moves=False) for n in range(3)), map_clusters()[0], 4,
    )  # fmt: skip


def draft_move_page(host: bool = False) -> editing.MovePage:
    """A school of Draft B with the three LTRCs that are nearest, or a host."""
    school = drafted_school(3, km=9.1, host=host)
    return editing.MovePage(7, "Draft B", True, school, "B1.C01.L1", () if host else tuple(offer(n) for n in range(3)))


def told_plan(people: int) -> telling.ToldPlan:
    """What goes out to so many people in three languages."""
    lines = tuple(
        telling.ToldLine(purpose, language, people // 3, people // 3, people // 2, people, at(20))
        for purpose in (telling.ToldOf.INVITATION, telling.ToldOf.REMINDER)
        for language in Language
    )
    return telling.ToldPlan(lines, people, 6 * people // 3, 3 * people, 6 * people, 31, 4)


def compare_page(picture: bool = False) -> comparing.ComparePage:
    """A full page of schools that differ between two drafts, or the map of one side."""
    pair = planner.Quantity
    rows = tuple(
        comparing.Differing(
            f"28{n:04}", f"GPS {list(CENTRES)[n % 20]} {n}", f"Kakki {n % 9}", f"Baran {n % 7}", n / 9, n / 7
        )
        for n in range(100)
    )
    drawn = comparing.SideMap(True, map_clusters(moved=61), (comparing.BlockLink("B1", paths.compare(7), True),))
    return comparing.ComparePage(
        7, "Draft B", "Draft C",
        planner.Comparison(pair(20, 20), pair(3, 0), pair(62, 44), pair(4.3, 4.1), pair(13.6, 13.6), None, None), 161,
        () if picture else rows, 0, paths.compare(7, 8, after="280099"), paths.compare(7, 8, side="before"),
        paths.compare(7, 8, side="after"),
        (comparing.Choice(None, paths.compare(7)), comparing.Choice("Draft C", paths.compare(7, 8), here=True)),
        paths.compare(7, 8), drawn if picture else None, may_discard=True,
    )  # fmt: skip


def cascade_draft_page(misfit: rounds.Misfit | None = None) -> rounds.RoundPage:
    """A round of two subjects over three levels."""
    levels = (
        rounds.LevelLoad(Level.MASTER, 2, 24, 4, date(2026, 4, 1), date(2026, 4, 4)),
        rounds.LevelLoad(Level.CIRCLE, 12, 60, 10, date(2026, 4, 6), date(2026, 4, 25)),
        rounds.LevelLoad(Level.TEACHER, 80, 1240, 24, date(2026, 4, 11), date(2026, 6, 20)),
    )
    rows = tuple(
        rounds.DraftSession(at(1 + n, month=4), at(1 + n, 13, month=4), Level.MASTER if n < 2 else Level.CIRCLE,
                             Subject.MATHS, "Kakki", None if n == 3 else "GPS Kakki 1", ("Zakir Ullah",), 30)
        for n in range(20)
    )  # fmt: skip
    draft = rounds.CascadeDraft(
        9, "Round 2026", at(12, 16, 20), "Sajida Begum", (Subject.MATHS, Subject.SCIENCE), 94, levels, date(2026, 4, 1),
        date(2026, 6, 20), 58, rows,
        rounds.Proof(date(2026, 6, 8), False, True, "The end hangs on the one room of each LTRC.",
                     (rounds.Closing(date(2026, 5, 20), date(2026, 6, 1), "Eid"),)),
        tuple(rounds.Team(Level.TEACHER, list(CENTRES)[n], 3, 40 + n, 12, 16) for n in range(12)), 6,
        tuple(rounds.Week(date(2026, 3, 30) + timedelta(weeks=n), (3 * n) % 17) for n in range(14)),
        misfit, False, 0, 1324, 2648, 31, ("12 schools have one teacher each.",), told_plan(1324),
    )  # fmt: skip
    return rounds.RoundPage(draft, planner.AcceptForm(date(2026, 4, 1), date(2026, 3, 15)))


def misfit_page() -> rounds.RoundPage:
    """The same, after a trainer left."""
    left = rounds.Misfit(("Zakir Ullah left.",) * 6, 14, date(2026, 4, 1))
    return cascade_draft_page(left)


def compare_rounds_page() -> comparing_rounds.CompareRoundsPage:
    """A full page of sessions that differ between what is planned and a draft."""

    def stands(n: int) -> comparing_rounds.Stands:
        return comparing_rounds.Stands(at(1 + n % 28, month=4), 2, f"GPS {list(CENTRES)[n % 20]} 1", ("Zakir Ullah",))

    rows = tuple(
        comparing_rounds.Moved(
            Level.TEACHER,
            list(Subject)[n % 5],
            list(CENTRES)[n % 20],
            f"{4000 + n}",
            stands(n) if n % 9 else None,
            stands(n + 5) if n % 8 else None,
        )
        for n in range(100)
    )
    return comparing_rounds.CompareRoundsPage(
        9, "Round 2026", None, RoundFigures(94, date(2026, 6, 20), 210, 38, 16, 1204.4),
        RoundFigures(96, date(2026, 6, 8), 214, 38, 15, 1100.2), (None, 2648), 80, 12, 8, rows, 0, 161,
        paths.compare_rounds(9, after=100), "", "now",
        (comparing.Choice(None, paths.compare_rounds(9), here=True),
         comparing.Choice("Draft C", paths.compare_rounds(9, 8))),
        paths.compare_rounds(9),
        tuple(comparing_rounds.TwoWeeks(date(2026, 3, 30) + timedelta(weeks=n), (3 * n) % 17, (5 * n) % 13)
              for n in range(14)),
    )  # fmt: skip


def cascade_page() -> cascade.CascadePage:
    """A district of eighteen circles in the middle of its round."""
    random = Random(7)

    def cell(people: int, share: float) -> cascade.Cell:
        trained = round(people * share)
        absent = random.randint(0, (people - trained) // 3)
        return cascade.Cell(people, trained, absent, random.randint(0, absent), people, 2, 3)

    shares = (0.33, 0.69, 0.67, 0.26, 0.1)
    rows = tuple(
        cascade.Row(
            f"Circle {name}",
            paths.cascade(area=f"T/B2.C{number:02}.", year="2025"),
            3 + number % 2,
            tuple(cell(80 + 3 * number, share * random.uniform(0.4, 1.3)) for share in shares),
        )
        for number, name in enumerate([*CENTRES][:18], 1)
    )
    choices = tuple(
        cascade.Choice(label, paths.cascade(area="T/B2.", by=label, year="2025"), label == "by subject")
        for label in ("by subject", "by tier", "by boys' and girls' schools")
    )
    trees = (
        cascade.Choice("by circle and LTRC", paths.cascade(area="T/B2."), here=True),
        cascade.Choice("by district", paths.cascade(area="A/")),
    )
    years = (cascade.Choice("2024-25", paths.cascade(year="2024")), cascade.Choice("2025-26", "", here=True))
    figures = tuple(
        cascade.Figure(row.name, Level.TEACHER, subject, None, 90, 80, 30, 5, 1, 2, 3, at(14, 5, 30))
        for row in rows
        for subject in Subject
    )
    return cascade.CascadePage(
        area="Bannu", below="Circle", year="2025-26", until=date(2026, 3, 31), as_of=at(14, 5, 30), planned=True,
        axis=cascade.Axis.SUBJECT, subject=Subject.MATHS, columns=tuple(Subject),
        tiers=(
            cascade.Tier(Level.MASTER, tuple(cell(15, share) for share in (1, 1, 1, 1, 0.7))),
            cascade.Tier(Level.CIRCLE, tuple(cell(24, share) for share in (0.8, 1, 1, 0.6, 0.2)), (12, 9, 9, 14, None)),
            cascade.Tier(Level.TEACHER, tuple(cell(640, share) for share in shares), (38, 17, 15, 26, None)),
        ),
        rows=rows, whole=cascade.Row("Bannu", "", 0, tuple(cell(640, share) for share in shares)),
        slowest=cascade.Slowest(Subject.MATHS, 20, 24, 212, 640, 38),
        weakest=cascade.Weakest("Circle Bakka Khel", Subject.MATHS, 10, 86, rows[0].href, False, "/planner/cascade"),
        axes=choices, subjects=choices, trees=trees, years=years, figures=figures, plan="/planner/cascade", hidden=2,
    )  # fmt: skip


def plan_form_page() -> planning.ClustersFormPage:
    """A plan of LTRCs asked for with something missing."""
    wrong = (frame.FieldError("longest", "Give the longest way in km, or leave it empty."),)
    apart = (planning.KeptApart.GENDER, planning.KeptApart.ZONE)
    return planning.ClustersFormPage(600, 20, "25", "35", "far", apart, "7", "April", wrong)


def round_form_page() -> planning.RoundFormPage:
    """What is asked of a round, and one thing wrong with it."""
    wrong = (frame.FieldError("seed", "Give a whole number from 0 up."),)
    return planning.RoundFormPage(
        True, (Subject.MATHS,), date(2026, 4, 1), date(2026, 3, 15), (planning.Habit.WOMEN_APART,), "x", "April", wrong
    )


def plan_job_page(**ended: Any) -> planning.PlanJobPage:
    """A plan on its way, or ended without a draft."""
    under_way = planning.PlanJobPage(
        7,
        PlanKind.CLUSTERS,
        at(14, 10),
        not ended,
        62,
        PlanStage.GROUPING,
        "Domel",
        paths.plan_form("clusters"),
        25,
        35,
    )
    return replace(under_way, **ended)


def news_page() -> mending.NewsPage:
    """Bad news, told with something missing."""
    choice = mending.Choice
    return mending.NewsPage(
        tuple(choice(str(n), f"Zahid Khan {n}", 20 - n) for n in range(20)),
        tuple(choice(f"9000{n}", f"GPS Kakki {n}", 12 - n) for n in range(12)),
        (choice("T/B1.", "Bannu"), choice("T/B1.C01.", "Kakki")),
        (mending.LatestMending(3, "Maths from March 2026", MendingState.DONE, at(13, 9), 6),),
        first="2026-03-20", why="snow", session_id=4814,
        errors=(frame.FieldError("trainer", "Say what happened: choose at least one."),),
    )  # fmt: skip


def mending_page(state: MendingState = MendingState.DRAFT) -> mending.MendingPage:
    """A trainer left: what changes, and who is told."""
    row, day = mending.ChangeRow, date(2026, 3, 20)
    changes = tuple(
        row(4814 + n, f"48{n:02}", Subject.MATHS, "LTRC Kakki", bool(n % 4), day, day + timedelta(n) if n % 2 else None,
            "GPS Kakki", "GPS Domel" if n % 5 == 0 else None, ("Zahid Khan",), ("Gul Zaman",) if n % 4 else None)
        for n in range(24)
    )  # fmt: skip
    return mending.MendingPage(
        3, "Maths from March 2026", state, at(13, 9), "Zakir Ullah", at(14, 9) if state != "draft" else None,
        ("Zahid Khan",), ("GPS Kakki",), (day, day + timedelta(days=1)), "T/B1.C01.", "snow", 400, 18, 6, 1.57,
        date(2026, 6, 8), date(2026, 6, 12), state == "draft", 1, changes, 3,
        told_plan(120) if state == "draft" else None, (4,),
    )  # fmt: skip


def stuck_page() -> planning.PlanJobPage:
    """Two parts of the schools that cannot be cut."""
    ways = (planning.WayOut("Kakki", None, 41.2), planning.WayOut(None, (20, 35), None))
    return plan_job_page(stuck=(planning.Stuck("Domel", 41, ways), planning.Stuck(None, 12, ())))


def capacity_page() -> capacity.CapacityPage:
    """What two subjects take."""
    lasting = capacity.Lasting
    ends = [date(2026, 8, 3), date(2026, 6, 15), date(2026, 6, 8)]
    return capacity.CapacityPage(
        capacity.CapacityForm((Subject.MATHS, Subject.SCIENCE), "22000", "3", "", "", "9"), False, 22_000, 500, 125,
        3, 4, 16, lasting(12, ends[2], start=date(2026, 3, 29)), ("hangs_on_teacher_cap", "hangs_on_release"),
        (capacity.LevelNeed(Level.MASTER, 2, 6, 2), capacity.LevelNeed(Level.CIRCLE, 16, 48, 16),
         capacity.LevelNeed(Level.TEACHER, 2_000, 4_000, 375)),
        (capacity.LanguageCost(Language.ROMAN_URDU, 141_000, 141_000, 465_300),
         capacity.LanguageCost(Language.URDU, 28_000, 28_000, 92_400),
         capacity.LanguageCost(Language.ENGLISH, 7_000, 7_000, 23_100)),
        3.3, 4, 11, tuple(lasting(20 - 4 * n, ends[n], n + 1) for n in range(3)),
        tuple(lasting(12 + n % 3, ends[0], start=date(2026, n + 1, 1)) for n in range(3, 12)), 9, None,
    )  # fmt: skip


def planner_page() -> planner.PlannerPage:
    """The list of drafts."""
    rows = (
        planner.DraftRow("clusters", 7, "Draft B", at(12, 16), "Sajida Begum", None, 20, 1, 4.1, 61, paths.compare(7)),
        planner.DraftRow("cascade", 9, "Round 2026", at(13, 16), "Sajida Begum", date(2026, 4, 1)),
    )
    making = (planning.PlanRow(7, PlanKind.CLUSTERS, 62),)
    return planner.PlannerPage(rows, None, None, 20, 3, 600, making=making)


def people_page() -> people.PeoplePage:
    """Fifty teachers and trainers, and the way on."""
    random = Random(11)
    rows = tuple(
        people.Row(
            number, name_of(random),
            (people.Post(PostRole.TEACHER, Subject.MATHS if number % 3 else None, f"GPS Kotka {number}"),),
            None if number % 9 == 0 else f"0345-{random.randrange(10**7):07}",
        )
        for number in range(1, 51)
    )  # fmt: skip
    places = (
        people.Choice("T/B2.", "South block", 0),
        *(people.Choice(f"T/B2.C{n:02}.", f"Circle {place}", 1) for n, place in enumerate(list(CENTRES)[:8], 1)),
    )
    asking = (people.Asking(1, "Gul Zaman", "GPS Kakki No.1", "23451", "0345-1234567", moves=False, asked_at=at(9)),)
    return people.PeoplePage(rows, "", None, "", places, may_add=True, more="/people?after=zakir.50", asking=asking)


def person_page() -> people.PersonPage:
    """A teacher who moved once, shares a phone, and was invited to many sessions."""
    posts = (
        people.HeldPost(7, PostRole.TEACHER, Subject.MATHS, "GPS Kotka 7", date(2025, 9, 1), None, True, may_end=True),
        people.HeldPost(3, PostRole.TEACHER, None, "GPS Mita Khel", date(2019, 4, 1), date(2025, 8, 31), False),
    )
    shared = (people.Sharer(12, "Noor Wali"),)
    phone = people.Phone("0345-1234567", at(13), None, False, shared, 1, fresh_until=at(15, 10))
    earlier = (people.Phone("0333-7654321", at(1), at(13), True),)
    parts = tuple(
        people.Part(4800 + n, str(4800 + n), subject, Level.TEACHER, "Kakki", at(1 + n), leads=n == 3)
        for n, subject in enumerate([*Subject, *Subject])
    )
    return people.PersonPage(
        4, "Gul Zaman", Gender.MAN, Language.ROMAN_URDU, "00123456", True, at(1), posts, phone, earlier, parts,
        NOW.date(), None, at(12), PostRole.TEACHER, True, True, True,
        errors=(frame.FieldError("to", "'99' is no school or place that you may see."),), typed=(("to", "99"),),
    )  # fmt: skip


def new_person_page() -> people.NewPersonPage:
    """Somebody new, who may be one of five."""
    return people.NewPersonPage(
        NOW.date(), "Gul Zaman", None, None, "", "0345-1234567", PostRole.TEACHER, "40007", "2026-03-14",
        alike=people_page().rows[:5],
    )  # fmt: skip


def settings_page() -> settings.SettingsPage:
    """Everything that can be decided, one of it here and one refused."""
    kinds = {
        settings.Decision.SEGMENT_PRICE: settings.Kind.NUMBER,
        settings.Decision.RAMADAN_CLOSED: settings.Kind.SWITCH,
    }
    rows = tuple(
        settings.Row(
            name, kinds.get(name, settings.Kind.TEXT), "true" if name in kinds else "7d,1d,0d",
            tuple(settings.Source)[number % 3], None, "The next training day is Mon 16 Mar.",
        )
        for number, name in enumerate(settings.Decision)
    )  # fmt: skip
    sections = tuple(settings.Section(topic, rows[n * 4 : n * 4 + 4]) for n, topic in enumerate(settings.Topic))
    feasts = tuple(
        settings.Feast("Eid al-Fitr", date(2027, 3, 10 + n), date(2027, 3, 12 + n), date(2027, 3, 10 + n), bool(n))
        for n in range(5)
    )
    errors = (frame.FieldError("window", "COP_WINDOW is set to 'x', which cannot be read."),)
    return settings.SettingsPage(sections, feasts, False, NOW, True, errors, "x")


def own_communities_page() -> own_communities.OwnCommunitiesPage:
    """One that she hosts, one she is invited to, one she asked to join, and two near her."""
    random = Random(8)
    fellows = tuple(own_communities.Fellow(n, name_of(random)) for n in range(12))
    lines = tuple(own_communities.OwnLine(n, "Two-digit division in class 3", fellows[n].name) for n in range(3))
    host = own_communities.OwnCommunity(
        1, "Maths Kakki", Subject.MATHS, "Whoever teaches classes 1 to 3.", Belongs.MEMBER, 13, "", True,
        at(21, 10), "GPS Kakki", fellows, lines,
    )  # fmt: skip
    invited = replace(host, community_id=2, name="Science of the hills", standing=Belongs.INVITED, hosting=False)
    asked = replace(host, community_id=3, name="Readers", subject=None, standing=Belongs.ASKED, hosting=False)
    near = tuple(own_communities.Nearby(n, f"English {n}", Subject.LANGUAGES) for n in (4, 5))
    return own_communities.OwnCommunitiesPage("Vq3x9KfT0bZrW8mLs2YpQA", date(2026, 3, 14), (host, invited, asked), near)


AT_THE_DOOR: dict[str, object] = {"nav": (), "viewer": None, "trail": ()}
MOVED = Flash("Session 4814 was moved. 29 people are told.", undo="/undo/1")
SHORT = (frame.FieldError("new", "Too short: 8 letters or more."),)

SAMPLES: dict[str, tuple[Callable[[], Page], dict[str, object]]] = {
    "login": (lambda: login.LoginPage("sajida", "/", login.LoginProblem.WRONG), AT_THE_DOOR),
    "sign-in-link": (lambda: sign_in_link.SignInLinkPage("Sajida Begum", "f00d" * 8), AT_THE_DOOR),
    "home": (home_page, {"here": Area.HOME, "flash": MOVED}),
    "clusters": (clusters_page, {"here": Area.CLUSTERS}),
    "cluster": (cluster_page, {"here": Area.CLUSTERS}),
    "community": (community_page, {"here": Area.COMMUNITY}),
    "community-before": (lambda: community.CommunityPage("Bannu"), {"here": Area.COMMUNITY}),
    "calendar": (calendar_page, {"here": Area.SESSIONS}),
    "cascade": (cascade_page, {"here": Area.CASCADE}),
    "session": (session_page, {"here": Area.SESSIONS}),
    "session-today": (lambda: session_page(taken=False), {"here": Area.SESSIONS}),
    "session-coming": (coming_session_page, {"here": Area.SESSIONS}),
    "session-days": (two_day_page, {"here": Area.SESSIONS}),
    "make-up": (make_up_page, {"here": Area.SESSIONS}),
    "certificate": (certificate_page, {"here": Area.SESSIONS}),
    "session-list": (list_page, {"here": Area.SESSIONS}),
    "attendance": (attendance_page, {"here": Area.SESSIONS}),
    "sheet": (sheet_page, {"trail": (), "strip": None}),
    "messages": (messages_page, {"here": Area.MESSAGES}),
    "messages-found": (lambda: messages_page(found=True), {"here": Area.MESSAGES}),
    "compose": (compose_page, {"here": Area.ANNOUNCEMENTS}),
    "compose-checked": (lambda: compose_page(checked=True), {"here": Area.ANNOUNCEMENTS}),
    "announcements": (announcements_page, {"here": Area.ANNOUNCEMENTS}),
    "announcement": (announcement_page, {"here": Area.ANNOUNCEMENTS}),
    "announcement-waiting": (lambda: announcement_page(waiting=True), {"here": Area.ANNOUNCEMENTS}),
    "own-page": (
        lambda: own_page.OwnPage(
            "Vq3x9KfT0bZrW8mLs2YpQA",
            "Gul Zaman",
            "0345-…567",
            Language.URDU,
            own_page.Texts.CHANGES,
            at(13),
            data=own_page.OwnData(
                ("GPS Kakki",),
                "12345",
                at(1),
                (own_page.OwnDay(Subject.MATHS, at(7), session.Answer.NO, "shaadi hai", (session.Mark.AWAY,)),),
                (own_page.OwnNote("5127", "dhakkan", "bachon ko dhakkan se ginti sikhai", at(8)),),
                2,
                own_page.OwnCircle(
                    True,
                    (
                        own_page.OwnTie(3, own_page.TieKind.NOMINATED, Subject.MATHS, "2026-1", "Noor Jehan", at(9)),
                        own_page.OwnTie(2, own_page.TieKind.EXCHANGED, Subject.MATHS, "2026-1", "", at(8)),
                        own_page.OwnTie(1, own_page.TieKind.PLANNED, None, "2026-1", "Imran", at(7)),
                    ),
                    (
                        own_page.OwnConsent(own_page.Purpose.TIES, True, at(6), ""),
                        own_page.OwnConsent(own_page.Purpose.NOTE_NAME, False, at(5), "5127"),
                    ),
                    4,
                    at(1).date(),
                    own_page.OwnSheet(Subject.MATHS, at(7), 31),
                    (own_page.OwnWords(own_page.Spoken.ASKED, "taqseem kaise parhaun", at(8)),),
                    (
                        own_page.OwnIntroduction(Subject.MATHS, at(9), own_page.Meets.NAME, "", None),
                        own_page.OwnIntroduction(None, at(8), own_page.Meets.NUMBER, "Noor Jehan", at(9)),
                    ),
                ),
            ),
        ),
        AT_THE_DOOR,
    ),
    "link-over": (own_page.LinkOverPage, AT_THE_DOOR),
    "own-communities": (own_communities_page, AT_THE_DOOR),
    "inbox": (inbox_page, {"here": Area.INBOX}),
    "inbox-words": (words_page, {"here": Area.INBOX}),
    "notes": (notes_page, {"here": Area.INBOX}),
    "knowledge": (sample_knowledge.list_page, {"here": Area.KNOWLEDGE}),
    "knowledge-note": (sample_knowledge.note_page, {"here": Area.KNOWLEDGE}),
    "knowledge-problem": (lambda: sample_knowledge.note_page(problem=True), {"here": Area.KNOWLEDGE}),
    "knowledge-pass-on": (sample_knowledge.pass_on_page, {"here": Area.KNOWLEDGE}),
    "knowledge-sheet": (sample_knowledge.sheet_page, {"trail": (), "strip": None}),
    "people": (people_page, {"here": Area.PEOPLE}),
    "person": (person_page, {"here": Area.PEOPLE}),
    "person-new": (new_person_page, {"here": Area.PEOPLE}),
    "settings": (settings_page, {"here": Area.SETTINGS}),
    "phones": (phones_page, {"here": Area.PHONES}),
    "phone": (phone_page, {"here": Area.PHONES}),
    "planner": (planner_page, {"here": Area.PLANNER}),
    "plan-round": (round_form_page, {"here": Area.PLANNER}),
    "plan-clusters": (plan_form_page, {"here": Area.PLANNER}),
    "news": (news_page, {"here": Area.PLANNER}),
    "mending": (mending_page, {"here": Area.PLANNER}),
    "mending-done": (lambda: mending_page(MendingState.DONE), {"here": Area.PLANNER}),
    "plan-job": (plan_job_page, {"here": Area.PLANNER}),
    "plan-tightening": (
        lambda: replace(plan_job_page(), draft=paths.planner("clusters", 7), gap=1.38),
        {"here": Area.PLANNER},
    ),
    "plan-stuck": (stuck_page, {"here": Area.PLANNER}),
    "plan-failed": (lambda: plan_job_page(refused="It took too long."), {"here": Area.PLANNER}),
    "planner-clusters": (cluster_draft_page, {"here": Area.CLUSTERS}),
    "draft-choices": (choices_page, {"here": Area.PLANNER}),
    "draft-choices-bare": (lambda: choices_page(bare=True), {"here": Area.PLANNER}),
    "draft-ltrcs": (draft_ltrcs_page, {"here": Area.PLANNER}),
    "draft-ltrc": (draft_ltrc_page, {"here": Area.PLANNER}),
    "draft-move": (draft_move_page, {"here": Area.PLANNER}),
    "draft-move-host": (lambda: draft_move_page(host=True), {"here": Area.PLANNER}),
    "planner-compare": (compare_page, {"here": Area.PLANNER}),
    "planner-compare-map": (lambda: compare_page(picture=True), {"here": Area.PLANNER}),
    "capacity": (capacity_page, {"here": Area.PLANNER}),
    "planner-compare-rounds": (compare_rounds_page, {"here": Area.CLUSTERS}),
    "planner-misfit": (misfit_page, {"here": Area.CLUSTERS}),
    "planner-cascade": (cascade_draft_page, {"here": Area.CLUSTERS}),
    "stale-form": (
        lambda: stale_form.StaleFormPage("/sessions/1/move", (("day", "2026-03-20"),), "3f9c" * 8 + "-move"),
        {"nav": (), "trail": ()},
    ),
    "proved-form": (
        lambda: stale_form.StaleFormPage(
            "/sessions/1/move", (("day", "2026-03-20"),), "3f9c" * 8 + "-move", proved=True
        ),
        {"nav": (), "trail": ()},
    ),
    "code": (lambda: second_factor.CodePage("/people", wrong=True), AT_THE_DOOR),
    "prove": (
        lambda: second_factor.ProvePage("/people/4/number", (("phone", "0345-1234567"),), "3f9c" * 8, True, 4),
        {"here": Area.ACCOUNT},
    ),
    "second-factor": (
        lambda: second_factor.SecondFactorPage(on=True, owed=False, codes_left=9),
        {"here": Area.ACCOUNT},
    ),
    "second-factor-key": (
        lambda: second_factor.SecondFactorPage(
            on=False,
            owed=True,
            key="JBSWY3DPEHPK3PXP" * 2,
            address="otpauth://totp/cop:sajida?secret=" + "JBSWY3DPEHPK3PXP" * 2 + "&issuer=cop",
        ),
        {"here": Area.ACCOUNT},
    ),
    "second-factor-codes": (
        lambda: second_factor.SecondFactorPage(
            on=True, owed=False, printed=tuple(f"abc{n}k-mnp{n}q" for n in range(10))
        ),
        {"here": Area.ACCOUNT},
    ),
    "health": (health_page, {"here": Area.HEALTH}),
    "imports": (sample_imports.imports_page, {"here": Area.IMPORTS}),
    "import-columns": (sample_imports.columns_page, {"here": Area.IMPORTS}),
    "import-check": (sample_imports.check_page, {"here": Area.IMPORTS}),
    "import-working": (sample_imports.working_page, {"here": Area.IMPORTS}),
    "import": (sample_imports.import_page, {"here": Area.IMPORTS}),
    "account": (account_page, {"here": Area.ACCOUNT}),
    "error": (lambda: error.ErrorPage(error.ErrorKind.BROKEN, "/sessions/4814", None, "7F3QK2M"), AT_THE_DOOR),
}
"""One page of each template, as large as a real one, and what its frame differs in."""


@pytest.fixture(scope="session")
def samples() -> dict[str, tuple[Page, Frame]]:
    """Every sample page with its frame, by name."""
    return {name: (make(), sample_frame(**changes)) for name, (make, changes) in SAMPLES.items()}
