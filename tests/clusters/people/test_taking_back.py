"""Whoever takes a change back may have made it; what followed a registration is not swept away with it."""

import pytest
from sqlalchemy import select

from clusters.kernel.audit import AuditEntry
from clusters.kernel.errors import Conflict, NotAllowed
from clusters.people.actions import appoint, end_post, register, take_back
from clusters.people.models import Person, Post
from clusters.people.rules import PostRole
from clusters.scope import Held, Scope
from tests import build

ALL = Scope.everywhere()
BANNU = "KP.BANNU."


def holding(role):
    return Scope(1, (Held("A", BANNU, role),))


def change(db, person_id, verb):
    query = select(AuditEntry.id).where(AuditEntry.subject_id == person_id, AuditEntry.verb == verb)
    return db.scalars(query.order_by(AuditEntry.id.desc())).first()


def posts(db, person_id):
    return db.scalars(select(Post).where(Post.person_id == person_id).execution_options(populate_existing=True)).all()


@pytest.mark.parametrize("role", ["clerk", "education_manager"])
def test_who_may_not_make_an_administrator_brings_none_back_and_ends_none(db, role):
    who = register(db, ALL, "Gul Bibi")
    post = appoint(db, ALL, who, PostRole.ADMINISTRATOR, at_place=build.area(db, BANNU).id)
    with pytest.raises(NotAllowed):
        take_back(db, holding(role), who, change(db, who, "appointed"))
    with pytest.raises(NotAllowed):
        end_post(db, holding(role), post)
    end_post(db, ALL, post)
    with pytest.raises(NotAllowed):
        take_back(db, holding(role), who, change(db, who, "ended the post of"))
    assert not posts(db, who)


def test_a_clerk_takes_back_no_appointment_of_her_manager_and_the_manager_does(db):
    school = build.school(db, admin_path=BANNU)
    who = build.teacher(db, school).id
    appoint(db, holding("education_manager"), who, PostRole.HEAD_TEACHER, at_school=school.id)
    with pytest.raises(NotAllowed):
        take_back(db, holding("clerk"), who, change(db, who, "appointed"))
    take_back(db, holding("education_manager"), who, change(db, who, "appointed"))
    assert [post.role for post in posts(db, who)] == [PostRole.TEACHER]


def test_a_registration_is_taken_back_by_a_clerk_but_not_once_another_post_followed(db):
    schools = [build.school(db, admin_path=BANNU) for _ in range(2)]
    scope, known = holding("clerk"), []
    for _ in range(2):
        who = register(db, scope, "Gul Bibi")
        appoint(db, scope, who, PostRole.TEACHER, at_school=schools[0].id)
        known.append(who)
    appoint(db, ALL, known[1], PostRole.TEACHER, at_school=schools[1].id)
    take_back(db, scope, known[0], change(db, known[0], "registered"))
    with pytest.raises(Conflict):
        take_back(db, scope, known[1], change(db, known[1], "registered"))
    db.expire_all()
    assert db.scalars(select(Person.id).where(Person.id.in_(known))).all() == [known[1]]
