"""ANJUMAN: a community of colleagues by text alone; members admit members, hosts take turns, a no is told to nobody."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from clusters.kernel.clock import today
from clusters.kernel.errors import Conflict, NotFound
from clusters.modules.rules import Subject
from clusters.scope import Scope
from cop.communities.belonging import ask_to_join, found, invite_colleague, invite_number, leave
from cop.communities.doing_together import say_done_together
from cop.communities.hosting import add_line, call_off, propose_meeting
from cop.communities.looking_after import forget, look_after
from cop.communities.models import AgendaLine, Community, DoneTogether, HostTurn, Membership
from cop.communities.queries import agenda, members, own_communities
from cop.communities.rules import HOST_ANSWERS_WITHIN, HOSTS_FOR, OPEN_FOR, Doing, Standing, Turn
from cop.consent.reaching import reached
from cop.ties.actions import join
from cop.ties.models import Tie


def alone(who):
    return Scope(who.id, ())


@pytest.fixture
def community(world):
    """A community with a founder, and nobody else."""
    with world.house.unit() as db:
        return found(db, alone(world.teachers[0]), "Maths Kakki", Subject.MATHS).id


def belonging(world, community):
    with world.house.unit() as db:
        current = Membership.ended_at.is_(None), Membership.standing == Standing.MEMBER
        rows = select(Membership.person_id).where(Membership.community_id == community, *current)
        return set(db.scalars(rows))


def invite(world, community, who):
    with world.house.unit() as db:
        invite_colleague(db, alone(world.teachers[0]), community, who.id)
    world.work()


def test_an_invitation_is_followed_by_a_digit_and_taken_back_by_0(world, community):
    guest = world.teachers[1]
    invite(world, community, guest)
    assert world.heard(guest)[-1].endswith("Join? 1=Yes 2=No") or "1=Haan 2=Nahi" in world.heard(guest)[-1]
    [reply] = world.text(guest, "1")
    assert "Maths Kakki" in reply
    assert belonging(world, community) == {world.teachers[0].id, guest.id}
    world.text(guest, "0")
    assert belonging(world, community) == {world.teachers[0].id}


def test_a_no_to_an_invitation_is_told_to_nobody_and_leaves_no_row_after_a_month(world, community, clock):
    guest = world.teachers[1]
    invite(world, community, guest)
    before = world.heard(world.teachers[0])
    world.text(guest, "2")
    assert world.heard(world.teachers[0]) == before
    clock.at += timedelta(days=31)
    with world.house.unit() as db:
        look_after(db)
        assert db.scalar(select(func.count(Membership.id)).where(Membership.person_id == guest.id)) == 0


def test_who_said_no_is_not_invited_again_for_a_month_whoever_types_her_number(world, community, clock):
    guest = world.teachers[1]
    invite(world, community, guest)
    world.text(guest, "2")
    before = world.heard(guest)
    [number] = [each.number for each in _numbers(world, guest)]
    for _ in range(2):
        with world.house.unit() as db:
            invite_number(db, alone(world.teachers[0]), community, number)
        world.work()
    assert world.heard(guest) == before
    clock.at += timedelta(days=31)
    with world.house.unit() as db:
        look_after(db)
        invite_number(db, alone(world.teachers[0]), community, number)
    world.work()
    assert len(world.heard(guest)) == len(before) + 1


def _numbers(world, who):
    with world.house.unit() as db:
        return reached(db, [who.id]).values()


def test_a_wish_to_join_is_put_to_members_and_the_first_yes_admits(world, community):
    invite(world, community, world.teachers[1])
    world.text(world.teachers[1], "1")
    newcomer = world.teachers[2]
    with world.house.unit() as db:
        ask_to_join(db, alone(newcomer), community)
    world.work()
    assert "Maths Kakki" in world.heard(world.teachers[0])[-1]
    world.text(world.teachers[1], "2")
    assert newcomer.id not in belonging(world, community)
    world.text(world.teachers[0], "1")
    assert newcomer.id in belonging(world, community)
    assert "Maths Kakki" in world.heard(newcomer)[-1]


def test_nobody_outside_reads_members_or_agenda_nor_writes_on_it(world, community):
    stranger = alone(world.teachers[1])
    with world.house.unit() as db:
        for read in (members, agenda):
            with pytest.raises(NotFound):
                read(db, stranger, community)
        with pytest.raises(NotFound):
            add_line(db, stranger, community, "x")
        assert own_communities(db, stranger) == ()


def test_words_go_on_the_agenda_and_off_it_again(world, community):
    [reply] = world.text(world.teachers[0], "anjuman class 3 ki taqseem mushkil hai")
    assert "class 3 ki taqseem mushkil hai" in reply
    with world.house.unit() as db:
        assert [line.words for line in agenda(db, alone(world.teachers[0]), community)] == [
            "class 3 ki taqseem mushkil hai"
        ]
    world.text(world.teachers[0], "0")
    with world.house.unit() as db:
        assert agenda(db, alone(world.teachers[0]), community) == ()


def test_with_two_communities_the_house_asks_which(world, community):
    with world.house.unit() as db:
        other = found(db, alone(world.teachers[0]), "Science", Subject.SCIENCE).id
    [reply] = world.text(world.teachers[0], "anjuman tajruba kaise karein")
    assert "1=Maths Kakki 2=Science" in reply
    world.text(world.teachers[0], "2")
    with world.house.unit() as db:
        assert len(agenda(db, alone(world.teachers[0]), other)) == 1


def test_leaving_by_text_is_taken_back_by_0_and_the_last_one_closes_the_door(world, community):
    world.text(world.teachers[0], "anjuman band")
    assert belonging(world, community) == set()
    with world.house.unit() as db:
        assert db.get_one(Community, community).closed_at is not None
    world.text(world.teachers[0], "0")
    assert belonging(world, community) == {world.teachers[0].id}
    with world.house.unit() as db:
        assert db.get_one(Community, community).closed_at is None
        turns = db.execute(select(HostTurn.person_id, HostTurn.standing)).all()
        assert turns == [(world.teachers[0].id, Turn.HOSTS)], "her turn to host is hers again"


def test_hosting_goes_round_and_who_does_not_answer_is_passed_over(world, community, clock):
    for guest in world.teachers[1:3]:
        invite(world, community, guest)
        world.text(guest, "1")
    clock.at += HOSTS_FOR
    with world.house.unit() as db:
        look_after(db)
    world.work()
    first = asked(world, community)
    assert first in {each.id for each in world.teachers[1:3]}
    clock.at += HOST_ANSWERS_WITHIN + timedelta(hours=1)
    with world.house.unit() as db:
        look_after(db)
    world.work()
    second = asked(world, community)
    assert {first, second} == {each.id for each in world.teachers[1:3]}
    host = next(each for each in world.teachers if each.id == second)
    [reply] = world.text(host, "1")
    assert "Maths Kakki" in reply
    with world.house.unit() as db:
        now_hosting = db.scalars(select(HostTurn.person_id).where(HostTurn.standing == Turn.HOSTS)).all()
    assert now_hosting == [second]


def asked(world, community):
    with world.house.unit() as db:
        return db.scalar(
            select(HostTurn.person_id).where(HostTurn.community_id == community, HostTurn.standing == Turn.ASKED)
        )


def test_only_the_host_proposes_a_meeting_and_every_member_hears_of_it_once(world, community, clock):
    guest = world.teachers[1]
    invite(world, community, guest)
    world.text(guest, "1")
    when = clock.at + timedelta(days=3)
    with world.house.unit() as db, pytest.raises(Conflict):
        propose_meeting(db, alone(guest), community, when, "GPS Kakki")
    with world.house.unit() as db:
        made = propose_meeting(db, alone(world.teachers[0]), community, when, "GPS Kakki").id
    world.work()
    told = [each for each in world.heard(guest) if "GPS Kakki" in each and "Maths Kakki" in each]
    assert len(told) == 1
    with world.house.unit() as db:
        call_off(db, alone(world.teachers[0]), made)


def test_what_two_did_together_becomes_a_tie_only_by_the_others_yes_and_both_consents(world, community, clock):
    one, other = world.teachers[0], world.teachers[1]
    invite(world, community, other)
    world.text(other, "1")
    with world.house.unit() as db:
        join(db, alone(one), "text")
    clock.at += timedelta(minutes=11)
    say(world, one, other)
    world.text(other, "1")
    assert ties(world) == 0, "she never joined the peer map"
    with world.house.unit() as db:
        join(db, alone(other), "text")
    clock.at += timedelta(minutes=11)
    say(world, one, other)
    world.text(other, "1")
    assert ties(world) == 2
    world.text(other, "0")
    assert ties(world) == 0
    with world.house.unit() as db:
        assert db.scalar(select(func.count(DoneTogether.id))) == 0


def test_a_no_deletes_what_was_said_and_so_does_silence(world, community, clock):
    one, other = world.teachers[0], world.teachers[1]
    invite(world, community, other)
    world.text(other, "1")
    say(world, one, other)
    world.text(other, "2")
    say(world, one, other)
    clock.at += OPEN_FOR + timedelta(hours=1)
    with world.house.unit() as db:
        look_after(db)
        assert db.scalar(select(func.count(DoneTogether.id))) == 0


def say(world, one, other):
    with world.house.unit() as db:
        say_done_together(db, alone(one), Doing.PLANNED, other.id, Subject.MATHS, today(db))
    world.work()


def ties(world):
    with world.house.unit() as db:
        return db.scalar(select(func.count(Tie.id)).where(Tie.removed_at.is_(None)))


def test_strangers_to_each_other_cannot_say_they_did_something_together(world, community):
    with world.house.unit() as db, pytest.raises(NotFound):
        say_done_together(db, alone(world.teachers[0]), Doing.OBSERVED, world.teachers[1].id, None, today(db))


def test_forgetting_leaves_the_words_without_her_and_no_other_row(world, community):
    world.text(world.teachers[0], "anjuman ginti ke khel")
    with world.house.unit() as db:
        forget(db, world.teachers[0].id)
        assert [line.person_id for line in db.scalars(select(AgendaLine))] == [None]
        assert db.scalar(select(func.count(Membership.id))) == 0
        assert db.scalar(select(func.count(HostTurn.id))) == 0


def test_who_left_may_be_invited_again(world, community, clock):
    guest = world.teachers[1]
    invite(world, community, guest)
    world.text(guest, "1")
    with world.house.unit() as db:
        leave(db, alone(guest), community)
        with pytest.raises(Conflict):
            invite_colleague(db, alone(world.teachers[0]), community, world.teachers[0].id)
    clock.at += timedelta(minutes=11)
    invite(world, community, guest)
    world.text(guest, "1")
    assert guest.id in belonging(world, community)
