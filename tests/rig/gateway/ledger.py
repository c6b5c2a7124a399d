"""What truly happened at the provider: JSON lines, only ever appended, and written before anybody is answered."""

import json
import os
import time
from pathlib import Path
from typing import Any


class Ledger:
    """Lines gather until `flush`; it hands them to the kernel in one write, so that no death of ours loses any."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._lines: list[str] = []
        self._requests = 0

    def begin(self, port: str, method: str, target: str) -> int:
        """A request whose headers are here; its number."""
        self._requests += 1
        self.note("begun", request=self._requests, port=port, method=method, target=target)
        return self._requests

    def note(self, what: str, **values: Any) -> None:
        """Add a line; `at` is the true time, whatever the provider's clock says."""
        self._lines.append(json.dumps({"what": what, "at": time.time(), **values}, ensure_ascii=False) + "\n")

    def flush(self) -> None:
        """From here on the lines are in the file."""
        if self._lines:
            os.write(self._file, "".join(self._lines).encode())
            self._lines.clear()
