"""F-17, F-21: answers that leave in doubt whether a text was taken; nobody sends it again without having asked."""

from messaging.outbox.rules import RETRIES_AFTER_ASKING, State, TextClass
from tests.rig.gateway.verdicts import Answer, Callbacks, Manner, Rule, Shape, Verdict
from tests.rig.ground import Figures, Ground, taken
from tests.rig.scenarios.provided import SHORT_GRACE, provided, too_soon, tries

IN_DOUBT = {
    "500": Answer(500, code=20500),
    "502 of a proxy": Answer(502, Shape.HTML),
    "503": Answer(503),
    "400 of a proxy": Answer(400, Shape.HTML),
    "dropped": Answer(manner=Manner.DROP),
    "no id": Answer(shape=Shape.NO_SID),
    "no text as id": Answer(shape=Shape.WRONG_SID),
    "cut JSON": Answer(shape=Shape.TRUNCATED),
}
CLASSES = (TextClass.REMINDER, TextClass.CHANGE, TextClass.REPLY, TextClass.BULK)
QUIET = Callbacks(loss=1.0)


def doubtful_answers(ground: Ground) -> Figures:
    """Each answer to texts of each class, once after the provider took the text and once though it did not."""
    verdicts = [(name, accept) for name in IN_DOUBT for accept in (True, False)]
    with provided(ground, texts=len(verdicts) * len(CLASSES), classes=CLASSES, pace=SHORT_GRACE) as house:
        of = {house.number(n): verdicts[n // len(CLASSES)] for n in range(house.scene.texts_each)}
        house.script(
            *(
                Rule(Verdict(accept, IN_DOUBT[name], QUIET), number=number, nth=1)
                for number, (name, accept) in of.items()
            )
        )
        house.send_all()
        certain = [f"{state}: {often}" for state, often in house.states().items() if state != State.UNKNOWN]
        drained = house.drain(60)
        figures = house.judged(drained=drained)
        gone_to = {copy.number for copy in taken(house.gateway)}
        tried = tries(house.gateway)
        wrong = []
        for row in house.rows("SELECT number, priority, state FROM message"):
            name, accepted = of[row.number]
            again = not accepted and TextClass(row.priority) in RETRIES_AFTER_ASKING
            gone, state = accepted or again, State.ACCEPTED if accepted or again else State.UNRESOLVED
            if (row.number in gone_to, row.state, len(tried[row.number])) != (gone, state, 1 + again):
                wrong.append(f"{name}, accepted {accepted}, class {row.priority}: {row.state}")
        blind = too_soon(house)
    violations = [
        *figures.pop("violations"),
        *(f"F-17: not in doubt after such an answer: {each}" for each in certain),
        *(f"F-17: not as its class wants: {each}" for each in wrong),
        *([f"F-17: tried again before the grace was over: {len(blind)}"] if blind else []),
    ]
    return {**figures, "answers": len(verdicts), "violations": violations}
