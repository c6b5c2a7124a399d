"""Names of villages that nobody lives in, in Latin and Urdu letters, built as names are built around Bannu."""

from collections.abc import Iterator
from random import Random

Name = tuple[str, str]
"""A name in Latin and in Urdu letters."""

_PEOPLE: tuple[Name, ...] = (
    ("Gul Hassan", "گل حسن"), ("Noor Jan", "نور جان"), ("Shah Nawaz", "شاہ نواز"), ("Mir Alam", "میر عالم"),
    ("Sher Dil", "شیر دل"), ("Bakht Zaman", "بخت زمان"), ("Taj Ali", "تاج علی"), ("Zar Khan", "زر خان"),
    ("Dost Mir", "دوست میر"), ("Lal Badshah", "لال بادشاہ"), ("Saif Ullah", "سیف اللہ"), ("Amir Shah", "امیر شاہ"),
    ("Wali Noor", "ولی نور"), ("Jahan Gul", "جہان گل"), ("Qadir Dad", "قادر داد"), ("Rahim Jan", "رحیم جان"),
    ("Fazal Din", "فضل دین"), ("Karim Gul", "کریم گل"), ("Nazar Mir", "نظر میر"), ("Sultan Shah", "سلطان شاہ"),
    ("Azim Khan", "عظیم خان"), ("Habib Noor", "حبیب نور"), ("Juma Gul", "جمعہ گل"), ("Khan Zada", "خان زادہ"),
    ("Mast Ali", "مست علی"), ("Painda Khan", "پائندہ خان"), ("Rasul Mir", "رسول میر"), ("Sarwar Jan", "سرور جان"),
    ("Torak Shah", "تورک شاہ"), ("Umar Gul", "عمر گل"), ("Yar Dad", "یار داد"), ("Zahir Noor", "ظاہر نور"),
    ("Anwar Mir", "انور میر"), ("Bahadur Shah", "بہادر شاہ"), ("Faqir Gul", "فقیر گل"), ("Ghani Jan", "غنی جان"),
    ("Hakim Noor", "حکیم نور"), ("Inayat Shah", "عنایت شاہ"), ("Jamal Mir", "جمال میر"), ("Latif Gul", "لطیف گل"),
)  # fmt: skip
_TRIBES: tuple[Name, ...] = (
    ("Sadri Khel", "صدری خیل"), ("Mira Khel", "میرا خیل"), ("Gulab Khel", "گلاب خیل"), ("Tarkha Khel", "ترخہ خیل"),
    ("Shamo Khel", "شمو خیل"), ("Barat Khel", "برات خیل"), ("Zangi Khel", "زنگی خیل"), ("Malang Khel", "ملنگ خیل"),
    ("Darya Khel", "دریا خیل"), ("Sanam Khel", "صنم خیل"), ("Bobal Khel", "بوبل خیل"), ("Kharo Khel", "خارو خیل"),
    ("Musa Wal", "موسیٰ وال"), ("Arsala Khel", "ارسلا خیل"), ("Hawas Khel", "حواس خیل"), ("Ludin Khel", "لودین خیل"),
    ("Patol Khel", "پتول خیل"), ("Nekam Khel", "نیکم خیل"), ("Sheri Khel", "شیری خیل"), ("Wanda Khel", "وانڈہ خیل"),
)  # fmt: skip
_HOMESTEADS: tuple[Name, ...] = (
    ("Kotka", "کوٹکہ"), ("Banda", "بانڈہ"), ("Ghari", "گھڑی"), ("Kili", "کلی"), ("Dheri", "ڈھیری"),
    ("Nar", "نر"), ("Landi", "لنڈی"), ("Wanda", "وانڈہ"),
)  # fmt: skip
_COLOURS: tuple[Name, ...] = (
    ("Spin", "سپین"), ("Tor", "تور"), ("Sra", "سرہ"), ("Zer", "زیڑ"), ("Shna", "شنہ"), ("Loe", "لوئے"), ("Wara", "وڑہ"),
)  # fmt: skip
_LANDSCAPES: tuple[Name, ...] = (
    ("Tangi", "تنگی"), ("Kala", "کلا"), ("Ghundai", "غونڈئی"), ("Warsak", "ورسک"), ("Algad", "الگڈ"),
    ("Chashma", "چشمہ"), ("Kanda", "کنڈہ"), ("Mela", "میلہ"), ("Garhai", "گڑھئی"), ("Shaga", "شگہ"),
)  # fmt: skip
_ENDS: tuple[Name, ...] = (("Bala", "بالا"), ("Payan", "پایان"), ("Sharqi", "شرقی"), ("Gharbi", "غربی"))


def villages(rng: Random) -> Iterator[Name]:
    """One village after another, none twice; some thousand in all."""
    seen: set[str] = set()
    while True:
        name = _village(rng)
        if name[0] not in seen:
            seen.add(name[0])
            yield name


def _village(rng: Random) -> Name:
    kind = rng.random()
    if kind < 0.4:
        parts = [rng.choice(_HOMESTEADS), rng.choice(_PEOPLE)]
    elif kind < 0.7:
        parts = [rng.choice(_TRIBES)]
    elif kind < 0.9:
        parts = [rng.choice(_COLOURS), rng.choice(_LANDSCAPES)]
    else:
        parts = [rng.choice(_HOMESTEADS), rng.choice(_TRIBES)]
    if rng.random() < 0.4:
        parts.append(rng.choice(_ENDS))
    return " ".join(latin for latin, _ in parts), " ".join(urdu for _, urdu in parts)
