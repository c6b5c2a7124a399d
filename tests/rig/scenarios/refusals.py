"""F-22: the provider's numbers of errors, at once and in reports; what they mean stands in a table."""

import time
from dataclasses import dataclass

from messaging.channels.base import Fault
from messaging.outbox.rules import State, TextClass
from tests.rig.gateway.verdicts import Answer, Callbacks, Rule, Verdict
from tests.rig.ground import Figures, Ground
from tests.rig.scenarios.provided import Provided, provided


@dataclass(frozen=True, slots=True)
class Meant:
    """What a text with this number of an error shall stand at, and what it is about; None is that nobody knows."""

    state: State
    fault: Fault | None


AT_ONCE = {
    21211: Meant(State.REJECTED, Fault.NUMBER),
    21614: Meant(State.REJECTED, Fault.NUMBER),
    21610: Meant(State.REJECTED, Fault.OPTED_OUT),
    63016: Meant(State.REJECTED, Fault.TEMPLATE),
    30034: Meant(State.REJECTED, Fault.OURS),
    77777: Meant(State.REJECTED, Fault.OURS),
}
REPORTED = {
    30003: Meant(State.UNDELIVERED, Fault.CHANNEL),
    30004: Meant(State.UNDELIVERED, Fault.CHANNEL),
    30005: Meant(State.UNDELIVERED, Fault.NUMBER),
    30006: Meant(State.UNDELIVERED, Fault.NUMBER),
    30007: Meant(State.UNDELIVERED, Fault.CHANNEL),
    30008: Meant(State.UNDELIVERED, Fault.CHANNEL),
    30034: Meant(State.UNDELIVERED, Fault.OURS),
    88888: Meant(State.UNDELIVERED, None),
}
ACCOUNT = 21408
"""Says nothing of the text and everything of the account: the text waits until somebody has looked."""
PATIENCE = 30.0


def refusals(ground: Ground) -> Figures:
    """One text for each number; the one of the account goes last, since nothing goes after it."""
    count = len(AT_ONCE) + len(REPORTED) + 1
    classes = (TextClass.BULK, *[TextClass.REMINDER] * (count - 1))
    with provided(ground, texts=count, classes=classes) as house:
        at_once = {house.number(n): code for n, code in enumerate(AT_ONCE)}
        reported = {house.number(len(at_once) + n): code for n, code in enumerate(REPORTED)}
        last = house.number(count - 1)
        house.script(
            *(Rule(Verdict(False, Answer(400, code=code)), number=number) for number, code in at_once.items()),
            *(
                Rule(Verdict(callbacks=Callbacks(("sent", "undelivered"), code=code)), number=number)
                for number, code in reported.items()
            ),
            Rule(Verdict(False, Answer(400, code=ACCOUNT)), number=last),
        )
        until = time.monotonic() + PATIENCE
        while house.states()[State.QUEUED] > 1 or not house.gateway.ledger("answered")[count - 1 :]:
            if time.monotonic() > until:
                break
            house.worker.turn()
        house.gateway.flush()
        wrong = [*_stand(house, at_once, reported, last), *_remembered(house, at_once)]
        house.script()
        figures = house.judged()
    # The one that waits for a person is not lost.
    figures["violations"] = [each for each in figures["violations"] if "without a final state: 1 " not in each]
    return {**figures, "violations": [*figures["violations"], *wrong]}


def _stand(house: Provided, at_once: dict[str, int], reported: dict[str, int], last: str) -> list[str]:
    """Texts that stand elsewhere than their number says, or were put down to something else."""
    rows = {row.number: row for row in house.rows("SELECT number, state, why, doubtful FROM message")}
    answers = _faults(house, "attempt_outcome o ON o.message_id = m.id")
    reports = _faults(house, "provider_message p ON p.message_id = m.id JOIN provider_event o ON o.sid = p.sid")
    wrong = []
    for told, meant, faults in ((at_once, AT_ONCE, answers), (reported, REPORTED, reports)):
        for number, code in told.items():
            found = Meant(State(rows[number].state), faults.get((number, str(code))))
            if found != meant[code]:
                wrong.append(f"F-22: {code} made {found}")
    unknown = next(number for number, code in at_once.items() if code == 77777)
    if rows[unknown].why != "unknown_code":
        wrong.append(f"F-22: a number nobody knows is called {rows[unknown].why}")
    if (rows[last].state, rows[last].doubtful) != (State.QUEUED, 0):
        wrong.append(f"F-22: {ACCOUNT} made {rows[last].state}")
    return wrong


def _faults(house: Provided, joined: str) -> dict[tuple[str, str], Fault | None]:
    rows = house.rows(f"SELECT m.number, o.code, o.fault FROM message m JOIN {joined} WHERE o.code IS NOT NULL")
    return {(row.number, row.code): Fault(row.fault) if row.fault else None for row in rows}


def _remembered(house: Provided, at_once: dict[str, int]) -> list[str]:
    """What the numbers say about people's numbers is kept beyond the text: who wants none, and who gets none."""
    of = {code: number for number, code in at_once.items()}
    silent = {row.number for row in house.rows("SELECT number FROM opt_out WHERE source = 'provider'")}
    wrong_ones = {row.number for row in house.rows("SELECT number FROM wrong_number WHERE ended_at IS NULL")}
    found = []
    if silent != {of[21610]}:
        found.append(f"F-22: {len(silent)} numbers are silent, and one asked the provider for it")
    if wrong_ones != {of[21211], of[21614]}:
        found.append(f"F-22: {len(wrong_ones)} numbers are marked wrong, and two are")
    return found
