"""Words of every day: near to no command however they are spelt, and telling a sentence from a command's values."""

from collections.abc import Sequence

from messaging.inbound.hearing import is_question_word
from messaging.inbound.script import Phrases, Token
from messaging.inbound.senses import SENSES

LONG = 4
"""So many words behind a command's word are a sentence, whatever they are."""
_SENTENCE = Phrases(
    "hai, he, hain, hein, hen, hy, hun, hoon, ho, tha, thi, thay, ka, ki, ke, ko, se, mein, main, me, par, per, pe, "
    "ne, nahi, nahin, nhi, nai, mera, meri, mere, hamara, hamari, hamare, apna, apni, apne, raha, rahi, rahe, gaya, "
    "gai, gayi, gaye, hua, hui, hogi, hoga, liye, lia, wala, wali, wale, the, is, are, was, am, my, our, in, on, "
    "for, not, of, to, has, have, will, bhi, toh, jo, yeh, ye, woh, wo, ہے, ہیں, ہوں, ہو, تھا, تھی, تھے, کا, کی, کے, "
    "کو, سے, میں, پر, نے, نہیں, میرا, میری, میرے, رہا, رہی, رہے, گیا, گئی, گئے, ہوا, ہوئی, لیے, والا, والی, بھی, جو, "
    "یہ, وہ"
)
_EVERYDAY = Phrases(
    "mere, meri, mare, late, last, data, more, move, text, then, than, name, home, time, case, base, first, forest, "
    "rest, east, west, test, best, just, tests, post, past, cost, must, mast, here, there, these, those, this, that, "
    "they, them, them, were, want, went, what, with, will, well, when, were, your, some, same, come, came, none, done, "
    "gone, one, once, bath, both, back, book, took, look, like, life, live, love, lose, long, lost, list, fast, date, "
    "tariq, noted, hazar, hazaar, hazrat, hazir, haazir, jabeen, azam, muslim, masail, masool, sath, sathe, saath, "
    "sari, sara, saray, sab, sabak, sabaq, sahi, sahih, naye, nayi, naam, nam, raat, baad, bad, bahut, bohat, bohot, "
    "bara, bari, kal, kaam, kam, karo, kare, kaha, kahi, kabhi, kabi, kash, kaafi, kafi, khan, khud, khush, khat, "
    "kitab, kitna, kitne, dost, door, daur, dora, doran, dauran, dono, dena, data, jaga, jagah, jaldi, jald, jate, "
    "jata, jati, jana, jane, mard, maut, marz, mareez, mariz, moat, bheja, beja, bhai, behn, behan, beta, beti, "
    "zaroori, zarori, salam, saal, sal, sawar, savera, sawera, waqt, wakt, rasool, rast, rishta, neta, nayab, newton, "
    "madam, maddad, usta, ustad, hukam, hukum, katam, natija, nateeja, exam, paper, papers, class, lesson, shadi, "
    "shaadi, bemar, bimar, ghar, gaon, gari, bus, road, rain, barish, barsat, mausam, bijli, light, pani, "
    "hall, hill, meri, merey, mujhe, tumhara, hamara, unka, unki, iska, iski, uska, uski, isko, usko, kisi, koi, kuch, "
    "سوالات, وقت, کام, بعد, نام, کبھی, کوئی, کچھ, ساتھ, میرے, میری, ہمارا"
)


def is_everyday(token: Token) -> bool:
    """Is it a word of every day, which is never taken for a slip in a command?"""
    return token.is_word(_EVERYDAY.words) or is_question_word(token) or SENSES.at((token,), 0) is not None


def is_sentence(words: Sequence[Token]) -> bool:
    """Do these words make a sentence rather than the values of a command?"""
    spoken = [token for token in words if token.kind == "word"]
    return len(spoken) >= LONG or (len(spoken) > 1 and any(token.is_word(_SENTENCE.words) for token in spoken))
