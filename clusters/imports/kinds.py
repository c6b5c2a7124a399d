"""What a list calls boys and girls, levels, zones, posts and subjects, in the words of the programme."""

import re
from functools import lru_cache

from clusters.imports.cells import latin_figures
from clusters.imports.matching import fold, words
from clusters.modules.rules import Subject
from clusters.people.rules import Gender, PostRole
from clusters.structure.rules import SchoolGender

_SCHOOL_GENDERS = {
    **dict.fromkeys(
        words("boys, boy, b, m, male, males, boys only, boys school, for boys, larkay, mardana, مردانہ, لڑکے, بوائز"),
        SchoolGender.BOYS,
    ),
    **dict.fromkeys(
        words("girls, girl, g, f, female, females, girls only, girls school, larkian, zanana, زنانہ, لڑکیاں, گرلز"),
        SchoolGender.GIRLS,
    ),
    **dict.fromkeys(
        words(
            "mixed, mix, co, co ed, coed, co education, coeducation, co educational, coeducational, both, boys girls,"
            " boys and girls, girls boys, girls and boys, male female, male and female, m f, b g, makhloot, مخلوط"
        ),
        SchoolGender.MIXED,
    ),
}


@lru_cache(maxsize=1024)
def gender_of(text: str) -> SchoolGender | None:
    """Whom a school teaches, if the text says it plainly."""
    return _SCHOOL_GENDERS.get(fold(text))


_LEVELS = {
    **dict.fromkeys(words("primary, p, pri, ps, primary school, gps, ggps, gbps, پرائمری, پرایمری"), "primary"),
    **dict.fromkeys(words("middle, m, mid, ms, middle school, gms, ggms, gbms, مڈل"), "middle"),
    **dict.fromkeys(words("elementary, elementary school, ایلیمنٹری"), "elementary"),
    **dict.fromkeys(words("high, h, hs, high school, ghs, gghs, gbhs, ہائی"), "high"),
    **dict.fromkeys(words("secondary, secondary school, ثانوی, سیکنڈری"), "secondary"),
    **dict.fromkeys(
        words(
            "higher secondary, higher sec, hss, higher secondary school, higher, h sec, ghss, gghss, gbhss,"
            " ہائیر سیکنڈری, ہائر سیکنڈری, اعلی ثانوی"
        ),
        "higher_secondary",
    ),
}


@lru_cache(maxsize=1024)
def level_of(text: str) -> str | None:
    """The level of a school, if the text is one of the usual words for it."""
    return _LEVELS.get(fold(text))


_SUMMER = frozenset(words("summer, s, summer zone, summer area, summer station, garma, garmi, گرما, گرمائی, گرمی, گرم"))
_WINTER = frozenset(words("winter, w, winter zone, winter area, winter station, sarma, sardi, سرما, سرمائی, سردی, سرد"))


@lru_cache(maxsize=1024)
def zone_of(text: str) -> str | None:
    """The zone of the long vacation: `summer` or `winter`."""
    form = fold(text)
    if form in _SUMMER:
        return "summer"
    return "winter" if form in _WINTER else None


_YES = frozenset(
    words(
        "yes, y, true, t, 1, available, functional, working, has, haan, han, ji, hai, mojood, safe, ok, ہاں, جی, ہے,"
        " موجود"
    )
)
_NO = frozenset(
    words(
        "no, n, false, f, 0, none, not available, non functional, nonfunctional, not functional, not working, nahi,"
        " nahin, unsafe, not safe, نہیں, ناں, غیر موجود"
    )
)


@lru_cache(maxsize=1024)
def yes_or_no(text: str) -> bool | None:
    """Does a list say that there is something?"""
    form = fold(text)
    return True if form in _YES else False if form in _NO else None


@lru_cache(maxsize=1024)
def count_of(text: str) -> int | None:
    """A small whole number, such as how many rooms there are."""
    plain = latin_figures(text).strip().removesuffix(".0")
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 3 else None


_WOMEN = frozenset(words("f, female, woman, women, lady, w, miss, mrs, zanana, aurat, khatoon, زنانہ, عورت, خاتون"))
_MEN = frozenset(words("m, male, man, men, mr, mardana, mard, مردانہ, مرد"))


@lru_cache(maxsize=1024)
def person_gender_of(text: str) -> Gender | None:
    """How a person is addressed, if the text says it."""
    form = fold(text)
    if form in _WOMEN:
        return Gender.WOMAN
    return Gender.MAN if form in _MEN else None


_POSTS = {
    PostRole.TEACHER: "teacher, pst, spst, jpst, primary school teacher, senior primary school teacher, ptc, jv, jvt,"
    " ct, sct, certified teacher, certificated teacher, senior certified teacher, sst, senior sst,"
    " secondary school teacher, senior secondary school teacher, set, ssst, ss, sss, subject specialist,"
    " senior subject specialist, at, sat, arabic teacher, senior arabic teacher, tt, stt, theology teacher,"
    " senior theology teacher, dm, sdm, drawing master, senior drawing master, drawing mistress, pet, spet, pti,"
    " physical education teacher, senior physical education teacher, qari, sqari, senior qari, qaria, est, ese, sese,"
    " sse, est teacher, elementary school teacher, elementary school educator, senior elementary school educator,"
    " secondary school educator, jest, hst, lecturer, it teacher, computer teacher, assistant teacher, class teacher,"
    " muallim, ustad, ustani, استاد, استانی, معلم, معلمہ, ٹیچر, قاری",
    PostRole.HEAD_TEACHER: "head teacher, headteacher, head, ht, psht, pht, sht, primary school head teacher,"
    " primary head teacher, senior head teacher, head master, headmaster, hm, head mistress, headmistress, principal,"
    " vice principal, incharge head teacher, head teacher incharge, صدر معلم, صدر معلمہ, ہیڈ ماسٹر, ہیڈ مسٹریس,"
    " ہیڈ ٹیچر, پرنسپل",
    PostRole.CIRCLE_TRAINER: "circle trainer, circle level trainer, ctr, cluster trainer, سرکل ٹرینر",
    PostRole.MASTER_TRAINER: "master trainer, mt, ماسٹر ٹرینر",
    PostRole.CORE_TEAM: "core team, core team member, core project team, core trainer, core group, کور ٹیم",
    PostRole.FACILITATOR: "facilitator, host, cluster facilitator, cluster host, ltrc host, ltrc facilitator",
    PostRole.EDUCATION_MANAGER: "asdeo, sdeo, deo, ddeo, dy deo, deputy deo, adeo, ado, aeo, deputy sdeo, edo,"
    " assistant sub divisional education officer, sub divisional education officer, district education officer,"
    " deputy district education officer, assistant district education officer, assistant district officer,"
    " assistant education officer, executive district officer, education manager, circle officer, ضلعی تعلیمی افسر",
    PostRole.MONITOR: "monitor, project monitor, monitoring officer, dcma, data collection monitoring assistant,"
    " data collection and monitoring assistant, district monitoring officer, dmo",
}
_POST_OF = {form: role for role, listed in _POSTS.items() for form in words(listed)}
_BESIDE = frozenset(
    words(
        "m, f, male, female, g, gen, general, bio, chem, biology, chemistry, phy, physics, math, maths, mathematics,"
        " sc, science, it, cs, computer, urdu, english, arabic, islamiat, pashto, pst, teacher, bps, bs, b, scale,"
        " grade, regular, adhoc, contract, nts, acting, incharge, in, charge, i, o, c, tech, technical, agri, arts,"
        " senior, sr, school"
    )
)
"""What may stand behind a post without changing it: subjects, scales, kinds of contract."""
_SCALE = re.compile(r"(?:bps|bs|b)?\d{1,2}")


@lru_cache(maxsize=1024)
def post_of(text: str) -> PostRole | None:
    """The post behind a designation: PST, 'SST (Bio-Chem) BPS-16', 'Circle Trainer'; None where it is not known."""
    form = fold(text)
    if form in _POST_OF:
        return _POST_OF[form]
    glued = form.replace(" ", "")  # S.S.T and P.S.T
    if glued in _POST_OF and all(len(part) == 1 for part in form.split()):
        return _POST_OF[glued]
    parts = form.split()
    for end in range(len(parts) - 1, 0, -1):
        role = _POST_OF.get(" ".join(parts[:end]))
        if role and all(part in _BESIDE or _SCALE.fullmatch(part) for part in parts[end:]):
            return role
    return None


_SUBJECTS = {
    **dict.fromkeys(words("maths, math, mathematics, riazi, hisab, ریاضی, حساب"), Subject.MATHS),
    **dict.fromkeys(
        words("languages, language, urdu, english, pashto, arabic, sindhi, zaban, اردو, انگریزی, پشتو, عربی"),
        Subject.LANGUAGES,
    ),
    **dict.fromkeys(
        words("science, general science, physics, chemistry, biology, bio, chem, bio chem, سائنس, جنرل سائنس"),
        Subject.SCIENCE,
    ),
    **dict.fromkeys(words("pedagogy, general pedagogy, teaching methods, methods, تدریس"), Subject.PEDAGOGY),
    **dict.fromkeys(words("parents, parent relations, parent teacher relations, community, والدین"), Subject.PARENTS),
}


@lru_cache(maxsize=1024)
def subject_of(text: str) -> Subject | None:
    """One of the five subjects, if the text names one."""
    return _SUBJECTS.get(fold(text))
