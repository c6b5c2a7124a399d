"""Appoints persons to posts, ends and moves them, and lets posts follow the schools and places they stand at."""

from datetime import date
from typing import Any

from sqlalchemy import Update, case, exists, func, null, select, true, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session, aliased

from clusters.kernel.audit import record
from clusters.kernel.clock import today
from clusters.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from clusters.kernel.facts import note
from clusters.modules.rules import Subject
from clusters.people.facts import PostsChanged
from clusters.people.models import Post
from clusters.people.queries import person, posts_of
from clusters.people.rules import LEARNERS, OFFICE, PLACED, PostRole, may_appoint
from clusters.scope import Scope
from clusters.structure.facts import SchoolsPlaced
from clusters.structure.models import Place, School
from clusters.structure.queries import place, school
from clusters.structure.rules import Tree


def appoint(
    db: Session,
    scope: Scope,
    person_id: int,
    role: PostRole,
    *,
    at_school: int | None = None,
    at_place: int | None = None,
    subject: Subject | None = None,
    from_date: date | None = None,
) -> int:
    """Give a person a post at a school or a place (ids) from a day, today unless one is given; returns the post's id.

    Who appoints must see the person, or register her in the same scope just before.
    """
    if (at_school is None) == (at_place is None):
        raise Invalid("post_needs_one_place")
    training, admin, guarded = _paths(db, scope, at_school, at_place)
    appointing = [held for held in PostRole if may_appoint(held, role)]
    if not scope.covers(training, guarded, appointing):
        raise NotAllowed("may_not_appoint", role=role.value)
    begins = from_date or today(db)
    there = db.scalar(
        select(Post.id).where(
            Post.person_id == person_id,
            Post.role == role,
            Post.subject.is_not_distinct_from(subject),
            Post.school_id.is_not_distinct_from(at_school),
            Post.place_id.is_not_distinct_from(at_place),
            Post.during.op("&&")(func.daterange(begins, null())),
        )
    )
    if there is not None:
        raise Conflict("post_held_already", role=role.value)
    post = Post(
        person_id=person_id,
        role=role,
        subject=subject,
        school_id=at_school,
        place_id=at_place,
        training_path=training,
        admin_path=admin,
        during=Range(begins, None),
    )
    db.add(post)
    db.flush()
    told = {"role": role.value, "from_date": begins.isoformat(), "post": post.id}
    record(db, "appointed", "person", person_id, new=told)
    note(db, PostsChanged((person_id,)))
    return post.id


def _paths(
    db: Session, scope: Scope, at_school: int | None, at_place: int | None
) -> tuple[str | None, str, str | None]:
    """Both paths of a post, and the administrative one that may guard it: nobody's district is the whole programme."""
    if at_school is not None:
        home = school(db, scope, at_school)
        return home.training_path, home.admin_path, home.admin_path
    there = place(db, scope, at_place or 0)
    if there.closed_on is not None:
        raise Conflict("place_closed", place=there.name)
    training = there.path if there.tree is Tree.TRAINING else None
    return training, there.seat_path, None if training == "" else there.seat_path


def end_post(db: Session, scope: Scope, post_id: int, on: date | None = None) -> None:
    """End a post from a day, today unless one is given; one that had not begun by then is as if it had not been."""
    post = db.get(Post, post_id, with_for_update=True)
    if post is None or not scope.covers(post.training_path, post.admin_path):
        raise NotFound("post_not_found", post=post_id)
    guarded = None if post.training_path == "" else post.admin_path
    if not scope.covers(post.training_path, guarded, [held for held in OFFICE if may_appoint(held, post.role)]):
        raise NotAllowed("may_not_end_post", post=post_id)
    _end(db, post, on or today(db))


def _end(db: Session, post: Post, on: date) -> None:
    begins, ends = post.during.lower, post.during.upper
    if ends is not None and ends <= on:
        return
    record(db, "ended the post of", "person", post.person_id, old=as_kept(post), new={"on": on.isoformat()})
    if begins is not None and begins >= on:
        db.delete(post)
    else:
        post.during = Range(begins, on)
    db.flush()
    note(db, PostsChanged((post.person_id,), (post.training_path,)))


def as_kept(post: Post) -> dict[str, Any]:
    """A post as the audit remembers it, so that its end can be taken back."""
    return {
        "post": post.id,
        "role": post.role.value,
        "subject": post.subject and post.subject.value,
        "school": post.school_id,
        "place": post.place_id,
        "since": post.during.lower and post.during.lower.isoformat(),
        "until": post.during.upper and post.during.upper.isoformat(),
    }


def retire(db: Session, scope: Scope, person_id: int, on: date | None = None) -> int:
    """End every post of a person that the scope covers; returns how many. Her numbers stay hers."""
    person(db, scope, person_id)
    day = on or today(db)
    lasting = [post for post in posts_of(db, scope, person_id) if post.until is None or post.until > day]
    for post in lasting:
        end_post(db, scope, post.id, day)
    return len(lasting)


def transfer(
    db: Session, scope: Scope, person_id: int, role: PostRole, to_school: int, from_date: date | None = None
) -> int:
    """Let a teacher teach at another school from a day; her posts at other schools end. Returns the new post's id."""
    if role not in LEARNERS:
        raise Invalid("post_not_of_a_school", role=role.value)
    day, left = from_date or today(db), []
    for post in posts_of(db, scope, person_id):
        if post.role in LEARNERS and (post.until is None or post.until > day):
            left.append(as_kept(db.get_one(Post, post.id)))
            end_post(db, scope, post.id, day)
    new = appoint(db, scope, person_id, role, at_school=to_school, from_date=day)
    record(db, "moved", "person", person_id, old={"posts": left}, new={"post": new, "on": day.isoformat()})
    return new


def follow_placement(db: Session, fact: SchoolsPlaced) -> None:
    """Posts stand where their school or place stands, in both trees, as soon as that has changed.

    Whoever trains and was known by her school alone, before it stood in a cluster, serves the place it belongs to now.
    Posts at a place that closed end on that day.
    """
    db.flush()
    closed = db.execute(
        select(Post, Place.closed_on)
        .join(Place, Place.id == Post.place_id)
        .where(Place.closed_on.is_not(None), func.upper_inf(Post.during))
    ).all()
    for post, day in closed:
        _end(db, post, day or fact.from_date)
    at_place = case((Place.tree == Tree.TRAINING, Place.path), else_=null())
    for statement in (
        update(Post)
        .where(
            Post.school_id == School.id,
            Post.training_path.is_distinct_from(School.training_path)
            | Post.admin_path.is_distinct_from(School.admin_path),
        )
        .values(training_path=School.training_path, admin_path=School.admin_path),
        update(Post)
        .where(
            Post.place_id == Place.id,
            Post.training_path.is_distinct_from(at_place) | Post.admin_path.is_distinct_from(Place.seat_path),
        )
        .values(training_path=at_place, admin_path=Place.seat_path),
        _to_places_they_serve(fact.from_date),
    ):
        db.execute(statement, execution_options={"synchronize_session": False})
    db.expire_all()


def _to_places_they_serve(day: date) -> Update:
    """Posts of trainers at a school become posts at the circle, block or cluster of that school; their dates stay."""
    steps = {role: f"^(?:[^.]+\\.){{{depth}}}" for role, depth in PLACED.items()}
    serves = func.substring(School.training_path, case(steps, value=Post.role, else_=null()))
    other = aliased(Post)
    held = (
        exists()
        .where(
            other.person_id == Post.person_id,
            other.role == Post.role,
            other.place_id == Place.id,
            other.subject.is_not_distinct_from(Post.subject),
        )
        .correlate(Post, Place)
    )
    return (
        update(Post)
        .where(
            Post.school_id == School.id,
            Post.role.in_(PLACED),
            func.coalesce(func.upper(Post.during) > day, true()),
            Place.tree == Tree.TRAINING,
            Place.closed_on.is_(None),
            Place.path == serves,
            ~held,
        )
        .values(school_id=null(), place_id=Place.id, training_path=Place.path, admin_path=Place.seat_path)
    )
