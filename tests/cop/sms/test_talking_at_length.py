"""Whatever somebody writes in whatever order: one reply at most to each text, six an hour, and nothing breaks off."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from messaging.inbound.actions.conversation import MOST_REPLIES
from messaging.inbound.models import InboundText, Parked
from messaging.outbox.models import Message

SAID = (
    *("1", "2", "3", "0", "9", "haan", "nahi", "ok", "shukriya", "KAB", "kahan", "MADAD", "?", "hm", "yes no", "4"),
    *(
        "HAZRI 4814 3 7",
        "HAZRI 4814 28",
        "hazri 4841 sab",
        "4814 3 7",
        "A1 B2",
        "note bachon ki kahani",
        "n2",
        "zaban 2",
    ),
    *("BAND", "SHURU", "sms band ho gaye?", "stop 4814", "kaan", "hazri 4814 3 kaun 4814", "mera bhai bimar hai", ""),
)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from(SAID), st.integers(0, 40)), min_size=4, max_size=12),
    st.booleans(),
)
def test_every_text_gets_one_reply_at_most_and_a_number_six_an_hour(world, said, trains):
    world.clock.advance(hours=2)
    who = world.trainer if trains else world.teachers[0]
    number = world.number(who)
    for body, minutes in said:
        world.clock.advance(minutes=minutes)
        world.text(who, body)
    with world.house.unit() as db:
        failed = db.scalars(select(Parked.why).where(Parked.why == "failed")).all()
        unread = db.scalars(select(InboundText.id).where(InboundText.state == "received")).all()
        about = select(Message.planned_at).where(Message.subject_kind == "inbound_text", Message.number == number)
        planned = sorted(db.scalars(about))
        each = about.with_only_columns(func.count()).group_by(Message.subject_id)
        most = max(db.scalars(each), default=0)
    assert failed == []
    assert unread == []
    assert most <= 1
    for place, at in enumerate(planned):
        within = [other for other in planned[place:] if other < at + timedelta(hours=1)]
        # A wish to leave or to come back is confirmed once an hour beside them.
        assert len(within) <= MOST_REPLIES + 2
