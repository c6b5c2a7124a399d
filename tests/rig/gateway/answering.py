"""A verdict's answer as bytes and manner, whatever the dialect."""

import json
from typing import Any

from tests.rig.gateway.verdicts import Answer, Manner, Shape
from tests.rig.gateway.wire import Reply


def scripted(answer: Answer, made: dict[str, Any], *, name: str, taken: int, error: dict[str, Any] | None) -> Reply:
    """What the script says of a text; `made` is what shows it, with its id under `name`.

    `taken` is the dialect's status for a text that it took, `error` its JSON for one that it did not, if it has any.
    """
    kind, headers = "application/json", {}
    if answer.retry_after is not None:
        headers["Retry-After"] = str(answer.retry_after)
    if answer.manner in (Manner.DROP, Manner.NEVER):
        body = b""
    elif answer.shape is Shape.HTML:
        kind, body = "text/html", f"<html><h1>{answer.status}</h1></html>".encode()
    elif answer.status >= 400:
        body = b"" if error is None else json.dumps(error).encode()
    else:
        shown = made
        if answer.shape is Shape.NO_SID:
            shown = {key: value for key, value in made.items() if key != name}
        elif answer.shape is Shape.WRONG_SID:
            shown = made | {name: 12345}
        body = json.dumps(shown).encode()
        if answer.shape is Shape.TRUNCATED:
            body = body[: len(body) // 2]
    status = taken if answer.status == Answer().status else answer.status
    return Reply(status, body, kind, headers, answer.hang, answer.manner, answer.pace)
