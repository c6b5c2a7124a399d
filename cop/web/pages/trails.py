"""The trail of places above a page: block, circle, cluster, as far as the viewer may see them."""

from sqlalchemy.orm import Session

from clusters.kernel.errors import NotFound
from clusters.scope import Scope
from clusters.structure import queries as structure
from clusters.structure.rules import PlaceKind
from cop.web.views import paths
from cop.web.views.frame import Crumb


def trail_to(db: Session, scope: Scope, training_path: str, last: str) -> tuple[Crumb, ...]:
    """Crumbs down to a place of the training tree, then `last`, where one stands."""
    try:
        above = structure.trail(db, scope, structure.place(db, scope, f"T/{training_path}"))
    except NotFound:  # she leads a training session of a place that is not hers to see
        above = ()
    crumbs = [
        Crumb(place.name, paths.cluster(place.id) if place.kind is PlaceKind.CLUSTER else None) for place in above
    ]
    return (*crumbs, Crumb(last))
