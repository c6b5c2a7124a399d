"""A seeded year in rehearsal: how every note travelled is told exactly as it was, by queries and pages alike."""

from collections.abc import Iterator
from datetime import datetime
from time import process_time

import pytest

from clusters.people.rules import PostRole
from clusters.scope import Held, Scope
from cop.house import House
from cop.knowledge.following import family_of, notes_that_travel
from tests import markup
from tests.browsing import ClientAs
from tests.conftest import HandClock
from tests.journeys.ledger import HEARD, PASSED_ON, WRITTEN, Note, family
from tests.journeys.living import Size, Year, district, tree_of

SEEDS = (1, 2)
EVERYWHERE = Scope(None, (Held("T", "", PostRole.ADMINISTRATOR),))


def told_exactly(year: Year) -> None:
    """Every note of the ledger, and no other, as the house tells of it."""
    truth = year.ledger
    with year.house.web_unit() as db:
        told = {each.number: each for each in notes_that_travel(db, EVERYWHERE, 10_000)}
        assert set(told) == {each.number for each in truth.travelling()}
        for note in truth.travelling():
            found = told[note.number]
            way = [(each.cluster, each.at, each.how, each.source) for each in truth.way(note, year.counted)]
            assert [(each.cluster, each.at, each.came.value, each.source) for each in found.travel.arrivals] == way
            strokes = sorted((each.at, each.source, each.to) for each in found.travel.strokes)
            assert strokes == truth.strokes(note)
            grown = sorted((each.at, each.cluster) for each in found.travel.grown)
            assert grown == sorted((each.at, each.cluster) for each in note.grown())
            assert (found.words, found.at, found.origin) == (note.words, note.at, note.cluster)
            assert [(each.material, each.standing.value) for each in found.proposals] == note.proposals
            own, around = family_of(db, EVERYWHERE, note.number)
            assert own.travel == found.travel
            assert {each.number for each in around} == {each.number for each in family(note)}
            parents = {each.number: each.parent_id for each in around}
            ids = {each.id: each.number for each in around}
            up = note.parent.number if note.parent is not None and note.parent.travels else None
            assert ids.get(parents[note.number]) == up


def shown_exactly(year: Year) -> None:
    """The page of every note that travels, as the office reads it: its table and its tree; of others there is none."""
    for note in year.ledger.notes:
        if not note.travels:
            if note.number:
                assert year.desk().get(f"/knowledge/{note.number}").status_code == 404
            continue
        page = markup.read(year.desk().get(f"/knowledge/{note.number}").text)
        rows = [row for table in page.every("table") for body in table.every("tbody") for row in body.every("tr")]
        found = [[cell.words().strip() for cell in row.every("th", "td")][:3] for row in rows]
        assert found == [list(each) for each in expected_rows(year, note)]
        assert [(number, depth) for number, _, depth in tree_of(page)] == list(expected_tree(note))
        twin = year.desk().get(f"/knowledge/{note.number}.json").json()
        assert (twin["clusters"], twin["adapted"]) == (len(found), len(note.grown()))
        arrived = sorted(datetime.fromisoformat(each["at"]) for each in twin["arrivals"])
        assert arrived == [each.at for each in year.ledger.way(note, year.counted)]


def expected_rows(year: Year, note: Note) -> Iterator[tuple[str, str, str]]:
    """LTRC, circle and where it came from, circle by circle as the note came to them."""
    way = year.ledger.way(note, year.counted)
    how = {each.cluster: each.how for each in way}
    circles = list(dict.fromkeys(year.circle_of(each.cluster) for each in way))

    def name(path: str) -> str:
        hidden = path in year.small and how[path] != PASSED_ON
        return year.names[year.circle_of(path) if hidden else path]

    for each in sorted(way, key=lambda each: circles.index(year.circle_of(each.cluster))):
        unnamed = {WRITTEN: "written here", HEARD: "from mouth to mouth", PASSED_ON: "from elsewhere"}[each.how]
        came = name(each.source) if each.source else unnamed
        yield name(each.cluster), year.names[year.circle_of(each.cluster)], came


def expected_tree(note: Note) -> Iterator[tuple[str, int]]:
    """The number of each note of its tree, and how deep it stands."""

    def below(here: Note, depth: int) -> Iterator[tuple[str, int]]:
        yield here.number, depth
        for child in here.grown():
            yield from below(child, depth + 1)

    root, *_ = family(note)
    yield from below(root, 1)


def lived(house: House, clock: HandClock, client_as: ClientAs, seed: int, size: Size) -> Year:
    """A year that a seed says, with what was done in it."""
    year, began = district(house, clock, client_as, seed, size), process_time()
    year.play()
    print(f"seed {seed}: {year.did}, {len(year.ledger.notes)} notes, {process_time() - began:.1f} s of CPU")
    return year


def test_how_every_note_of_a_term_travelled_is_told_exactly(house, clock, client_as):
    year = lived(house, clock, client_as, 4, Size())
    assert {"write", "read_what_waits", "try_it", "change_her_mind"} <= year.did.keys()
    told_exactly(year)
    shown_exactly(year)


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
def test_how_every_note_of_a_year_travelled_is_told_exactly(house, clock, client_as, seed):
    year = lived(house, clock, client_as, seed, Size((4, 4, 3), 14, 12, 8, 8))
    told_exactly(year)
    shown_exactly(year)
