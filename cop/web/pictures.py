"""Small pictures drawn on the server: frozen values in, SVG out; colours come from classes, numbers stand beside."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import cos, hypot, isfinite, radians

import segno
from markupsafe import Markup

from clusters.structure.rules import EARTH_RADIUS_KM, SchoolGender
from cop.web.geometry import Point, facing, hues, hull, touching

WIDTH, MARGIN = 600, 16
DOTS_UP_TO = 1200
"""Schools drawn one by one; a larger area shows its hulls only, and its circles lead to the schools."""
LABELS_UP_TO = 60
CROWDED = 40
"""Square units of other names and rings that a name may cover, a twentieth of itself."""
_KM_A_DEGREE = radians(1) * EARTH_RADIUS_KM
_RINGS_KM = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


@dataclass(frozen=True, slots=True)
class MapSchool:
    """A school with coordinates in degrees. `moved` wears a ring in a draft, with a line to its old host's place
    `from_*`; `label` stands beside it on the map of one cluster, such as its row in the table."""

    lat: float
    lon: float
    gender: SchoolGender = SchoolGender.BOYS
    moved: bool = False
    from_lat: float | None = None
    from_lon: float | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class MapCluster:
    """A cluster as the map shows it; `host_*` is the host school's place, `loud` marks one of the longest ways."""

    cluster_id: int
    name: str
    schools: tuple[MapSchool, ...]
    host_lat: float | None = None
    host_lon: float | None = None
    href: str | None = None
    loud: bool = False
    far_lat: float | None = None
    far_lon: float | None = None
    """Where its longest way begins; drawn to the host."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Degrees to whole units of the picture, the same scale both ways."""

    west: float
    north: float
    squeeze: float
    scale: float
    width: int
    height: int

    def at(self, lat: float, lon: float) -> Point:
        """Where a place lies in the picture."""
        x = MARGIN + (lon - self.west) * self.squeeze * self.scale
        y = MARGIN + (self.north - lat) * self.scale
        return round(min(max(x, -WIDTH), 2 * WIDTH)), round(min(max(y, -WIDTH), 2 * WIDTH))

    @property
    def units_a_km(self) -> float:
        """Units of the picture for one kilometre."""
        return self.scale / _KM_A_DEGREE


def fit(places: Iterable[tuple[float, float]], tallest: int) -> Fit:
    """The scale at which all places (lat, lon in degrees) fill the width, or the tallest height allowed."""
    known = list(places)
    lats, lons = [lat for lat, _ in known], [lon for _, lon in known]
    south, north, west, east = min(lats), max(lats), min(lons), max(lons)
    squeeze = max(cos(radians((south + north) / 2)), 0.01)
    wide, high = (east - west) * squeeze, north - south
    room = WIDTH - 2 * MARGIN
    scale = min(room / max(wide, 1e-3), (tallest - 2 * MARGIN) / max(high, 1e-3))
    width, height = 2 * MARGIN + round(wide * scale), 2 * MARGIN + round(high * scale)
    return Fit(west, north, squeeze, scale, max(width, 2 * MARGIN + 1), max(height, 2 * MARGIN + 1))


def _known(lat: float | None, lon: float | None) -> tuple[float, float] | None:
    if lat is None or lon is None or not (isfinite(lat) and isfinite(lon)) or abs(lat) > 90 or abs(lon) > 180:
        return None
    return lat, lon


def _places(cluster: MapCluster) -> list[tuple[float, float]]:
    pairs = [_known(school.lat, school.lon) for school in cluster.schools]
    return [pair for pair in [*pairs, _known(cluster.host_lat, cluster.host_lon)] if pair is not None]


def _strokes(points: Iterable[Point], mark: str = "h0") -> str:
    """Zero-length strokes, one a point: their caps are the dots. Steps are relative, which packs best."""
    parts: list[str] = []
    x = y = 0
    for px, py in sorted(points):
        parts.append(f"{'M' if not parts else 'm'}{px - x} {py - y}{mark}")
        x, y = px, py
    return "".join(parts).replace(" -", "-")


def _outline(shape: Sequence[Point]) -> str:
    first, *rest = shape
    x, y = first
    parts = [f"M{x} {y}"]
    for px, py in rest:
        parts.append(f"l{px - x} {py - y}")
        x, y = px, py
    return ("".join(parts) + ("z" if len(shape) > 1 else "h0")).replace(" -", "-")


_MARK = {SchoolGender.BOYS: "dots", SchoolGender.GIRLS: "dots sq", SchoolGender.MIXED: "dots mx"}


def _dots(cluster: MapCluster, fitted: Fit) -> Markup:
    parts = []
    for gender, name in _MARK.items():
        points = [
            fitted.at(*pair)
            for school in cluster.schools
            if school.gender is gender and (pair := _known(school.lat, school.lon)) is not None
        ]
        if points:
            # A pill: down and back, so that the next relative step starts from the school itself.
            mark = "v3m0-3" if gender is SchoolGender.MIXED else "h0"
            parts.append(Markup('<path class="{}" d="{}"/>').format(name, _strokes(points, mark)))
    return Markup("").join(parts)


@dataclass(frozen=True, slots=True)
class _Label:
    x: int
    y: int
    wide: float

    def over(self, other: "_Label") -> float:
        across = min(self.x + self.wide / 2, other.x + other.wide / 2) - max(
            self.x - self.wide / 2, other.x - other.wide / 2
        )
        down = min(self.y, other.y) - max(self.y - 14, other.y - 14)
        return max(across, 0.0) * max(down, 0.0)


def _labels(
    spots: Sequence[tuple[Point, str, bool]], fitted: Fit, rings: Sequence[Point], clear: Sequence[int] = ()
) -> list[_Label | None]:
    """A place for each name around its ring, where it covers least; loud names choose first.

    Where there is no room a name that is not loud stays away: the table has it, and the pointer shows it. `clear` is
    how much farther from its ring each name stands, because the ring is larger.
    """
    blocks = [_Label(x, y + 7, 14) for x, y in rings]
    placed: dict[int, _Label] = {}
    for index in sorted(range(len(spots)), key=lambda i: (not spots[i][2], i)):
        (x, y), name, loud = spots[index]
        wide = len(name) * (7.6 if loud else 7.0) + 4
        off = clear[index] if clear else 0
        aside, corner = round(wide / 2 + 10 + off), round(wide / 2 + 4 + off)
        over, under = -11 - off, 23 + off
        steps = (
            (0, over), (0, under), (aside, 5), (-aside, 5),
            (corner, over + 2), (-corner, over + 2), (corner, under - 3), (-corner, under - 3),
        )  # fmt: skip
        choices = [_Label(x + right, y + down, wide) for right, down in steps]
        others = [*placed.values(), *blocks]

        def cost(choice: _Label, others: Sequence[_Label] = others) -> float:
            out = max(choice.wide / 2 - choice.x, 0) + max(choice.x + choice.wide / 2 - fitted.width, 0)
            return sum(choice.over(other) for other in others) + 20 * out + 20 * max(14 - choice.y, 0)

        best = min(choices, key=cost)
        if loud or len(spots) == 1 or cost(best) <= CROWDED:
            placed[index] = best
    return [placed.get(index) for index in range(len(spots))]


def _text(label: _Label, words: str, classes: str, bold: bool) -> Markup:
    weight = Markup(' font-weight="700"') if bold else Markup("")
    return Markup('<text class="{}" x="{}" y="{}"{}>{}</text>').format(classes, label.x, label.y, weight, words)


def _scale_bar(fitted: Fit, unit: str, x: int, y: int) -> Markup:
    km = max((k for k in _RINGS_KM if k * fitted.units_a_km <= fitted.width / 4), default=_RINGS_KM[0])
    length = max(round(km * fitted.units_a_km), 1)
    return Markup(
        '<path class="no-fill se" d="M{} {}v4h{}v-4"/><text class="t start" x="{}" y="{}">{} {}</text>'
    ).format(x, y, length, x + length + 6, y + 6, km, unit)


def _svg(width: int, height: int, title: str, body: Markup, classes: str = "map") -> Markup:
    # Always as wide as the frame, so that letters and dots have one size on every map.
    return Markup('<svg class="{}" viewBox="{} 0 {} {}" role="img" aria-label="{}"><title>{}</title>{}</svg>').format(
        classes, min((width - WIDTH) // 2, 0), max(width, WIDTH), height, title, title, body
    )


@lru_cache(maxsize=64)
def district_map(clusters: tuple[MapCluster, ...], title: str, unit: str = "km") -> Markup:
    """Clusters as hulls in four hues, schools as dots (round boys, square girls, pill mixed), hosts ringed.

    Links inside are for the pointer only: the table beside the picture holds the same ones for the keyboard.
    Empty when no school has coordinates.
    """
    shown = [cluster for cluster in clusters if _places(cluster)]
    if not shown:
        return Markup("")
    fitted = fit((place for cluster in shown for place in _places(cluster)), tallest=560)
    shapes = [hull(fitted.at(*place) for place in _places(cluster)) for cluster in shown]
    centres = [(sum(x for x, _ in shape) / len(shape), sum(y for _, y in shape) / len(shape)) for shape in shapes]
    near = touching(shapes)
    both = near | (facing(centres) if len(shown) <= 4 * LABELS_UP_TO else frozenset())
    hue = hues(len(shown), both)
    if any(hue[a] == hue[b] for a, b in near):
        hue = hues(len(shown), near)
    draw_dots = sum(len(cluster.schools) for cluster in shown) <= DOTS_UP_TO

    areas = []
    for cluster, shape, colour in zip(shown, shapes, hue, strict=True):
        inner = Markup('<title>{}</title><path class="hull" d="{}"/>{}').format(
            cluster.name, _outline(shape), _dots(cluster, fitted) if draw_dots else ""
        )
        if cluster.href:
            areas.append(
                Markup('<a class="h{}" href="{}" tabindex="-1">{}</a>').format(colour + 1, cluster.href, inner)
            )
        else:
            areas.append(Markup('<g class="h{}">{}</g>').format(colour + 1, inner))

    return _svg(fitted.width, fitted.height + 24, title, Markup("").join([*areas, _over(shown, shapes, fitted, unit)]))


def _over(shown: Sequence[MapCluster], shapes: Sequence[Sequence[Point]], fitted: Fit, unit: str) -> Markup:
    """What lies over the hulls and lets the pointer through: moves, hosts, names, the scale."""
    moved, ways = [], []
    for cluster in shown:
        for school in cluster.schools:
            here, old = _known(school.lat, school.lon), _known(school.from_lat, school.from_lon)
            if school.moved and here is not None:
                moved.append(fitted.at(*here))
                if old is not None:
                    x, y = fitted.at(*here)
                    ox, oy = fitted.at(*old)
                    ways.append(f"M{x} {y}l{ox - x} {oy - y}".replace(" -", "-"))
    hosts: list[Point] = []
    loud: list[Point] = []
    spots: list[tuple[Point, str, bool]] = []
    for cluster, shape in zip(shown, shapes, strict=True):
        place = _known(cluster.host_lat, cluster.host_lon)
        if place is not None:
            (loud if cluster.loud else hosts).append(fitted.at(*place))
            spot = fitted.at(*place)
        else:
            spot = sum(x for x, _ in shape) // len(shape), sum(y for _, y in shape) // len(shape)
        if cluster.loud or len(shown) <= LABELS_UP_TO:
            spots.append((spot, cluster.name, cluster.loud))
    parts = []
    if ways:
        parts.append(Markup('<path class="ways" d="{}"/>').format("".join(ways)))
    if longest := _longest(shown, fitted):
        parts.append(Markup('<path class="no-fill si" stroke-width="1.6" d="{}"/>').format(longest))
    for points, name in ((moved, "m"), (hosts, "r"), (loud, "r big")):
        if points:
            parts.append(
                Markup('<path class="{0}" d="{1}"/><path class="{0} in" d="{1}"/>').format(name, _strokes(points))
            )
    names = [
        _text(label, name, "halo" if shout or len(shown) == 1 else "halo wide", shout)
        for label, (_, name, shout) in zip(_labels(spots, fitted, [*hosts, *loud]), spots, strict=True)
        if label is not None
    ]
    parts.append(_scale_bar(fitted, unit, MARGIN, fitted.height + 8))
    return Markup('<g class="over">{}</g>').format(Markup("").join([*parts, *names]))


def _longest(shown: Sequence[MapCluster], fitted: Fit) -> str:
    """The longest way of each loud cluster, from its school to the host."""
    ways = []
    for cluster in shown:
        far, host = _known(cluster.far_lat, cluster.far_lon), _known(cluster.host_lat, cluster.host_lon)
        if far is not None and host is not None:
            (x, y), (hx, hy) = fitted.at(*far), fitted.at(*host)
            ways.append(f"M{x} {y}l{hx - x} {hy - y}".replace(" -", "-"))
    return "".join(ways)


@lru_cache(maxsize=64)
def cluster_map(cluster: MapCluster, title: str, unit: str = "km") -> Markup:
    """One cluster large: rings of distance around the host, a line to each school, labels as in the table."""
    places = _places(cluster)
    if not places:
        return Markup("")
    fitted = fit(places, tallest=440)
    parts = [Markup('<path class="hull h1" d="{}"/>').format(_outline(hull(fitted.at(*place) for place in places)))]
    host = _known(cluster.host_lat, cluster.host_lon)
    if host is not None:
        parts.append(_rings(cluster, fitted, fitted.at(*host), unit))
    parts.append(Markup('<g class="h1">{}</g>').format(_dots(cluster, fitted)))
    if host is not None:
        stroke = _strokes([fitted.at(*host)])
        parts.append(Markup('<path class="r" d="{0}"/><path class="r in" d="{0}"/>').format(stroke))
    labels = []
    for school in cluster.schools:
        place = _known(school.lat, school.lon)
        if school.label and place is not None and place != host:
            x, y = fitted.at(*place)
            labels.append(Markup('<text class="halo s" x="{}" y="{}">{}</text>').format(x, y - 6, school.label))
    if host is not None:
        x, y = fitted.at(*host)
        labels.append(
            Markup('<text class="halo" x="{}" y="{}" font-weight="700">{}</text>').format(x, y - 12, cluster.name)
        )
    parts.append(Markup('<g class="over">{}</g>').format(Markup("").join(labels)))
    return _svg(fitted.width, fitted.height, title, Markup("").join(parts))


def _rings(cluster: MapCluster, fitted: Fit, host: Point, unit: str) -> Markup:
    spokes, longest = [], 0.0
    for school in cluster.schools:
        place = _known(school.lat, school.lon)
        if place is not None:
            x, y = fitted.at(*place)
            longest = max(longest, hypot(x - host[0], y - host[1]))
            spokes.append(f"M{host[0]} {host[1]}l{x - host[0]} {y - host[1]}".replace(" -", "-"))
    reach = longest / fitted.units_a_km
    step = max((k for k in _RINGS_KM if k <= reach / 1.5), default=_RINGS_KM[0])
    parts = [Markup('<path class="ways" d="{}"/>').format("".join(spokes))]
    x, y = host
    for km in (step, 2 * step, 3 * step):
        radius = round(km * fitted.units_a_km)
        if not 1 <= radius <= longest:
            break
        below, above = y + radius, y - radius
        line = below - 4 if below < fitted.height - 4 else above + 14 if above > 0 else y
        parts.append(
            Markup(
                '<circle class="ring" cx="{}" cy="{}" r="{}"/><text class="t halo s" x="{}" y="{}">{} {}</text>'
            ).format(x, y, radius, x if line != y else x + radius, line, km, unit)
        )
    return Markup('<g class="over">{}</g>').format(Markup("").join(parts))


@dataclass(frozen=True, slots=True)
class Node:
    """A group in the picture of ties: where it stands, 0 to 1, and how large it is drawn, 0 to 2."""

    path: str
    name: str
    x: float
    y: float
    size: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """Ties between two groups: `step` 1 to 3 as they are known, 0 when there are few; one step more in doubt."""

    one: str
    other: str
    step: int
    doubtful: bool = False


NODES_HIGH = 400
STROKES = (0, 2, 5, 9)
SHADOWS = (6, 9, 13, 17)
RADII = (8, 11, 14)


@lru_cache(maxsize=64)
def ties_picture(nodes: tuple[Node, ...], lines: tuple[Line, ...], title: str) -> Markup:
    """Groups as rings, ties between them as strokes in three widths, doubt as a pale shadow; names never overlap it.

    The same places month after month: they are kept with the figures. Empty without groups.
    """
    if not nodes:
        return Markup("")
    fitted = Fit(0, 0, 1, 1, WIDTH, NODES_HIGH)
    at = {node.path: (round(48 + node.x * (WIDTH - 96)), round(28 + node.y * (NODES_HIGH - 60))) for node in nodes}
    strokes: dict[tuple[str, int], list[str]] = {}
    for line in lines:
        (x, y), (ox, oy) = at[line.one], at[line.other]
        way = f"M{x} {y}l{ox - x} {oy - y}".replace(" -", "-")
        if line.doubtful:
            strokes.setdefault(("sa doubt", SHADOWS[line.step]), []).append(way)
        if line.step:
            strokes.setdefault(("sa", STROKES[line.step]), []).append(way)
    # Shadows first, the widest lowest: what is known lies over what may be.
    order = sorted(strokes, key=lambda key: (key[0] == "sa", -key[1]))
    drawn = [
        Markup('<path class="{}" stroke-width="{}" d="{}"/>').format(name, wide, "".join(strokes[name, wide]))
        for name, wide in order
    ]
    rings = [
        Markup('<circle class="node" cx="{}" cy="{}" r="{}"><title>{}</title></circle>').format(
            *at[node.path], RADII[node.size], node.name
        )
        for node in nodes
    ]
    spots = [(at[node.path], node.name, node.size > 0) for node in nodes]
    names = [
        _text(label, node.name, "halo" if node.size else "halo wide", False)
        for label, node in zip(
            _labels(spots, fitted, list(at.values()), [3 * node.size for node in nodes]), nodes, strict=True
        )
        if label is not None
    ]
    return _svg(WIDTH, NODES_HIGH, title, Markup("").join([*drawn, *rings, *names]))


def split_bar(parts: Sequence[int], classes: Sequence[str]) -> Markup:
    """One bar of several parts with a gap between them; the words and numbers stand beside it."""
    whole = sum(parts)
    if whole <= 0:
        return Markup("")
    drawn, x = [], 0.0
    for size, name in zip(parts, classes, strict=True):
        wide = 600 * size / whole
        if size > 0:
            drawn.append(
                Markup('<rect class="{}" x="{}" width="{}" height="14"/>').format(
                    name, round(x), max(round(wide) - 3, 1)
                )
            )
        x += wide
    return Markup(
        '<svg class="split" viewBox="0 0 600 14" height="14" width="100%" preserveAspectRatio="none" '
        'aria-hidden="true">{}</svg>'
    ).format(Markup("").join(drawn))


def load_strip(loads: Sequence[int], closed: Sequence[bool], title: str, most: int = 0) -> Markup:
    """One bar a day, in time from left to right in every language; closed days stand as a pale line.

    Two strips with the same `most` have the same scale.
    """
    if not loads:
        return Markup("")
    most = max(max(loads), most, 1)
    pale = "".join(f"M{20 * day} 36h18v4h-18z" for day, shut in enumerate(closed) if shut)
    bars = "".join(
        f"M{20 * day} 40v-{max(round(38 * load / most), 1)}h18v{max(round(38 * load / most), 1)}z"
        for day, load in enumerate(loads)
        if load > 0
    )
    return Markup(
        '<svg class="days" viewBox="0 0 {} 40" direction="ltr" preserveAspectRatio="none" role="img" '
        'aria-label="{}"><path class="fl" d="{}"/><path class="fa" d="{}"/></svg>'
    ).format(20 * len(loads) - 2, title, pale, bars)


def span_bars(firsts: Sequence[date], lasts: Sequence[date]) -> Markup:
    """One bar a level from its first to its last day, on one time scale, left to right in every language."""
    if not firsts:
        return Markup("")
    start, whole = min(firsts), max((max(lasts) - min(firsts)).days + 1, 1)
    bars = ""
    for row, (first, last) in enumerate(zip(firsts, lasts, strict=True)):
        wide = max(round(600 * ((last - first).days + 1) / whole), 4)
        bars += f"M{round(600 * (first - start).days / whole)} {18 * row + 4}h{wide}v10h-{wide}z"
    lines = "".join(f"M0 {18 * row + 9}h600" for row in range(len(firsts)))
    return Markup(
        '<svg class="spans" viewBox="0 0 600 {}" preserveAspectRatio="none" direction="ltr" aria-hidden="true">'
        '<path class="sl" d="{}"/><path class="fa" d="{}"/></svg>'
    ).format(18 * len(firsts), lines, bars)


CURVE_HIGH = 180


def curve(across: Sequence[float], up: Sequence[float], title: str) -> Markup:
    """What is won step by step: a line with a dot for each step, its ends in figures; the table beside it has all.

    Empty with fewer than two steps. Left to right in every language.
    """
    if len(across) < 2:
        return Markup("")
    left, right, top, bottom = 64, WIDTH - 24, 26, CURVE_HIGH - 34
    wide, high = max(max(across) - min(across), 1e-9), max(max(up) - min(up), 1e-9)
    spots = [
        (round(left + (x - min(across)) * (right - left) / wide), round(top + (max(up) - y) * (bottom - top) / high))
        for x, y in zip(across, up, strict=True)
    ]
    way = "M" + "L".join(f"{x} {y}" for x, y in spots)
    figures = [
        Markup('<text class="t {}" x="{}" y="{}">{}</text>').format(anchor, x, y, said)
        for anchor, x, y, said in (
            ("start", 0, top + 5, f"{max(up):,.2f}"),
            ("start", 0, bottom + 5, f"{min(up):,.2f}"),
            ("start", left, CURVE_HIGH - 8, f"{min(across):,.0f}"),
            ("end", right, CURVE_HIGH - 8, f"{max(across):,.0f}"),
        )
    ]
    dots = [Markup('<circle class="fa" cx="{}" cy="{}" r="6"/>').format(x, y) for x, y in spots]
    drawn = Markup("").join([*dots, *figures])
    return Markup(
        '<svg class="map" viewBox="0 0 {} {}" role="img" aria-label="{}"><path class="no-fill sl" d="M{} {}V{}H{}"/>'
        '<path class="no-fill sa" stroke-width="2" d="{}"/>{}</svg>'
    ).format(WIDTH, CURVE_HIGH, title, left, top - 8, bottom + 8, right, way, drawn)


SPREAD_ROW, SPREAD_GAP = 30, 14
"""Height of a line of the spread, and of the space before a circle; the list of names beside it has the same."""


@dataclass(frozen=True, slots=True)
class SpreadLine:
    """One cluster of the spread: since when it has the note, and when it was adapted there, as shares of the time.

    `source` is the line it came from, -1 where it came from none that is drawn; `apart` begins a circle.
    """

    since: float
    source: int = -1
    adapted: tuple[float, ...] = ()
    apart: bool = False


def spread(lines: Sequence[SpreadLine], ticks: Sequence[tuple[float, str]]) -> Markup:
    """A line for each cluster from when it has the note: dots where it came, upright strokes from where, diamonds where
    it was adapted. Shares are of the width, so that it fits any; time goes from left to right in every language. The
    table beside it says the same."""
    if not lines:
        return Markup("")
    high, tops = 0, []
    for line in lines:
        high += SPREAD_GAP if line.apart else 0
        tops.append(high + SPREAD_ROW // 2)
        high += SPREAD_ROW
    parts = [
        Markup('<line class="sl" x1="{0}%" x2="{0}%" y2="{1}"/><text class="t {2}" x="{0}%" y="{3}">{4}</text>').format(
            _share(at), high, "start" if at < 0.06 else "end" if at > 0.94 else "wide", high + 20, words
        )
        for at, words in ticks
    ]
    bands, strokes, marks = [], [], []
    for line, top in zip(lines, tops, strict=True):
        x = _share(line.since)
        bands.append(Markup('<line x1="{0}%" x2="100%" y1="{1}" y2="{1}"/>').format(x, top))
        marks.append(Markup('<circle class="fa" cx="{}%" cy="{}" r="6"/>').format(x, top))
        if line.source >= 0:
            strokes.append(Markup('<line x1="{0}%" x2="{0}%" y1="{1}" y2="{2}"/>').format(x, tops[line.source], top))
        marks.extend(
            Markup(
                '<svg x="{}%" y="{}" overflow="visible" aria-hidden="true">'
                '<path class="fp sa" d="m0-7 7 7-7 7-7-7z"/></svg>'
            ).format(_share(at), top)
            for at in line.adapted
        )
    return Markup(
        '<svg class="sa" height="{}" width="100%" direction="ltr" aria-hidden="true">{}'
        '<g stroke-width="9" stroke-opacity=".25">{}</g><g stroke-width="2">{}{}</g></svg>'
    ).format(high + 26, *(Markup("").join(each) for each in (parts, bands, strokes, marks)))


def _share(of: float) -> str:
    return f"{2 + 96 * min(max(of, 0.0), 1.0):.1f}".removesuffix(".0")


def growth(shares: Sequence[float]) -> Markup:
    """A small rising line: one step up for each cluster that a note came to, at its share of the time."""
    if not shares:
        return Markup("")
    step = 16 / len(shares)
    way = "".join(f"H{round(68 * share) + 2}v-{step:.3g}" for share in sorted(shares))
    return Markup(
        '<svg class="sa no-fill" width="72" height="20" direction="ltr" aria-hidden="true">'
        '<path stroke-width="2" d="M2 18{}H70"/></svg>'
    ).format(way)


def qr(address: str, title: str) -> Markup:
    """A QR code, black on white in light and dark alike, dense enough for a page and readable when creased."""
    rows = segno.make(address, error="m", micro=False).matrix
    quiet = 2
    parts = []
    for y, row in enumerate(rows):
        start = None
        for x, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                parts.append(f"M{start + quiet} {y + quiet}.5h{x - start}")
                start = None
    side = len(rows) + 2 * quiet
    return Markup(
        '<svg class="qr" viewBox="0 0 {0} {0}" role="img" aria-label="{1}"><path fill="#fff" d="M0 0h{0}v{0}H0z"/>'
        '<path stroke="#000" d="{2}"/></svg>'
    ).format(side, title, "".join(parts))
