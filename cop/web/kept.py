"""Pages over the whole programme that are worked out once a minute and not for every viewer; they say as of when."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, TypeVar

AGE = timedelta(minutes=1)
Page = TypeVar("Page")


@dataclass
class Kept:
    """What was worked out in this process, by what it hangs on. Whoever asks for the same meanwhile waits for it."""

    _found: dict[Hashable, tuple[datetime, Any]] = field(default_factory=dict)
    _locks: dict[Hashable, Lock] = field(default_factory=dict)
    _guard: Lock = field(default_factory=Lock)
    _changes: int = 0

    def get(self, key: Hashable, at: datetime, make: Callable[[], Page], worth: Callable[[Page], bool]) -> Page:
        """The page under a key that was made within AGE before an instant, or a new one, kept if it is worth it."""
        with self._guard:
            lock = self._locks.setdefault(key, Lock())
        with lock:
            with self._guard:
                before, kept = self._changes, self._found.get(key)
            if kept is not None and abs(at - kept[0]) < AGE:
                found: Page = kept[1]  # under one key pages of one kind only are asked for
                return found
            made = make()
            with self._guard:
                self._drop_old(at)
                # What was changed while it was worked out may be missing in it.
                if worth(made) and before == self._changes:
                    self._found[key] = (at, made)
            return made

    def clear(self) -> None:
        """Forget everything: somebody has changed something by this process."""
        with self._guard:
            self._changes += 1
            self._found.clear()

    def _drop_old(self, at: datetime) -> None:
        """Keys hold what people ask for, so there is no end of them: none outlives what was kept under it."""
        self._found = {key: kept for key, kept in self._found.items() if abs(at - kept[0]) < AGE}
        self._locks = {key: lock for key, lock in self._locks.items() if key in self._found or lock.locked()}
