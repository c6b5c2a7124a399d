"""Pages over the whole programme that are worked out once a minute and not for every viewer; they say as of when."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

AGE = timedelta(minutes=1)


@dataclass
class Kept:
    """What was worked out in this process, by what it hangs on. Whoever asks for the same meanwhile waits for it."""

    _found: dict[Hashable, tuple[datetime, Any]] = field(default_factory=dict)
    _locks: dict[Hashable, Lock] = field(default_factory=dict)
    _guard: Lock = field(default_factory=Lock)

    def get(self, key: Hashable, at: datetime, make: Callable[[], Any], worth: Callable[[Any], bool]) -> Any:
        """The page under a key that was made within AGE before an instant, or a new one, kept if it is worth it."""
        with self._guard:
            lock = self._locks.setdefault(key, Lock())
        found = self._young(key, at)
        if found is not None:
            return found
        with lock:
            found = self._young(key, at)
            if found is not None:
                return found
            made = make()
            if worth(made):
                self._found = {each: kept for each, kept in self._found.items() if self._young(each, at) is not None}
                self._found[key] = (at, made)
            else:
                self._found.pop(key, None)
            return made

    def clear(self) -> None:
        """Forget everything: somebody has changed something by this process."""
        self._found = {}

    def _young(self, key: Hashable, at: datetime) -> Any:
        made_at, page = self._found.get(key, (None, None))
        return page if made_at is not None and abs(at - made_at) < AGE else None
