"""What can happen to persons."""

from dataclasses import dataclass

from clusters.kernel.facts import Fact


@dataclass(frozen=True)
class NumberChanged(Fact):
    """A person is reached by another number, or by none (None)."""

    person_id: int
    old: str | None
    new: str | None


@dataclass(frozen=True)
class PostsChanged(Fact):
    """Posts of these persons began, ended or changed; None for so many that everybody may be concerned.

    `left` are the addresses, in the training tree, of posts that are no longer there at all.
    """

    person_ids: tuple[int, ...] | None
    left: tuple[str | None, ...] = ()
