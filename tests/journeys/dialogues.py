"""What is said in each dialogue: one function a dialogue, its words in roman Urdu, Urdu and English side by side."""

from dataclasses import dataclass

from messaging.reminders.rules import ReminderRules
from tests.journeys.stage import Dialogue, Said, Stage

STRANGER = "+923125550404"


@dataclass(frozen=True, slots=True)
class Played:
    """A dialogue with its number and name."""

    name: str
    title: str
    dialogue: Dialogue
    rules: ReminderRules | None = None


def said(ur_latn: str, ur: str, en: str) -> Said:
    """The same in the three languages."""
    return {"ur_latn": ur_latn, "ur": ur, "en": en}


def plain_yes(on: Stage) -> None:
    on.plays(on.usman)
    on.invite()
    on.says(on.usman, said("1", "۱", "Yes i wil come sir"))


def one_way(on: Stage) -> None:
    on.plays(on.usman)
    on.invite()
    on.says(on.usman, said("1", "جی ہاں", "1"))


def yes_and_a_question(on: Stage) -> None:
    on.plays(on.usman)
    on.plays(on.trainer, "trainer")
    on.invite()
    on.says(
        on.usman,
        said(
            "jee inshallah aonga magar gari kahan rukay gi?",
            "جی ان شاء اللہ آؤں گا مگر گاڑی کہاں رکے گی؟",
            "yes i will come. where is the van?",
        ),
    )
    on.says(on.trainer, said("J 1 Kakki bazar adda per", "جواب ۱ ککی بازار اڈے پر", "J 1 at the Kakki bazar stand"))
    on.later(minutes=6)


def not_understood(on: Stage) -> None:
    on.plays(on.usman)
    on.invite()
    on.says(on.usman, said("Y3s plz 4 me", "ٹھیک ٹھاک جناب عالی کیا", "Y3s plz 4 me"))
    on.says(on.usman, said("mera bhai bemar he", "میرا بھائی بیمار ہے", "my brother is ill"))


def undo(on: Stage) -> None:
    on.plays(on.usman)
    on.invite()
    on.says(on.usman, said("1", "1", "1"))
    on.later(minutes=15)
    on.says(on.usman, said("2", "نہیں", "no"))
    on.says(on.usman, said("0", "۰", "undo"))


def two_on_a_phone(on: Stage) -> None:
    shaista, usman = on.teachers[1], on.teachers[0]
    on.share(shaista, usman)
    on.plays(shaista)
    on.invite()
    on.says(shaista, said("1", "ہاں", "yes"))
    on.says(shaista, said("a 1 b 2", "a ۱ b ۲", "A1 B2"))


def attendance(on: Stage) -> None:
    on.plays(on.trainer)
    on.aside("Saturday, after the training")
    on.invite()
    on.lines.clear()
    on.at(14, 13, 30)
    on.says(on.trainer, said("Hazri 48l4 3,7 l9", "حاضری ۴۸۱۴ ۳، ۷، ۱۹", "att 4814 3, 7, 19"))
    on.says(on.trainer, said("ok shukriya", "شکریہ", "ok thank you"))
    on.later(minutes=20)
    on.says(on.trainer, said("HAZRI 4814 3 7", "حاضری ۴۸۱۴ ۳ ۷", "attendance 4814 3 7"))


def wrong_code(on: Stage) -> None:
    on.plays(on.trainer)
    on.aside("Saturday, after the training")
    on.at(14, 13, 30)
    on.says(on.trainer, said("HAZRI 4841 SAB", "حاضری ۴۸۴۱ سب", "att 4841 all"))
    on.says(on.trainer, said("1", "۱", "1"))


def moving(on: Stage) -> None:
    on.phones()
    on.plays(on.trainer, "trainer")
    on.says(on.trainer, said("tarikh 4814 21/3 10", "تاریخ ۴۸۱۴ ۲۱/۳ ۱۰", "move 4814 21/3 10"))
    on.says(on.trainer, said("pakka 638 214", "پکا ۶۳۸۲۱۴", "sure 638214"))
    on.plays(on.usman, "a teacher")
    on.later(minutes=6)


def stopping(on: Stage) -> None:
    on.phones()
    on.plays(on.usman, "a teacher")
    on.plays(on.trainer, "trainer")
    on.says(on.trainer, said("mansookh 4814 barish", "منسوخ ۴۸۱۴ بارش", "call off 4814 rain"))
    on.says(on.trainer, said("PAKKA 638214", "پکا ۶۳۸۲۱۴", "sure 638214"))
    on.says(on.trainer, said("ROKO", "روکو", "hold"))
    on.aside("ten minutes later no teacher has heard of it")
    on.later(minutes=10)


def leaving(on: Stage) -> None:
    on.plays(on.usman)
    on.says(on.usman, said("Band karo", "بند کرو", "Stop. Thank you"))
    on.says(on.usman, said("shuru", "شروع", "start"))


def one_bare_number(on: Stage) -> None:
    on.plays(on.trainer)
    on.aside("Saturday, after the training")
    on.at(14, 13, 30)
    on.says(on.trainer, said("HAZRI 4814 28", "حاضری ۴۸۱۴ ۲۸", "att 4814 28"))
    on.says(on.trainer, said("1", "۱", "1"))


def reserved_word(on: Stage) -> None:
    on.plays(on.trainer)
    on.says(on.trainer, said("CANCEL 4814", "بند ۴۸۱۴", "cancel 4814"))


def verb_missing(on: Stage) -> None:
    on.plays(on.trainer)
    on.aside("Saturday, after the training")
    on.at(14, 13, 30)
    on.says(on.trainer, said("4814 3 7 19", "۴۸۱۴ ۳ ۷ ۱۹", "4814 3 7 19"))
    on.says(on.trainer, said("1", "ہاں", "yes"))


def practice_note(on: Stage) -> None:
    on.plays(on.usman)
    on.says(
        on.usman,
        said(
            "note bachon ko bottle k dhakkan se ginti sikhai, bohat maza aya",
            "نوٹ بچوں کو بوتل کے ڈھکن سے گنتی سکھائی، بہت مزا آیا",
            "note I taught counting with bottle caps, great fun",
        ),
    )
    on.says(on.usman, said("n2", "N2", "N2"))
    on.says(on.usman, said("0", "0", "0"))


def asking_a_peer(on: Stage) -> None:
    peer = on.teachers[2]
    on.helps(peer)
    on.plays(on.usman)
    on.plays(peer, "peer")
    on.says(
        on.usman,
        said(
            "sawal class 3 me do hindson ki taqseem kaise parhaun",
            "سوال تیسری جماعت میں دو ہندسوں کی تقسیم کیسے پڑھاؤں",
            "ask how do I teach two-digit division in class 3",
        ),
    )
    on.says(on.usman, said("1", "ہاں", "yes"))
    on.says(peer, said("2", "۲", "2"))
    on.says(on.usman, said("1", "۱", "yes"))


def unknown_number(on: Stage) -> None:
    on.plays(on.trainer, "trainer")
    on.says(STRANGER, said("madad", "مدد", "HELP"))
    on.says(STRANGER, said("Naya 2345I gul zaman", "نیا ۲۳۴۵۱ گل زمان", "join 23451 Gul Zaman"))
    on.says(STRANGER, said("1", "ہاں", "yes"))
    on.says(on.trainer, said("1", "1", "1"))
    on.later(minutes=6)


def opinion(on: Stage) -> None:
    on.plays(on.trainer, "trainer")
    on.at(14, 13, 30)
    on.lines.clear()
    on.aside("Saturday, after the training")
    on.says(on.trainer, said("KHATAM 4814", "ختم ۴۸۱۴", "finished 4814"))
    on.says(on.trainer, said("HAZRI 4814 SAB", "حاضری ۴۸۱۴ سب", "att 4814 all"))
    on.plays(on.usman, "a teacher")
    on.at(14, 15, 40)
    on.says(on.usman, said("3 waqt kam tha", "۳ وقت کم تھا", "3 too little time"))


def missed_call(on: Stage) -> None:
    on.plays(on.usman)
    on.invite()
    on.rings(on.usman)
    on.says(on.usman, said("0", "۰", "0"))


def peers(on: Stage) -> None:
    on.plays(on.usman)
    on.says(on.usman, said("SATHI HAAN", "ساتھی ہاں", "peers on"))
    on.asks_for_peers(on.usman)
    on.says(on.usman, said("sathi 12, 28", "ساتھی ۱۲، ۲۸", "peers 12 and 28"))
    on.later(minutes=15)
    on.says(on.usman, said("SATHI NAHI", "ساتھی نہیں", "peers off"))


def visit(on: Stage) -> None:
    manager = on.manager()
    on.plays(manager)
    on.says(manager, said("DORA 2345l", "دورہ ۲۳۴۵۱", "visit 23451"))
    on.says(manager, said("do kamron ki chhat tapakti hai", "دو کمروں کی چھت ٹپکتی ہے", "the roof of two rooms leaks"))


def several_trainings(on: Stage) -> None:
    on.another(code="7456", name="LTRC Domel")
    on.plays(on.trainer)
    on.aside("Saturday, after two trainings")
    on.at(14, 13, 30)
    on.lines.clear()
    on.says(on.trainer, said("HAZRI 3 7", "حاضری ۳ ۷", "att 3 7"))
    on.says(on.trainer, said("1", "۱", "1"))


def two_questions(on: Stage) -> None:
    on.plays(on.usman)
    on.at(14, 13, 30)
    on.says(on.trainer, said("KHATAM 4814", "ختم ۴۸۱۴", "finished 4814"), "trainer")
    on.at(14, 15, 40)
    on.invite(on.another(code="7456", name="LTRC Domel", day=16))
    on.says(on.usman, said("1", "۱", "1"))
    on.says(on.usman, said("2", "۲", "2"))
    on.says(on.usman, said("haan", "ہاں", "yes"))


def language(on: Stage) -> None:
    on.plays(on.usman)
    on.says(on.usman, said("ZABAN 2", "زبان ۳", "language 1"))
    on.says(on.usman, said("0", "۰", "undo"))


DIALOGUES = (
    Played("01-plain-yes", "1 An invitation and a plain yes", plain_yes),
    Played(
        "01b-one-way", "1b The same on a route that takes no answers", one_way, rules=ReminderRules(answerable=False)
    ),
    Played("04-yes-and-a-question", "4 A yes and a question in one text", yes_and_a_question),
    Played("05-not-understood", "5 Not understood: asked once, then a person", not_understood),
    Played("06-undo", "6 An answer changed and taken back", undo),
    Played("07-two-on-a-phone", "7 One phone, two teachers", two_on_a_phone),
    Played("08-attendance", "8 Attendance by the rows of the sheet", attendance),
    Played("09-wrong-code", "9 A wrong session code", wrong_code),
    Played("10-moving", "10 A trainer moves a training session", moving),
    Played("10b-stopping", "10b Stopped within the five minutes", stopping),
    Played("11-leaving", "11 Leaving and coming back", leaving),
    Played("12-practice-note", "12 A practice note", practice_note),
    Played("13-asking-a-peer", "13 Asking a peer, with a yes of both sides", asking_a_peer),
    Played("14-unknown-number", "14 A number nobody knows", unknown_number),
    Played("15-opinion", "15 What was it like, without names", opinion),
    Played("16-missed-call", "16 A missed call", missed_call, ReminderRules(call_number="+923451234567")),
    Played("17-one-bare-number", "17 One bare number", one_bare_number),
    Played("18-reserved-word", "18 A reserved word with a session code", reserved_word),
    Played("19-verb-missing", "19 The word is missing", verb_missing),
    Played("20-peers", "20 Whom did you turn to", peers),
    Played("21-language", "21 Another language, and back", language),
    Played("22-visit", "22 A manager visited a school", visit),
    Played("23-several-trainings", "23 Which of several trainings", several_trainings),
    Played("24-two-questions", "24 An opinion and an invitation, one digit", two_questions),
)
