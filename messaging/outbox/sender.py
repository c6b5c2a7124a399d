"""Sends what is due: lease (transaction), mark (transaction), hand over (none), record (transaction)."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from itertools import compress
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import Row, TextClause, text
from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from clusters.kernel.failpoints import fp
from clusters.kernel.unit import UnitOfWork
from messaging.channels.base import Channel, Fault, Medium, Outgoing, Policy, Receipt, SendError, body_hash
from messaging.channels.plan import Routes, carrier
from messaging.consent.queries import hold, silent, silent_people, wrong_numbers
from messaging.outbox.brakes.admission import Brakes, Leave, Room, Share, Wish
from messaging.outbox.brakes.breakers import mend, trip
from messaging.outbox.brakes.rates import PARTS
from messaging.outbox.brakes.tallies import Charge
from messaging.outbox.evidence.noting import Word, accept, note_words
from messaging.outbox.evidence.reporting import OF_THE_NUMBER, heed
from messaging.outbox.media import Media, Way
from messaging.outbox.rules import (
    SURELY_NOT,
    UNSPEAKABLE_MAX,
    VALID_SHORTEST,
    Case,
    Next,
    Outcome,
    Pace,
    State,
    StopReason,
    TextClass,
    Window,
    honest,
    judge,
    valid_for,
)
from messaging.outbox.switch import Standing, standing, standing_under_lock
from messaging.outbox.templates import Templated
from messaging.texts.catalogue import Said

log = logging.getLogger(__name__)

_DUE = (
    "{name} AS (SELECT id FROM message WHERE state = 'queued' AND priority = {priority} AND send_after <= :now"
    " AND send_by > :now {chosen} ORDER BY send_after, id LIMIT greatest(0, :room{less}) FOR UPDATE SKIP LOCKED)"
)
_TAKE = (
    "WITH {parts} UPDATE message m SET state = 'claimed', lease_token = :token,"
    " lease_until = clock_timestamp() + :lease, state_at = :now FROM ({all}) AS due WHERE m.id = due.id"
    " RETURNING m.id, m.number, m.priority, m.send_after"
)
_BY_MEDIUM = "AND medium = :medium"
_BY_PART = f"AND hashtext(number) & {PARTS - 1} BETWEEN :low AND :high"
_NOT_THERE = (
    "AND NOT EXISTS (SELECT FROM message_subject s, unnest(CAST(:places AS text[])) AS held(place)"
    " WHERE s.kind = subject_kind AND s.id = subject_id AND starts_with(s.training_path, held.place))"
)


@cache
def _claiming(classes: tuple[TextClass, ...], *, by_medium: bool, by_part: bool, away: bool) -> TextClause:
    """Leases what is due, class after class, each by its own stretch of the index.

    Of one medium only, of numbers of one part only, and not about places that are held, where that is asked for.
    """
    chosen = " ".join(compress((_BY_MEDIUM, _BY_PART, _NOT_THERE), (by_medium, by_part, away)))
    parts: list[str] = []
    for n, each in enumerate(classes):
        less = "".join(f" - (SELECT count(*) FROM due_{before})" for before in range(n))  # noqa: S608 - our own names
        parts.append(_DUE.format(name=f"due_{n}", priority=each.value, chosen=chosen, less=less))
    found = " UNION ALL ".join(f"SELECT id FROM due_{n}" for n in range(len(classes)))  # noqa: S608 - our own names
    return text(_TAKE.format(parts=", ".join(parts), all=found))


_ANY_DUE = text(
    "SELECT EXISTS (SELECT FROM message WHERE state = 'queued' AND priority BETWEEN 0 AND 3 AND send_after <= :now"
    " AND send_by > :now)"
)
_RELEASE = text(
    "UPDATE message SET state = 'queued', lease_token = NULL, lease_until = NULL, state_at = :now"
    " WHERE lease_token = :token AND state = 'claimed'"
)
_HOLD_SUBJECTS = text(
    "SELECT kind, id, revision, withdrawn, training_path FROM message_subject WHERE (kind, id) IN"
    " (SELECT subject_kind, subject_id FROM message WHERE id = ANY(:ids)) ORDER BY kind, id FOR SHARE"
)
_HOLD_MESSAGES = text(
    "SELECT id, subject_kind, subject_id, revision, person_id, number, priority, text_key, text_values, language,"
    " medium, leg, invented, send_by, attempts, doubtful FROM message WHERE id = ANY(:ids) AND state = 'claimed'"
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
# What would wait for longer than it is of use ends when it is of none.
_TURN = text(
    "UPDATE message m SET state = given.state, why = given.why, lease_token = NULL, lease_until = NULL,"
    " state_at = :now, send_after = greatest(m.send_after, CASE WHEN given.not_before > m.send_by THEN m.send_by"
    " ELSE given.not_before END) FROM unnest(CAST(:ids AS uuid[]),"
    " CAST(:states AS text[]), CAST(:whys AS text[]), CAST(:not_before AS timestamptz[]))"
    " AS given(id, state, why, not_before) WHERE m.id = given.id"
)
_END = text(
    "UPDATE message m SET state = given.state, why = given.why, lease_token = NULL, lease_until = NULL,"
    " state_at = :now, send_after = greatest(m.send_after, CASE WHEN given.not_before > m.send_by THEN m.send_by"
    " ELSE given.not_before END) FROM unnest(CAST(:ids AS uuid[]),"
    " CAST(:ns AS bigint[]), CAST(:states AS text[]), CAST(:whys AS text[]), CAST(:not_before AS timestamptz[]))"
    " AS given(id, n, state, why, not_before) WHERE m.id = given.id AND m.state = 'submitting'"
    " AND m.lease_token = :token AND m.attempts = given.n"
)
_LOCK = text("SELECT id, doubtful FROM message WHERE id = ANY(:ids) ORDER BY id FOR UPDATE")


class Claimed(NamedTuple):
    """A message under lease, the number whose consent is locked before the message is, and the room it was given."""

    id: UUID
    number: str
    share: Share


@dataclass(frozen=True, slots=True)
class Handed:
    """A message whose attempt is written: what is handed to its channel.

    `probe` is the breaker that it tries; `charges` is what it counts for, unless it surely does not go.
    """

    outgoing: Outgoing
    n: int
    route: str
    probe: int | None = None
    charges: tuple[Charge, ...] = ()


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
        brakes: Brakes | None = None,
        media: Media | None = None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._unit, self._channels, self._window = unit, channels, window
        self._pace = pace or Pace()
        self._stopping = stopping
        self._routes = routes or Routes()
        self._brakes = brakes or Brakes(self._routes)
        self._media = media or Media(self._routes)
        # Kept from tick to tick, with the connections that channels keep for each; threads start when there is work.
        self._hands = ThreadPoolExecutor(self._pace.in_flight, "channel")
        self.more_in: timedelta | None = None
        """After a tick that found nothing to claim: when senders that were too fast may go on with what is due."""

    def tick(self) -> Counter[str]:
        """Claim one batch and send it; how many messages went into which state. Empty when nothing is due."""
        token = uuid4()
        counts: Counter[str] = Counter()
        claimed = self._claim(token)
        counts["claimed"] = len(claimed)
        for first in range(0, len(claimed), self._pace.in_flight):
            if self._stopping():
                self._release(token)
                break
            began = time.monotonic()
            handed = self._submit(token, claimed[first : first + self._pace.in_flight], counts)
            answers = self._hand_over(handed, began)
            counts.update(self._record(token, answers))
        return +counts

    def _claim(self, token: UUID) -> list[Claimed]:
        """Lease what is due and may go, the most urgent class first; outside the window only answers."""
        claimed: list[Claimed] = []
        self.more_in = None
        with self._unit() as db:
            room = self._brakes.room(db, standing(db), self._pace.batch)
            open_now = self._window.is_open(now(db))
            classes = tuple(TextClass) if open_now else (TextClass.REPLY,)
            # One share takes class after class at once; of several none shall keep another's urgent texts waiting.
            for some in (classes,) if len(room.shares) == 1 else [(each,) for each in classes]:
                for share in room.shares:
                    self._claim_share(db, token, some, room, share, claimed)
            if not claimed and open_now and room.more_in is not None and db.scalar(_ANY_DUE, {"now": now(db)}):
                self.more_in = room.more_in
            fp("claim.before_commit")
        fp("claim.after_commit")
        return claimed

    def _claim_share(
        self,
        db: Session,
        token: UUID,
        classes: tuple[TextClass, ...],
        room: Room,
        share: Share,
        claimed: list[Claimed],
    ) -> None:
        """As many texts as a share and the batch have room for; what is claimed is added to `claimed`."""
        its = sum((each.share.medium, each.share.sender) == (share.medium, share.sender) for each in claimed)
        left = min(share.texts - its, self._pace.batch - len(claimed))
        if left <= 0:
            return
        asked: dict[str, Any] = {"now": now(db), "token": token, "lease": self._pace.lease, "room": left}
        if share.medium is not None:
            asked["medium"] = share.medium.value
        if share.part is not None:
            asked |= {"low": share.part.start, "high": share.part.stop - 1}
        if share.held_places:
            asked["places"] = list(share.held_places)
        claiming = _claiming(
            classes, by_medium=share.medium is not None, by_part=share.part is not None, away=bool(share.held_places)
        )
        rows = db.execute(claiming, asked).all()
        claimed += [
            Claimed(row.id, row.number, share)
            for row in sorted(rows, key=lambda row: (row.priority, row.send_after, row.id))
        ]

    def _release(self, token: UUID) -> None:
        with self._unit() as db:
            db.execute(_RELEASE, {"token": token, "now": now(db)})

    def _submit(self, token: UUID, claimed: Sequence[Claimed], counts: Counter[str]) -> list[Handed]:
        """Under the locks of switch, subject, number, message, senders: judge each, make its text, write its attempt.

        Whoever stops the sending, withdraws a subject or silences a number holds the same locks the other way, so
        whichever commits first wins.
        """
        with self._unit() as db:
            stands = standing_under_lock(db)
            if stands.everything:
                db.execute(_RELEASE, {"token": token, "now": now(db)})
                counts[State.QUEUED.value] += len(claimed)
                return []
            ids, numbers = [each.id for each in claimed], [each.number for each in claimed]
            subjects = {(row.kind, row.id): row for row in db.execute(_HOLD_SUBJECTS, {"ids": ids})}
            hold(db, numbers)
            rows = db.execute(_HOLD_MESSAGES, {"ids": ids, "token": token}).all()
            turned: list[tuple[UUID, Next]] = []
            ready: list[tuple[Row[Any], Wish, Said]] = []
            senders = {each.id: each.share.sender for each in claimed}
            ways = self._media.of(db, rows)
            for row, verdict in self._judged(db, rows, subjects, numbers):
                medium = ways[row.id].medium
                route = carrier(self._routes, medium, invented=row.invented)
                if verdict.state is State.SUBMITTING and route is None:
                    verdict = honest(State.REJECTED, "invented" if row.invented else "no_route", row.doubtful)
                said = self._worded(db, row, ways[row.id]) if verdict.state is State.SUBMITTING else None
                if isinstance(said, Said) and route is not None:
                    subject = subjects[row.subject_kind, row.subject_id]
                    share = senders[row.id] if medium == row.medium else None
                    ready.append((row, _wish(row, medium, route, said, subject.training_path, share), said))
                else:
                    turned.append((row.id, said if isinstance(said, Next) else verdict))
            begun = self._admitted(db, ready, stands, turned)
            self._begin(db, begun)
            _turn(db, turned)
            counts.update(verdict.state.value for _, verdict in turned)
            fp("submit.before_commit")
        fp("submit.after_commit")
        return [handed for handed, _ in begun]

    def _judged(
        self,
        db: Session,
        rows: Sequence[Row[Any]],
        subjects: Mapping[tuple[str, int], Row[Any]],
        numbers: Sequence[str],
    ) -> list[tuple[Row[Any], Next]]:
        """What becomes of each message as far as it itself, its subject and its number say."""
        tried = [row.id for row in rows if row.attempts]
        past = {row.id: row for row in db.execute(_PAST, {"ids": tried})} if tried else {}
        people = {row.person_id for row in rows}
        mute, mutes = silent(db, numbers), silent_people(db, people)
        asked = (mute or mutes) and any(row.priority == TextClass.CHANGE for row in rows)
        deaf = (silent(db, numbers, to_changes=True), silent_people(db, people, to_changes=True)) if asked else None
        wrong = wrong_numbers(db, numbers)
        window_open = self._window.is_open(now(db))
        judged = []
        for row in rows:
            subject, before = subjects[row.subject_kind, row.subject_id], past.get(row.id)
            case = Case(
                text_class=TextClass(row.priority),
                send_by=row.send_by,
                wanted=not subject.withdrawn and subject.revision == row.revision and not (before and before.withdrawn),
                silent=_unwilling(row, deaf if row.priority == TextClass.CHANGE and deaf else (mute, mutes)),
                window_open=window_open,
                listed=bool(before and before.listed),
                doubtful=row.doubtful,
                wrong_number=row.number in wrong,
            )
            judged.append((row, judge(case, now(db))))
        return judged

    def _admitted(
        self,
        db: Session,
        ready: Sequence[tuple[Row[Any], Wish, Said]],
        stands: Standing,
        turned: list[tuple[UUID, Next]],
    ) -> list[tuple[Handed, Said]]:
        """Those that the brakes let go now, each with its sender; the others are added to `turned`."""
        answers = self._brakes.admit(db, [wish for _, wish, _ in ready], stands)
        closes = self._window.closes(now(db))
        begun = []
        for row, wish, said in ready:
            answer = answers[wish.id]
            if isinstance(answer, Leave):
                outgoing = Outgoing(
                    wish.id,
                    wish.number,
                    said.text,
                    wish.medium,
                    sender=answer.sender,
                    valid_for=valid_for(wish.text_class, now(db), row.send_by, closes),
                    template=said.template if isinstance(said, Templated) else None,
                )
                begun.append((Handed(outgoing, row.attempts + 1, wish.route, answer.probe, answer.charges), said))
            else:
                turned.append((wish.id, Next(State.QUEUED, answer.why, answer.until)))
        return begun

    def _worded(self, db: Session, row: Row[Any], way: Way) -> Said | Next:
        """The text of a message; one that cannot be made is tried again later and parks the third time, alone."""
        try:
            return self._media.said(row, way)
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
                    "until": [now(db) + (handed.outgoing.valid_for or timedelta()) for handed, _ in begun],
                    "bodies": [said.text for _, said in begun],
                    "segments": [said.measure.segments for _, said in begun],
                    "lease": self._pace.lease,
                    "now": now(db),
                },
            )

    def _hand_over(self, handed: Sequence[Handed], began: float) -> list[Answer]:
        """Give the texts to the channel, several at a time; no transaction of ours is open."""
        if len(handed) < 2:
            return [self._ask(each, began) for each in handed]
        return list(self._hands.map(lambda each: self._ask(each, began), handed))

    def _ask(self, handed: Handed, began: float) -> Answer:
        late = timedelta(seconds=time.monotonic() - began)
        left = (handed.outgoing.valid_for or late) - late
        # The lease may have run out while this process stood still; then somebody else may hold the message. Or there
        # is no time left in which a provider could try it.
        if late > self._pace.trust or left < VALID_SHORTEST:
            return Answer(handed, None)
        try:
            receipt = self._channels[handed.route].send(replace(handed.outgoing, valid_for=left))
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
        self._heed(answers)
        with self._unit() as db:
            refused = [answer for answer in answers if not isinstance(answer.told, Receipt)]
            if refused:
                db.execute(_LOCK, {"ids": sorted(answer.handed.outgoing.message_id for answer in answers)})
            taken = {
                answer.handed.outgoing.message_id: answer.told.sid
                for answer in answers
                if isinstance(answer.told, Receipt)
            }
            accept(db, taken, via="answer")
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
            counts[State.ACCEPTED.value] += len(taken)
            if refused:
                self._turn_back(db, token, refused, counts)
            self._react(db, answers)
            fp("outcome.before_commit")
        fp("outcome.after_commit")
        return counts

    def _heed(self, answers: Sequence[Answer]) -> None:
        """Take in what refusals say of numbers, each in a unit of its own: a number is locked before its messages."""
        for answer in answers:
            told, outgoing = answer.told, answer.handed.outgoing
            if isinstance(told, SendError) and told.policy is Policy.NEVER and told.fault in OF_THE_NUMBER:
                with self._unit() as db:
                    heed(db, answer.handed.route, outgoing.number, outgoing.medium, told.fault, told.code)

    def _turn_back(self, db: Session, token: UUID, refused: Sequence[Answer], counts: Counter[str]) -> None:
        """What was not taken goes where its error says, if this worker still holds it."""
        ids = sorted(answer.handed.outgoing.message_id for answer in refused)
        doubts = {row.id: row.doubtful for row in db.execute(_LOCK, {"ids": ids})}
        verdicts = [_after(answer.told, doubts[answer.handed.outgoing.message_id]) for answer in refused]
        db.execute(
            _END,
            {
                "ids": [answer.handed.outgoing.message_id for answer in refused],
                "ns": [answer.handed.n for answer in refused],
                "states": [verdict.state.value for verdict in verdicts],
                "whys": [verdict.why for verdict in verdicts],
                "not_before": [
                    now(db) + self._pace.back_off(answer.handed.n) if _waits_alone(answer.told, verdict) else None
                    for answer, verdict in zip(refused, verdicts, strict=True)
                ],
                "token": token,
                "now": now(db),
            },
        )
        counts.update(verdict.state.value for verdict in verdicts)

    def _react(self, db: Session, answers: Sequence[Answer]) -> None:
        """Slow a sender down, open or close a breaker, as the answers say."""
        errors = [(each.handed, each.told) for each in answers if isinstance(each.told, SendError)]
        self._brakes.too_fast(
            db,
            [
                (handed.outgoing.medium, handed.outgoing.sender, error.wait)
                for handed, error in errors
                if error.fault is Fault.RATE
            ],
        )
        for route in sorted({handed.route for handed, error in errors if error.fault is Fault.ACCOUNT}):
            trip(db, StopReason.ACCOUNT, route)
        self._brakes.give_back(
            db, [charge for each in answers if _outcome(each.told) in SURELY_NOT for charge in each.handed.charges]
        )
        for answer in answers:
            if answer.handed.probe is not None and _shows_account_works(answer.told):
                mend(db, answer.handed.probe)


def _waits_alone(told: Receipt | SendError | None, verdict: Next) -> bool:
    """Is this text tried later? What failed by our own delay need not wait; what was too fast, or was refused with all
    its like, waits with them."""
    alone = isinstance(told, SendError) and told.fault not in (Fault.RATE, Fault.ACCOUNT)
    return alone and verdict.state is State.QUEUED


def _shows_account_works(told: Receipt | SendError | None) -> bool:
    """Did the provider have us, whatever it said of this one text?"""
    return isinstance(told, Receipt) or (
        isinstance(told, SendError) and told.policy is Policy.NEVER and told.fault is not Fault.ACCOUNT
    )


def _wish(row: Row[Any], medium: Medium, route: str, said: Said, training_path: str | None, sender: str | None) -> Wish:
    return Wish(
        row.id,
        row.number,
        row.person_id,
        medium,
        route,
        TextClass(row.priority),
        said.measure.segments,
        row.subject_kind,
        training_path,
        sender,
    )


def _unwilling(row: Row[Any], silence: tuple[Collection[str], Collection[int]]) -> bool:
    return row.number in silence[0] or row.person_id in silence[1]


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
                "not_before": [verdict.not_before for _, verdict in turned],
                "now": now(db),
            },
        )
