"""Sends what is due: lease (transaction), mark (transaction), hand over (none), record (transaction)."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from clusters.kernel.failpoints import fp
from clusters.kernel.unit import UnitOfWork
from messaging.channels.base import Channel, Medium, Outgoing, Policy, Receipt, SendError, body_hash
from messaging.channels.plan import Routes, carrier
from messaging.consent.queries import hold, silent, silent_people, wrong_numbers
from messaging.outbox.evidence import Word, accept, note_words
from messaging.outbox.reporting import heed
from messaging.outbox.rules import (
    UNSPEAKABLE_MAX,
    VALID_LONGEST,
    Case,
    Next,
    Outcome,
    Pace,
    State,
    TextClass,
    Window,
    honest,
    judge,
)
from messaging.outbox.switch import stopped, stopped_under_lock
from messaging.outbox.wording import worded
from messaging.texts.catalogue import Said

log = logging.getLogger(__name__)

_CLAIM = text(
    "WITH due AS (SELECT id FROM message WHERE state = 'queued' AND priority = :priority AND send_after <= :now"
    " AND send_by > :now ORDER BY send_after, id LIMIT :room FOR UPDATE SKIP LOCKED)"
    " UPDATE message m SET state = 'claimed', lease_token = :token, lease_until = clock_timestamp() + :lease,"
    " state_at = :now FROM due WHERE m.id = due.id RETURNING m.id, m.number, m.send_after"
)
_RELEASE = text(
    "UPDATE message SET state = 'queued', lease_token = NULL, lease_until = NULL, state_at = :now"
    " WHERE lease_token = :token AND state = 'claimed'"
)
_HOLD_SUBJECTS = text(
    "SELECT kind, id, revision, withdrawn FROM message_subject WHERE (kind, id) IN"
    " (SELECT subject_kind, subject_id FROM message WHERE id = ANY(:ids)) ORDER BY kind, id FOR SHARE"
)
_HOLD_MESSAGES = text(
    "SELECT id, subject_kind, subject_id, revision, person_id, number, priority, text_key, text_values, language,"
    " medium, invented, send_by, attempts, doubtful FROM message WHERE id = ANY(:ids) AND state = 'claimed'"
    " AND lease_token = :token AND lease_until > clock_timestamp() ORDER BY id FOR UPDATE"
)
_PAST = text(
    "SELECT m.id, EXISTS (SELECT FROM withdrawal w WHERE w.message_id = m.id) AS withdrawn,"
    " EXISTS (SELECT FROM provider_message p WHERE p.message_id = m.id) AS listed"
    " FROM unnest(CAST(:ids AS uuid[])) AS m(id)"
)
_UNSPEAKABLE = text("SELECT count(*) FROM attempt_outcome WHERE message_id = :id AND outcome = 'unspeakable'")
_BEGIN = text(
    "WITH begun AS (INSERT INTO attempt (message_id, n, started_at, route, body_hash, sender, segments, valid_until)"
    " SELECT id, n, clock_timestamp(), route, body_hash, sender, segments, valid_until FROM unnest("
    "CAST(:ids AS uuid[]), CAST(:ns AS bigint[]), CAST(:routes AS text[]), CAST(:hashes AS text[]),"
    " CAST(:senders AS text[]), CAST(:segments AS bigint[]), CAST(:until AS timestamptz[]))"
    " AS given(id, n, route, body_hash, sender, segments, valid_until))"
    " UPDATE message m SET state = 'submitting', attempts = given.n, doubtful = m.doubtful + 1,"
    " body = given.body, segments = given.segments, why = NULL, state_at = :now,"
    " lease_until = clock_timestamp() + :lease"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:ns AS bigint[]), CAST(:bodies AS text[]), CAST(:segments AS bigint[]))"
    " AS given(id, n, body, segments) WHERE m.id = given.id"
)
_TURN = text(
    "UPDATE message m SET state = given.state, why = given.why, lease_token = NULL, lease_until = NULL,"
    " state_at = :now FROM unnest(CAST(:ids AS uuid[]), CAST(:states AS text[]), CAST(:whys AS text[]))"
    " AS given(id, state, why) WHERE m.id = given.id"
)
_END = text(
    "UPDATE message SET state = :state, why = :why, lease_token = NULL, lease_until = NULL, state_at = :now,"
    " send_after = greatest(send_after, CAST(:not_before AS timestamptz))"
    " WHERE id = :id AND state = 'submitting' AND lease_token = :token AND attempts = :n"
)
_LOCK = text("SELECT id, doubtful FROM message WHERE id = ANY(:ids) ORDER BY id FOR UPDATE")


class Claimed(NamedTuple):
    """A message under lease, and the number whose consent is locked before the message is."""

    id: UUID
    number: str


@dataclass(frozen=True, slots=True)
class Handed:
    """A message whose attempt is written: what is handed to its channel."""

    outgoing: Outgoing
    n: int
    route: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one attempt: a receipt, an error, or None when it was not begun."""

    handed: Handed
    told: Receipt | SendError | None


class Dispatcher:
    """One worker's sending: `tick` takes a batch that is due and sees it through.

    `unit` opens the units of work, `channels` are found by name, `window` says when texts may go; `stopping` is asked
    between requests, and what was claimed and not begun goes back.
    """

    def __init__(
        self,
        unit: UnitOfWork,
        channels: Mapping[str, Channel],
        window: Window,
        *,
        pace: Pace | None = None,
        routes: Routes | None = None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._unit, self._channels, self._window = unit, channels, window
        self._pace = pace or Pace()
        self._stopping = stopping
        self._routes = routes or Routes()

    def tick(self) -> Counter[str]:
        """Claim one batch and send it; how many messages went into which state. Empty when nothing is due."""
        token = uuid4()
        counts: Counter[str] = Counter()
        claimed = self._claim(token)
        counts["claimed"] = len(claimed)
        with ThreadPoolExecutor(self._pace.in_flight) as hands:  # threads start only when there is work for them
            for first in range(0, len(claimed), self._pace.in_flight):
                if self._stopping():
                    self._release(token)
                    break
                trust = time.monotonic() + self._pace.trust.total_seconds()
                handed = self._submit(token, claimed[first : first + self._pace.in_flight], counts)
                answers = self._hand_over(hands, handed, trust)
                counts.update(self._record(token, answers))
        return +counts

    def _claim(self, token: UUID) -> list[Claimed]:
        """Lease what is due, the most urgent class first; outside the window only answers."""
        claimed: list[Claimed] = []
        with self._unit() as db:
            if stopped(db):
                return []
            instant = now(db)
            open_now = self._window.is_open(instant)
            for text_class in TextClass:
                if not open_now and text_class is not TextClass.REPLY:
                    continue
                rows = db.execute(
                    _CLAIM,
                    {
                        "priority": int(text_class),
                        "now": instant,
                        "room": self._pace.batch - len(claimed),
                        "token": token,
                        "lease": self._pace.lease,
                    },
                ).all()
                claimed += [
                    Claimed(row.id, row.number) for row in sorted(rows, key=lambda row: (row.send_after, row.id))
                ]
                if len(claimed) == self._pace.batch:
                    break
            fp("claim.before_commit")
        fp("claim.after_commit")
        return claimed

    def _release(self, token: UUID) -> None:
        with self._unit() as db:
            db.execute(_RELEASE, {"token": token, "now": now(db)})

    def _submit(self, token: UUID, claimed: Sequence[Claimed], counts: Counter[str]) -> list[Handed]:
        """Under the locks of switch, subject, number and message: judge each, make its text, write its attempt.

        Whoever stops the sending, withdraws a subject or silences a number holds the same locks the other way, so
        whichever commits first wins.
        """
        with self._unit() as db:
            if stopped_under_lock(db):
                db.execute(_RELEASE, {"token": token, "now": now(db)})
                counts[State.QUEUED.value] += len(claimed)
                return []
            ids, numbers = [each.id for each in claimed], [each.number for each in claimed]
            subjects = {(row.kind, row.id): row for row in db.execute(_HOLD_SUBJECTS, {"ids": ids})}
            hold(db, numbers)
            rows = db.execute(_HOLD_MESSAGES, {"ids": ids, "token": token}).all()
            tried = [row.id for row in rows if row.attempts]
            past = {row.id: row for row in db.execute(_PAST, {"ids": tried})} if tried else {}
            mute, mutes = silent(db, numbers), silent_people(db, {row.person_id for row in rows})
            wrong = wrong_numbers(db, numbers)
            turned: list[tuple[UUID, Next]] = []
            begun: list[tuple[Handed, Said]] = []
            for row in rows:
                subject, before = subjects[row.subject_kind, row.subject_id], past.get(row.id)
                case = Case(
                    text_class=TextClass(row.priority),
                    send_by=row.send_by,
                    wanted=not subject.withdrawn
                    and subject.revision == row.revision
                    and not (before and before.withdrawn),
                    silent=row.number in mute or row.person_id in mutes,
                    window_open=self._window.is_open(now(db)),
                    listed=bool(before and before.listed),
                    doubtful=row.doubtful,
                    wrong_number=row.number in wrong,
                )
                verdict = judge(case, now(db))
                medium = Medium(row.medium)
                route = carrier(self._routes, medium, invented=row.invented)
                if verdict.state is State.SUBMITTING and route is None:
                    verdict = honest(State.REJECTED, "invented" if row.invented else "no_route", row.doubtful)
                said = self._worded(db, row) if verdict.state is State.SUBMITTING else None
                if isinstance(said, Said) and route is not None:
                    outgoing = Outgoing(
                        row.id,
                        row.number,
                        said.text,
                        medium,
                        sender=self._routes.pool(medium)[0].name,
                        valid_for=min(VALID_LONGEST, row.send_by - now(db)),
                    )
                    begun.append((Handed(outgoing, row.attempts + 1, route), said))
                else:
                    turned.append((row.id, said if isinstance(said, Next) else verdict))
            self._begin(db, begun)
            _turn(db, turned)
            counts.update(verdict.state.value for _, verdict in turned)
            fp("submit.before_commit")
        fp("submit.after_commit")
        return [handed for handed, _ in begun]

    def _worded(self, db: Session, row: Row[Any]) -> Said | Next:
        """The text of a message; one that cannot be made is tried again later and parks the third time, alone."""
        try:
            return worded(row.number, row.text_key, row.text_values, row.language)
        except Exception as error:  # whatever is wrong with one text must not keep the others back
            log.warning("text not made: %s in message %s", type(error).__name__, row.id)
            note_words(db, [Word(row.id, row.attempts, "text", Outcome.UNSPEAKABLE)])
            often = db.scalar(_UNSPEAKABLE, {"id": row.id}) or 0
            return Next(State.PARKED if often >= UNSPEAKABLE_MAX else State.QUEUED, "unspeakable")

    def _begin(self, db: Session, begun: Sequence[tuple[Handed, Said]]) -> None:
        if begun:
            db.execute(
                _BEGIN,
                {
                    "ids": [handed.outgoing.message_id for handed, _ in begun],
                    "ns": [handed.n for handed, _ in begun],
                    "routes": [handed.route for handed, _ in begun],
                    "hashes": [body_hash(said.text) for _, said in begun],
                    "senders": [handed.outgoing.sender for handed, _ in begun],
                    "until": [now(db) + (handed.outgoing.valid_for or VALID_LONGEST) for handed, _ in begun],
                    "bodies": [said.text for _, said in begun],
                    "segments": [said.measure.segments for _, said in begun],
                    "lease": self._pace.lease,
                    "now": now(db),
                },
            )

    def _hand_over(self, hands: Executor, handed: Sequence[Handed], trust: float) -> list[Answer]:
        """Give the texts to the channel, several at a time; no transaction of ours is open."""
        if len(handed) < 2:
            return [self._ask(each, trust) for each in handed]
        return list(hands.map(lambda each: self._ask(each, trust), handed))

    def _ask(self, handed: Handed, trust: float) -> Answer:
        # The lease may have run out while this process stood still; then somebody else may hold the message.
        if time.monotonic() > trust:
            return Answer(handed, None)
        try:
            receipt = self._channels[handed.route].send(handed.outgoing)
        except SendError as error:
            return Answer(handed, error)
        except Exception as error:  # an error of any other kind says nothing about what the channel did
            log.warning("channel %s failed: %s", handed.route, type(error).__name__)
            return Answer(handed, SendError(Policy.ASK_FIRST, "channel_failed"))
        fp("http.after_response")
        return Answer(handed, receipt)

    def _record(self, token: UUID, answers: Sequence[Answer]) -> Counter[str]:
        """Write down what the channel said. Facts are always written; states only by whoever still holds the lease."""
        if not answers:
            return Counter()
        counts: Counter[str] = Counter()
        with self._unit() as db:
            ids = sorted(answer.handed.outgoing.message_id for answer in answers)
            db.execute(_LOCK, {"ids": ids})
            note_words(
                db,
                [
                    Word(
                        answer.handed.outgoing.message_id,
                        answer.handed.n,
                        "answer",
                        _outcome(answer.told),
                        *((answer.told.code, answer.told.fault) if isinstance(answer.told, SendError) else ()),
                    )
                    for answer in answers
                ],
            )
            taken = {
                answer.handed.outgoing.message_id: answer.told.sid
                for answer in answers
                if isinstance(answer.told, Receipt)
            }
            accept(db, taken, via="answer")
            doubts = {row.id: row.doubtful for row in db.execute(_LOCK, {"ids": ids})}
            counts[State.ACCEPTED.value] += len(taken)
            for answer in answers:
                if not isinstance(answer.told, Receipt):
                    verdict = _after(answer.told, doubts[answer.handed.outgoing.message_id])
                    self._turn_back(db, token, answer, verdict)
                    if answer.told is not None and answer.told.policy is Policy.NEVER:
                        outgoing, told = answer.handed.outgoing, answer.told
                        heed(db, answer.handed.route, outgoing.number, outgoing.medium, told.fault, told.code)
                    counts[verdict.state.value] += 1
            fp("outcome.before_commit")
        fp("outcome.after_commit")
        return counts

    def _turn_back(self, db: Session, token: UUID, answer: Answer, verdict: Next) -> None:
        # A request that was not begun failed by our own delay and need not wait.
        refused = answer.told is not None and verdict.state is State.QUEUED
        db.execute(
            _END,
            {
                "id": answer.handed.outgoing.message_id,
                "n": answer.handed.n,
                "token": token,
                "state": verdict.state.value,
                "why": verdict.why,
                "now": now(db),
                "not_before": now(db) + self._pace.back_off(answer.handed.n) if refused else None,
            },
        )


def _outcome(told: Receipt | SendError | None) -> Outcome:
    if isinstance(told, Receipt):
        return Outcome.ACCEPTED
    if told is None:
        return Outcome.NOT_BEGUN
    return {
        Policy.SAFE: Outcome.REFUSED,
        Policy.ASK_FIRST: Outcome.UNCLEAR,
        Policy.NEVER: Outcome.REJECTED,
    }[told.policy]


def _after(told: SendError | Receipt | None, doubtful: int) -> Next:
    if not isinstance(told, SendError):
        return Next(State.QUEUED)
    if told.policy is Policy.SAFE:
        return Next(State.QUEUED, told.key)
    if told.policy is Policy.ASK_FIRST:
        return Next(State.UNKNOWN, "in_doubt")
    return honest(State.REJECTED, told.key, doubtful)


def _turn(db: Session, turned: Sequence[tuple[UUID, Next]]) -> None:
    if turned:
        db.execute(
            _TURN,
            {
                "ids": [message_id for message_id, _ in turned],
                "states": [verdict.state.value for _, verdict in turned],
                "whys": [verdict.why for _, verdict in turned],
                "now": now(db),
            },
        )
