"""The word of every enum a page shows, and what each state and reason means; said in the viewer's language."""

from collections.abc import Mapping
from enum import StrEnum

from clusters.cascade.rules import Level, MendingState
from clusters.imports.outcome import Outcome
from clusters.imports.steps import Stage
from clusters.imports.vocabulary import ListKind
from clusters.modules.rules import Subject
from clusters.people.rules import Gender, Language, PostRole
from clusters.progress.rules import SchoolsOf
from clusters.structure.rules import Lack, PlaceKind, SchoolGender
from cop.knowledge.rules import Proposal
from cop.network.disclosure import Change, Effort, Misfit, Reason, Told
from cop.planning.rules import PlanStage
from cop.vitals import Condition, Organ
from cop.web.views.calendar import ClosedWhy
from cop.web.views.cluster import SessionState
from cop.web.views.community import Flowering, Sureness
from cop.web.views.frame import Area, HoldWhy, Role, StripKind, Tone
from cop.web.views.imports import Cause, Heed, ImportStep, ListField, Skipped, Stays
from cop.web.views.inbox import MediaKind
from cop.web.views.inbox_words import How
from cop.web.views.messages import Reason as Unsent
from cop.web.views.notes import NoteFor
from cop.web.views.own_page import Meets, Spoken, TieKind
from cop.web.views.own_page import Purpose as Allowed
from cop.web.views.planning import Habit, KeptApart
from cop.web.views.session import Answer, Mark, Step
from cop.web.views.settings import Decision, Source, Topic
from cop.web.views.telling import ToldOf
from cop.web.views.way import Purpose, TextState
from messaging.announcing.rules import Group
from messaging.channels.base import Medium
from messaging.outbox.templates import Standing as TemplateStanding


def N_(message: str) -> str:  # noqa: N802 (the name that message extraction looks for)
    """Mark a message for the catalogue where it is not yet said."""
    return message


WORDS: Mapping[type[StrEnum], Mapping[StrEnum, str]] = {
    Lack: {
        Lack.SAID: N_("cannot host, says the list"),
        Lack.ROOMS: N_("too few rooms to host"),
        Lack.POWER: N_("no electricity"),
        Lack.ACCESS: N_("no safe way there"),
    },
    Change: {
        Change.MORE: N_("more"),
        Change.SAME: N_("same"),
        Change.LESS: N_("less"),
        Change.FIRST: N_("first term"),
        Change.UNKNOWN: N_("not known"),
    },
    MendingState: {
        MendingState.DRAFT: N_("draft"),
        MendingState.DONE: N_("done"),
        MendingState.UNDONE: N_("taken back"),
        MendingState.DISCARDED: N_("discarded"),
    },
    PlanStage: {
        PlanStage.READING: N_("Reading the schools"),
        PlanStage.GROUPING: N_("Grouping schools"),
        PlanStage.CIRCLES: N_("Circles and blocks"),
        PlanStage.ORDERS: N_("Trying orders of the subjects"),
        PlanStage.DATES: N_("Finding dates"),
        PlanStage.SAVING: N_("Saving the draft"),
        PlanStage.TIGHTENING: N_("Looking for a tighter figure"),
    },
    KeptApart: {
        KeptApart.GENDER: N_("boys' and girls' schools"),
        KeptApart.TEHSIL: N_("schools of different tehsils"),
        KeptApart.ZONE: N_("summer and winter zone"),
    },
    Flowering: {
        Flowering.ALIVE_GOOD: N_("alive"),
        Flowering.ALIVE_LOW: N_("quiet"),
        Flowering.RETURNING_GOOD: N_("they return"),
        Flowering.RETURNING_LOW: N_("few return"),
        Flowering.ANSWERED_GOOD: N_("well answered"),
        Flowering.ANSWERED_LOW: N_("questions stay open"),
        Flowering.OPEN_GOOD: N_("open to newcomers"),
        Flowering.OPEN_LOW: N_("newcomers find nobody"),
    },
    Reason: {
        Reason.FEW_TIES_BETWEEN: N_("they share few ties"),
        Reason.BOTH_ASK: N_("both ask about it"),
        Reason.CIRCLE_ASKS: N_("their circle asks about it"),
        Reason.STANDS_ALONE: N_("few ties lead to others"),
        Reason.NOT_ANSWERED: N_("many questions stay open"),
        Reason.NEIGHBOUR_ANSWERS: N_("the neighbour answers such questions"),
        Reason.TIES_WITHIN: N_("people there help each other"),
        Reason.FEW_TIES_WITHIN: N_("there are few ties yet"),
        Reason.FEW_RETURN: N_("few come back"),
        Reason.THEY_RETURN: N_("people come back"),
        Reason.NEWCOMERS_ALONE: N_("who joins finds nobody yet"),
    },
    Sureness: {
        Sureness.UNSURE: N_("not sure"),
        Sureness.LIKELY: N_("fairly sure"),
        Sureness.SURE: N_("sure"),
    },
    Effort: {
        Effort.LITTLE: N_("little: a question to volunteers by SMS"),
        Effort.SOME: N_("some: one afternoon"),
        Effort.MUCH: N_("money"),
    },
    Told: {
        Told.CONCENTRATED: N_("help that comes from a tenth of the people"),
        Told.RETURNED: N_("namings that are returned"),
        Told.BRIDGED: N_("ties between people of different subjects"),
        Told.SPANNING: N_("members of two communities trusted in both"),
        Told.INBOUND: N_("came from the edge into the core this year"),
        Told.OUTBOUND: N_("left the core this year"),
        Told.WOMEN: N_("women among those who take part"),
        Told.HOSTED: N_("meetings hosted by women"),
        Told.HEARD: N_("questions of women that were answered"),
        Told.SPLITTING: N_("large communities that could become two"),
    },
    Misfit: {
        Misfit.DONE_ALREADY: N_("it is done already"),
        Misfit.NO_MEANS: N_("there are no means for it"),
        Misfit.NOT_WANTED: N_("people there do not want it"),
        Misfit.NOT_TRUE: N_("it is not how things are there"),
    },
    TemplateStanding: {
        TemplateStanding.WAITING: N_("waits for approval, an SMS goes"),
        TemplateStanding.APPROVED: N_("approved"),
        TemplateStanding.REJECTED: N_("rejected"),
    },
    NoteFor: {
        NoteFor.CLUSTER: N_("for the author's LTRC"),
        NoteFor.SUBJECT: N_("for all teachers of the subject"),
    },
    Proposal: {
        Proposal.PROPOSED: N_("with the material team"),
        Proposal.TAKEN_IN: N_("taken in"),
        Proposal.DECLINED: N_("not taken in"),
    },
    TieKind: {
        TieKind.NOMINATED: N_("you turned to"),
        TieKind.EXCHANGED: N_("answered your question"),
        TieKind.PLANNED: N_("planned a lesson with you"),
        TieKind.OBSERVED: N_("watched your lesson"),
    },
    Spoken: {
        Spoken.ASKED: N_("You asked"),
        Spoken.ANSWERED: N_("You answered"),
        Spoken.TRIED: N_("You tried the note"),
    },
    Meets: {
        Meets.NUMBER: N_("name and number"),
        Meets.NAME: N_("only name"),
        Meets.NO: N_("no"),
        Meets.NOTHING: N_("nothing yet"),
    },
    Allowed: {
        Allowed.TIES: N_("To be on the peer map"),
        Allowed.HELP: N_("To be asked other teachers' questions"),
        Allowed.NOTE_NAME: N_("Your name on your note"),
        Allowed.NUMBER: N_("Your number to one teacher, for one question"),
        Allowed.ACROSS: N_("Calls also between women and men"),
    },
    How: {
        How.EXACT: N_("the exact word"),
        How.NEAR: N_("a near word"),
        How.SOUND: N_("its sound"),
        How.QUESTION: N_("asked back"),
        How.PERSON: N_("a person"),
    },
    MediaKind: {
        MediaKind.VOICE: N_("A voice note"),
        MediaKind.PICTURE: N_("A picture"),
        MediaKind.OTHER: N_("A file"),
    },
    Habit: {
        Habit.WOMEN_APART: N_("Women and men in sessions of their own"),
        Habit.LAST_WORKING_DAY: N_("On the last working day of a month"),
    },
    Subject: {
        Subject.MATHS: N_("Maths"),
        Subject.LANGUAGES: N_("Languages"),
        Subject.SCIENCE: N_("Science"),
        Subject.PEDAGOGY: N_("Pedagogy"),
        Subject.PARENTS: N_("Parent relations"),
    },
    Level: {
        Level.MASTER: N_("master trainers"),
        Level.CIRCLE: N_("circle trainers"),
        Level.TEACHER: N_("teachers"),
    },
    Group: {
        Group.TEACHERS: N_("teachers"),
        Group.HEADS: N_("head teachers only"),
        Group.TRAINERS: N_("trainers"),
        Group.FACILITATORS: N_("hosts"),
        Group.OFFICE: N_("managers, monitors and clerks"),
    },
    Gender: {
        Gender.WOMAN: N_("woman"),
        Gender.MAN: N_("man"),
    },
    Language: {
        Language.ROMAN_URDU: N_("roman Urdu"),
        Language.URDU: N_("Urdu"),
        Language.ENGLISH: N_("English"),
    },
    PostRole: {
        PostRole.CORE_TEAM: N_("core team"),
        PostRole.MASTER_TRAINER: N_("master trainer"),
        PostRole.CIRCLE_TRAINER: N_("circle trainer"),
        PostRole.FACILITATOR: N_("host"),
        PostRole.TEACHER: N_("teacher"),
        PostRole.HEAD_TEACHER: N_("head teacher"),
        PostRole.EDUCATION_MANAGER: N_("education manager"),
        PostRole.MONITOR: N_("monitor"),
        PostRole.CLERK: N_("clerk"),
        PostRole.ADMINISTRATOR: N_("administrator"),
    },
    SchoolGender: {
        SchoolGender.BOYS: N_("boys"),
        SchoolGender.GIRLS: N_("girls"),
        SchoolGender.MIXED: N_("mixed"),
    },
    SchoolsOf: {
        SchoolsOf.BOYS: N_("Boys' schools"),
        SchoolsOf.GIRLS: N_("Girls' schools"),
        SchoolsOf.MIXED: N_("Mixed schools"),
        SchoolsOf.NONE: N_("No school"),
    },
    PlaceKind: {
        PlaceKind.PROGRAMME: N_("Programme"),
        PlaceKind.BLOCK: N_("Block"),
        PlaceKind.CIRCLE: N_("Circle"),
        PlaceKind.CLUSTER: N_("LTRC"),
        PlaceKind.PROVINCE: N_("Province"),
        PlaceKind.DISTRICT: N_("District"),
        PlaceKind.TEHSIL: N_("Tehsil"),
        PlaceKind.UNION_COUNCIL: N_("Union council"),
    },
    Role: {
        Role.ADMIN: N_("administrator"),
        Role.MANAGER: N_("education manager"),
        Role.MONITOR: N_("monitor"),
        Role.TRAINER: N_("trainer"),
        Role.CLERK: N_("clerk"),
    },
    Area: {
        Area.HOME: N_("Home"),
        Area.SESSIONS: N_("Sessions"),
        Area.CASCADE: N_("Cascade"),
        Area.MESSAGES: N_("Messages"),
        Area.ANNOUNCEMENTS: N_("Announcements"),
        Area.INBOX: N_("Inbox"),
        Area.CLUSTERS: N_("LTRCs"),
        Area.COMMUNITY: N_("Community"),
        Area.KNOWLEDGE: N_("Notes"),
        Area.PLANNER: N_("Planner"),
        Area.PEOPLE: N_("People"),
        Area.IMPORTS: N_("Imports"),
        Area.SETTINGS: N_("Settings"),
        Area.PHONES: N_("Rehearsal phones"),
        Area.HEALTH: N_("Health"),
        Area.ACCOUNT: N_("Account"),
    },
    Organ: {
        Organ.DATABASE: N_("Database"),
        Organ.WORKER: N_("Worker"),
        Organ.JOBS: N_("Jobs"),
        Organ.SENDING: N_("Sending"),
        Organ.QUEUE: N_("Queue"),
        Organ.DOUBT: N_("In doubt"),
        Organ.PARKED: N_("Unwritten"),
        Organ.COPIES: N_("Sent twice"),
        Organ.STRANGERS: N_("Nobody's"),
        Organ.REPORTS: N_("Reports"),
        Organ.UNREAD: N_("Unread"),
        Organ.INBOX: N_("Inbox"),
        Organ.SPOOL: N_("Kept on disk"),
        Organ.DOOR: N_("The door"),
        Organ.BACKUP: N_("Backup"),
        Organ.RESTORE: N_("Restore"),
        Organ.DISK: N_("Disk"),
        Organ.CLOCK: N_("Clock"),
    },
    Condition: {
        Condition.BAD: N_("not well"),
        Condition.WARN: N_("look"),
        Condition.GOOD: N_("well"),
    },
    Topic: {
        Topic.TEXTS: N_("Texts"),
        Topic.DAYS: N_("Training days"),
        Topic.LISTS: N_("Lists"),
        Topic.PRIVACY: N_("Privacy"),
    },
    Source: {
        Source.DEFAULT: N_("default"),
        Source.HERE: N_("decided here"),
        Source.ENVIRONMENT: N_("set on the machine, read only here"),
    },
    Decision: {
        Decision.WINDOW: N_("Hours for texts"),
        Decision.REMINDERS: N_("Reminders before a session"),
        Decision.REPLY_NUMBER: N_("Number for answers and calls"),
        Decision.SEGMENT_PRICE: N_("Price of one SMS part"),
        Decision.MONTH_BUDGET: N_("What a month of texts may cost"),
        Decision.TEXTS_A_DAY: N_("Texts to one number a day"),
        Decision.TEXTS_A_WEEK: N_("Texts to one person a week"),
        Decision.CIRCLE_TEXTS: N_("Texts about one circle a day"),
        Decision.PROGRAMME_HOUR: N_("Texts of the programme an hour"),
        Decision.PROGRAMME_DAY: N_("Texts of the programme a day"),
        Decision.CLOSED_DAYS: N_("Days of the week without sessions"),
        Decision.RAMADAN_CLOSED: N_("No sessions in Ramadan"),
        Decision.HOLIDAYS_CLOSED: N_("No sessions on public holidays"),
        Decision.BOUNDS: N_("Edges of the country"),
        Decision.SMALLEST_GROUP: N_("Smallest group with a figure"),
        Decision.KEEP_TEXTS: N_("Words of texts are kept"),
        Decision.KEEP_READINGS: N_("How texts were read is kept"),
        Decision.KEEP_AUDIT: N_("Who changed what is kept"),
    },
    Tone: {
        Tone.GOOD: N_("Done"),
        Tone.WARN: N_("Look"),
        Tone.BAD: N_("Not done"),
    },
    StripKind: {
        StripKind.REHEARSAL_INVENTED: N_("This is invented data; no text leaves this machine."),
        StripKind.REHEARSAL: N_("No text leaves this machine."),
    },
    HoldWhy: {
        HoldWhy.PERSON: N_("somebody stopped it."),
        HoldWhy.RESTORED: N_("the data came out of a backup."),
        HoldWhy.OLDER: N_("the data is older than this machine remembers it."),
        HoldWhy.OTHER: N_("the database is not the one this machine knew."),
        HoldWhy.UNMARKED: N_("this machine does not know this database."),
        HoldWhy.ACCOUNT: N_("the provider refuses our account."),
        HoldWhy.BUDGET: N_("the month's budget is spent."),
    },
    Answer: {
        Answer.YES: N_("Yes"),
        Answer.NO: N_("No"),
        Answer.UNSURE: N_("Not sure"),
        Answer.NONE: N_("none"),
    },
    Mark: {
        Mark.HERE: N_("Here"),
        Mark.LATE: N_("Late"),
        Mark.AWAY: N_("Away"),
    },
    Step: {
        Step.PLANNED: N_("planned"),
        Step.INVITED: N_("invited"),
        Step.REMINDED: N_("reminded"),
        Step.HELD: N_("held"),
        Step.ATTENDANCE: N_("attendance"),
        Step.CLOSED: N_("closed"),
    },
    SessionState: {
        SessionState.PLANNED: N_("planned"),
        SessionState.INVITED: N_("invited"),
        SessionState.TODAY: N_("today"),
        SessionState.UNREPORTED: N_("who came?"),
        SessionState.HELD: N_("held"),
        SessionState.CALLED_OFF: N_("called off"),
    },
    ClosedWhy: {
        ClosedWhy.FRIDAY: N_("Friday"),
        ClosedWhy.SUNDAY: N_("Sunday"),
        ClosedWhy.HOLIDAY: N_("holiday"),
        ClosedWhy.EXPECTED_HOLIDAY: N_("expected, one day more or less"),
        ClosedWhy.RAMADAN: N_("Ramadan"),
        ClosedWhy.VACATION: N_("vacation"),
    },
    ToldOf: {
        ToldOf.INVITATION: N_("Invitations"),
        ToldOf.REMINDER: N_("Reminders"),
        ToldOf.CHANGE: N_("Changes"),
        ToldOf.CALL_OFF: N_("Called off"),
    },
    Purpose: {
        Purpose.INVITATION: N_("Invitations"),
        Purpose.REMINDER: N_("Reminders"),
        Purpose.CHANGE: N_("Changes"),
        Purpose.CALL_OFF: N_("Called off"),
        Purpose.REPLY: N_("Replies"),
        Purpose.CODE: N_("Codes"),
        Purpose.ANNOUNCEMENT: N_("Announcements"),
    },
    Unsent: {
        Unsent.NOT_IN_SERVICE: N_("Number not in service"),
        Unsent.UNREACHABLE: N_("Phone off or out of reach"),
        Unsent.NO_CREDIT: N_("No credit at the provider"),
        Unsent.NOT_MOBILE: N_("Not a mobile number"),
        Unsent.REFUSED: N_("Refused by the provider"),
        Unsent.BLOCKED: N_("Blocked by the operator"),
        Unsent.OPTED_OUT: N_("Wants no texts"),
        Unsent.NOT_ON_WHATSAPP: N_("Not on WhatsApp"),
        Unsent.TEMPLATE: N_("No approved template"),
        Unsent.ACCOUNT: N_("Account refused"),
        Unsent.ROUTE: N_("Route failed"),
        Unsent.TOO_LATE: N_("Too late to be useful"),
        Unsent.OTHER: N_("Another reason"),
    },
    Medium: {
        Medium.SMS: N_("SMS"),
        Medium.WHATSAPP: N_("WhatsApp"),
    },
    TextState: {
        TextState.QUEUED: N_("waiting"),
        TextState.PARKED: N_("needs a person"),
        TextState.SENDING: N_("being handed over"),
        TextState.ACCEPTED: N_("operator accepted"),
        TextState.SENT: N_("passed on"),
        TextState.DELIVERED: N_("on the phone"),
        TextState.READ: N_("read"),
        TextState.FAILED: N_("failed"),
        TextState.IN_DOUBT: N_("in doubt"),
        TextState.WITHDRAWN: N_("withdrawn"),
        TextState.EXPIRED: N_("expired"),
        TextState.HELD_BACK: N_("held back"),
    },
    ListKind: {
        ListKind.SCHOOLS: N_("schools"),
        ListKind.STAFF: N_("staff"),
    },
    Outcome: {
        Outcome.NEW: N_("new"),
        Outcome.CHANGED: N_("changed"),
        Outcome.UNCHANGED: N_("as stored"),
        Outcome.DUPLICATE: N_("repeated"),
        Outcome.PROBLEM: N_("with problems"),
    },
    Stage: {
        Stage.READING: N_("Reading the file"),
        Stage.CHECKING: N_("Checking the rows"),
        Stage.WRITING: N_("Writing the rows"),
        Stage.TAKING_BACK: N_("Taking the rows back"),
    },
    ImportStep: {
        ImportStep.FILE: N_("file"),
        ImportStep.COLUMNS: N_("columns"),
        ImportStep.CHECK: N_("check"),
        ImportStep.APPLY: N_("apply"),
        ImportStep.DONE: N_("done"),
    },
    ListField: {
        ListField.CODE: N_("EMIS code of the school"),
        ListField.NAME: N_("Name"),
        ListField.GENDER: N_("Gender"),
        ListField.LEVEL: N_("Level"),
        ListField.LAT: N_("Latitude"),
        ListField.LON: N_("Longitude"),
        ListField.LAT_DEG: N_("Latitude, degrees"),
        ListField.LAT_MIN: N_("Latitude, minutes"),
        ListField.LAT_SEC: N_("Latitude, seconds"),
        ListField.LON_DEG: N_("Longitude, degrees"),
        ListField.LON_MIN: N_("Longitude, minutes"),
        ListField.LON_SEC: N_("Longitude, seconds"),
        ListField.LATLON: N_("Both coordinates in one cell"),
        ListField.PROVINCE: N_("Province"),
        ListField.DISTRICT: N_("District"),
        ListField.TEHSIL: N_("Tehsil or town"),
        ListField.UNION_COUNCIL: N_("Union council"),
        ListField.VILLAGE_COUNCIL: N_("Village council"),
        ListField.ASDEO_CIRCLE: N_("Circle of the ASDEO office"),
        ListField.SDEO_OFFICE: N_("SDEO office"),
        ListField.ZONE: N_("Summer or winter zone"),
        ListField.DDO_CODE: N_("DDO code"),
        ListField.ROOMS: N_("Rooms"),
        ListField.POWER: N_("Electricity"),
        ListField.SAFE_ACCESS: N_("Safe way there"),
        ListField.CAN_HOST: N_("Can host an LTRC"),
        ListField.OFFICIAL_CLUSTER: N_("Official LTRC"),
        ListField.OFFICIAL_HOST: N_("Host school of the official LTRC"),
        ListField.DESIGNATION: N_("Designation"),
        ListField.PERSONAL_NO: N_("Personal number"),
        ListField.MOBILE_NO: N_("Mobile number"),
        ListField.SUBJECT: N_("Subject"),
    },
    Cause: {
        Cause.CODE_MISSING: N_("The EMIS code is missing"),
        Cause.CODE_DAMAGED: N_("A spreadsheet damaged the code"),
        Cause.CODE_ZEROS: N_("Zeros before the code were lost or added"),
        Cause.CONFLICTING_CODE: N_("The same code says different things"),
        Cause.COORDINATE_UNREADABLE: N_("A coordinate cannot be read"),
        Cause.COORDINATES_IMPOSSIBLE: N_("The place lies outside the country"),
        Cause.ROW_TOO_LONG: N_("The row has more cells than columns"),
        Cause.NAME_MISSING: N_("The name is missing"),
        Cause.DESIGNATION_MISSING: N_("The designation is missing"),
        Cause.DESIGNATION_UNKNOWN: N_("The designation is not known"),
        Cause.SCHOOL_UNKNOWN: N_("The school is not here yet"),
        Cause.PERSONAL_NO_DAMAGED: N_("A spreadsheet damaged the personal number"),
        Cause.PHONE_DAMAGED: N_("The mobile number is damaged"),
        Cause.PHONE_NOT_PK_MOBILE: N_("It is no Pakistani mobile number"),
        Cause.PERSON_AMBIGUOUS: N_("It is not certain who is meant"),
        Cause.OUTSIDE_SCOPE: N_("It lies outside your places"),
        Cause.MAY_NOT_APPOINT: N_("You cannot appoint to this post"),
    },
    Heed: {
        Heed.GENDER_UNKNOWN: N_("not known as a gender; taken without one"),
        Heed.LEVEL_UNKNOWN: N_("not known as a level; taken without one"),
        Heed.ZONE_UNKNOWN: N_("not known as a zone; taken without one"),
        Heed.ROOMS_UNKNOWN: N_("not known as a number of rooms; taken without one"),
        Heed.POWER_UNKNOWN: N_("not known as yes or no; taken without one"),
        Heed.SAFE_ACCESS_UNKNOWN: N_("not known as yes or no; taken without one"),
        Heed.CAN_HOST_UNKNOWN: N_("not known as yes or no; taken without one"),
        Heed.SUBJECT_UNKNOWN: N_("not known as a subject; taken without one"),
        Heed.HALF_A_PLACE: N_("half of the coordinates; name the other column too"),
    },
    Skipped: {
        Skipped.HEADERS: N_("the headers are repeated"),
        Skipped.HEADING: N_("a heading between the rows"),
        Skipped.NUMBERING: N_("the columns are numbered"),
        Skipped.TOTAL: N_("a total"),
        Skipped.NOTHING: N_("nothing in the columns that are read"),
        Skipped.NOTE: N_("a note below the list"),
    },
    Stays: {
        Stays.CHANGED_SINCE: N_("changed after the import"),
        Stays.GONE: N_("no longer there"),
        Stays.ATTENDANCE_REPORT: N_("has reported attendance"),
        Stays.AUDIT_ENTRY: N_("has changed things here"),
        Stays.BOOKING: N_("booked for training sessions; move them first"),
        Stays.CLUSTER_DRAFT_ROW: N_("held by a draft of LTRCs; discard it first"),
        Stays.IMPORT: N_("has applied a list"),
        Stays.INBOUND_TEXT: N_("has texted us"),
        Stays.INVITATION: N_("on the list of a training session"),
        Stays.LOGIN: N_("can sign in; end that first"),
        Stays.MESSAGE: N_("was written to"),
        Stays.PERSON_NUMBER: N_("got another number since"),
        Stays.PLACE: N_("needed by an LTRC or a place below it"),
        Stays.PLACEMENT: N_("stands in an LTRC or another place"),
        Stays.POST: N_("somebody else holds a post there; end it first"),
        Stays.QUESTION: N_("has an open question"),
        Stays.SESSION_TRAINER: N_("leads a training session; give it away first"),
        Stays.TRAINING_SESSION: N_("a training session takes place there; move it first"),
        Stays.OTHER: N_("something else refers to it"),
    },
}

MEANINGS: Mapping[type[StrEnum], Mapping[StrEnum, str]] = {
    Decision: {
        Decision.WINDOW: N_("First and last hour. Left empty: weekdays 9 to 19, weekends 10 to 18."),
        Decision.REMINDERS: N_("Like 7d,1d,0d; 0d is the morning of the day."),
        Decision.REPLY_NUMBER: N_("It is printed on sheets and in invitations."),
        Decision.SEGMENT_PRICE: N_("Shown before sending; the operator's bill counts."),
        Decision.MONTH_BUDGET: N_("When it is spent texts wait. 0 is no limit."),
        Decision.TEXTS_A_DAY: N_("What is more waits. Answers, moves and cancellations do not count."),
        Decision.TEXTS_A_WEEK: N_("Of one number too. What is more waits."),
        Decision.CIRCLE_TEXTS: N_("What is more waits."),
        Decision.PROGRAMME_HOUR: N_("What is more waits."),
        Decision.PROGRAMME_DAY: N_("What is more waits."),
        Decision.CLOSED_DAYS: N_("Write fri, sun or both."),
        Decision.RAMADAN_CLOSED: N_("Planned sessions stay; new plans leave the month out."),
        Decision.HOLIDAYS_CLOSED: N_("Planned sessions stay; Home names those on a holiday."),
        Decision.BOUNDS: N_("South, west, north, east in degrees; lists are judged by it."),
        Decision.SMALLEST_GROUP: N_("10 or more; raising it hides more."),
        Decision.KEEP_TEXTS: N_("Then words and numbers are forgotten; the counts stay."),
        Decision.KEEP_READINGS: N_("Then nobody can say any more why a text was read so."),
        Decision.KEEP_AUDIT: N_("84 months or more."),
    },
    HoldWhy: {
        HoldWhy.PERSON: N_("Ask them before you release it."),
        HoldWhy.RESTORED: N_("Texts that went after the backup would go a second time."),
        HoldWhy.OLDER: N_("It is perhaps an old copy. Texts that went since then would go a second time."),
        HoldWhy.OTHER: N_("It is perhaps a copy, and another machine sends the same texts."),
        HoldWhy.UNMARKED: N_("Texts went from it already. It is perhaps a copy, or this machine is new."),
        HoldWhy.ACCOUNT: N_("Look at the account: is it suspended? One text tries it every 5 minutes."),
        HoldWhy.BUDGET: N_("Texts go again next month. Or raise the budget in the settings."),
    },
    Unsent: {
        Unsent.NOT_IN_SERVICE: N_("The operator says it belongs to nobody."),
        Unsent.UNREACHABLE: N_("The operator tried until the text was too old."),
        Unsent.NO_CREDIT: N_("Nothing goes out until credit is there again."),
        Unsent.NOT_MOBILE: N_("A landline, or one digit short."),
        Unsent.REFUSED: N_("The provider would not take this text."),
        Unsent.BLOCKED: N_("The operator stops texts to this number."),
        Unsent.OPTED_OUT: N_("The number told the provider so; tell them by another way."),
        Unsent.NOT_ON_WHATSAPP: N_("It goes by SMS where that is still of use."),
        Unsent.TEMPLATE: N_("Free words go within 24 hours of a WhatsApp text only."),
        Unsent.ACCOUNT: N_("The IT officer speaks with the provider."),
        Unsent.ROUTE: N_("The text was with the route and did not get through."),
        Unsent.TOO_LATE: N_("Its hour passed before it could go."),
        Unsent.OTHER: N_("The provider gave a word we do not know."),
    },
    TextState: {
        TextState.QUEUED: N_("It goes out when its hour comes."),
        TextState.PARKED: N_("It could not be written; a person must look."),
        TextState.SENDING: N_("The provider has been asked; no answer yet."),
        TextState.ACCEPTED: N_("The operator has it. This is not yet delivered."),
        TextState.SENT: N_("The operator passed it on. The phone may be off."),
        TextState.DELIVERED: N_("The operator says that the phone has it."),
        TextState.READ: N_("It was opened; known for WhatsApp only."),
        TextState.FAILED: N_("It did not arrive; the reason stands beside it."),
        TextState.IN_DOUBT: N_("It may have gone out. It is never sent twice blindly."),
        TextState.WITHDRAWN: N_("A change made it wrong, so it was taken back."),
        TextState.EXPIRED: N_("Its hour passed before it could go."),
        TextState.HELD_BACK: N_("Held back by rule: no number, weekly cap, or opted out."),
    },
    Cause: {
        Cause.CODE_MISSING: N_("Add the code, or delete the row."),
        Cause.CODE_DAMAGED: N_("Format the column as text and type the code again."),
        Cause.CODE_ZEROS: N_("Format the column as text; write the code as it is known."),
        Cause.CONFLICTING_CODE: N_("Correct the code, or delete the rows that are wrong."),
        Cause.COORDINATE_UNREADABLE: N_("Write it like 34.0123, or leave it empty."),
        Cause.COORDINATES_IMPOSSIBLE: N_("Correct it, leave it empty, or choose any country."),
        Cause.ROW_TOO_LONG: N_("Probably a comma in a name: put it in quotation marks."),
        Cause.NAME_MISSING: N_("Add the name, or delete the row."),
        Cause.DESIGNATION_MISSING: N_("Add it, like PST or Circle Trainer."),
        Cause.DESIGNATION_UNKNOWN: N_("Write PST, CT, SST, Head Teacher, Circle Trainer or ASDEO."),
        Cause.SCHOOL_UNKNOWN: N_("Import the list of schools first, or correct the code."),
        Cause.PERSONAL_NO_DAMAGED: N_("Format the column as text, type it again, or leave it empty."),
        Cause.PHONE_DAMAGED: N_("Ask the person; type it as text, or leave it empty."),
        Cause.PHONE_NOT_PK_MOBILE: N_("Ask for a mobile number, or leave it empty."),
        Cause.PERSON_AMBIGUOUS: N_("Add the personal number, or delete the wrong row."),
        Cause.OUTSIDE_SCOPE: N_("Delete the row, or ask who looks after that place."),
        Cause.MAY_NOT_APPOINT: N_("Delete the row, or ask an administrator."),
    },
}


ONE: Mapping[Purpose, str] = {
    Purpose.INVITATION: N_("Invitation"),
    Purpose.REMINDER: N_("Reminder"),
    Purpose.CHANGE: N_("New day or place"),
    Purpose.CALL_OFF: N_("Called off"),
    Purpose.REPLY: N_("Reply"),
    Purpose.CODE: N_("Code"),
    Purpose.ANNOUNCEMENT: N_("Announcement"),
}
"""The purpose of a single text."""


def one(purpose: Purpose) -> str:
    """The English word for a single text of a purpose."""
    return ONE[purpose]


def word(member: StrEnum) -> str:
    """The English word of a member; the catalogue turns it into the viewer's language."""
    return WORDS[type(member)][member]


def meaning(member: StrEnum) -> str:
    """What a state or a reason means, in one English sentence."""
    return MEANINGS[type(member)][member]


UNITS: Mapping[Decision, str] = {
    Decision.SEGMENT_PRICE: N_("rupees"),
    Decision.MONTH_BUDGET: N_("rupees"),
    Decision.TEXTS_A_DAY: N_("texts"),
    Decision.TEXTS_A_WEEK: N_("texts"),
    Decision.CIRCLE_TEXTS: N_("texts"),
    Decision.PROGRAMME_HOUR: N_("texts"),
    Decision.PROGRAMME_DAY: N_("texts"),
    Decision.SMALLEST_GROUP: N_("persons"),
    Decision.KEEP_TEXTS: N_("months"),
    Decision.KEEP_READINGS: N_("months"),
    Decision.KEEP_AUDIT: N_("months"),
}
"""In what a setting is counted."""
