"""What the figures of the cascade are counted by: school years, kinds of schools, and how figures add up."""

from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

SCHOOL_YEAR_BEGINS = 4
"""In April."""
FEWEST_PERSONS, FEWEST_SCHOOLS = 10, 3
"""A figure about fewer is shown to those alone who may see the list of names behind it."""


class SchoolsOf(StrEnum):
    """From which schools the people of a figure come; trainers and training sessions stand under NONE."""

    BOYS = "boys"
    GIRLS = "girls"
    MIXED = "mixed"
    NONE = "none"


def school_year(day: date) -> int:
    """The year in which the school year of a day began."""
    return day.year if day.month >= SCHOOL_YEAR_BEGINS else day.year - 1


def first_day(year: int) -> date:
    """The day on which a school year begins."""
    return date(year, SCHOOL_YEAR_BEGINS, 1)


@dataclass(frozen=True, slots=True)
class Figures:
    """Training sessions and persons of one level and subject in a school year; figures of parts add up to the whole.

    `planned` training sessions are still to come, `held` ones have been. Of `people`, who come from so many `schools`,
    `trained` attended a held one; `absent` were away from one and have not made up for it, `made_up` have.
    """

    planned: int = 0
    held: int = 0
    people: int = 0
    schools: int = 0
    invited: int = 0
    trained: int = 0
    absent: int = 0
    made_up: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    @property
    def share(self) -> float:
        """The trained among the people, from 0 to 1."""
        return self.trained / self.people if self.people else 0.0

    @property
    def small(self) -> bool:
        """Are so few people counted that a figure might point at one of them?"""
        return self.people < FEWEST_PERSONS or self.schools < FEWEST_SCHOOLS


MEASURES = tuple(each.name for each in fields(Figures))
