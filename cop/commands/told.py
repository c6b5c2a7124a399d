"""The settings as people read them: each value with its source, an example file for a service, a page of reference."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cop.settings import Settings

HIDDEN = "(set, not shown)"
"""Stands for a secret that was given."""
WIDTH = 110
"""Letters in a line of the example file."""


@dataclass(frozen=True, slots=True)
class Told:
    """One setting: value and default as the environment writes them; its source: default, here, environment or file."""

    name: str
    value: str
    default: str
    source: str
    secret: bool
    sentence: str


def told(settings: Settings, environ: Mapping[str, str], now: Settings | None = None) -> list[Told]:
    """Every setting in the order of its class; a secret that was given is never shown.

    `now` is what holds with the decisions of the programme; the source of such a value is "here".
    """
    found = []
    for field in Settings.named():
        name = f"COP_{field.name.upper()}"
        value, secret = _written(getattr(now or settings, field.name)), field.metadata["secret"]
        found.append(
            Told(
                name,
                HIDDEN if secret and value else value,
                _written(field.default),
                "here" if value != _written(getattr(settings, field.name)) else _source(name, environ),
                secret,
                field.metadata["sentence"],
            )
        )
    return found


def example_file() -> str:
    """`cop.env` for a service: every setting, commented out at its default."""
    lines = [
        "# Settings of cop, one a line: NAME=value, without quotes. A line that begins with # is left out.",
        "# Take a copy, keep it readable by its owner only, and say where it is in the service's EnvironmentFile=.",
    ]
    for each in told(Settings(), {}):
        lines += ["", *_folded(each.sentence), f"#{each.name}={each.default}"]
    return "\n".join(lines) + "\n"


def page() -> str:
    """The page of reference."""
    lines = [
        "# Settings",
        "",
        "Every setting is a variable of the environment. `cop settings` shows what holds now, and whether it was set",
        "or is the default. A name that begins with `COP_` and is not listed here stops every command, which names the",
        "nearest one that is. `deploy/cop.env.example` is a file for a service. A secret may stand in a file of its",
        "own, which the same name with `_FILE` behind it names.",
        "",
        "| name | default | what it is |",
        "|---|---|---|",
    ]
    for each in told(Settings(), {}):
        default = f"`{each.default}`" if each.default else "empty"
        secret = " Secret: never shown." if each.secret else ""
        lines.append(f"| `{each.name}` | {default} | {each.sentence}{secret} |")
    return "\n".join(lines) + "\n"


def _source(name: str, environ: Mapping[str, str]) -> str:
    if name in environ:
        return "environment"
    return "file" if f"{name}_FILE" in environ else "default"


def _written(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return value.as_posix() if isinstance(value, Path) else str(value)


def _folded(sentence: str) -> list[str]:
    """A sentence as comment lines."""
    lines, line = [], "#"
    for word in sentence.split():
        if len(line) + len(word) + 1 > WIDTH:
            lines.append(line)
            line = "#"
        line += f" {word}"
    return [*lines, line]
