"""Which training session of one plan is which of another: by what is taught where, then by who sits in it."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar


class Placed(Protocol):
    """A training session of a plan: what it is (level, subject, module, place), who sits in it, when it begins."""

    @property
    def id(self) -> int: ...

    @property
    def what(self) -> Hashable: ...

    @property
    def people(self) -> frozenset[int]: ...

    @property
    def starts_at(self) -> datetime: ...


Some = TypeVar("Some", bound=Placed)


def matched(old: Iterable[Some], new: Iterable[Some]) -> tuple[tuple[Some | None, Some | None], ...]:
    """Every training session of both plans once: with its other half, or alone where the other plan has none.

    Of those that teach the same in the same place the ones that share most people belong together, then the earliest.
    """
    befores, afters = _by_what(old), _by_what(new)
    pairs: list[tuple[Some | None, Some | None]] = []
    for what in dict.fromkeys((*befores, *afters)):
        before, after = list(befores[what]), list(afters[what])
        for one, other in sorted(
            ((one, other) for one in before for other in after),
            key=lambda pair: (-len(pair[0].people & pair[1].people), pair[0].starts_at, pair[1].starts_at, pair[0].id),
        ):
            if one in before and other in after:
                before.remove(one)
                after.remove(other)
                pairs.append((one, other))
        pairs += [(one, None) for one in before]
        pairs += [(None, other) for other in after]
    return tuple(pairs)


def _by_what(placed: Iterable[Some]) -> defaultdict[Hashable, Sequence[Some]]:
    found: defaultdict[Hashable, list[Some]] = defaultdict(list)
    for each in sorted(placed, key=lambda each: (each.starts_at, each.id)):
        found[each.what].append(each)
    return defaultdict(list, found)
