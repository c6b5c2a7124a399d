"""A text as it was heard: its courtesies set aside, which carry nothing to act on, and whether it asks something."""

from collections.abc import Sequence
from dataclasses import dataclass

from messaging.inbound.script import Phrases, Senses, Token

_GREETINGS = Phrases(
    "aoa, a o a, aslam, salam, salaam, slam, assalam, asalam, asslam, aslamualaikum, assalam o alaikum, assalam "
    "alaikum, asalam o alaikum, salam alaikum, assalamualaikum, assalamoalaikum, asalamualaikum, asalamoalaikum, "
    "alaikum, alikum, alekum, walekum salam, walaikum salam, walaikum assalam, walikum salam, walekum assalam, "
    "walekum asalam, walikum asalam, aslam o alaikum, aslam alaikum, aslamo alaikum, asslam o alaikum, asslam "
    "alaikum, assalamu alaikum, asalamu alaikum, assalamo alaikum, asalamo alaikum, asalam alaikum, a o a sir, salam "
    "sir, wslm, w slam, aslamualikum, assalam u alaikum, asalam u alaikum, o alaikum, slaam, hey, hlo, hello sir, "
    "dear all, respected sir, respected, mohtram, hazoor, huzoor, w salam, wa alaikum salam, good morning, good "
    "evening, good afternoon, good day, dear sir, dear, hi, hello, helo, sir, sir g, sir ji, madam, mam, maam, miss, "
    "janab, jnab, mohtaram, muhtaram, mohtarma, sahib, sahab, sb, sahiba, bhai, bhai jan, bhaijan, baji, ustad ji, "
    "سلام, السلام, السلام علیکم, اسلام علیکم, علیکم, وعلیکم, وعلیکم السلام, وعلیکم سلام, السلام و علیکم, اسلام و "
    "علیکم, سلام علیکم, صبح بخیر, سر, سر جی, سرجی, جناب عالی, جناب, محترم, محترمہ, صاحب, میڈم, بھائی"
)
_THANKS = Phrases(
    "shukriya, shukria, shukrya, shukriyah, thanks, thank you, thank u, thankyou, thank, thanx, thnx, thx, tnx, ty, "
    "jazakallah, jazak allah, jazakallah khair, meharbani, mehrbani, mehrbani g, meherbani, bohat shukriya, bohot "
    "shukriya, bahut shukriya, mashkoor, noted, received, mil gaya, mil gya, samajh gaya, samajh gai, samajh gayi, "
    "allah hafiz, khuda hafiz, Allah hafiz sir, regards, with regards, مل گیا, سمجھ گیا, اللہ حافظ, خدا حافظ, شکریہ, "
    "بہت شکریہ, مہربانی, جزاک اللہ, مننه"
)
_PLEASE = Phrases(
    "please, plz, pls, plzz, plez, plese, pleas, kindly, bara e meharbani, barae meharbani, baraye meharbani, براہ "
    "مہربانی, براہ کرم, پلیز"
)
_QUESTION_WORDS = Phrases(
    "kab, kahan, kahaan, kidhar, kyun, kyu, kiun, kyon, kiyun, kya, kia, kaun, kon, kaunsi, konsi, kaunsa, konsa, "
    "kitne, kitni, kitna, kaise, kesy, kese, kis, when, where, why, what, who, which, how, کب, کہاں, کدھر, کیوں, "
    "کیا, کون, کونسی, کتنے, کتنی, کیسے, کس"
)
_COURTESIES: Senses[str] = Senses((("greeting", _GREETINGS), ("thanks", _THANKS), ("please", _PLEASE)))


@dataclass(frozen=True, slots=True)
class Heard:
    """A text as it was heard: all its tokens, the words and numbers without courtesies, and what it asks."""

    raw: str
    row: tuple[Token, ...]
    words: tuple[Token, ...]
    forms: frozenset[str]
    """Every form of every word, to ask quickly whether one of a list is there at all."""
    thanks: bool
    question_mark: bool
    question_word: bool

    @property
    def question(self) -> bool:
        """Is there a question mark or a question word?"""
        return self.question_mark or self.question_word


def hear(row: Sequence[Token], raw: str) -> Heard:
    """The tokens of a text, or of a part of it, told apart into courtesies and what carries a meaning."""
    spoken = [token for token in row if token.kind != "mark"]
    kept: list[Token] = []
    thanks = False
    place = 0
    while place < len(spoken):
        courtesy = _COURTESIES.at(spoken, place)
        if courtesy is None:
            kept.append(spoken[place])
            place += 1
        else:
            thanks = thanks or courtesy[0] == "thanks"
            place += courtesy[1]
    forms = frozenset(token.text for token in spoken) | frozenset(token.single for token in spoken)
    return Heard(
        raw,
        tuple(row),
        tuple(kept),
        forms,
        thanks,
        question_mark=any(token.text == "?" for token in row),
        question_word=not forms.isdisjoint(_QUESTION_WORDS.words),
    )


def is_question_word(token: Token) -> bool:
    """Is it a word that asks: kab, kahan, kyun?"""
    return token.is_word(_QUESTION_WORDS.words)
