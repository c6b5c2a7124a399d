"""Pictures: well formed whatever the numbers, escaped whatever the names, neighbours apart, small on the wire."""

import gzip
import re
from collections.abc import Callable
from datetime import date, timedelta
from math import inf, nan

import pytest
import segno
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from clusters.structure.rules import SchoolGender
from cop.web import geometry, pictures
from cop.web.pictures import MapCluster, MapSchool
from cop.web.templating import Page
from cop.web.views.clusters import ClustersPage
from cop.web.views.frame import Frame

Samples = dict[str, tuple[Page, Frame]]

degrees = st.floats(allow_nan=True, allow_infinity=True)
names = st.text(max_size=20)
schools = st.builds(MapSchool, degrees, degrees, st.sampled_from(SchoolGender), st.booleans(), st.none() | degrees)
clusters = st.builds(
    MapCluster,
    st.integers(0, 99),
    names,
    st.lists(schools, max_size=6).map(tuple),
    st.none() | degrees,
    st.none() | degrees,
    st.none() | st.just("/clusters/1"),
    st.booleans(),
)
points = st.tuples(st.integers(-900, 900), st.integers(-900, 900))


def well_formed(svg: str) -> None:
    """Fail unless the picture is XML and every number in it is a number."""
    if not svg:
        return
    root = ElementTree.fromstring(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]", "", svg))
    for element in root.iter():
        for name, value in element.attrib.items():
            if name in ("d", "viewBox", "x", "y", "cx", "cy", "r", "width", "height"):
                assert not re.search(r"nan|inf", value, re.IGNORECASE), (name, value)


@given(st.lists(clusters, max_size=5).map(tuple), names)
def test_a_map_is_well_formed_whatever_the_coordinates_and_names(drawn: tuple[MapCluster, ...], title: str) -> None:
    well_formed(pictures.district_map(drawn, title))


@given(clusters, names)
def test_the_map_of_one_cluster_is_well_formed_whatever_the_coordinates(drawn: MapCluster, title: str) -> None:
    well_formed(pictures.cluster_map(drawn, title))


@given(st.lists(st.tuples(st.integers(0, 99), st.booleans()), max_size=31), names)
def test_the_load_strip_is_well_formed_whatever_the_load(days: list[tuple[int, bool]], title: str) -> None:
    well_formed(pictures.load_strip([load for load, _ in days], [shut for _, shut in days], title))


@given(st.lists(st.tuples(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 400)), max_size=4))
def test_spans_are_well_formed_whatever_the_days(levels: list[tuple[date, int]]) -> None:
    well_formed(pictures.span_bars([first for first, _ in levels], [first + timedelta(days=n) for first, n in levels]))


@given(st.lists(st.integers(0, 500), min_size=4, max_size=4))
def test_the_parts_of_a_bar_stay_inside_it_in_order(parts: list[int]) -> None:
    svg = pictures.split_bar(parts, ("fa", "fi", "fe", "fl"))
    well_formed(svg)
    drawn = [(int(x), int(wide)) for x, wide in re.findall(r'x="(\d+)" width="(\d+)"', svg)]
    assert len(drawn) == sum(1 for part in parts if part)
    assert drawn == sorted(drawn)
    assert all(x + wide <= 601 for x, wide in drawn)


def test_a_name_is_escaped_wherever_a_map_says_it() -> None:
    rogue = "<script>\"&'"
    area = MapCluster(1, rogue, (MapSchool(33.0, 70.5, label=rogue),), 33.1, 70.6, "/x?a=1&b=2", True)
    for svg in (pictures.district_map((area,), rogue), pictures.cluster_map(area, rogue)):
        assert "<script" not in svg
        assert "&lt;script&gt;" in svg
        well_formed(svg)


def test_a_map_says_its_title_to_those_who_do_not_see_it() -> None:
    area = MapCluster(1, "Kakki", (MapSchool(33.0, 70.5), MapSchool(33.1, 70.6)), 33.0, 70.5)
    for svg in (pictures.district_map((area,), "Map of Bannu"), pictures.cluster_map(area, "Map of Bannu")):
        root = ElementTree.fromstring(svg)
        assert root.get("role") == "img"
        assert root.get("aria-label") == "Map of Bannu"
        assert root.find("title").text == "Map of Bannu"


def test_without_any_coordinates_there_is_no_map() -> None:
    area = MapCluster(1, "Kakki", (MapSchool(nan, 70.5), MapSchool(33.0, inf), MapSchool(95.0, 70.0)))
    assert pictures.district_map((area,), "Map") == ""
    assert pictures.cluster_map(area, "Map") == ""


def test_every_school_is_a_dot_of_its_own_shape() -> None:
    kinds = [SchoolGender.BOYS] * 5 + [SchoolGender.GIRLS] * 3 + [SchoolGender.MIXED] * 2
    spots = tuple(MapSchool(33 + n / 50, 70 + n * n / 500, kind) for n, kind in enumerate(kinds))
    svg = pictures.district_map((MapCluster(1, "Kakki", spots),), "Map")
    drawn = {
        name: len(re.findall(r"[Mm]-?\d+[ -]\d+(?:h0|v3)", d))
        for name, d in re.findall(r'class="(dots[^"]*)" d="([^"]*)"', svg)
    }
    assert drawn == {"dots": 5, "dots sq": 3, "dots mx": 2}


def test_a_moved_school_shows_where_it_came_from() -> None:
    stays, moves = MapSchool(33.0, 70.5), MapSchool(33.1, 70.6, moved=True, from_lat=33.2, from_lon=70.4)
    drawn = pictures.district_map((MapCluster(1, "Kakki", (stays, moves), 33.05, 70.5),), "Map")
    assert drawn.count('class="ways"') == 1
    assert drawn.count('class="m"') == 1
    assert 'class="ways"' not in pictures.district_map((MapCluster(1, "Kakki", (stays,), 33.05, 70.5),), "Map")


def test_a_map_of_600_schools_fits_5_kilobytes(samples: Samples) -> None:
    page, _ = samples["clusters"]
    assert isinstance(page, ClustersPage)
    assert sum(len(each.schools) for each in page.map_clusters) == 600
    assert len(gzip.compress(pictures.district_map(page.map_clusters, "Map").encode(), 6)) < 5000


def test_a_name_without_room_stays_away_but_a_loud_one_is_always_said() -> None:
    crowd = tuple(
        MapCluster(n, f"Crowded{n}", (MapSchool(33 + n / 1e4, 70.0), MapSchool(33.0, 70 + n / 1e4)), 33 + n / 1e4, 70.0)
        for n in range(20)
    )
    far = MapCluster(99, "Far", (MapSchool(34.0, 71.0),), 34.0, 71.0, loud=True)
    said = re.findall(r"<text[^>]*>([^<]+)</text>", pictures.district_map((*crowd, far), "Map"))
    assert "Far" in said
    assert 1 <= sum(name.startswith("Crowded") for name in said) < 12


def test_more_schools_than_dots_can_show_leave_hulls_and_hosts() -> None:
    areas = tuple(
        MapCluster(
            n, f"L{n}", tuple(MapSchool(33 + n / 10 + k / 900, 70 + k / 700) for k in range(30)), 33 + n / 10, 70.0
        )
        for n in range(pictures.DOTS_UP_TO // 30 + 1)
    )
    drawn = pictures.district_map(areas, "Map")
    assert 'class="dots' not in drawn
    assert drawn.count('class="hull"') == len(areas)


def sample_neighbours(page: ClustersPage) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """The hue of each cluster as drawn, and the pairs whose hulls touch."""
    places = {each.name: [(school.lat, school.lon) for school in each.schools] for each in page.map_clusters}
    fitted = pictures.fit((p for each in places.values() for p in each), 560)
    hulls = [geometry.hull(fitted.at(*p) for p in each) for each in places.values()]
    names_of = list(places)
    pairs = [(names_of[a], names_of[b]) for a, b in geometry.touching(hulls)]
    svg = pictures.district_map(page.map_clusters, "Map")
    hue = {name: int(h) for h, name in re.findall(r'<a class="h(\d)"[^>]*><title>([^<]+)</title>', svg)}
    return hue, pairs


def test_neighbours_on_the_map_have_different_hues(samples: Samples) -> None:
    page, _ = samples["clusters"]
    assert isinstance(page, ClustersPage)
    hue, pairs = sample_neighbours(page)
    assert len(hue) == 20
    assert pairs
    assert [(a, b) for a, b in pairs if hue[a] == hue[b]] == []


@pytest.mark.parametrize(("columns", "rows"), [(2, 2), (4, 5), (9, 9)])
def test_fields_of_a_board_that_touch_by_side_or_corner_differ(columns: int, rows: int) -> None:
    fields = [
        [(x, y), (x + 95, y), (x + 95, y + 95), (x, y + 95)]
        for x in range(0, 100 * columns, 100)
        for y in range(0, 100 * rows, 100)
    ]
    pairs = geometry.touching([geometry.hull(field) for field in fields])
    assert len(pairs) == (columns - 1) * rows + columns * (rows - 1) + 2 * (columns - 1) * (rows - 1)
    hue = geometry.hues(len(fields), pairs)
    assert all(hue[a] != hue[b] for a, b in pairs)


@given(st.lists(points, min_size=2, max_size=30, unique=True))
def test_centres_that_face_each_other_never_share_a_hue(centres: list[tuple[int, int]]) -> None:
    pairs = geometry.facing(centres)
    hue = geometry.hues(len(centres), pairs)
    assert all(hue[a] != hue[b] for a, b in pairs)
    assert hue == geometry.hues(len(centres), pairs)


def test_five_areas_that_all_touch_still_get_a_hue_each() -> None:
    pairs = frozenset((a, b) for a in range(5) for b in range(a + 1, 5))
    hue = geometry.hues(5, pairs)
    assert sum(hue[a] == hue[b] for a, b in pairs) == 1


@given(st.lists(points, min_size=1, max_size=40))
def test_a_hull_holds_every_point_and_turns_one_way(scattered: list[tuple[int, int]]) -> None:
    shape = geometry.hull(scattered)
    assert set(shape) <= set(scattered)
    if len(shape) > 2:
        sides = list(zip(shape, [*shape[1:], shape[0]], strict=True))
        for (ax, ay), (bx, by) in sides:
            assert all((bx - ax) * (y - ay) - (by - ay) * (x - ax) >= 0 for x, y in scattered)


@given(st.lists(points, min_size=3, max_size=12), st.lists(points, min_size=3, max_size=12))
def test_the_gap_between_hulls_is_the_same_from_both_sides(
    one: list[tuple[int, int]], other: list[tuple[int, int]]
) -> None:
    first, second = geometry.hull(one), geometry.hull(other)
    assert geometry.gap(first, second) == pytest.approx(geometry.gap(second, first))
    if set(one) & set(other):
        assert geometry.gap(first, second) == 0


@pytest.mark.parametrize("address", ["https://cop.example/s/COP1:S4814:7F3Q", "http://localhost:8000/sessions/4814"])
def test_the_drawn_code_is_the_code_of_the_address(address: str) -> None:
    svg = pictures.qr(address, "opens the form")
    side = int(re.findall(r'viewBox="0 0 (\d+)', svg)[0])
    drawn = [[0] * side for _ in range(side)]
    for x, y, wide in re.findall(r"M(\d+) (\d+)\.5h(\d+)", svg):
        for column in range(int(x), int(x) + int(wide)):
            drawn[int(y)][column] = 1
    meant = [list(row) for row in segno.make(address, error="m", micro=False).matrix]
    assert [row[2:-2] for row in drawn[2:-2]] == meant
    assert not any(cell for row in (drawn[0], drawn[1]) for cell in row)
    assert not any(row[0] or row[1] for row in drawn)


@pytest.mark.parametrize(
    "draw",
    [
        lambda: pictures.split_bar((0, 0, 0, 0), ("fa", "fi", "fe", "fl")),
        lambda: pictures.load_strip([], [], "Load"),
        lambda: pictures.span_bars([], []),
    ],
)
def test_of_nothing_there_is_no_picture(draw: Callable[[], str]) -> None:
    assert draw() == ""
