"""What time sets off: a name, how often, and a sweep that may run in any number of workers at once."""

import os
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from clusters.calendar.windows import WindowRules, window_open
from clusters.feedback.actions import unlink
from clusters.feedback.rules import LINKED_FOR
from clusters.imports.actions import forget_lists, work_next
from clusters.kernel.audit import Actor
from clusters.kernel.clock import midnight, now, today
from clusters.kernel.unit import UnitOfWork
from clusters.progress.actions import count_marked, recount_if_due
from clusters.scope import Scope
from clusters.structure.actions import apply_due_drafts
from clusters.structure.proofs import unconfirmed
from clusters.training.actions import close_over
from cop.channels import channels_of
from cop.child import Child
from cop.communities.looking_after import look_after as look_after_communities
from cop.forgetting import Periods, forget
from cop.hours import limits, texting_hours, window_of
from cop.house import House
from cop.introductions import actions as meeting
from cop.knowledge.digest import tell_neighbours
from cop.knowledge.travels import month_of
from cop.memory import guard, recalled, remember, standing
from cop.network import actions as network
from cop.network.child import MEASURING, REFRESHING
from cop.planning.child import CONFIRMING, PLANNING
from cop.planning.working import plan_next
from cop.questions.actions import look_after
from cop.receiving import Letterbox, letterbox_of
from cop.sms.carrying import carry_out_next
from cop.ticks import done_before, first_in, is_done
from cop.ties.actions import purge
from cop.ties.rounds import ask_round, ask_to_join
from cop.ties.rules import ASKED_A_DAY
from cop.whatsapp import media_of
from cop.words import book_of
from messaging.channels.base import Channel
from messaging.inbound.actions import answered_with, forget_sender, join_parts, read_next
from messaging.inbound.learning import Lessons
from messaging.inbound.listing import read_lists
from messaging.inbound.words import WordBook
from messaging.outbox.brakes.admission import Brakes
from messaging.outbox.brakes.tallies import forget_tallies
from messaging.outbox.evidence.lagging import forget_old_looks
from messaging.outbox.evidence.polling import poll
from messaging.outbox.evidence.reconcile import reconcile as ask_channels
from messaging.outbox.evidence.sweeping import sweep
from messaging.outbox.falling_back import fall_back
from messaging.outbox.reaper import reap as bring_back
from messaging.outbox.rules import Pace
from messaging.outbox.sender import Dispatcher
from messaging.reminders.opinions import ask_opinions

WITHOUT_NAME = ("feedback_kept", "feedback_twice", "feedback_nothing")
"""What answers an opinion, whether it was kept or not: such a text loses its sender."""
LOOKED_BACK = timedelta(days=1)
AT_A_STRETCH = timedelta(seconds=20)
"""A sweep that always finds more gives its thread back after this long; the next tick goes on."""
PAUSE = timedelta(seconds=0.2)
"""How long a sweep waits at most before it asks again whether a sender has room or the house closes."""
RECOUNTED_AT = 3
"""The hour of the morning from which on the figures are counted anew."""

TOLD_AFTER = timedelta(days=2, hours=9)
"""On the third of a month, when the month before is counted."""
SWEPT_AFTER = timedelta(hours=2)
"""After midnight, when no text of yesterday is on its way any more."""
CONFIRMED_IN = timedelta(minutes=20)
"""How long that may take."""
SWEPT_BACK = timedelta(days=7)
"""So far back at most, when no worker ran for long."""


@dataclass(frozen=True)
class Tools:
    """What sweeps are handed: a sweep opens units itself, because sending happens between transactions."""

    unit: UnitOfWork
    channels: Mapping[str, Channel]
    dispatcher: Dispatcher
    pace: Pace
    stopping: Callable[[], bool]
    data_dir: Path
    periods: Callable[[], Periods]
    letterbox: Letterbox
    bringing: Mapping[str, Channel]
    """The channels that texts come in by."""
    book: Callable[[], WordBook]
    """What people can text, asked for before each stretch of reading."""
    hours: Callable[[], WindowRules]
    """When texts may go."""
    measuring: Child
    """What measures the network, and with another command plans, in a process of its own."""


Sweep = Callable[[Tools], Mapping[str, int]]
"""Does what is due, catching up from the database, and counts what it moved by name."""


@dataclass(frozen=True, slots=True)
class Job:
    """A row of the table."""

    name: str
    every: timedelta
    sweep: Sweep


def tools(house: House, stopping: Callable[[], bool] = lambda: False, pace: Pace | None = None) -> Tools:
    """The tools of a house, with the channels it uses; `stopping` ends a sweep early."""
    channels = channels_of(house.settings, house.worker_unit)
    hours = window_of(lambda: house.decided.now)
    pace = pace or Pace()
    brakes = Brakes(house.settings.routes, lambda: limits(house.decided.now))
    dispatcher = Dispatcher(
        house.worker_unit,
        channels,
        hours,
        pace=pace,
        routes=house.settings.routes,
        brakes=brakes,
        media=media_of(house.settings),
        stopping=stopping,
    )
    return Tools(
        house.worker_unit,
        channels,
        dispatcher,
        pace,
        stopping,
        house.settings.data_dir,
        lambda: Periods.of(house.decided.now),
        letterbox_of(house.settings, house.worker_unit),
        {name: channels[name] for name in sorted(house.settings.routes.bringing)},
        Lessons(house.worker_unit, partial(book_of, house.settings)),
        lambda: texting_hours(house.decided.now),
        Child(_surroundings(house), MEASURING),
    )


def _surroundings(house: House) -> Mapping[str, str]:
    """What a child of this process finds around it: the same database and, where the clock was set, its time."""
    found = {**os.environ, "COP_DATABASE_URL": house.url, "COP_DATA_DIR": str(house.settings.data_dir)}
    if house.settings.now is not None:
        found["COP_NOW"] = house.clock(None).isoformat()
    return found


def dispatch(tools: Tools) -> Counter[str]:
    """Send what is due, batch after batch."""
    moved: Counter[str] = Counter()
    until = time.monotonic() + AT_A_STRETCH.total_seconds()
    while not tools.stopping() and time.monotonic() < until:
        batch = tools.dispatcher.tick()
        if not batch:
            if tools.dispatcher.more_in is None:
                break
            time.sleep(min(tools.dispatcher.more_in, PAUSE).total_seconds())
        moved += batch
    return moved


def reap(tools: Tools) -> Counter[str]:
    """Bring back what a worker left behind, end what is too late."""
    return bring_back(tools.unit)


def second_legs(tools: Tools) -> Counter[str]:
    """Let an SMS follow what failed on WhatsApp."""
    return fall_back(tools.unit)


def reconcile(tools: Tools) -> Counter[str]:
    """Ask the channels about messages in doubt."""
    return ask_channels(tools.unit, tools.channels, tools.pace)


def ask_again(tools: Tools) -> Counter[str]:
    """Ask the channels about texts of the last day that have no last word."""
    return poll(tools.unit, tools.channels)


def sweep_yesterday(tools: Tools) -> Mapping[str, int]:
    """Once a night, join the channels' lists of yesterday with the messages."""
    return sweep_once(tools.unit, tools.channels)


def sweep_once(unit: UnitOfWork, channels: Mapping[str, Channel]) -> Mapping[str, int]:
    """The same, if it is due and was not done; SendError when a list could not be had."""
    with unit(Actor("job")) as db:
        day = today(db)
        due = now(db) >= midnight(day) + SWEPT_AFTER and not is_done(db, "sweep", day.isoformat())
        before = done_before(db, "sweep", day.isoformat())
    if not due:
        return {}
    # What no worker swept, because none ran, is swept now.
    since = max(date.fromisoformat(before), day - SWEPT_BACK) if before else day - timedelta(days=1)
    counts = sweep(unit, channels, midnight(since), midnight(day))
    with unit(Actor("job")) as db:
        forget_old_looks(db)
        # Only now: a list that could not be had is asked for again at the next tick.
        first_in(db, "sweep", day.isoformat())
    return counts


def read(tools: Tools) -> Mapping[str, int]:
    """Read what people texted, one by one."""
    texts, book = 0, tools.book()
    until = time.monotonic() + AT_A_STRETCH.total_seconds()
    join_parts(tools.unit, book)
    while not tools.stopping() and time.monotonic() < until and read_next(tools.unit, book):
        texts += 1
    return {"read": texts} if texts else {}


def carry_out(tools: Tools) -> Mapping[str, int]:
    """Carry out what was confirmed by a code, once its hold is over."""
    commands = 0
    while not tools.stopping() and carry_out_next(tools.unit):
        commands += 1
    return {"commands": commands} if commands else {}


def empty_spool(tools: Tools) -> Mapping[str, int]:
    """Bring into the database what came while it was away."""
    return tools.letterbox.drain(tools.stopping)


def list_inbound(tools: Tools) -> Mapping[str, int]:
    """Ask the channels that bring answers what came in, so that a hook that was never called loses nothing."""
    return read_lists(tools.unit, tools.bringing, tools.letterbox.ours)


def work_on_lists(tools: Tools) -> Mapping[str, int]:
    """Read, check, apply and take back long lists, one piece of work after another."""
    done = 0
    until = time.monotonic() + AT_A_STRETCH.total_seconds()
    while not tools.stopping() and time.monotonic() < until and work_next(tools.unit, tools.stopping):
        done += 1
    return {"lists": done} if done else {}


def forget_files(tools: Tools) -> Mapping[str, int]:
    """Forget the files of lists whose time is over."""
    with tools.unit(Actor("job")) as db:
        return forget_lists(db, Scope.everywhere())


def apply_drafts(tools: Tools) -> Mapping[str, int]:
    """Put accepted clusters in place on their day."""
    with tools.unit(Actor("job")) as db:
        return apply_due_drafts(db, Scope.everywhere())


def mark(tools: Tools) -> Mapping[str, int]:
    """Remember outside the database how young it is."""
    with tools.unit(Actor("job")) as db:
        # An old copy may be brought back under a worker that runs, which looks at its start only.
        reason = guard(db, tools.data_dir) if recalled(tools.data_dir) is not None else None
        found = standing(db)
    remember(tools.data_dir, found)
    return {"held": 1} if reason is not None else {}


def close_sessions(tools: Tools) -> Mapping[str, int]:
    """Hold what is over: training sessions of several days of which the last was not reported."""
    with tools.unit(Actor("job")) as db:
        held = close_over(db, Scope.everywhere())
    return {"held": held} if held else {}


def tally(tools: Tools) -> Mapping[str, int]:
    """Count the figures again that something has made stale."""
    with tools.unit(Actor("job")) as db:
        return count_marked(db)


def questions(tools: Tools) -> Mapping[str, int]:
    """Pass questions on that no peer answered, close old ones, forget what is over or was withdrawn."""
    with tools.unit(Actor("job")) as db:
        withdrawn = purge(db)
        return look_after(db) | ({"withdrawn": withdrawn} if withdrawn else {})


def ask_about_peers(tools: Tools) -> Mapping[str, int]:
    """Once a day, inside texting hours, ask some whom they turned to, and some others whether they take part."""
    with tools.unit(Actor("job")) as db:
        if not window_open(now(db), tools.hours()) or not first_in(db, "peer_round", today(db).isoformat()):
            return {}
        asked = ask_round(db)
        invited = ask_to_join(db, ASKED_A_DAY - asked)
    return {name: count for name, count in (("asked", asked), ("invited", invited)) if count}


def communities(tools: Tools) -> Mapping[str, int]:
    """Let hosting of communities go on to the next, ask large ones whether they want to be two, forget what is over."""
    with tools.unit(Actor("job")) as db:
        return look_after_communities(db)


def introductions(tools: Tools) -> Mapping[str, int]:
    """Once a day, inside texting hours, ask pairs whether they want to be introduced; leave nothing of old ones."""
    with tools.unit(Actor("job")) as db:
        moved = meeting.look_after(db)
        if not window_open(now(db), tools.hours()) or not first_in(db, "introductions", today(db).isoformat()):
            return moved
        asked = meeting.propose(db)
    return moved | ({"asked": asked} if asked else {})


def recount(tools: Tools) -> Mapping[str, int]:
    """Count every figure anew, once a night."""
    with tools.unit(Actor("job")) as db:
        return recount_if_due(db, RECOUNTED_AT)


def forget_counts(tools: Tools) -> Mapping[str, int]:
    """Let go of counts of texts that no cap looks at any more."""
    with tools.unit(Actor("job")) as db:
        gone = forget_tallies(db)
    return {"forgotten": gone} if gone else {}


def forget_old(tools: Tools) -> Mapping[str, int]:
    """Once a day, let go of what was kept long enough."""
    with tools.unit(Actor("job")) as db:
        return forget(db, tools.periods()) if first_in(db, "forget_old", today(db).isoformat()) else {}


def hear_opinions(tools: Tools) -> Mapping[str, int]:
    """In the evening ask how training sessions were, and cut off from whoever gave it what was said two hours ago."""
    with tools.unit(Actor("job")) as db:
        asked = ask_opinions(db, tools.hours())
    with tools.unit(Actor("job")) as db:
        until = now(db) - LINKED_FOR
        texts = {*unlink(db, Scope.everywhere()), *answered_with(db, WITHOUT_NAME, until - LOOKED_BACK, until)}
        unlinked = forget_sender(db, texts) if texts else 0
    return {name: count for name, count in (("asked", asked), ("unlinked", unlinked)) if count}


def network_month(tools: Tools) -> Mapping[str, int]:
    """Once after each month, measure the community and publish what may be shown."""
    return network.measure_month(tools.unit, tools.measuring, tools.stopping)


def network_night(tools: Tools) -> Mapping[str, int]:
    """Once a night, measure the whole network, for nobody's eyes."""
    return network.measure_night(tools.unit, tools.measuring, tools.stopping)


def network_refresh(tools: Tools) -> Mapping[str, int]:
    """Measure again the clusters and circles whose people's ties changed."""
    return network.refresh(tools.unit, replace(tools.measuring, command=REFRESHING), tools.stopping)


def make_plans(tools: Tools) -> Mapping[str, int]:
    """Have the plans made that people asked for, one after another."""
    made = 0
    while not tools.stopping() and plan_next(tools.unit, replace(tools.measuring, command=PLANNING), tools.stopping):
        made += 1
    return {"plans": made} if made else {}


def confirm_bounds(tools: Tools) -> Mapping[str, int]:
    """Once a night let what is said of how short plans could be be worked out again, by a child."""
    with tools.unit(Actor("job")) as db:
        day = today(db)
        due = now(db) >= midnight(day) + SWEPT_AFTER and not is_done(db, "bounds", day.isoformat())
        waiting = len(unconfirmed(db)) if due else 0
    if not due:
        return {}
    found = {}
    if waiting:
        child = replace(tools.measuring, command=PLANNING)
        found = dict(child.run([CONFIRMING], CONFIRMED_IN, tools.stopping))
    with tools.unit(Actor("job")) as db:
        first_in(db, "bounds", day.isoformat())
    return {name: many for name, many in found.items() if many}


def tell_of_notes(tools: Tools) -> Mapping[str, int]:
    """Once a month tell those who want it what worked in the LTRCs around theirs."""
    with tools.unit(Actor("job")) as db:
        due = now(db) >= midnight(month_of(today(db))) + TOLD_AFTER
        told = tell_neighbours(db) if due and first_in(db, "notes", f"{today(db):%Y-%m}") else 0
    return {"told": told} if told else {}


JOBS = (
    Job("read", timedelta(seconds=1), read),
    Job("dispatch", timedelta(seconds=1), dispatch),
    Job("carry_out", timedelta(seconds=5), carry_out),
    Job("reap", timedelta(seconds=10), reap),
    Job("second_legs", timedelta(seconds=10), second_legs),
    Job("reconcile", timedelta(seconds=30), reconcile),
    Job("spool", timedelta(seconds=30), empty_spool),
    Job("inbound_list", timedelta(minutes=10), list_inbound),
    Job("poll", timedelta(minutes=5), ask_again),
    Job("sweep", timedelta(minutes=30), sweep_yesterday),
    Job("lists", timedelta(seconds=1), work_on_lists),
    Job("forget_files", timedelta(hours=1), forget_files),
    Job("plans", timedelta(seconds=1), make_plans),
    Job("bounds", timedelta(minutes=30), confirm_bounds),
    Job("apply_drafts", timedelta(minutes=1), apply_drafts),
    Job("mark", timedelta(minutes=1), mark),
    Job("forget_old", timedelta(minutes=15), forget_old),
    Job("forget_counts", timedelta(hours=6), forget_counts),
    Job("close_sessions", timedelta(minutes=10), close_sessions),
    Job("questions", timedelta(minutes=10), questions),
    Job("peers", timedelta(minutes=10), ask_about_peers),
    Job("communities", timedelta(hours=1), communities),
    Job("introductions", timedelta(hours=1), introductions),
    Job("notes", timedelta(minutes=30), tell_of_notes),
    Job("opinions", timedelta(minutes=5), hear_opinions),
    Job("tally", timedelta(seconds=10), tally),
    Job("recount", timedelta(minutes=5), recount),
    Job("network_month", timedelta(minutes=10), network_month),
    Job("network_night", timedelta(minutes=10), network_night),
    Job("network_refresh", timedelta(minutes=2), network_refresh),
)
