"""The child process that makes a PDF: HTML comes in, PDF goes out; its library is slow to load and needs Pango.

Run as `python -m cop.compute.paper`, so that neither pages nor workers ever load the library.
"""

import sys

from weasyprint import HTML  # type: ignore[import-untyped]  # it has no stubs


def nothing(url: str, **_more: object) -> dict[str, object]:
    """Paper names no address: nothing is fetched."""
    raise ValueError(f"paper does not fetch {url}")


def main() -> None:
    """Read a document from standard input, write its PDF to standard output."""
    html = sys.stdin.buffer.read().decode()
    sys.stdout.buffer.write(HTML(string=html, url_fetcher=nothing).write_pdf())


if __name__ == "__main__":
    main()
