"""Who people are in the programme: the posts they may hold, and the languages they read."""

from enum import StrEnum


class PostRole(StrEnum):
    """A role that a person holds at a place or school, from-to."""

    CORE_TEAM = "core_team"
    MASTER_TRAINER = "master_trainer"
    CIRCLE_TRAINER = "circle_trainer"
    FACILITATOR = "facilitator"
    TEACHER = "teacher"
    HEAD_TEACHER = "head_teacher"
    EDUCATION_MANAGER = "education_manager"
    MONITOR = "monitor"
    CLERK = "clerk"
    ADMINISTRATOR = "administrator"


class Gender(StrEnum):
    """How a person is addressed; unknown is no value at all."""

    WOMAN = "woman"
    MAN = "man"


class Language(StrEnum):
    """Language and script of the texts a person gets."""

    ROMAN_URDU = "ur_latn"
    URDU = "ur"
    ENGLISH = "en"


TRAINERS = (PostRole.CORE_TEAM, PostRole.MASTER_TRAINER, PostRole.CIRCLE_TRAINER)
PLACED = {
    PostRole.CORE_TEAM: 0,
    PostRole.MASTER_TRAINER: 1,
    PostRole.CIRCLE_TRAINER: 2,
    PostRole.FACILITATOR: 3,
}
"""Roles whose holders serve a place of the training tree, and its depth there: programme, block, circle, cluster."""
LEARNERS = (PostRole.TEACHER, PostRole.HEAD_TEACHER)
PLANNERS = (PostRole.ADMINISTRATOR, PostRole.EDUCATION_MANAGER)
"""Who may change plans and training sessions inside their places."""
OFFICE = (*PLANNERS, PostRole.CLERK)
"""Who may type attendance and answer the inbox inside their places."""


def may_appoint(held: PostRole, role: PostRole) -> bool:
    """May who holds the first post appoint to the second, inside her places? Administrators alone make planners."""
    if held is PostRole.ADMINISTRATOR:
        return True
    return held in OFFICE and role not in PLANNERS
