"""One notion of scope: what Python says of two paths the database says too, in both of its forms."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Text, column, func, literal, select
from sqlalchemy.orm import Session

from clusters.scope import Held, Scope, lies_within

PATHS = st.sampled_from(["", "B1.", "B1.C01.", "B1.C01.L1.", "B1.C01.L10.", "B2.", "B_.", "KP.", "KP.BANNU."])
STANDS = st.one_of(st.none(), PATHS.filter(bool))
PLACES = st.lists(st.builds(Held, st.sampled_from("TA"), PATHS, st.just("clerk")), max_size=3)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(places=PLACES, training=STANDS, admin=PATHS.filter(bool))
def test_python_and_both_predicates_agree(db: Session, places: list[Held], training: str | None, admin: str) -> None:
    scope = Scope(1, tuple(places))
    stands = literal(training, Text), literal(admin, Text)
    within = db.scalar(select(func.coalesce(scope.within(*stands), False)))
    held = [(place.tree, place.path) for place in places]
    rows = func.json_to_recordset(func.json_build_array(*(func.json_build_object("t", t, "p", p) for t, p in held)))
    table = rows.table_valued(column("t", Text), column("p", Text)).render_derived(with_types=True)
    matches = lies_within(table.c.t, table.c.p, *stands)
    joined = db.scalar(select(func.coalesce(func.bool_or(func.coalesce(matches, False)), False)).select_from(table))
    assert within == scope.covers(training, admin) == joined
