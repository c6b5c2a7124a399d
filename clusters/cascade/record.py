"""The rules a round was planned by, as they are kept with it, so that its drafts can be judged by them again."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, time
from typing import Any

from clusters.calendar.rules import CalendarRules, Closure
from clusters.cascade.rules import CascadeRules, LevelRules
from clusters.modules.rules import Subject, TaughtModule


@dataclass(frozen=True, slots=True)
class RoundRules:
    """What a round was planned by: its modules, the rules of every plan, and the calendar of that day."""

    modules: tuple[TaughtModule, ...]
    cascade: CascadeRules
    calendar: CalendarRules
    seed: int = 0


def written(rules: RoundRules) -> dict[str, Any]:
    """The rules as plain values that a table can hold."""
    calendar = rules.calendar
    return {
        "modules": [[module.subject.value, module.number, module.days] for module in rules.modules],
        "cascade": {name: _plain(value) for name, value in asdict(rules.cascade).items()},
        "calendar": asdict(calendar)
        | {
            "closures": [[each.first.isoformat(), each.last.isoformat(), each.name] for each in calendar.closures],
            "opened": sorted(day.isoformat() for day in calendar.opened),
            "fixed": [[expected.isoformat(), real.isoformat()] for expected, real in calendar.fixed],
        },
        "seed": rules.seed,
    }


def read(kept: Mapping[str, Any]) -> RoundRules | None:
    """The rules that were kept with a round; None for a round that no planner made."""
    if "cascade" not in kept:
        return None
    return RoundRules(
        tuple(TaughtModule(Subject(subject), number, days) for subject, number, days in kept["modules"]),
        CascadeRules(
            # A rule that came later has its default in rounds that were planned before it.
            **{
                field.name: _rule(kept["cascade"][field.name])
                for field in fields(CascadeRules)
                if field.name in kept["cascade"]
            }
        ),
        CalendarRules(
            **{
                **kept["calendar"],
                "closures": tuple(_closure(each) for each in kept["calendar"]["closures"]),
                "opened": frozenset(date.fromisoformat(day) for day in kept["calendar"]["opened"]),
                "fixed": tuple(_fixed(each) for each in kept["calendar"].get("fixed", ())),
            }
        ),
        kept["seed"],
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    return value.isoformat() if isinstance(value, time) else value


def _rule(value: Any) -> Any:
    if isinstance(value, dict):
        return LevelRules(**{name: _rule(inner) for name, inner in value.items()})
    return time.fromisoformat(value) if isinstance(value, str) else value


def _fixed(kept: Sequence[str]) -> tuple[date, date]:
    expected, real = kept
    return date.fromisoformat(expected), date.fromisoformat(real)


def _closure(kept: Sequence[str]) -> Closure:
    first, last, name = kept
    return Closure(date.fromisoformat(first), date.fromisoformat(last), name)
