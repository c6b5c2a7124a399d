"""What texts are: how many segments one takes, and a phone in the terminal to talk with."""

import json
import sys
from pathlib import Path
from typing import Any

import rich_click as click
from rich.table import Table

from clusters.kernel.errors import Conflict, Invalid
from clusters.people.phones import PhoneProblem
from clusters.people.phones import read as read_number
from cop.commands.learned import learned
from cop.commands.opening import opened
from cop.commands.simulating import greet, nobody, phones, play
from cop.commands.speaking import Exit, answering, as_json, leave, say, talk
from cop.commands.wordlist import card, effect_of, markdown
from cop.replay.corpus import Block, read_corpus, unreadable
from cop.replay.running import check
from cop.replay.scratch import scratch_database
from cop.replay.sharing import run_shared
from cop.replay.tallying import report
from cop.sms.help import COMMANDS
from cop.words import BOOK
from messaging.texts.catalogue import DEFAULT_LANGUAGE, LANGUAGES
from messaging.texts.segments import fold, measure

FIGURES = ("lines", "right", "resolved_by_question", "human", "silent_wrong", "other_wrong")


@click.group()
def sms() -> None:
    """What people can text: list it, count it, talk with the house as a phone, judge a file of texts.

    Example: cop sms segments --json "Agli training: Maths"
    """


@sms.command()
@click.argument("text", required=False)
@click.option(
    "--from", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE.jsonl",
    help="One JSON document a line: a string, or an object with the key text.",
)  # fmt: skip
@click.option("--fold", "folded", is_flag=True, help="Count after quotes, dashes and odd spaces were made plain.")
@as_json
def segments(*, text: str | None, file: Path | None, folded: bool, as_json: bool) -> None:
    """Say in which alphabet a text travels, how many units it has and how many segments it takes.

    Example: cop sms segments --json "Kya aap aayenge? 1=Haan 2=Nahi"
    """
    if (text is None) == (file is None):
        raise click.UsageError("Give one text, or a file with --from.")
    with answering(as_json):
        texts = [text] if text is not None else _lines(file or Path())
        counted = [_counted(fold(each) if folded else each) for each in texts if each is not None]
    if as_json:
        say(counted[0] if text is not None else counted)
        return
    for each in counted:
        talk.print(f"{each['encoding']}, {each['units']} units, {each['segments']} segment(s)")


@sms.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE.jsonl")
@as_json
def replay(*, file: Path, as_json: bool) -> None:
    """Run written-down texts and say how many did what they should.

    A line with "context" says the world of those after it; each of them names from, text and expect, and runs in a
    database of its own that is gone afterwards. Exit code 3 when one stored something else in silence.

    Example: cop sms replay texts.jsonl --json
    """
    with answering(as_json):
        blocks = _corpus(file)
        check(blocks, file.name)
        with scratch_database() as url:
            judged = run_shared(url, blocks, file.name)
    document = report(judged)
    if as_json:
        say(document)
    else:
        _show(document)
    leave(Exit.DONE if not document["silent_wrong"] else Exit.PROBLEMS)


def _corpus(file: Path) -> list[Block]:
    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise unreadable(file.name, 1, "the file is no text in UTF-8") from error
    return read_corpus(lines, file.name)


def _show(document: dict[str, Any]) -> None:
    """The figures as a table, and the lines that went wrong."""
    table = Table(box=None)
    for heading in ("", *FIGURES):
        table.add_column(heading.replace("_", " "), justify="left" if not heading else "right")
    groups = [("all", document), *document["by_script"].items(), *document["by_do"].items()]
    for name, counts in groups:
        table.add_row(name, *(str(counts[figure]) for figure in FIGURES))
    talk.print(table)
    for wrong in document["wrong"]:
        talk.print(f"line {wrong['line']} ({wrong['verdict']}): {wrong['text']!r}", markup=False)
        talk.print(f"  expected {wrong['expect']}, got {wrong['got']}: {wrong['reply'] or 'no reply'}", markup=False)
    talk.print(f"{document['segments_mean']} segments a reply")


@sms.command()
@click.option("--markdown", "as_page", is_flag=True, help="The table of docs/reference/words.md.")
def words(*, as_page: bool) -> None:
    """List what people can text, and what each word does.

    Example: cop sms words --markdown
    """
    if as_page:
        click.echo(markdown(BOOK), nl=False)
        return
    for word in BOOK.words.values():
        talk.print(f"{word.printed('ur_latn')}: {effect_of(word)}", markup=False)


@sms.command(name="card")
@click.option("--role", type=click.Choice(list(COMMANDS)), required=True, help="Whose card.")
@click.option("--language", type=click.Choice(LANGUAGES), default=DEFAULT_LANGUAGE, help="Its language and script.")
def role_card(*, role: str, language: str) -> None:
    """Print the card of a role: at most eight commands, each with its example.

    Example: cop sms card --role trainer --language ur
    """
    click.echo(card(BOOK, role, language))


@sms.command()
@click.argument("phone", required=False)
def simulate(phone: str | None) -> None:
    """Be a phone: each line you type is a text, and what comes back is printed. End with Ctrl-D.

    Without a number it lists some phones that can be played.

    Example: cop sms simulate 0300-5550001
    """
    with opened(as_json=False) as house:
        if not house.settings.routes.rehearsing:
            raise Conflict("rehearsal_on_real_route")
        if phone is None:
            with house.unit() as db:
                found = phones(db)
            for line in found or [nobody(house.settings.data_dir)]:
                talk.print(line, markup=False)
            return
        number = read_number(phone)
        if number is None:
            raise Invalid("phone_missing")
        if isinstance(number, PhoneProblem):
            raise Invalid(number.cause.value, why=number.why, proposal=number.proposal or "")
        greet(house, number.e164)
        play(house, number.e164, sys.stdin)


sms.add_command(learned)


def _counted(text: str) -> dict[str, Any]:
    size = measure(text)
    return {"encoding": size.encoding, "units": size.units, "segments": size.segments}


def _lines(file: Path) -> list[str]:
    try:
        written_lines = file.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid("jsonl_unreadable", file=file.name, line=1) from error
    return [_text(line, number, file) for number, line in enumerate(written_lines, start=1) if line.strip()]


def _text(line: str, number: int, file: Path) -> str:
    try:
        document = json.loads(line)
    except ValueError as error:
        raise Invalid("jsonl_unreadable", file=file.name, line=number) from error
    text = document.get("text") if isinstance(document, dict) else document
    if not isinstance(text, str):
        raise Invalid("jsonl_unreadable", file=file.name, line=number)
    return text
