"""Leaving and coming back, whatever the wording: decided before anything else in a text is looked at."""

from collections.abc import Collection, Sequence

from messaging.inbound.hearing import Heard
from messaging.inbound.outcomes import Hold, Leave, LeaveInDoubt, ReservedWithCode, Return, ToPerson
from messaging.inbound.script import Phrases, Token

_HOLD = Phrases("roko, rok, rokho, روکو, روک")
_LEAVE = Phrases(
    "band, bnd, bandh, stop, stopall, unsubscribe, unsub, cancel, end, quit, revoke, optout, opt out, remove me, "
    "no more, بند"
)
_LEAVE_WORDS = _LEAVE.words | _HOLD.words
LEAVE_WORDS = _LEAVE_WORDS
"""Single words that mean leaving, or stopping a send; no slip is ever taken for one."""
_MESSAGES = Phrases(
    "msg, msgs, mesg, message, messages, massage, mesage, mesej, sms, smses, text, texts, txt, paigham, pegham, "
    "میسج, مسیج, میسیج, پیغام, پیغامات"
)
_NEGATIONS = Phrases("na, naa, mat, nahi, nahin, nhi, nai, not, dont, no, نہ, مت, نہیں")
_SEND = Phrases(
    "bhej, bhejo, bhejen, bhejein, bhejain, bhejna, bhejye, bhejiye, bhejiyega, bheja, bhejye ga, send, sending, "
    "بھیجیں, بھیجو, بھیجنا, بھیجا, بھیجئے, بھیجیے"
)
_WANTED = Phrases("chahiye, chahye, chaiye, chahiay, chahie, want, wanted, need, needed, چاہیے, چاہئے, چاہییں, چاہیں")
_NUMBER_OF_HERS = Phrases("number, nmbr, num, no, naam, name, نمبر, نام")
_TAKEN_OFF = Phrases(
    "remove, delete, hata, hatao, hatayen, hataen, hatain, hata do, nikal, nikalo, nikalen, nikaalo, mita, mitao, "
    "nikalwa, ہٹا, ہٹائیں, نکال, نکالیں, ختم"
)
_BOTHERED = Phrases(
    "tang na, tang mat, disturb na, disturb mat, dont disturb, do not disturb, tang nahi, تنگ نہ, تنگ مت"
)
_ABLE = Phrases("sakta, sakti, sakte, skta, skti, سکتا, سکتی, سکتے")
_DOING = Phrases(
    "send, sending, karo, kro, karen, karein, kren, krein, kijiye, karna, krna, kar, kr, kardo, krdo, kardein, kiya, "
    "do, den, dein, dena, کرو, کریں, کر, کیجیے, کرنا, دو, دیں"
)
_ADDRESSED = Phrases(
    "mujhe, mujh, mjhe, muje, hamein, hame, ham, hum, me, it, please, training, ke, ki, kindly, i, want, chahiye, "
    "ko, ab, aap, ap, yeh, ye, dobara, aur, phir, kal, se, do, مجھے, ہمیں, اب, دوبارہ, اور, یہ"
)
_WISH = (
    _LEAVE_WORDS
    | _MESSAGES.words
    | _NEGATIONS.words
    | _SEND.words
    | _DOING.words
    | _ADDRESSED.words
    | _WANTED.words
    | {"sab"}
)
"""What a plain wish to leave is made of; anything else in it is for a person to read."""
_TRAINING = Phrases("training, trainings, session, class, course, ٹریننگ, تربیت, سیشن, کلاس")
_TOLD = Phrases(
    "hui, hua, huwi, huyi, hogi, hoga, hongi, gai, gayi, gaya, hogai, hogayi, hogaya, thi, tha, hain, was, will, is, "
    "ہوئی, ہوا, ہوگی, ہوگا, گئی, گیا, تھی, تھا"
)
_NEAR, _FEW = 6, 8
"""Words from the beginning that are looked at for a wish; and words of a short text."""
_RETURN = Phrases("shuru, start, unstop, شروع")
_AROUND_RETURN = Phrases(
    "wapas, wapis, karo, kro, karen, karein, kar, kr, kardo, do, den, dein, dobara, phir, se, again, sms, msg, "
    "message, messages, text, texts, ke, training, کریں, کرو, دوبارہ, میسج, پیغام"
)

_ME = frozenset(("me", "mujhe", "us", "hamein"))
_ABOUT_RETURN = _RETURN.words | _AROUND_RETURN.words


def leaving(
    heard: Heard, codes: Collection[str], *, pending: bool = False, in_reason: bool = False
) -> Leave | LeaveInDoubt | ReservedWithCode | Hold | ToPerson | None:
    """Does the text ask for no more texts? None when nothing in it speaks of leaving.

    `codes` are the session codes of the sender; `pending` says that a send of hers can still be stopped; `in_reason`
    that the text is a NO with its reason, in which a leave word means something else: "2 school band hai".
    """
    words = heard.words
    held = _HOLD.at(words, 0)
    if held and (pending or not _speaks_of_messages(words)):
        return _held(words[held:], pending=pending)
    left = _LEAVE.at(words, 0) or held or _refused_at_once(words)
    if left:
        return _left(heard, left, codes)
    phrase = "" if heard.forms.isdisjoint(_MESSAGES.words) else _asks_for_no_messages(words)
    if phrase == "asks":
        return LeaveInDoubt() if heard.question else Leave(heard.raw.strip() if _says_more(words) else "")
    if phrase == "told":
        return LeaveInDoubt()
    if words[0].kind == "number" and words[0].text in codes and len(words) > 1 and words[1].is_word(_LEAVE_WORDS):
        return ReservedWithCode(words[0].text)
    if _about_her_number(heard):
        return LeaveInDoubt()
    if not in_reason and not heard.forms.isdisjoint(_LEAVE_WORDS):
        return ToPerson("leave_word_inside")
    return None


def says_leave(heard: Heard) -> bool:
    """Is there a leave word anywhere?"""
    return not heard.forms.isdisjoint(_LEAVE_WORDS)


def returning(heard: Heard) -> Return | None:
    """SHURU, start, unstop alone, with courtesies or "texts again" around it; SHURU 2 means changes only."""
    if heard.question or heard.forms.isdisjoint(_RETURN.words):
        return None
    spoken = [token for token in heard.words if token.kind == "word"]
    numbers = [token.value for token in heard.words if token.kind == "number"]
    if not all(token.is_word(_ABOUT_RETURN) for token in spoken) or spoken[0].is_word({"training", "ke", "se"}):
        return None
    return Return(only_changes=bool(numbers)) if numbers in ([], [2]) else None


def _left(heard: Heard, length: int, codes: Collection[str]) -> Leave | LeaveInDoubt | ReservedWithCode:
    words = heard.words
    rest = words[length:]
    own = next((token.text for token in rest if token.kind == "number" and token.text in codes), None)
    if own is not None:
        return ReservedWithCode(own)
    about_training = any(token.is_word(_TRAINING.words) for token in rest)
    if rest and (heard.question or (about_training and any(token.is_word(_TOLD.words) for token in rest))):
        return LeaveInDoubt()
    if about_training and words[0].is_word({"cancel"}) and not _speaks_of_messages(words):
        return ReservedWithCode(None)
    return Leave(heard.raw[words[length - 1].end :].strip(" \t\r\n.,;:!?-\"'۔،") if _says_more(rest) else "")


def _held(rest: Sequence[Token], *, pending: bool) -> Hold | Leave | LeaveInDoubt:
    """ROKO: a pending send is stopped; without one it is a wish to leave when it stands alone."""
    code = "".join(token.text for token in rest if token.kind == "number") or None
    if pending:
        return Hold(code)
    return LeaveInDoubt() if any(not token.is_word(_DOING.words) for token in rest) else Leave()


def _says_more(words: Sequence[Token]) -> bool:
    """Is there anything beside the wish itself, which a person should read?"""
    return any(not token.is_word(_WISH) for token in words)


def _about_her_number(heard: Heard) -> bool:
    """ "mera number hata do", "mujhe tang na karo": perhaps no more texts."""
    words = heard.words
    taken_off = not heard.forms.isdisjoint(_TAKEN_OFF.words) and not heard.forms.isdisjoint(_NUMBER_OF_HERS.words)
    mine = not heard.forms.isdisjoint({"mera", "my", "میرا", "list", "لسٹ"})
    bothered = any(_BOTHERED.at(words, place) for place in range(min(len(words), _NEAR)))
    return bothered or (taken_off and mine and len(words) <= _FEW)


def _speaks_of_messages(words: Sequence[Token]) -> bool:
    return any(token.is_word(_MESSAGES.words) for token in words)


def _is_sending(words: Sequence[Token], place: int) -> bool:
    """Is "send" said at this place, and not "cannot send"?"""
    after = words[place + 1 : place + 2]
    return place < len(words) and words[place].is_word(_SEND.words) and not any(t.is_word(_ABLE.words) for t in after)


def _refused_at_once(words: Sequence[Token]) -> int:
    """ "na bhejein", "mujhe mat bhejo", "do not send": how many words it takes; 0 when the text is something else."""
    for place, token in enumerate(words[:6]):
        if token.is_word(_NEGATIONS.words) and not (words[place + 1 : place + 2] and words[place + 1].is_word({"not"})):
            if place + 2 < len(words) and words[place + 1].is_word(_MESSAGES.words) and words[place + 2].is_word(_ME):
                return place + 3  # "do not text me"
            return place + 2 if _is_sending(words, place + 1) else 0
        if not token.is_word(_ADDRESSED.words):
            return 0
    return 0


def _asks_for_no_messages(words: Sequence[Token]) -> str:
    """ "asks" for "msg band karo" and its kin anywhere, "told" for "sms band ho gaye", "" for neither."""
    for place, token in enumerate(words):
        if not token.is_word(_MESSAGES.words):
            continue
        for near in range(place + 1, min(place + 5, len(words))):
            after = words[near + 1] if near + 1 < len(words) else None
            if words[near].is_word(_LEAVE_WORDS):
                return "asks" if after is None or after.is_word(_DOING.words) else "told"
            done = after is not None and (
                _is_sending(words, near + 1) or after.is_word(_DOING.words) or after.is_word(_WANTED.words)
            )
            if done and words[near].is_word(_NEGATIONS.words):
                return "asks"
    return ""
