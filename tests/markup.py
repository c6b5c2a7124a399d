"""Pages read as trees, for tests: strictly, so that an element left open is an error."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "hr", "img"}


@dataclass
class Tag:
    """An element of a rendered page: its name, attributes, text and children."""

    name: str
    attrs: dict[str, str | None]
    inside: "list[Tag]" = field(default_factory=list)
    text: str = ""
    above: "Tag | None" = None

    def every(self, *names: str) -> "Iterator[Tag]":
        """All elements of these names below this one, in order."""
        for each in self.inside:
            if not names or each.name in names:
                yield each
            yield from each.every(*names)

    def words(self) -> str:
        """All text below this one."""
        return self.text + "".join(each.words() for each in self.inside)

    def all_above(self) -> "Iterator[Tag]":
        """The elements around this one, the nearest first."""
        if self.above is not None:
            yield self.above
            yield from self.above.all_above()

    def within(self, name: str, **attrs: str) -> bool:
        """Does it stand inside such an element?"""
        return self.above is not None and (
            (self.above.name == name and all(self.above.attrs.get(k) == v for k, v in attrs.items()))
            or self.above.within(name, **attrs)
        )


class Tree(HTMLParser):
    """A strict reader: an element that is not closed, or closed out of turn, is an error."""

    def __init__(self) -> None:
        super().__init__()
        self.root = self.here = Tag("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        twice = [name for name, count in Counter(name for name, _ in attrs).items() if count > 1]
        assert not twice, f"<{tag}> has {twice} twice"
        new = Tag(tag, dict(attrs), above=self.here)
        self.here.inside.append(new)
        if tag not in VOID:
            self.here = new

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.here.inside.append(Tag(tag, dict(attrs), above=self.here))

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.here.name, f"</{tag}> closes <{self.here.name}>"
        assert self.here.above is not None
        self.here = self.here.above

    def handle_data(self, data: str) -> None:
        self.here.inside.append(Tag("#text", {}, text=data, above=self.here))


def read(html: str) -> Tag:
    """A page as a tree."""
    tree = Tree()
    tree.feed(html)
    assert tree.here is tree.root, f"<{tree.here.name}> is never closed"
    return tree.root


ALSO_IN_URDU = {
    "LTRC", "SMS", "EMIS", "ASDEO", "SDEO", "DDO", "PST", "CT", "SST", "cop", "KB", "MB", "GB", "ms", "XLSX", "ODS",
    "CSV", "PDF", "QR", "Excel", "xlsx", "PostgreSQL", "Windows",
}  # fmt: skip
"""What Urdu writes in Latin letters too."""
_APART = {"bdi", "code", "title", "option", "textarea", "pre", "svg"}


def bare_latin(page: Tag) -> set[str]:
    """Texts of an Urdu page with Latin words that nothing keeps apart: an untranslated sentence, or a name."""
    found = set()
    for tag in page.every("#text"):
        words = re.findall(r"[A-Za-z]{2,}", re.sub("\u2068.*?\u2069", "", tag.text))
        if set(words) - ALSO_IN_URDU and not any(_keeps_apart(above) for above in tag.all_above()):
            found.add(tag.text.strip())
    return found


def _keeps_apart(tag: Tag) -> bool:
    foreign = tag.name != "html" and ("lang" in tag.attrs or tag.attrs.get("dir") == "ltr")
    return tag.name in _APART or foreign or tag.attrs.get("aria-hidden") == "true"


_FIGURES = re.compile(r"\b03\d\d-(?:\d{7}|…\d{3})\b|\+92\d{10}|\b\d\d:\d\d\b|\d %|\d\u00a0%")
_NOT_SHOWN = {"title", "option", "textarea"}


def bare_figures(page: Tag) -> set[str]:
    """Texts with a phone number, a time or a percentage that nothing keeps left to right."""
    found = set()
    for tag in page.every("#text"):
        if _FIGURES.search(tag.text) and not any(
            above.name in ("bdi", "code", "pre", *_NOT_SHOWN) or (above.name != "html" and "lang" in above.attrs)
            for above in tag.all_above()
        ):
            found.add(tag.text.strip())
    return found
