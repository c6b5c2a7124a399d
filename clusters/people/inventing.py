"""Invents believable people for trials: names, numbers, languages; the same from the same random source."""

from collections.abc import Collection
from dataclasses import dataclass
from random import Random

from clusters.people.rules import Gender, Language
from clusters.structure.rules import SchoolGender

WITHOUT_PHONE = 0.06
"""Share of teachers no text can reach."""
SHARED_PHONE = 0.04
"""Share of teachers who answer at a colleague's number, or whose number a colleague uses."""
LANGUAGES = {Language.ROMAN_URDU: 80, Language.URDU: 16, Language.ENGLISH: 4}
"""Of a hundred people, how many read which."""
MEN_AMONG_TRAINERS = 0.6
MOST_AT_A_SCHOOL = 3
NETWORKS = tuple(str(code) for code in (*range(300, 310), *range(311, 316), *range(331, 337), *range(340, 350)))
"""First three figures of Pakistani mobile numbers."""


def _listed(names: str) -> tuple[str, ...]:
    return tuple(names.split())


_MEN = _listed(
    """
    Abdul Adnan Akbar Ali Amin Amir Anwar Arif Asad Asif Atta Aziz Bahadur Bakht Dilawar Dost Faisal Farid Fazal
    Ghani Ghulam Gul Habib Hakim Hamid Haroon Hashim Hidayat Ihsan Ikram Inam Inayat Iqbal Irfan Israr Jahan Jamal
    Jamil Janan Kamal Kamran Karim Khalid Khan Khayal Liaqat Mansoor Mir Mukhtar Murad Musa Naeem Najeeb Nasir Niaz
    Nisar Noor Qadir Qasim Rafi Rahim Rashid Raza Rehmat Roshan Saad Sabir Sadiq Saeed Saif Sajid Salim Samad Sardar
    Shad Shafi Shahid Shakir Sharif Sher Sultan Tahir Taj Tariq Umar Usman Wahid Wajid Waqar Wazir Yaqoob Younas
    Yousaf Zafar Zahid Zahir Zakir Zaman Zar Zubair
    """
)
_AFTER_MEN = _listed(
    """
    Ahmad Ali Badshah Din Gul Haq Hussain Jan Khan Mir Muhammad Nabi Noor Rehman Sahib Shah Ullah Wali Zada Zaman
    """
)
_WOMEN = _listed(
    """
    Aasia Afshan Aliya Amina Anila Asma Ayesha Bushra Fareeda Farzana Fatima Fauzia Ghazala Gulalai Gulnaz Gulshan
    Hafsa Hina Humaira Iffat Jamila Kalsoom Kausar Khadija Khalida Laila Mahjabeen Maryam Mehnaz Mumtaz Nadia Naheed
    Najma Nargis Nasima Nasreen Nazia Nighat Noreen Palwasha Parveen Rabia Razia Rehana Riffat Robina Rozina
    Rukhsana Sabiha Sadia Safia Saima Sajida Salma Samina Shabana Shabnam Shaheen Shahida Shakila Shamim Shazia
    Shehla Spogmai Sumaira Tahira Tayyaba Uzma Wagma Yasmin Zahida Zainab Zakia Zarghuna Zarmina Zeenat Zubaida
    """
)
_AFTER_WOMEN = _listed(
    """
    Akhtar Bano Begum Bibi Gul Jabeen Jan Khan Khatoon Mumtaz Naz Nisa Noor Parveen Qadir Rani Rehman Shah Sultana
    Tabassum Wali
    """
)
_TRIBES = _listed(
    """
    Achakzai Afridi Bangash Banuchi Betani Daur Durrani Jadoon Kakar Kakakhel Khalil Khattak Kundi Mahsud Mandokhel
    Marwat Mohmand Niazi Orakzai Shinwari Swati Tarin Turi Wazir Yousafzai
    """
)


@dataclass(frozen=True, slots=True)
class Invented:
    """A person who does not exist."""

    name: str
    gender: Gender
    language: Language


class Numbers:
    """Mobile numbers (E.164) that nobody here has."""

    def __init__(self, rng: Random, taken: Collection[str]) -> None:
        self._rng, self._taken = rng, set(taken)

    def new(self) -> str:
        """One that was not given before."""
        while True:
            number = f"+92{self._rng.choice(NETWORKS)}{self._rng.randrange(1_000_000, 10_000_000)}"
            if number not in self._taken:
                self._taken.add(number)
                return number

    def for_teachers(self, count: int) -> list[str | None]:
        """A number for each of so many teachers, neighbours side by side: some have none, some share a neighbour's."""
        numbers = [self.new() for _ in range(count)]
        silent = set(self._rng.sample(range(count), round(WITHOUT_PHONE * count)))
        pairs = [first for first in range(0, count - 1, 2) if not silent & {first, first + 1}]
        for first in self._rng.sample(pairs, min(len(pairs), round(SHARED_PHONE * count / 2))):
            numbers[first + 1] = numbers[first]
        return [None if teacher in silent else number for teacher, number in enumerate(numbers)]


def head_counts(rng: Random, schools: int, mean: float) -> list[int]:
    """How many teachers each school has: one to three, `mean` on average as exactly as whole people allow."""
    if not 1 <= mean <= MOST_AT_A_SCHOOL:
        raise ValueError(f"A school has 1 to {MOST_AT_A_SCHOOL} teachers on average, not {mean}.")
    places = schools * (MOST_AT_A_SCHOOL - 1)
    counts = [1] * schools
    for place in rng.sample(range(places), round((mean - 1) * schools)):
        counts[place % schools] += 1
    return counts


def staff(rng: Random, teaches: SchoolGender | None, count: int) -> list[Invented]:
    """The teachers of one school: women for girls, men for boys, no two of one name."""
    people: dict[str, Invented] = {}
    while len(people) < count:
        one = somebody(rng, _gender_at(rng, teaches))
        people.setdefault(one.name, one)
    return list(people.values())


def trainer(rng: Random) -> Invented:
    """A man or a woman who trains."""
    return somebody(rng, Gender.MAN if rng.random() < MEN_AMONG_TRAINERS else Gender.WOMAN)


def somebody(rng: Random, gender: Gender) -> Invented:
    """A name and a language for somebody of this gender."""
    first, after = (_WOMEN, _AFTER_WOMEN) if gender is Gender.WOMAN else (_MEN, _AFTER_MEN)
    names = [rng.choice(first)]
    names.append(rng.choice([name for name in after if name != names[0]]))
    if rng.random() < (0.15 if gender is Gender.WOMAN else 0.4):
        names.append(rng.choice(_TRIBES))
    (language,) = rng.choices(list(LANGUAGES), list(LANGUAGES.values()))
    return Invented(" ".join(names), gender, language)


def _gender_at(rng: Random, teaches: SchoolGender | None) -> Gender:
    if teaches is SchoolGender.GIRLS:
        return Gender.WOMAN
    if teaches is SchoolGender.BOYS:
        return Gender.MAN
    return rng.choice((Gender.WOMAN, Gender.MAN))
