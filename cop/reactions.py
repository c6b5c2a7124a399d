"""What follows from what: a fact, and its effects in the same transaction."""

from functools import partial

from clusters.joining.facts import RequestSettled
from clusters.kernel.facts import Reactions
from clusters.people import actions as people
from clusters.people.facts import NumberChanged, PostsChanged
from clusters.progress import actions as progress
from clusters.structure import actions as structure
from clusters.structure.facts import SchoolsPlaced
from clusters.training import actions as training
from clusters.training.facts import (
    AttendanceTaken,
    CapacityChanged,
    DutiesHandedOver,
    DutiesLost,
    InvitationAnswered,
    PlaceGiven,
    PlaceLeft,
    SessionCancelled,
    SessionFinished,
    SessionMoved,
    SessionReinstated,
    SessionsScheduled,
    SessionsUnscheduled,
    WaitListJoined,
)
from cop.joining import actions as joining
from cop.questions import actions as questions
from messaging.consent.facts import OptedOut
from messaging.inbound.facts import AskedAlong
from messaging.outbox import actions as outbox
from messaging.reminders import actions as reminders
from messaging.reminders.rules import ReminderRules


def reactions(rules: ReminderRules) -> Reactions:
    """The table, with the installation's own hours and offsets for reminders."""
    return {
        SchoolsPlaced: (
            structure.seats_follow,
            people.follow_placement,
            training.follow_placement,
            training.resettle,
            reminders.follow_placement,
            progress.follow_placement,
        ),
        SessionsScheduled: (partial(reminders.plan, rules=rules), progress.follow_sessions),
        SessionsUnscheduled: (reminders.unplan, progress.follow_sessions),
        SessionMoved: (partial(reminders.replan, rules=rules), progress.follow_move),
        DutiesHandedOver: (partial(reminders.hand_over, rules=rules), progress.follow_session),
        DutiesLost: (partial(reminders.thank, rules=rules),),
        SessionCancelled: (partial(reminders.drop, rules=rules), progress.follow_session),
        SessionReinstated: (partial(reminders.take_up_again, rules=rules), progress.follow_session),
        InvitationAnswered: (training.fill_places, partial(reminders.follow_answer, rules=rules)),
        CapacityChanged: (training.fill_places,),
        PlaceGiven: (partial(reminders.offer, rules=rules), progress.follow_session),
        PlaceLeft: (reminders.let_go, progress.follow_session),
        WaitListJoined: (partial(reminders.tell_waiting, rules=rules),),
        AttendanceTaken: (partial(reminders.stop_asking, rules=rules), progress.follow_session),
        SessionFinished: (progress.follow_session,),
        PostsChanged: (progress.follow_posts,),
        NumberChanged: (partial(reminders.repoint, rules=rules),),
        OptedOut: (outbox.suppress,),
        RequestSettled: (joining.tell,),
        AskedAlong: (questions.ask_along,),
    }


REACTIONS = reactions(ReminderRules())
"""With every setting at its default."""
