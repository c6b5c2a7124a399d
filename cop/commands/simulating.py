"""A phone in the terminal: each line typed is a text, and what comes back is printed with what it would cost."""

import time
from collections.abc import Iterable
from pathlib import Path

import rich_click as click
from sqlalchemy import exists, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from clusters.kernel.audit import Actor
from clusters.people.models import Person, PersonNumber, Post
from clusters.people.phones import show
from clusters.people.rules import PostRole
from cop.commands.speaking import talk
from cop.house import House
from cop.jobs import Tools, carry_out, dispatch, read, tools
from messaging.channels.models import PhoneText
from messaging.channels.plan import REHEARSAL
from messaging.channels.rehearsal import written
from messaging.inbound.actions import MOST_REPLIES, TOO_MANY, keep
from messaging.inbound.models import InboundText
from messaging.inbound.queries import ABOUT
from messaging.outbox.models import Message
from messaging.outbox.rules import ON_THE_WIRE, WAITING
from messaging.texts.segments import measure

PATIENCE = 15.0
"""Seconds to wait for the reply to one text; a worker beside us may be the one that reads it."""
LOOK_AGAIN = 0.1
FIRST = (PostRole.TEACHER, PostRole.CIRCLE_TRAINER, PostRole.MASTER_TRAINER, PostRole.EDUCATION_MANAGER)
"""Whose phones are listed before the others: who has most to text."""
DEMO = Path("demo-data")


def greet(house: House, number: str) -> None:
    """Say whose phone it is; where it is nobody's, which phones there are or how to get some."""
    with house.unit() as db:
        names = db.scalars(
            select(Person.name)
            .join(PersonNumber, PersonNumber.person_id == Person.id)
            .where(PersonNumber.number == number, PersonNumber.until.is_(None))
            .order_by(PersonNumber.since, PersonNumber.id)
        ).all()
        known = [] if names else phones(db)
    talk.print(f"This is the rehearsal phone {show(number)}. Type a text and press Enter; Ctrl-D ends.", markup=False)
    if names:
        talk.print(f"It is the phone of {' and '.join(names)}.", markup=False)
    elif known:
        talk.print("Nobody here has this number, so you text as a stranger. Phones of people here:", markup=False)
        for line in known:
            talk.print(f"  {line}", markup=False)
    else:
        talk.print(nobody(house.settings.data_dir), markup=False)


def nobody(data_dir: Path) -> str:
    """The sentence for a house in which nobody has a phone."""
    elsewhere = DEMO.is_dir() and DEMO.resolve() != data_dir.resolve()
    how = "The demonstration lies beside this: COP_DATA_DIR=demo-data cop sms simulate" if elsewhere else (
        "`make demo` invents a district with people, `cop people fill --seed 1` people for a plan of yours"
    )  # fmt: skip
    return f"Nobody has a phone in this house yet, so whoever texts is a stranger to it. {how}."


def phones(db: Session) -> list[str]:
    """Phones that may be played, one line each: of every post the one that was texted last."""
    texted = (
        select(func.max(PhoneText.id))
        .where(PhoneText.phone == PersonNumber.number, PhoneText.incoming)
        .correlate(PersonNumber)
        .scalar_subquery()
    )
    rows = db.execute(
        select(PersonNumber.number, Person.name, Post.role)
        .join(Person, Person.id == PersonNumber.person_id)
        .join(Post, Post.person_id == Person.id)
        .where(PersonNumber.until.is_(None))
        .ext(distinct_on(Post.role))
        .order_by(Post.role, texted.desc().nulls_last(), PersonNumber.id)
    )
    shown = sorted(rows, key=lambda row: FIRST.index(row.role) if row.role in FIRST else len(FIRST))
    return [f"{show(row.number)}  {row.name}, {row.role.value.replace('_', ' ')}" for row in shown]


def play(house: House, number: str, lines: Iterable[str]) -> None:
    """Text each line and print what comes back on this phone."""
    hands, seen = tools(house), _latest(house, number)
    for line in lines:
        seen = _said(house, hands, number, line.rstrip("\r\n"), seen)


def _said(house: House, hands: Tools, number: str, body: str, seen: int) -> int:
    """Text in, see that it is read and answered, and print what came; the id of the newest text on the phone."""
    with house.unit(Actor("command line")) as db:
        sid = written(db, number, body)
        keep(db, REHEARSAL, sid, number, body)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and not _settled(house, sid):
        if not read(hands) and not dispatch(hands):
            time.sleep(LOOK_AGAIN)  # another worker has it
    carry_out(hands)
    dispatch(hands)
    with house.unit() as db:
        texts = db.execute(
            select(PhoneText.id, PhoneText.body)
            .where(PhoneText.phone == number, PhoneText.incoming, PhoneText.id > seen)
            .order_by(PhoneText.id)
        ).all()
        why = db.scalar(select(InboundText.rule).where(InboundText.provider_id == sid))
    for row in texts:
        size = measure(row.body)
        parts = "1 segment" if size.segments == 1 else f"{size.segments} segments"
        click.echo(f"> {row.body}")
        click.echo(f"  {parts}, {size.encoding}, {size.units} of {size.room}")
    if not texts:
        talk.print(f"(no reply: {' - '.join((why or 'not read yet').splitlines())})", style="dim", markup=False)
        if TOO_MANY in (why or ""):
            talk.print(
                f"({MOST_REPLIES} replies an hour go to one number, and what comes then lies in the inbox. "
                "An hour later: cop rehearsal clock --advance 1h)",
                style="dim",
                markup=False,
            )
    return max((row.id for row in texts), default=seen)


def _settled(house: House, sid: str) -> bool:
    """Was the text read, and is its reply handed over, if there is one?"""
    row = select(InboundText.id).where(InboundText.provider_id == sid, InboundText.state != "received")
    on_its_way = exists().where(
        Message.subject_kind == ABOUT, Message.subject_id == InboundText.id, Message.state.in_((*WAITING, *ON_THE_WIRE))
    )
    with house.unit() as db:
        return db.scalar(row.where(~on_its_way)) is not None


def _latest(house: House, number: str) -> int:
    newest = select(PhoneText.id).where(PhoneText.phone == number).order_by(PhoneText.id.desc()).limit(1)
    with house.unit() as db:
        return db.scalar(newest) or 0
