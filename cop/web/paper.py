"""Pages as PDF, made in a child process; None where the library or its Pango is missing, and the browser prints."""

import subprocess
import sys

PATIENCE_SECONDS = 30


def pdf(html: str, python: str = sys.executable) -> bytes | None:
    """The PDF of a whole document that names no address, made by a Python that has the library."""
    try:
        made = subprocess.run(  # noqa: S603 - our own Python and our own module
            [python, "-m", "cop.compute.paper"],
            input=html.encode(),
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return made.stdout if made.returncode == 0 and made.stdout.startswith(b"%PDF") else None
