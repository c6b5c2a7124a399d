"""One training session: where it stands, the next step, answers, texts, the roster that is its attendance form."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from clusters.cascade.rules import Level
from clusters.modules.rules import Subject
from cop.web.views.frame import FieldError
from cop.web.views.telling import ToldPlan
from cop.web.views.way import Way


class Step(StrEnum):
    """Steps of the path, in order."""

    PLANNED = "planned"
    INVITED = "invited"
    REMINDED = "reminded"
    HELD = "held"
    ATTENDANCE = "attendance"
    CLOSED = "closed"


class When(StrEnum):
    """Done is filled, now has a ring, coming is hollow."""

    DONE = "done"
    NOW = "now"
    COMING = "coming"


class Answer(StrEnum):
    """What an invited person answered."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"
    NONE = "none"


class Mark(StrEnum):
    """Attendance of one person; the form's values."""

    HERE = "here"
    LATE = "late"
    AWAY = "away"


class TextKind(StrEnum):
    """Texts on the rail of a training session."""

    INVITATION = "invitation"
    REMINDER = "reminder"
    DAY_REMINDER = "day_reminder"
    CHANGE = "change"
    CALL_OFF = "call_off"
    LEAD = "lead"
    """To the trainers: that they lead it, and when it nears."""
    PLACE = "place"
    """A place came free for somebody who waited."""
    WAIT = "wait"
    """Somebody waits for a place."""
    ASK = "ask"
    """To the trainers, after it: who came?"""
    REPORT = "report"
    """Attendance that a trainer texted in."""


class Source(StrEnum):
    """Who recorded the attendance."""

    SMS = "sms"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting day."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Venue:
    """Where it is held; coordinates open the phone's own map."""

    venue_id: str
    name: str
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """Who a change would tell, and its price; `by_hand` have no phone."""

    people: int
    by_hand: int
    segments: int
    rupees: int


@dataclass(frozen=True, slots=True)
class Invite:
    """Next step: invite the people of the list."""

    kind: ClassVar[str] = "invite"
    told: Told


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do: the next text goes out by itself at `at`, None when all have gone."""

    kind: ClassVar[str] = "wait"
    at: datetime | None
    texts: int


@dataclass(frozen=True, slots=True)
class FindVenue:
    """Next step: say where; `people` wait to hear."""

    kind: ClassVar[str] = "find_venue"
    people: int


@dataclass(frozen=True, slots=True)
class TakeAttendance:
    """Next step: say who came, here or by text."""

    kind: ClassVar[str] = "take_attendance"
    rows: int
    report_to: str
    """Number the trainer texts to."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Attendance is known; `other_*` is a later training session of the same module with free places."""

    kind: ClassVar[str] = "taken"
    came: int
    of: int
    other_id: int | None = None
    other_place: str | None = None
    other_on: date | None = None
    make_up: bool = False
    """May a make-up be proposed to the viewer?"""
    counted: bool = False
    """Was it a head count, so that nobody knows who came?"""


@dataclass(frozen=True, slots=True)
class CalledOff:
    """It will not be held."""

    kind: ClassVar[str] = "called_off"
    reason: str
    at: datetime
    told: int


NextStep = Invite | Wait | FindVenue | TakeAttendance | Taken | CalledOff


@dataclass(frozen=True, slots=True)
class Opinions:
    """What participants said, once there are enough that nobody can be guessed; words stand in no order."""

    answers: int
    very_useful: int
    all_right: int
    not_useful: int
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers of the invited."""

    yes: int
    no: int
    unsure: int
    none: int

    @property
    def invited(self) -> int:
        """All who were asked."""
        return self.yes + self.no + self.unsure + self.none


@dataclass(frozen=True, slots=True)
class TextMoment:
    """Texts that went or will go at one moment. Coming ones carry segments and price, past ones their outcome."""

    kind: TextKind
    at: datetime
    when: When
    people: int
    accepted: int = 0
    failed: int = 0
    in_doubt: int = 0
    waiting: int = 0
    answered: int = 0
    days_before: int = 0
    """Of a reminder: 7, 1, or 0 for the morning of the day."""
    segments: int = 0
    rupees: int = 0
    said: str | None = None
    """Of a report: the text as it came."""
    skip_key: str | None = None
    """Set where the viewer may still leave this text out."""


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A row of the printed sheet. Two entries that differ stand side by side: `mark` and `other_mark`."""

    row: int
    name: str
    school: str
    answer: Answer = Answer.NONE
    mark: Mark | None = None
    other_mark: Mark | None = None
    by_hand: bool = False
    walk_in: bool = False
    reason: str | None = None
    """Of an apology: why she said she cannot come."""


@dataclass(frozen=True, slots=True)
class DayTab:
    """One of several meeting days: who came of how many marked, None before it was reported."""

    day: int
    start: datetime
    came: int | None = None
    of: int | None = None
    open: bool = True
    """Has it begun, so that it can be reported?"""


@dataclass(frozen=True, slots=True)
class AttendanceForm:
    """The roster as a form, from the day on; `until` is when corrections end.

    After that the office still corrects (`late`), and says why in the field `why`. Of several days `days` are the tabs
    and `day` the one shown; `versions` reports were stored in all.
    """

    until: datetime
    recorded_at: datetime | None = None
    source: Source | None = None
    may_save: bool = True
    errors: tuple[FieldError, ...] = ()
    day: int = 1
    days: tuple[DayTab, ...] = ()
    late: bool = False
    versions: int = 0
    why: str = ""
    guests: str = ""


@dataclass(frozen=True, slots=True)
class ByHand:
    """Somebody who must be told by hand; the reason stays unsaid."""

    name: str
    school: str
    told: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a list."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class MoveForm:
    """New day, time and venue; fields `day`, `start`, `end`, `venue`, `tell`; of several days `meeting` from 0."""

    day: str
    start: str
    end: str
    venue_id: str
    venues: tuple[Choice, ...]
    told: Told
    errors: tuple[FieldError, ...] = ()
    open: bool = False
    closed_day: bool = False
    """The day that was typed is closed; a tick takes it all the same."""
    meeting: int = 0
    first: int = 0
    """Of several days the first that can still move, from 0."""
    plan: ToldPlan | None = None
    """Who would be told of what was typed, where that was asked."""


@dataclass(frozen=True, slots=True)
class CallOffForm:
    """Field `reason`."""

    told: Told
    reason: str = ""
    errors: tuple[FieldError, ...] = ()
    open: bool = False
    plan: ToldPlan | None = None
    """Who would be told, where that was asked."""


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the history, `what` in the viewer's language."""

    at: datetime
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class HeldChange:
    """A change that its trainer confirmed by text and that can still be stopped; `what` as in `proof.rules.Does`."""

    what: str
    until: datetime
    start: datetime | None = None
    venue: str = ""


@dataclass(frozen=True, slots=True)
class SessionPage:
    """Everything about one training session. `attendance` is None before the day: the roster is then a plain list."""

    session_id: int
    code: str
    subject: Subject
    level: Level
    module: str
    place: str
    meetings: tuple[Meeting, ...]
    venue: Venue | None
    trainers: tuple[str, ...]
    steps: tuple[tuple[Step, When], ...]
    next_step: NextStep
    answers: Answers
    texts: tuple[TextMoment, ...]
    roster: tuple[RosterRow, ...]
    by_hand: tuple[ByHand, ...]
    history: tuple[Change, ...]
    not_arrived: tuple[Way, ...] = ()
    """Texts that did not arrive, or perhaps did not, the latest first."""
    attendance: AttendanceForm | None = None
    came: int | None = None
    move: MoveForm | None = None
    call_off: CallOffForm | None = None
    cluster_id: int | None = None
    makes_up_id: int | None = None
    """Of a make-up: the training session that was missed."""
    may_announce: bool = False
    held: tuple[HeldChange, ...] = ()
    opinions: Opinions | None = None

    @property
    def called_off(self) -> bool:
        """Has it been called off?"""
        return isinstance(self.next_step, CalledOff)
