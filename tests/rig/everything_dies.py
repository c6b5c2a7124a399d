"""Kills web, worker and PostgreSQL at random moments while people use the house; a process of its own.

It imports everything once and forks: the pages, the worker, and somebody who reports attendance on pages and texts from
phones. What that person was told is saved is written to a ledger before she goes on. After each kill the house is
started again as systemd would, and what must always hold is looked up in the database.
"""

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import httpx
import psutil
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DBAPIError

from clusters.kernel.database import embedded
from clusters.kernel.facts import note
from clusters.people.rules import PostRole
from clusters.structure.models import Place
from clusters.structure.rules import Tree
from clusters.training.facts import SessionsScheduled
from clusters.training.models import TrainingSession
from cop.commands import serving
from cop.house import House, open_house
from cop.jobs import JOBS
from cop.logbook import open_logbook
from cop.settings import Settings
from cop.web import web_sessions
from cop.web.fingerprints import fingerprint
from cop.web.security import cookie_name, form_token
from cop.web.signing_in import add_login
from cop.web.views import paths
from messaging.channels.rehearsal import written
from messaging.inbound.actions import keep
from tests import build

NOON = datetime.fromisoformat("2026-03-02T12:00+05:00")
VICTIMS = ("web", "worker", "database")
SESSIONS, INVITED = 4, 8
CONNECTIONS = len(JOBS) + 4
PATIENCE = 120.0
"""Seconds for the house to answer again after a kill, and for all texts to go at the end."""

ALWAYS = {
    "a text came to a phone twice": """
        SELECT count(*) FROM (
            SELECT message_id FROM phone_text WHERE message_id IS NOT NULL GROUP BY message_id HAVING count(*) > 1
        ) AS twice""",
    "a text that never went is on a phone": """
        SELECT count(*) FROM message JOIN phone_text ON message_id = message.id
        WHERE state IN ('rejected', 'suppressed', 'cancelled', 'expired', 'queued', 'claimed')""",
    "a text counts as sent and no phone has it": """
        SELECT count(*) FROM message WHERE state IN ('accepted', 'delivered')
        AND NOT EXISTS (SELECT FROM phone_text WHERE message_id = message.id)""",
    "a text counts as sent without an attempt": """
        SELECT count(*) FROM message WHERE state = 'accepted'
        AND NOT EXISTS (SELECT FROM attempt WHERE message_id = message.id)""",
    "a report lacks a row of its sheet": """
        SELECT count(*) FROM attendance_report AS report
        WHERE (SELECT count(*) FROM attendance WHERE report_id = report.id)
        <> (SELECT count(*) FROM invitation WHERE session_id = report.session_id)""",
    "versions of a report have a gap": """
        SELECT count(*) FROM (
            SELECT session_id FROM attendance_report GROUP BY session_id HAVING max(version) <> count(*)
        ) AS gaps""",
    "a held session has no report": """
        SELECT count(*) FROM training_session AS session WHERE state = 'held'
        AND NOT EXISTS (SELECT FROM attendance_report WHERE session_id = session.id)""",
}
"""What must hold after every kill: each counts its breaches."""


def found(data_dir: Path) -> dict[str, object]:
    """A circle with training sessions today, and a manager's browser; what the others need to know of it."""
    with open_house(settings_of(data_dir, 0)) as house, house.unit() as db:
        cluster = build.cluster(db, 4, in_circle=build.circle(db), name="Kakki", admin_path="KP.BANNU.")
        teachers = [
            build.teacher(db, school, f"Teacher {n}")
            for n, school in enumerate([*build.schools_of(db, cluster), *build.schools_of(db, cluster)])
        ][:INVITED]
        sessions = [build.training_session(db, cluster, day=NOON.date(), invited=teachers) for _ in range(SESSIONS)]
        note(db, SessionsScheduled(tuple(each.id for each in sessions)))
        root = db.scalars(select(Place).where(Place.tree == Tree.TRAINING, Place.path == "")).one()
        person = build.manager(db, root, role=PostRole.ADMINISTRATOR)
        session_id = web_sessions.begin(db, add_login(db, person.id, "office", house.clock(None)), house.clock(None))
        return {
            "sessions": [each.id for each in sessions],
            "cookie": {cookie_name(house.settings): session_id},
            "token": form_token(house.secret, fingerprint(session_id)),
            "phones": [number for (number,) in db.execute(text("SELECT number FROM person_number ORDER BY id"))],
        }


def settings_of(data_dir: Path, port: int) -> Settings:
    return Settings(data_dir=data_dir, port=port, now=NOON, window="00:00-24:00", pool=4)


class Supervisor:
    """Starts what shall run and starts it again when it is gone."""

    def __init__(self, data_dir: Path, world: dict[str, object], seed: int) -> None:
        self.data_dir, self.world, self.random = data_dir, world, random.Random(seed)
        self.running: dict[str, int] = {}
        self.listener = serving.listen(settings_of(data_dir, free_port()))
        self.settings = settings_of(data_dir, self.listener.getsockname()[1])
        self.ledger = data_dir / "ledger.jsonl"
        self.killed: Counter[str] = Counter()

    def start(self, name: str) -> None:
        """Fork the pages, the worker, or the person who uses them."""
        child = os.fork()
        if child:
            self.running[name] = child
            return
        status = 1
        try:
            os.environ.pop("NOTIFY_SOCKET", None)
            if name == "people":
                use(self)
            else:
                open_logbook("critical")
                with open_house(self.settings, pool=CONNECTIONS) as house:
                    pages = self.listener if name == "web" else None
                    status = 0 if serving.run(house, pages, worker=name == "worker") else 1
        except BaseException as error:
            sys.stderr.write(f"{name}: {type(error).__name__} {error}\n")
        finally:
            os._exit(status)

    def kill(self) -> str:
        """One victim, at once; the house must come back by itself, but for what systemd starts."""
        victim = self.random.choice(VICTIMS)
        self.killed[victim] += 1
        if victim == "database":
            for process in postgres(self.data_dir):
                with suppress(psutil.NoSuchProcess):
                    process.kill()
        else:
            os.kill(self.running[victim], signal.SIGKILL)
            os.waitpid(self.running[victim], 0)
            self.start(victim)
        return victim

    def answers(self) -> bool:
        """Does the house answer again in time?"""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with suppress(httpx.HTTPError):
                ready = httpx.get(f"{self.settings.address}/health/ready", timeout=5).json()
                if ready.get("database") and ready.get("migrations"):
                    return True
            time.sleep(0.1)
        return False

    def end(self) -> None:
        """Ask everybody to go."""
        for child in self.running.values():
            os.kill(child, signal.SIGTERM)
        for child in self.running.values():
            os.waitpid(child, 0)


def free_port() -> int:
    return random.SystemRandom().randrange(20_000, 30_000)


def postgres(data_dir: Path) -> list[psutil.Process]:
    """The first process of the house's PostgreSQL; its children end with it."""
    home = str(data_dir.resolve() / "postgres")
    mine = []
    for process in psutil.process_iter(["name", "cmdline"]):
        if process.info["name"] == "postgres" and home in (process.info["cmdline"] or ()):
            mine.append(process)
    return mine


def use(house: Supervisor) -> None:
    """Report attendance and text in, again and again; go on to the next only when the last was surely taken."""
    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda *_: stopping.append(1))
    dice = random.Random(1)
    with house.ledger.open("a") as ledger, httpx.Client(base_url=house.settings.address, timeout=5) as browser:
        browser.cookies.update(house.world["cookie"])
        turn = 0
        while not stopping:
            turn += 1
            session = dice.choice(house.world["sessions"])
            form = {"_csrf_token": house.world["token"], "once": f"turn-{turn}", "all": "here"}
            form |= {f"r-{row}": "away" for row in range(1, INVITED + 1) if dice.random() < 0.3}
            while not stopping and not reported(browser, house.settings.address, session, form):
                time.sleep(0.02)
            if not stopping:
                ledger.write(json.dumps({"session": session, "turn": turn}) + "\n")
                ledger.flush()
                os.fsync(ledger.fileno())


def reported(browser: httpx.Client, origin: str, session: int, form: dict[str, str]) -> bool:
    """Send the form; the same one again until an answer says that it was taken."""
    try:
        answer = browser.post(paths.session_act(session, "attendance"), data=form, headers={"Origin": origin})
    except httpx.HTTPError:
        return False
    if 400 <= answer.status_code < 500 and answer.status_code != 429:
        raise RuntimeError(f"the form was refused with {answer.status_code}")
    return answer.status_code == 303


def breaches(url: str) -> dict[str, int]:
    """What must always hold and does not."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            counts = {what: connection.execute(text(query)).scalar_one() for what, query in ALWAYS.items()}
    finally:
        engine.dispose()
    return {what: count for what, count in counts.items() if count}


def texts_in(house: House, phones: list[str], number: int) -> None:
    """Somebody texts: kept under its provider's id, as often as it is brought."""
    with house.unit() as db:
        sid = written(db, phones[number % len(phones)], f"salam {number}")
        keep(db, "rehearsal", sid, phones[number % len(phones)], f"salam {number}")


def main(data_dir: Path, kills: int, seed: int) -> dict[str, object]:
    url = embedded(data_dir)
    world = found(data_dir)
    house = Supervisor(data_dir, world, seed)
    for name in ("web", "worker", "people"):
        house.start(name)
    wrong: dict[str, int] = {}
    texted = 0
    try:
        if not house.answers():
            return {"stuck": "before the first kill"}
        for kill in range(kills):
            time.sleep(house.random.uniform(0.05, 0.6))
            victim = house.kill()
            if not house.answers():
                return {"stuck": f"after kill {kill}, of the {victim}", "killed": dict(house.killed)}
            with suppress(DBAPIError):
                wrong |= breaches(url)
        with open_house(house.settings) as own:
            for texted in range(1, 6):
                texts_in(own, world["phones"], texted)  # type: ignore[arg-type]  # a list of numbers
            drained = settle(own)
        os.kill(house.running["people"], signal.SIGTERM)
        os.waitpid(house.running.pop("people"), 0)
        wrong |= breaches(url)
        return {
            "killed": dict(house.killed),
            "wrong": wrong,
            "open": drained,
            **reports(url, house.ledger),
        }
    finally:
        house.end()


def settle(house: House) -> int:
    """Wait until all that was due has gone and all that came was read; how much is left when patience is over."""
    until, left = time.monotonic() + 2 * PATIENCE, -1
    while time.monotonic() < until and left:
        with suppress(DBAPIError), house.unit() as db:
            left = db.scalar(
                text(
                    "SELECT (SELECT count(*) FROM message WHERE state IN ('claimed', 'submitting', 'unknown')"
                    " OR state = 'queued' AND send_after <= :at) + (SELECT count(*) FROM inbound_text"
                    " WHERE state = 'received')"
                ),
                {"at": house.clock(None)},
            )
        time.sleep(0.3)
    return left


def reports(url: str, ledger: Path) -> dict[str, int]:
    """Reports that were said to be saved, those that are, and at most one more, whose answer was still on its way."""
    said = [json.loads(line)["session"] for line in ledger.read_text().splitlines()]
    engine = create_engine(url)
    with engine.connect() as connection:
        saved = connection.execute(text("SELECT count(*) FROM attendance_report")).scalar_one()
        held = connection.execute(select(TrainingSession.id).where(TrainingSession.state == "held")).scalars().all()
    engine.dispose()
    return {"said": len(said), "saved": saved, "unheld": len(set(said) - set(held))}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
