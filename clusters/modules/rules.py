"""The five subjects of the programme and how many days a module takes."""

from enum import StrEnum


class Subject(StrEnum):
    """What is taught, as the command line and files name it."""

    MATHS = "maths"
    LANGUAGES = "languages"
    SCIENCE = "science"
    PEDAGOGY = "pedagogy"
    PARENTS = "parents"
