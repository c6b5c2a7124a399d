"""Words of lists become the words of the programme, or nothing; never the nearest one."""

import pytest

from clusters.imports.kinds import gender_of, level_of, person_gender_of, post_of, subject_of, zone_of
from clusters.modules.rules import Subject
from clusters.people.rules import Gender, PostRole
from clusters.structure.rules import SchoolGender


@pytest.mark.parametrize(
    ("written", "post"),
    [
        ("PST", PostRole.TEACHER),
        ("pst ", PostRole.TEACHER),
        ("P.S.T", PostRole.TEACHER),
        ("SPST (BPS-14)", PostRole.TEACHER),
        ("CT", PostRole.TEACHER),
        ("CT (IT)", PostRole.TEACHER),
        ("SST", PostRole.TEACHER),
        ("SST (Bio-Chem) BPS-16", PostRole.TEACHER),
        ("SST(G)", PostRole.TEACHER),
        ("Primary School Teacher", PostRole.TEACHER),
        ("Arabic Teacher", PostRole.TEACHER),
        ("Qari", PostRole.TEACHER),
        ("استاد", PostRole.TEACHER),
        ("Head Teacher", PostRole.HEAD_TEACHER),
        ("Headmaster", PostRole.HEAD_TEACHER),
        ("PSHT", PostRole.HEAD_TEACHER),
        ("Principal", PostRole.HEAD_TEACHER),
        ("Circle Trainer", PostRole.CIRCLE_TRAINER),
        ("MASTER TRAINER", PostRole.MASTER_TRAINER),
        ("Master-Trainer", PostRole.MASTER_TRAINER),
        ("Core Team Member", PostRole.CORE_TEAM),
        ("ASDEO", PostRole.EDUCATION_MANAGER),
        ("ASDEO (M)", PostRole.EDUCATION_MANAGER),
        ("SDEO", PostRole.EDUCATION_MANAGER),
        ("DEO (Female)", PostRole.EDUCATION_MANAGER),
        ("District Education Officer", PostRole.EDUCATION_MANAGER),
        ("Monitor", PostRole.MONITOR),
    ],
)
def test_a_designation_leads_to_its_post(written: str, post: PostRole) -> None:
    assert post_of(written) is post


@pytest.mark.parametrize("written", ["", "Chowkidar", "DEO Office Clerk", "Trainer", "Teacher of trainers", "PS", "16"])
def test_an_unknown_designation_leads_to_no_post(written: str) -> None:
    assert post_of(written) is None


@pytest.mark.parametrize(
    ("written", "gender"),
    [
        ("Boys", SchoolGender.BOYS),
        ("GIRLS ONLY", SchoolGender.GIRLS),
        ("Female", SchoolGender.GIRLS),
        ("زنانہ", SchoolGender.GIRLS),
        ("Co-Education", SchoolGender.MIXED),
        ("MIXED", SchoolGender.MIXED),
        ("Boys & Girls", SchoolGender.MIXED),
        ("unclear", None),
    ],
)
def test_whom_a_school_teaches(written: str, gender: SchoolGender | None) -> None:
    assert gender_of(written) is gender


def test_levels_zones_subjects_and_persons() -> None:
    assert (level_of("PRIMARY"), level_of("Higher Secondary"), level_of("پرائمری"), level_of("Madrasa")) == (
        "primary",
        "higher_secondary",
        "primary",
        None,
    )
    assert (zone_of("Summer Zone"), zone_of("سرما"), zone_of("CENTRAL")) == ("summer", "winter", None)
    assert (subject_of("Mathematics"), subject_of("Urdu"), subject_of("Bio-Chem"), subject_of("Islamiat")) == (
        Subject.MATHS,
        Subject.LANGUAGES,
        Subject.SCIENCE,
        None,
    )
    assert (person_gender_of("F"), person_gender_of("مرد"), person_gender_of("x")) == (Gender.WOMAN, Gender.MAN, None)
