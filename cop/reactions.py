"""What follows from what: a fact, and its effects in the same transaction."""

from clusters.kernel.facts import Reactions

REACTIONS: Reactions = {}
