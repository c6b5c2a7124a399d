"""Clusters are accepted anew: invited teachers follow their schools, texts follow them, posts at closed places end."""

from datetime import timedelta

from sqlalchemy import select

from clusters.kernel.audit import AuditEntry
from clusters.kernel.clock import today
from clusters.kernel.facts import note, react
from clusters.modules.rules import Subject
from clusters.people.models import Post
from clusters.structure.actions.placing import place_schools
from clusters.structure.facts import SchoolsPlaced
from clusters.structure.rules import Tree
from clusters.training.facts import SessionsScheduled
from clusters.training.models import Invitation
from cop.reactions import REACTIONS
from messaging.outbox.models import Message
from messaging.outbox.rules import State
from tests import build


def waiting(db, session_id):
    rows = db.scalars(select(Message).where(Message.subject_id == session_id, Message.state == State.QUEUED))
    return {row.person_id for row in rows}


def invited(db, session_id):
    return set(db.scalars(select(Invitation.person_id).where(Invitation.session_id == session_id)))


def test_who_is_invited_goes_with_her_school_to_the_session_of_its_new_cluster_and_is_texted_about_it(db):
    circle = build.circle(db)
    old, new = (build.cluster(db, 3, in_circle=circle) for _ in range(2))
    schools = build.schools_of(db, old)
    goes, stays = (build.teacher(db, school) for school in schools[1:3])
    there = build.teacher(db, build.schools_of(db, new)[0])
    first = build.training_session(db, old, invited=[goes, stays])
    second = build.training_session(db, new, invited=[there], day=today(db) + timedelta(days=12))
    other = build.training_session(db, old, invited=[goes], subject=Subject.SCIENCE, day=today(db) + timedelta(days=14))
    note(db, SessionsScheduled((first.id, second.id, other.id)))
    react(db, REACTIONS)
    assert goes.id in waiting(db, first.id)

    place_schools(db, Tree.TRAINING, {schools[1].id: new.id}, today(db))
    note(db, SchoolsPlaced(today(db)))
    react(db, REACTIONS)
    db.flush()
    assert invited(db, first.id) == {stays.id}
    assert invited(db, second.id) == {there.id, goes.id}
    assert waiting(db, first.id) == {stays.id}
    assert waiting(db, second.id) == {there.id, goes.id}
    assert invited(db, other.id) == {goes.id}, "no session of science there: a person decides"
    left = db.scalars(select(AuditEntry).where(AuditEntry.verb == "invited from another LTRC")).one()
    assert (left.subject_id, left.new) == (other.id, {"people": 1})


def test_a_post_at_a_circle_that_closed_ends_on_that_day(db):
    circle = build.circle(db)
    trainer = build.trainer(db, circle)
    circle.closed_on = today(db)
    db.flush()
    note(db, SchoolsPlaced(today(db)))
    react(db, REACTIONS)
    db.expire_all()
    post = db.scalars(select(Post).where(Post.person_id == trainer.id)).one()
    assert post.during.upper == today(db)
    assert db.scalars(select(AuditEntry).where(AuditEntry.subject_id == trainer.id)).one().verb == "ended the post of"
