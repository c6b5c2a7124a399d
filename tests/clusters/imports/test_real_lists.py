"""Lists of other countries, as their offices publish them: a sample of each is judged in any country."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from clusters.imports.coordinates import ANYWHERE, PAKISTAN
from clusters.imports.given import given_list
from clusters.imports.outcome import Outcome
from clusters.imports.rules import check_schools
from clusters.imports.vocabulary import ListKind

EVERY = 16
"""One row of so many."""


def sample(path: Path) -> bytes:
    """The header and some of the rows."""
    if not path.is_file():
        pytest.skip(f"{path.name} is not here")
    lines = path.read_bytes().splitlines(keepends=True)
    return b"".join([lines[0], *lines[1::EVERY]])


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("karnataka_16k_latlong.csv", ("code", "lat", "lon")),
        ("kenya_secondary_schools.csv", ("code", "name", "gender", "latlon", "province", "district")),
    ],
)
def test_a_list_of_another_country_is_taken_where_any_is_chosen(
    shared_data: Path, name: str, columns: Sequence[str]
) -> None:
    content = sample(shared_data / "schools" / name)
    given = given_list(content, name, ListKind.SCHOOLS, bounds=ANYWHERE)
    assert set(columns) <= set(given.columns.places)
    checked = check_schools(given.sheet, given.columns, {}, ANYWHERE)
    assert checked.good
    assert checked.count(Outcome.NEW) == len(checked.rows) > 400
    assert all({"lat", "lon"} <= row.values.keys() for row in checked.rows)
    assert check_schools(given.sheet, given.columns, {}, PAKISTAN).count(Outcome.PROBLEM) > 0
