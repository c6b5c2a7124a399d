"""The trail of places above a page: block, circle, cluster, as far as the viewer may see them."""

from sqlalchemy.orm import Session

from clusters.scope import Scope
from clusters.structure import queries as structure
from clusters.structure.rules import PlaceKind
from cop.web.views import paths
from cop.web.views.frame import Crumb


def trail_to(db: Session, scope: Scope, training_path: str, last: str) -> tuple[Crumb, ...]:
    """Crumbs down to a place of the training tree, then `last`, where one stands.

    Who leads a training session of a place that is not hers to see gets the last one alone.
    """
    crumbs = [
        Crumb(place.name, paths.cluster(place.id) if place.kind is PlaceKind.CLUSTER else None)
        for place in structure.trail_to(db, scope, training_path)
    ]
    return (*crumbs, Crumb(last))
