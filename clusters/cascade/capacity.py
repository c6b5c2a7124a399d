"""What a whole programme takes before any of it has a date: trainers, weeks, rooms, and what would have to give."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from clusters.cascade.almanac import Almanac
from clusters.cascade.bound import floor_of, releases
from clusters.cascade.feasibility import Remark
from clusters.cascade.hanging import gives_first
from clusters.cascade.knots import Knot, Leader, Number, Task
from clusters.cascade.rules import ORDER, CascadeRules, Level
from clusters.modules.rules import TaughtModule
from clusters.structure.rules import BLOCKS, CIRCLE_MAX

TEACHERS_A_CLUSTER = 44
"""What a cluster of about thirty schools with one or two teachers each brings, where no cluster is known."""
TEACHERS = 22_000
"""The size of the whole programme, where nobody says another."""
TRAINERS_A_CIRCLE = 3
MOST_TRAINERS = 12
"""Up to so many trainers a circle are compared."""

_BINDS = {
    "hangs_on_teacher_cap": "the teachers' cap of {teacher_days} days a month",
    "hangs_on_release": "the training of the trainers themselves",
    "hangs_on_room": "the one room of each LTRC",
    "hangs_on_trainer_cap": "the trainers' cap of {trainer_days} days a month",
    "hangs_on_trainers": "their number",
}
_USUAL = CascadeRules()


@dataclass(frozen=True, slots=True)
class Programme:
    """What is asked about. `circle_clusters` counts the clusters of the largest circle, which ends last.

    `trainers` are those of one circle, `groups` the fewest groups of a cluster: two where a school has two teachers.
    """

    modules: tuple[TaughtModule, ...]
    teachers: int
    clusters: int
    circle_clusters: int
    circles: int
    blocks: int
    trainers: int = TRAINERS_A_CIRCLE
    groups: int = 2
    rules: CascadeRules = _USUAL

    @property
    def groups_a_cluster(self) -> int:
        """Training sessions of one module in one cluster."""
        teachers = -(-self.teachers // self.clusters)
        if not self.rules.women_apart:
            return max(-(-teachers // self.rules.teacher.capacity), self.groups)
        # About half of them are women, and who is left over needs a group as well.
        half = -(-teachers // 2)
        return 2 * max(-(-half // self.rules.teacher.capacity), 1)


@dataclass(frozen=True, slots=True)
class Span:
    """From the first day to the day before which nothing under these rules ends; None: not within the calendar."""

    start: date
    end: date | None
    training_days: int | None

    @property
    def weeks(self) -> int | None:
        """Weeks begun, closed days included."""
        return None if self.end is None else -(-((self.end - self.start).days + 1) // 7)


@dataclass(frozen=True, slots=True)
class Demand:
    """What one level takes: training sessions, days of rooms, seats, leads, and the trainers needed to give it."""

    level: Level
    sessions: int
    venue_days: int
    seats: int
    leads: int
    trainers: int


@dataclass(frozen=True, slots=True)
class Capacity:
    """The answer; `by_trainers` are other numbers of trainers a circle, `by_start` other first days.

    `binding` holds the keys of the rules that bind: one, two together, or none where no two of them help.
    """

    programme: Programme
    span: Span
    binds: Remark
    binding: tuple[str, ...]
    demands: tuple[Demand, ...]
    teacher_days: int
    trainer_days: int
    by_trainers: tuple[tuple[int, Span], ...]
    by_start: tuple[Span, ...]

    @property
    def venue_days(self) -> int:
        """Days of rooms in all."""
        return sum(demand.venue_days for demand in self.demands)

    def enough_for(self, weeks: int) -> int | None:
        """The fewest trainers a circle with whom so many weeks can do; None where no number of trainers helps."""
        return next((many for many, span in self.by_trainers if span.weeks is not None and span.weeks <= weeks), None)


@dataclass(frozen=True, slots=True)
class Standing:
    """What there is today; `trainers` are all circle trainers, `circle_clusters` stand in the largest circle."""

    teachers: int
    clusters: int
    circle_clusters: int
    circles: int
    blocks: int
    trainers: int


def programme_of(
    modules: Sequence[TaughtModule],
    standing: Standing | None = None,
    *,
    teachers: int | None = None,
    trainers: int | None = None,
    rules: CascadeRules = _USUAL,
) -> Programme:
    """A programme as it stands, for as many teachers if a number is given; as it usually is where nothing stands."""
    if standing is not None and teachers in (None, standing.teachers):
        many = standing
    else:
        wanted = TEACHERS if teachers is None else teachers
        a_cluster = TEACHERS_A_CLUSTER if standing is None else -(-standing.teachers // standing.clusters)
        clusters = max(-(-wanted // max(a_cluster, 1)), 1)
        circles = -(-clusters // CIRCLE_MAX)
        blocks = min(BLOCKS if standing is None else standing.blocks, circles)
        many = Standing(wanted, clusters, min(clusters, CIRCLE_MAX), circles, blocks, circles * TRAINERS_A_CIRCLE)
    a_circle = max(many.trainers // many.circles, 1) if trainers is None else trainers
    return Programme(
        tuple(modules),
        many.teachers,
        many.clusters,
        many.circle_clusters,
        many.circles,
        many.blocks,
        a_circle,
        rules=rules,
    )


def capacity_of(programme: Programme, days: Sequence[date], starts: Iterable[date] = ()) -> Capacity:
    """The answer for training days in order, the first of them the start; `starts` are other first days to compare."""
    knot, almanac, span = _asked(programme, days)
    keys = gives_first(knot, almanac)
    return Capacity(
        programme,
        span,
        Remark(keys[0] if len(keys) == 1 else "hangs_on_several", _said(programme, span, keys)),
        keys,
        tuple(_demand(programme, level) for level in ORDER),
        _days_of(programme, Level.TEACHER),
        -(-_led(programme) // programme.trainers),
        tuple(_other_trainers(programme, days)),
        tuple(span_of(programme, [day for day in days if day >= start]) for start in starts),
    )


def months_after(start: date) -> tuple[date, ...]:
    """The first days of the twelve months after a day."""
    first, found = start, []
    for _ in range(12):
        first = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        found.append(first)
    return tuple(found)


def _led(programme: Programme) -> int:
    """Days that the trainers of the largest circle give in all."""
    sessions = programme.circle_clusters * programme.groups_a_cluster
    return _days_of(programme, Level.TEACHER) * sessions * _leaders(programme)


def _other_trainers(programme: Programme, days: Sequence[date]) -> Iterator[tuple[int, Span]]:
    """What one, two, three trainers would make of it, as long as one more lets it end earlier; and those asked for."""
    best: date | None = None
    for many in range(1, max(MOST_TRAINERS, programme.trainers) + 1):
        span = span_of(replace(programme, trainers=many), days)
        earlier = span.end is not None and (best is None or span.end < best)
        if earlier or many in (1, programme.trainers):
            yield many, span
        best = span.end if earlier else best


def _said(programme: Programme, span: Span, keys: Sequence[str]) -> str:
    rules = programme.rules
    named = " and ".join(_BINDS[key] for key in keys) or "several rules"
    binds = named.format(teacher_days=rules.teacher_days_a_month, trainer_days=rules.trainer_days_a_month)
    verb = "binds" if len(keys) == 1 else "bind together"
    weeks = "no end within the calendar" if span.weeks is None else f"{span.weeks} weeks at least"
    trainers = "1 circle trainer" if programme.trainers == 1 else f"{programme.trainers} circle trainers"
    return f"With {trainers} a circle {binds} {verb}: {weeks}."


def span_of(programme: Programme, days: Sequence[date]) -> Span:
    """The floor under a programme's end, for training days in order, the first of them the start."""
    return _asked(programme, days)[2]


def _asked(programme: Programme, days: Sequence[date]) -> tuple[Knot, Almanac, Span]:
    """The largest circle of a programme as a planner would see it, and the floor under its end."""
    almanac = Almanac(days, programme.rules)
    knot = _circle(programme, almanac)
    end = floor_of(knot, almanac, _releases(programme))
    span = Span(days[0], days[end], end + 1) if end < len(days) else Span(days[0], None, None)
    return knot, almanac, span


def _circle(programme: Programme, almanac: Almanac) -> Knot:
    rules = programme.rules
    nothing = (0,) * len(almanac.months)
    leaders = [Number(0, nothing, rules.trainer_days_a_month)] * programme.trainers
    numbers = [*leaders]
    tasks = []
    for cluster in range(programme.circle_clusters):
        room = len(numbers)
        groups = range(room + 1, room + 1 + programme.groups_a_cluster)
        numbers += [Number(0, nothing, None), *(Number(0, nothing, rules.teacher_days_a_month) for _ in groups)]
        for place, module in enumerate(programme.modules):
            length = rules.days(Level.TEACHER, module)
            ready = rules.days(Level.MASTER, module) + rules.days(Level.CIRCLE, module)
            subjects = list(dict.fromkeys(each.subject for each in programme.modules))
            for turn, group in enumerate(groups):
                chain = (cluster * len(groups) + turn) * len(subjects) + subjects.index(module.subject)
                tasks.append(
                    Task(
                        length,
                        almanac.starts(length, for_teachers=True),
                        room,
                        (group,),
                        tuple(Leader(number, ready, 0) for number in range(programme.trainers)),
                        _leaders(programme),
                        place,
                        chain,
                        module.number,
                        turn,
                        rules.returns(Level.TEACHER),
                    )
                )
    return Knot(tuple(tasks), tuple(numbers))


def _leaders(programme: Programme) -> int:
    return min(programme.rules.teacher.trainers, programme.trainers)


def _releases(programme: Programme) -> tuple[int, ...]:
    """The first days on which modules can have come down; trainers who take all subjects stand in one queue."""
    modules, rooms, rules = programme.modules, programme.circles // programme.blocks, programme.rules
    # So many masters at least: more of them, for want of days a month, do not let a subject come down earlier.
    masters = programme.blocks * rules.circle.trainers
    alone = {
        Level.MASTER: masters <= rules.master.capacity,
        Level.CIRCLE: rooms == 1 or _parts(programme, Level.CIRCLE) == 1,
    }
    queues = {level: 1 if together else len(modules) for level, together in alone.items()}
    return releases(queues, {level: [programme.rules.days(level, module) for module in modules] for level in queues})


def _parts(programme: Programme, level: Level) -> int:
    """Training sessions of one module in one block, or in the whole programme for master trainers."""
    in_block = -(-programme.circles * programme.trainers // programme.blocks)
    learners = _masters(programme) if level is Level.MASTER else in_block
    return max(-(-learners // programme.rules.of(level).capacity), 1)


def _masters(programme: Programme) -> int:
    """Master trainers that the blocks need: who trains all parts of a module at once, within the monthly cap."""
    return programme.blocks * _needed(programme, Level.CIRCLE, _parts(programme, Level.CIRCLE))


def _needed(programme: Programme, level: Level, parts: int) -> int:
    """Trainers who lead the parts of a level side by side, module after module, within the monthly cap."""
    rules = programme.rules
    at_once = rules.of(level).trainers * parts
    cap = rules.trainer_days_a_month
    if cap is None:
        return at_once
    days = sum(rules.days(level, module) for module in programme.modules)
    a_month = min(days, 27)
    return max(at_once, -(-a_month * at_once // max(cap, 1)))


def _days_of(programme: Programme, level: Level) -> int:
    """Meeting days of one person at a level, all modules and returns together."""
    rules = programme.rules
    return sum(rules.days(level, module) + rules.returns(level) for module in programme.modules)


def _demand(programme: Programme, level: Level) -> Demand:
    modules, each = len(programme.modules), _days_of(programme, level)
    if level is Level.TEACHER:
        parts = programme.clusters * programme.groups_a_cluster
        trainers, learners = programme.circles * programme.trainers, programme.teachers
        leads = modules * parts * _leaders(programme)
    elif level is Level.CIRCLE:
        parts = programme.blocks * _parts(programme, level)
        trainers, learners = _masters(programme), programme.circles * programme.trainers
        leads = modules * parts * programme.rules.circle.trainers
    else:
        parts = _parts(programme, level)
        trainers, learners = _needed(programme, level, parts), _masters(programme)
        leads = modules * parts * programme.rules.master.trainers
    return Demand(level, modules * parts, each * parts, modules * learners, leads, trainers)
