"""Forged webhooks: changed in a bit or in what they say, or cut anew under the same signature."""

from twilio.request_validator import RequestValidator

from messaging.channels.twilio import TwilioChannel
from tests.rig.forging import KNOWN, OURS, PUBLIC, Brought, Forge, Pairs, same
from tests.rig.gateway.provider import ACCOUNT, TOKEN
from tests.rig.ground import Figures, Ground


def forged(ground: Ground) -> Figures:
    """Ten in eleven are changed, one is cut anew; none may be taken, and all that is genuine must be."""
    cut = ground.size // 11
    told = mutated(ground.size - cut, ground.seed)
    again = resplit(cut, ground.seed)
    return told | again | {"violations": [*told["violations"], *again["violations"]]}


def channel() -> TwilioChannel:
    """The door of a house, which needs no provider to be there."""
    return TwilioChannel(ACCOUNT, TOKEN, address="http://127.0.0.1:9", public_url=PUBLIC, senders=OURS)


def mutated(size: int, seed: int) -> Figures:
    """Requests that say something else than the provider signed, with every twelfth one only spelt another way."""
    forge, door = Forge(seed), channel()
    forgeries = genuine = 0
    violations: list[str] = []
    while forgeries < size:
        true = forge.genuine()
        for request in (true, forge.variant(true)):
            genuine += 1
            if request.at(door) is None:
                violations.append(f"refused though genuine: {request}")
        for _ in range(10):
            request = forge.mutant(true)
            taken = request.at(door)
            if same(request, true):
                genuine += 1
                if taken is None:
                    violations.append(f"refused though genuine: {request}")
                continue
            forgeries += 1
            if taken is not None:
                violations.append(f"taken though forged: {request}")
    return {"mutated": forgeries, "genuine": genuine, "violations": violations}


def resplit(size: int, seed: int) -> Figures:
    """Requests under a true signature that are cut anew; `library_takes` of them pass the provider's own validator.

    `alike` are those of a name that the house does not know, cut elsewhere within it: nothing that is read differs.
    """
    forge, door, validator = Forge(seed), channel(), RequestValidator(TOKEN)
    tried = library_takes = alike = 0
    violations: list[str] = []
    while library_takes < size:
        true = forge.genuine(crafted=forge.rng.random() < 0.7)
        for request in forge.cut_anew(true):
            tried += 1
            if not _library(validator, request):
                continue
            library_takes += 1
            if request.at(door) is None:
                continue
            if _known(request) == _known(true):
                alike += 1
            else:
                violations.append(f"taken though cut anew: {request}")
    return {"resplit": tried, "library_takes": library_takes, "alike": alike, "violations": violations}


def _known(request: Brought) -> Pairs:
    """What a request says under names that the house knows; of the others it reads nothing."""
    return tuple(sorted((name, value) for name, value in request.pairs or () if name in KNOWN))


def _library(validator: RequestValidator, request: Brought) -> bool:
    return bool(validator.validate(request.url, dict(request.pairs or ()), request.signature))
