"""What else a training session could be: every choice of days, room and trainers that what stays leaves to it."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from clusters.cascade.listing import bits
from clusters.cascade.mending.board import Board, Key, keys_of
from clusters.cascade.mending.news import Standing, block_of, circle_of
from clusters.cascade.rules import Level, Member, level_above

ROOMS = 8
"""So many other rooms are looked at for a training session of trainers whose own is lost."""


STAND_INS = 6
"""So many others are looked at for each trainer who is lost."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice for a training session, its days as numbers of the almanac; `kept` as it stands."""

    days: tuple[int, ...]
    ends: int
    venue: str
    trainers: tuple[int, ...]
    kept: bool

    @property
    def start(self) -> int:
        """The first day."""
        return self.days[0]


class Choices:
    """The options of loose training sessions on a board where all others stay."""

    def __init__(self, board: Board, loose: Collection[int], hit: Collection[int], *, afar: bool = False) -> None:
        self.board, self.loose, self.hit, self._afar = board, frozenset(loose), hit, afar
        self._busy: dict[Key, int] = {}
        self._done: dict[tuple[Level, str], dict[int, date]] = {}
        self.crowds = self._together()

    def gone(self, key: Key) -> tuple[date, ...]:
        """The days on which somebody or something is wanted by what stays."""
        return self.board.gone(key, self.loose)

    def busy(self, key: Key) -> int:
        """The same as bits."""
        found = self._busy.get(key)
        if found is None:
            found = self._busy[key] = self.board.almanac.bits(self.gone(key))
        return found

    def _together(self) -> dict[int, tuple[int, ...]]:
        """One for all teachers who sit in the same training sessions and have the same days gone already."""
        seats: defaultdict[int, list[int]] = defaultdict(list)
        for number in sorted(self.loose):
            for person in self.board.standing[number].persons:
                seats[person].append(number)
        chosen: dict[object, int] = {}
        crowds: defaultdict[int, set[int]] = defaultdict(set)
        for person, theirs in seats.items():
            like: object = person if person in self.board.members else (tuple(theirs), self.gone(person))
            for number in theirs:
                crowds[number].add(chosen.setdefault(like, person))
        return {number: tuple(sorted(crowds.get(number, ()))) for number in self.loose}

    def keys(self, each: Standing, venue: str, trainers: Sequence[int]) -> Iterator[Key]:
        """Everybody and everything it takes, one standing for many where they are alike."""
        return keys_of(each, venue, trainers, self.crowds[each.id])

    def of(self, number: int, last: int) -> list[Option]:
        """Every choice for one training session that meets on day `last` for the last time at the latest.

        What the news does not hit may always stay as it is, even where somebody's hand had bent a rule before.
        """
        each, board = self.board.standing[number], self.board
        found: list[Option] = []
        present = tuple(board.number[day] for day in each.days) if all(d in board.number for d in each.days) else None
        if number not in self.hit and present is not None:
            found.append(Option(present, self._end(present, each), each.row.venue, each.row.trainers, kept=True))
        shut = 0
        for key in (*self.crowds[number], ("place", each.row.place)):
            shut |= self.busy(key)
        after, before = self._after(each), self._before(each)
        for trainers in self.teams(each):
            ready = self._ready(each, trainers)
            if ready is None:
                continue
            led = shut
            for trainer in trainers:
                led |= self.busy(trainer)
            for venue in self.rooms(each):
                closed = led | self.busy(venue)
                same = venue == each.row.venue and trainers == each.row.trainers
                stands = present is not None and each.days[0] > max(ready, after) and (number in self.hit or not same)
                if present is not None and stands and not any(closed >> day & 1 for day in present):
                    # Its own days stay open to it even within the notice.
                    found.append(Option(present, self._end(present, each), venue, trainers, kept=False))
                for days in self._runs(each, closed, last):
                    if days == present or board.almanac.days[days[0]] <= max(ready, after):
                        continue
                    if board.almanac.days[self._end(days, each)] < before:
                        found.append(Option(days, self._end(days, each), venue, trainers, kept=False))
        return found

    def _end(self, days: Sequence[int], each: Standing) -> int:
        returns = self.board.rules.returns(each.row.level) and len(days) > 1
        return days[-2 if returns else -1]

    def _runs(self, each: Standing, closed: int, last: int) -> Iterator[tuple[int, ...]]:
        """Free days in a row from the notice on, and where teachers come back, the nearest day for that."""
        almanac = self.board.almanac
        returns = self.board.rules.returns(each.row.level) and len(each.days) > 1
        length = len(each.days) - returns
        starts = almanac.starts(length, for_teachers=each.row.level is Level.TEACHER) & (-1 << self.board.first)
        for step in range(length):
            starts &= ~(closed >> step)
        old = self.board.number.get(each.days[-1], -1)
        for start in bits(starts & ((1 << max(last - length + 2, 0)) - 1)):
            run = tuple(range(start, start + length))
            if not returns:
                yield run
                continue
            back = almanac.return_days & ~closed & (-1 << almanac.returns_from(run[-1])) & ((1 << (last + 1)) - 1)
            if back:
                yield (*run, old if old >= 0 and back >> old & 1 else next(bits(back)))

    def teams(self, each: Standing) -> list[tuple[int, ...]]:
        """The present trainers, or those left with one other in the place of each lost; nearest first, then afar."""
        present = each.row.trainers
        left = tuple(person for person in present if person not in self.board.news.lost)
        if left == present:
            swapped = {
                tuple(sorted({*present, other} - {gone})) for other in self._others(each, present) for gone in present
            }
            return [present, *sorted(swapped)]
        if left:
            return [left, *(tuple(sorted({*left, other})) for other in self._others(each, left))]
        return [(other,) for other in self._others(each, ())]

    def _others(self, each: Standing, without: Sequence[int]) -> list[int]:
        row, lost = each.row, self.board.news.lost
        able = [
            member
            for member in self.board.team(row.level)
            if member.takes(row.subject) and member.person not in lost and member.person not in without
        ]
        if row.level is Level.TEACHER:
            able = list(self.board.ways.near_enough(able, row.place))
        if row.level is Level.MASTER or self._afar:
            return _next_to(row.place, able)
        areas = (row.place,) if row.level is Level.CIRCLE else (circle_of(row.place), block_of(row.place))
        for area in areas:
            near = [member for member in able if member.home.startswith(area)]
            # Somebody of the circle stands in first; whoever leads beside the lost one is of it already.
            if near or any(self.board.home(person).startswith(area) for person in without):
                able = near
                break
        return _next_to(each.row.place, able)

    def rooms(self, each: Standing) -> list[str]:
        closed, row, request = self.board.news.closed_venues, each.row, self.board.request
        if row.venue not in closed:
            return [row.venue]
        if row.level is Level.TEACHER:
            near = [seat.venue for seat in request.clusters if seat.circle == circle_of(row.place)]
            return sorted(set(near) - closed)
        lent = [room.venue for room in request.rooms if room.place == row.place]
        hosts = [seat.venue for seat in request.clusters if seat.place.startswith(row.place)]
        return [venue for venue in dict.fromkeys((*lent, *hosts)) if venue not in closed][:ROOMS]

    def _ready(self, each: Standing, trainers: Sequence[int]) -> date | None:
        """The day before which none of them may deliver; None when somebody never learned it."""
        above = level_above(each.row.level)
        if above is None:
            return date.min
        key = (above, each.row.module)
        if key not in self._done:
            # What is loose itself is asked in the same question, so it sets no date beforehand.
            done = self.board.completed(above, each.row.module, self.loose)
            for number in self.loose:
                other = self.board.standing[number].row
                if (other.level, other.module) == key:
                    done |= dict.fromkeys(self.board.standing[number].persons, date.min)
            self._done[key] = done
        ends = [self._done[key].get(person) for person in trainers]
        known = [end for end in ends if end is not None]
        return None if len(known) < len(ends) else max(known, default=date.min)

    def _after(self, each: Standing) -> date:
        """The end of the modules before it that its people do first and that stay where they are."""
        return max((self.board.module_ends(other) for other in self._of_subject(each, -1)), default=date.min)

    def _before(self, each: Standing) -> date:
        """The day before which it must be over: somebody delivers it then, or begins the module after it."""
        begins = [other.days[0] for other in self._of_subject(each, 1)]
        begins += [
            self.board.standing[other].days[0] for other in self.board.followers(each) if other not in self.loose
        ]
        return min(begins, default=date.max)

    def _of_subject(self, each: Standing, step: int) -> Iterator[Standing]:
        """Training sessions of its people in earlier (-1) or later (1) modules of the subject, as far as they stay."""
        board = self.board
        if len(set(board.order.values())) < 2:
            return
        own = board.order[each.row.module]
        near = {number for person in each.persons for number in board.of(person)}
        for number in sorted(near - self.loose):
            other = board.standing[number]
            if (other.row.level, other.row.subject) != (each.row.level, each.row.subject):
                continue
            if (board.order[other.row.module] - own) * step > 0 and not set(each.persons).isdisjoint(other.persons):
                yield other


def _next_to(place: str, able: Sequence[Member]) -> list[int]:
    """As many as are looked at: those of the place's own circle first, then of the next ones by their addresses."""
    in_order = sorted(able, key=lambda member: (member.home < circle_of(place), member.home, member.person))
    return [member.person for member in in_order[:STAND_INS]]
