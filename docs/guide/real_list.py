"""From a real school list to a session that was reminded, answered and reported; every line is a command or a page.

Usage: .venv/bin/python docs/guide/real_list.py FOLDER [FILE]
FOLDER holds the list (killa_saifullah_gps.xlsx unless FILE names another). What it makes stands in ./trial-data.
"""

import http.cookiejar
import json
import os
import re
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

COP = Path(sys.executable).parent / "cop"
HOUSE = {**os.environ, "COP_DATA_DIR": "trial-data", "COP_PORT": "8790"}
ADDRESS = "http://127.0.0.1:8790"


def cop(*arguments: str, codes: tuple[int, ...] = (0,)) -> dict | list:
    """Run a command with --json, show it, and give back its document."""
    print("\n$ cop", " ".join(arguments))
    done = subprocess.run([COP, *arguments, "--json"], env=HOUSE, capture_output=True, text=True)
    if done.returncode not in codes:
        sys.exit(f"exit {done.returncode}: {done.stdout or done.stderr}")
    return json.loads(done.stdout)


def show(document: dict, *names: str) -> None:
    """Print some of a document's keys."""
    print(json.dumps({name: document[name] for name in names}, ensure_ascii=False))


def text_in(phone: str, words: str) -> None:
    """Text from a phone, wait for the answer, and show both."""
    before = len(texts(phone))
    print(f'\n$ cop rehearsal text {phone} "{words}"')
    subprocess.run([COP, "rehearsal", "text", phone, words], env=HOUSE, capture_output=True, check=True)
    until = time.monotonic() + 60
    while len(found := texts(phone)) == before and time.monotonic() < until:
        time.sleep(1)
    print(" ", found[-1])


def texts(phone: str) -> list[str]:
    """What a rehearsal phone has got, in order."""
    done = subprocess.run(
        [COP, "rehearsal", "received", "--json"], env=HOUSE, capture_output=True, text=True, check=True
    )
    return [copy["text"] for copy in json.loads(done.stdout) if copy["phone"] == phone]


def until_texted(meaning: str) -> tuple[str, str]:
    """Wait until a phone has got a text with these words; the phone and the text."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        done = subprocess.run([COP, "rehearsal", "received", "--json"], env=HOUSE, capture_output=True, text=True)
        for copy in reversed(json.loads(done.stdout)):
            if re.search(meaning, copy["text"]):
                return copy["phone"], copy["text"]
        time.sleep(2)
    sys.exit(f"no phone got a text like {meaning}")


def signed_in(link: str) -> urllib.request.OpenerDirector:
    """A browser that has used the one-time link."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    browser.addheaders = [("Origin", ADDRESS)]
    page = browser.open(link).read().decode()
    hidden = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', page))
    browser.open(link, urllib.parse.urlencode(hidden).encode())
    return browser


def main(folder: Path, file: str) -> None:
    """The whole way."""
    schools = str(folder / file)
    cop("init", "--programme", "Trial", "--lang", "en,ur", "--yes")
    show(cop("import", "check", schools, "--kind", "schools", codes=(0, 3)), "rows", "new", "problem_rows", "problems")
    applied = cop("import", "apply", schools, "--kind", "schools", "--only-good", codes=(0, 8))
    show(applied, "rows", "new", "problem_rows", "import_id")
    again = cop("import", "apply", schools, "--kind", "schools", "--only-good", codes=(0, 8))
    show(again, "rows", "new", "changed", "unchanged")
    plan = cop("clusters", "plan", "--seed", "1")
    show(plan, "draft", "schools", "clusters", "sizes", "outside_band", "unplaced", "km", "circles", "circle_sizes")
    cop("clusters", "accept", str(plan["draft"]))
    cop("people", "fill", "--seed", "1")
    first = cop("cascade", "plan", "--subjects", "maths", "--round", "Maths", "--out", "trial-data/plan")
    show(first, "draft", "sessions", "by_level", "end_date", "makespan_days", "lower_bound_days", "violations")
    show(cop("cascade", "accept", str(first["draft"])), "sessions", "invitations", "texts")
    link = cop("users", "add", "--name", "Trial Administrator", "--role", "admin", "--place", "T/")["link"]

    rows = [line.split(",") for line in Path("trial-data/plan/sessions.csv").read_text().splitlines()[1:]]
    day = next(row[7][:10] for row in rows if row[1] == "teacher")
    print("\n$ cop serve &")
    with subprocess.Popen([COP, "serve"], env=HOUSE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as house:
        try:
            cop("rehearsal", "clock", "--set", f"{day}T09:15+05:00")
            phone, said = until_texted("^Aaj Maths")
            print(" ", phone, "gets:", said)
            text_in(phone, "1")
            leader, told = until_texted(r"Aap Maths training ke trainer|aap ki Maths training")
            code = re.search(r"\b([1-9]\d{3})\b", told.replace("2026", "").replace("2027", "")).group(1)
            cop("rehearsal", "clock", "--set", f"{day}T13:05+05:00")
            text_in(leader, f"Hazri {code} 2,5")
            page = signed_in(link).open(f"{ADDRESS}/messages?q={code}").read().decode()
            session = re.search(r'href="(/sessions/\d+)"', page).group(1)
            shown = json.loads(signed_in(link_again()).open(f"{ADDRESS}{session}.json").read())
            print(f"\nThe page {session} says:")
            print(json.dumps({"came": shown["came"], "of": len(shown["roster"]), "next_step": shown["next_step"]}))
        finally:
            house.terminate()
            house.wait(30)
    print("\nEverything stands in ./trial-data; to look around: COP_DATA_DIR=trial-data cop serve")


def link_again() -> str:
    """A fresh one-time link."""
    return cop("users", "link", "trial.administrator")["link"]


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "killa_saifullah_gps.xlsx")
