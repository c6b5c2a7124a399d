"""How far a circle trainer goes: from the middle of her home circle to a cluster, as the crow flies."""

from collections.abc import Iterable
from math import fsum

from clusters.cascade.rules import CascadeRequest, ClusterSeat, Member
from clusters.structure.rules import great_circle_km


class Ways:
    """The ways between homes and clusters of a request, under its limit."""

    def __init__(self, request: CascadeRequest) -> None:
        self._limit = request.rules.travel_km
        self._seats = {seat.place: seat for seat in request.clusters}
        self._known = [seat for seat in request.clusters if seat.spot is not None]
        self._middles: dict[str, tuple[float, float] | None] = {}

    def km(self, home: str, place: str) -> float | None:
        """Kilometres from a home to a cluster; None where either place is unknown."""
        seat, here = self._seats.get(place), self._middle(home)
        if seat is None or seat.spot is None or here is None:
            return None
        return great_circle_km(here, seat.spot)

    def within(self, home: str, place: str) -> bool:
        """May somebody of this home go to that cluster?"""
        if self._limit is None:
            return True
        km = self.km(home, place)
        return km is None or km <= self._limit

    def near_enough(self, members: Iterable[Member], place: str) -> tuple[Member, ...]:
        """Those of them who may go there."""
        return tuple(member for member in members if self.within(member.home, place))

    def _middle(self, home: str) -> tuple[float, float] | None:
        """The middle of the clusters of the circle that a home lies in, or of all inside a larger home."""
        if home not in self._middles:
            circle = next((seat.circle for seat in self._seats.values() if home.startswith(seat.circle)), home)
            spots = [seat.spot for seat in self._known if seat.spot is not None and _inside(seat, circle)]
            self._middles[home] = (
                (fsum(lat for lat, _ in spots) / len(spots), fsum(lon for _, lon in spots) / len(spots))
                if spots
                else None
            )
        return self._middles[home]


def _inside(seat: ClusterSeat, home: str) -> bool:
    return seat.place.startswith(home)
