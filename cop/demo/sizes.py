"""How large the demonstration is: a district with three months behind it, or a province with two."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from clusters.modules.rules import Subject


class Land(StrEnum):
    """What is invented: one district, or a whole province."""

    DISTRICT = "district"
    PROVINCE = "province"


@dataclass(frozen=True, slots=True)
class Size:
    """What is invented, and how large it is."""

    schools: int = 600
    teachers: int = 640
    land: Land = Land.DISTRICT
    blocks: int = 2
    behind: timedelta = timedelta(days=92)
    """How far the first training session lies behind."""
    past: tuple[Subject, ...] = (Subject.MATHS, Subject.LANGUAGES, Subject.SCIENCE)
    """The subjects of the rounds that lie behind; another is half done, and one more is just planned."""


SIZES = {
    Land.DISTRICT: Size(),
    Land.PROVINCE: Size(15_000, 22_000, Land.PROVINCE, 4, timedelta(days=56), (Subject.MATHS,)),
}
