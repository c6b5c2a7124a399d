"""An invented province: schools that do not exist, in districts that do."""

from itertools import accumulate, pairwise

from cop.demo.district import FIRST_CODE, District, InventedSchool, invent

DISTRICTS: tuple[tuple[int, District], ...] = (
    (48, District("Peshawar", (34.00, 71.58))),
    (30, District("Nowshera", (33.93, 71.98))),
    (32, District("Charsadda", (34.22, 71.72))),
    (44, District("Mardan", (34.25, 72.12))),
    (36, District("Swabi", (34.12, 72.47))),
    (26, District("Malakand", (34.56, 71.95))),
    (38, District("Lower Dir", (34.86, 71.82))),
    (26, District("Upper Dir", (35.21, 71.99))),
    (46, District("Swat", (34.95, 72.45))),
    (20, District("Shangla", (34.89, 72.76))),
    (26, District("Buner", (34.45, 72.50))),
    (18, District("Battagram", (34.68, 73.02))),
    (44, District("Mansehra", (34.48, 73.27))),
    (38, District("Abbottabad", (34.12, 73.25))),
    (32, District("Haripur", (33.96, 72.98))),
    (34, District("Bajaur", (34.75, 71.50))),
    (20, District("Mohmand", (34.50, 71.30))),
    (26, District("Khyber", (33.95, 71.10))),
    (16, District("Hangu", (33.53, 71.06))),
    (30, District("Kohat", (33.55, 71.45))),
    (26, District("Karak", (33.12, 71.09))),
    (34, District("Bannu", (32.99, 70.60))),
    (34, District("Lakki Marwat", (32.61, 70.91))),
    (18, District("Tank", (32.22, 70.38))),
    (48, District("Dera Ismail Khan", (31.86, 70.75))),
)
"""Each with its share of the schools."""


def invent_province(seed: int, schools: int) -> tuple[InventedSchool, ...]:
    """The schools of the province by code, district after district; the same from the same seed."""
    whole = sum(share for share, _ in DISTRICTS)
    ends = [schools * share // whole for share in accumulate((share for share, _ in DISTRICTS), initial=0)]
    return tuple(
        school
        for (first, end), (_, district) in zip(pairwise(ends), DISTRICTS, strict=True)
        for school in invent(f"{seed} {district.name}", end - first, district, FIRST_CODE + first)
    )
