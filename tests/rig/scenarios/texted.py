"""F-36 to F-38: texts are brought while the database is away and the pages are killed, and brought again and again."""

import os
import signal
import socket
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from uuid import uuid4

import httpx
from sqlalchemy import text

from clusters.kernel.clock import day_of
from clusters.training.models import TrainingSession
from cop.commands import serving
from cop.house import House, open_house
from cop.jobs import dispatch, empty_spool, list_inbound, read, tools
from cop.logbook import open_logbook
from cop.receiving import spool_of
from cop.settings import Settings
from cop.web.doorway import BODY_SECONDS
from tests import build
from tests.rig.forking import fork
from tests.rig.gateway import signing
from tests.rig.gateway.client import Gateway
from tests.rig.gateway.provider import ACCOUNT, KEY, PASSWORD, TOKEN, USER
from tests.rig.ground import SENDER, Figures, Ground

PATIENCE = 30.0
TRAINER = "+923019990001"
COPIES = 100


def webhooks_without_database(ground: Ground) -> Figures:
    """The database is gone, so many texts come, the pages are killed before the last of them; then all is mended.

    A text that was not answered may be brought by nobody again: the provider's own list has it.
    """
    with _house(ground) as (settings, gateway, pages):
        numbers = [f"+92311{n:07}" for n in range(ground.size)]
        _people(settings, numbers)
        pages.start()
        url = f"{settings.address}/hooks/twilio/text"
        ground.cluster.stop("immediate")
        killed_before = ground.size - max(ground.size // 10, 1)
        answered: Counter[str] = Counter()
        sids: dict[str, str] = {}
        for n, number in enumerate(numbers):
            if n == killed_before:
                pages.kill()
            came = gateway.inbound(number, "MADAD", SENDER, url=url, copies=1 + n % 2)
            sids[number] = came.sid
            answered[str(came.replies[0])] += 1
        spooled = len(list(spool_of(settings.data_dir).folder.glob("*.json")))
        ground.cluster.start()
        pages.start()
        with open_house(settings) as house:
            hands = tools(house)
            drained = empty_spool(hands)
            by_hooks = _known(house, sids.values())
            listed = list_inbound(hands)
            drained_again = empty_spool(hands)
            while read(hands):
                pass
            found = _found(house)
        pages.end()
        lost = [sid for sid in sids.values() if sid not in found]
        twice = [sid for sid, (texts, replies) in found.items() if texts != 1 or replies != 1]
        silent = by_hooks < answered["200"]
        wrong = {"lost": len(lost), "twice or unanswered": len(twice), "answered 200 and not kept": int(silent)}
        return {
            "texts": ground.size,
            "answered": dict(answered),
            "spooled_files": spooled,
            "drained": dict(drained),
            "drained_again": dict(drained_again),
            "missed_then_listed": listed.get("missed", 0),
            "left_in_spool": len(list(spool_of(settings.data_dir).folder.glob("*.json"))),
            "violations": [f"{what}: {often}" for what, often in wrong.items() if often],
        }


def texts_again(ground: Ground) -> Figures:
    """One text is brought a hundred times at once, then once more under another id: it counts once."""
    with _house(ground) as (settings, _gateway, pages):
        session = _people(settings, [])
        pages.start()
        sid = f"SM{uuid4().hex}"
        with ThreadPoolExecutor(20) as at_once, httpx.Client(timeout=PATIENCE) as client:
            statuses = list(at_once.map(lambda _: _bring(client, settings, sid, "HAZRI 4814 SAB"), range(COPIES)))
            other = _bring(client, settings, f"SM{uuid4().hex}", "hazri 4814 sab")
        with open_house(settings) as house:
            hands = tools(house)
            while read(hands):
                pass
            with house.unit() as db:
                reports = db.scalar(
                    text("SELECT count(*) FROM attendance_report WHERE session_id = :id"), {"id": session}
                )
                states = list(db.scalars(text("SELECT state FROM inbound_text ORDER BY id")))
                told = list(db.scalars(text("SELECT text_key FROM message WHERE subject_kind = 'inbound_text'")))
        pages.end()
        wrong = []
        if {*statuses, other} != {200}:
            wrong.append(f"answers: {Counter(statuses)}, {other}")
        if reports != 1:
            wrong.append(f"effects: {reports}")
        if states != ["applied", "duplicate"]:
            wrong.append(f"states: {states}")
        return {"copies": COPIES, "effects": reports, "states": states, "told": told, "violations": wrong}


class Pages:
    """The pages of a house in a process of their own, which listens anew in each of its lives."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self._child = settings, 0

    def start(self) -> None:
        """Serve, and wait until they answer."""
        self._child = fork(self._serve)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with suppress(httpx.HTTPError):
                if httpx.get(f"{self.settings.address}/ping", timeout=1).status_code == 200:
                    return
            time.sleep(0.05)
        raise RuntimeError("the pages do not answer")

    def kill(self) -> None:
        """They are gone at once."""
        os.kill(self._child, signal.SIGKILL)
        os.waitpid(self._child, 0)

    def end(self) -> None:
        """They are asked to go."""
        os.kill(self._child, signal.SIGTERM)
        os.waitpid(self._child, 0)

    def _serve(self) -> None:
        os.environ.pop("NOTIFY_SOCKET", None)
        open_logbook("critical")
        listener = serving.listen(self.settings)
        with open_house(self.settings) as house:
            serving.run(house, listener, worker=False)


@contextmanager
def _house(ground: Ground) -> Iterator[tuple[Settings, Gateway, Pages]]:
    """A house that hears by the scripted provider, on a port of its own."""
    bound = serving.listen(Settings(port=0))
    port = bound.getsockname()[1]
    bound.close()
    with ground.provided(hooks=f"http://127.0.0.1:{port}") as (settings, gateway):
        settings = replace(settings, sms_in="twilio", port=port)
        yield settings, gateway, Pages(settings)


def _people(settings: Settings, numbers: list[str]) -> int:
    """A cluster with a trainer, whose session was yesterday, and a teacher for each number; the session's id."""
    with open_house(settings) as house, house.unit() as db:
        cluster = build.cluster(db, 4, in_circle=build.circle(db))
        schools = list(build.schools_of(db, cluster))
        trainer = build.trainer(db, cluster, number=TRAINER)
        teachers = [build.teacher(db, schools[n % 4], number=number) for n, number in enumerate(numbers)]
        invited = teachers[:3] or [build.teacher(db, school) for school in schools[:3]]
        yesterday = day_of(datetime.now(UTC) - timedelta(days=1))
        session: TrainingSession = build.training_session(
            db, cluster, day=yesterday, led_by=[trainer], invited=invited, code="4814"
        )
        db.execute(text("UPDATE person SET invented = false"))  # real phones are reached by a real route
        return session.id


def _bring(client: httpx.Client, settings: Settings, sid: str, body: str) -> int:
    form = {
        "AccountSid": ACCOUNT, "Body": body, "From": TRAINER, "MessageSid": sid, "NumMedia": "0", "To": SENDER,
    }  # fmt: skip
    url = f"{settings.address}/hooks/twilio/text"
    headers = {
        "X-Twilio-Signature": signing.twilio(url, form, TOKEN),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return client.post(url, content=urlencode(form), headers=headers).status_code


def _known(house: House, sids: object) -> int:
    with house.unit() as db:
        return (
            db.scalar(
                text("SELECT count(*) FROM inbound_text WHERE provider_id = ANY(:sids)"),
                {"sids": list(sids)},  # type: ignore[call-overload]  # names of texts
            )
            or 0
        )


def _found(house: House) -> dict[str, tuple[int, int]]:
    """How often each text is kept, and how many replies it has."""
    with house.unit() as db:
        rows = db.execute(
            text(
                "SELECT provider_id, count(DISTINCT t.id), count(m.id) FROM inbound_text t LEFT JOIN message m"
                " ON m.subject_kind = 'inbound_text' AND m.subject_id = t.id GROUP BY provider_id"
            )
        )
        return {sid: (texts, replies) for sid, texts, replies in rows}


def slow_senders(ground: Ground) -> Figures:
    """So many sockets begin a request and never end it: others are answered meanwhile, and the slow are let go."""
    with _house(ground) as (settings, _gateway, pages):
        _people(settings, [])
        pages.start()
        head = (
            f"POST /hooks/twilio/text HTTP/1.1\r\nHost: 127.0.0.1:{settings.port}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nBody="
        ).encode()
        slow = []
        for _ in range(ground.size):
            sock = socket.create_connection(("127.0.0.1", settings.port), timeout=BODY_SECONDS * 3)
            sock.sendall(head)
            slow.append(sock)
        with httpx.Client(timeout=PATIENCE) as client:
            answered = Counter(_bring(client, settings, f"SM{uuid4().hex}", "MADAD") for _ in range(20))
        let_go = Counter(sock.recv(12)[9:12].decode() for sock in slow)
        for sock in slow:
            sock.close()
        pages.end()
        wrong = []
        if answered != {200: 20}:
            wrong.append(f"others were answered {dict(answered)}")
        if let_go != {"408": ground.size}:
            wrong.append(f"slow ones were answered {dict(let_go)}")
        return {"slow": ground.size, "answered": dict(answered), "let_go": dict(let_go), "violations": wrong}


def by_phone(ground: Ground) -> Figures:
    """So many people text a phone with a SIM, each text is brought thrice; the replies go out by the same phone."""
    with _house(ground) as (settings, gateway, pages):
        settings = replace(
            settings,
            sms_in="android",
            sms_out="android",
            android_address=gateway.phone,
            android_user=USER,
            android_password=PASSWORD,
            android_key=KEY,
            senders="SIM 1=1000/s",
        )
        pages.settings = settings
        numbers = [f"+92311{n:07}" for n in range(ground.size)]
        _people(settings, numbers)
        pages.start()
        for event, door in _EVENTS.items():
            hook = {"id": event, "event": event, "url": f"{settings.address}/hooks/android/{door}"}
            httpx.post(f"{gateway.phone}/webhooks", json=hook, auth=(USER, PASSWORD)).raise_for_status()
        answered: Counter[object] = Counter()
        for number in numbers:
            answered.update(gateway.inbound(number, "MADAD", "sim", by="android", copies=3).replies)
        with open_house(settings) as house:
            hands = tools(house)
            while read(hands):
                pass
            until = time.monotonic() + PATIENCE
            while time.monotonic() < until:
                dispatch(hands)
                gateway.flush()
                with house.unit() as db:
                    states = Counter(db.scalars(text("SELECT state FROM message WHERE subject_kind = 'inbound_text'")))
                if states == {"delivered": ground.size}:
                    break
            found = _found(house)
            with house.unit() as db:
                why = sorted(set(filter(None, db.scalars(text("SELECT why FROM message")))))
        pages.end()
        sent = Counter(line["to"] for line in gateway.accepted())
        wrong = []
        if answered != {200: 3 * ground.size}:
            wrong.append(f"events were answered {dict(answered)}")
        if len(found) != ground.size or any(each != (1, 1) for each in found.values()):
            wrong.append(f"texts: {len(found)}")
        if sent != dict.fromkeys(numbers, 1):
            wrong.append(f"the phone sent {sum(sent.values())} to {len(sent)}")
        if states != {"delivered": ground.size}:
            wrong.append(f"states: {dict(states)}")
        return {
            "texts": ground.size,
            "sent": sum(sent.values()),
            "states": dict(states),
            "why": why,
            "violations": wrong,
        }


_EVENTS = {"sms:received": "text", "sms:sent": "status", "sms:delivered": "status", "sms:failed": "status"}
