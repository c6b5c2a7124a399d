"""Make cop/web/static/naskh.woff2 anew: the letters that Urdu needs, of Noto Naskh Arabic (Debian's fonts-noto-core).

Run: .venv/bin/python docs/guide/subset_font.py
"""

from pathlib import Path

from fontTools import subset

WHOLE = Path("/usr/share/fonts/truetype/noto/NotoNaskhArabic-Regular.ttf")
PART = Path(__file__).parents[2] / "cop" / "web" / "static" / "naskh.woff2"
LETTERS = "ءآأؤئابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہۂۃھیےۓ"
MARKS = "،؛؟۔٪٫٬ؐ\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670\u0654"
DIGITS = "۰۱۲۳۴۵۶۷۸۹"
JOINERS = "\u200c\u200d\u00a0 "

options = subset.Options()
options.flavor = "woff2"
options.hinting = False
options.layout_features = ["init", "medi", "fina", "isol", "rlig", "ccmp", "calt", "liga", "mark", "mkmk"]
options.name_IDs = [0, 1, 2, 5, 13, 14]
options.drop_tables += ["DSIG"]
font = subset.load_font(str(WHOLE), options)
subsetter = subset.Subsetter(options)
subsetter.populate(text=LETTERS + MARKS + DIGITS + JOINERS)
subsetter.subset(font)
subset.save_font(font, str(PART), options)
print(f"{PART.name}: {PART.stat().st_size} bytes")
