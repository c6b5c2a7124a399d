"""Counting segments, and being a phone in the terminal."""

import json

import pytest
from click.testing import CliRunner

from cop.cli import cop
from tests import build
from tests.conftest import NOON_IN_MARCH


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x" * 160, ("GSM-7", 160, 1)),
        ("x" * 161, ("GSM-7", 161, 2)),
        ("[" * 80, ("GSM-7", 160, 1)),
        ("ہ" * 70, ("UCS-2", 70, 1)),
        ("ہ" * 71, ("UCS-2", 71, 2)),
        ("👍", ("UCS-2", 2, 1)),
    ],
)
def test_a_text_is_counted_as_given(run, text, expected):
    code, document, _ = run("sms", "segments", "--json", text)
    assert code == 0
    assert tuple(document[key] for key in ("encoding", "units", "segments")) == expected
    assert set(document) == {"encoding", "units", "segments"}


def test_folding_makes_quotes_plain_before_counting(run):
    assert run("sms", "segments", "--json", "“x”").document["encoding"] == "UCS-2"
    assert run("sms", "segments", "--json", "--fold", "“x”").document == {
        "encoding": "GSM-7",
        "units": 3,
        "segments": 1,
    }


def test_a_file_of_texts_is_counted_line_by_line(run, tmp_path):
    file = tmp_path / "texts.jsonl"
    file.write_text(json.dumps("one") + "\n" + json.dumps({"text": "ہاں"}) + "\n", encoding="utf-8")
    code, document, _ = run("sms", "segments", "--json", "--from", file)
    assert code == 0
    assert [each["encoding"] for each in document] == ["GSM-7", "UCS-2"]


@pytest.mark.parametrize("line", ["not json", "17", '{"words": "x"}'])
def test_a_line_that_is_no_text_is_named_and_nothing_is_printed_for_it(run, tmp_path, line):
    file = tmp_path / "texts.jsonl"
    file.write_text(json.dumps("one") + "\n" + line + "\n", encoding="utf-8")
    code, document, _ = run("sms", "segments", "--json", "--from", file)
    assert code == 3
    assert document["error"]["key"] == "jsonl_unreadable"
    assert document["error"]["line"] == 2


def test_one_text_or_one_file_is_wanted(run):
    assert run("sms", "segments").code == 2


def test_the_terminal_is_a_phone_and_prints_what_comes_back(database, own_unit, tmp_path):
    with own_unit() as db:
        cluster = build.cluster(db, 2)
        teacher = build.teacher(db, build.schools_of(db, cluster)[0], "Usman", number="+923005550001")
        build.training_session(db, cluster, invited=[teacher])
    done = CliRunner().invoke(
        cop,
        ["sms", "simulate", "0300-5550001"],
        input="KAB\n9\n",
        env={
            "COP_DATABASE_URL": database,
            "COP_DATA_DIR": str(tmp_path / "data"),
            "COP_NOW": NOON_IN_MARCH.isoformat(),
        },
        catch_exceptions=False,
    )
    assert done.exit_code == 0
    first, size, second, _ = done.stdout.splitlines()
    assert first.startswith("> Agli training: Maths")
    assert second.startswith("> Theek hai. Koi aadmi")
    assert size == f"  1 segment, GSM-7, {len(first) - 2} of 160"
    assert "It is the phone of Usman." in done.stderr


def test_a_text_without_a_reply_says_why_there_is_none(database, tmp_path, own_unit):
    with own_unit() as db:
        build.teacher(db, build.school(db), "Usman", number="+923005550001")
    done = CliRunner().invoke(
        cop,
        ["sms", "simulate", "0300-5550001"],
        input="shukriya\n",
        env={"COP_DATABASE_URL": database, "COP_DATA_DIR": str(tmp_path), "COP_NOW": NOON_IN_MARCH.isoformat()},
        catch_exceptions=False,
    )
    assert done.stdout == ""
    assert "no reply: thanks or a greeting" in " ".join(done.stderr.split())


def test_an_empty_house_says_how_to_get_phones(run, own_unit, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for arguments in ((), ("0300-5550001",)):
        code, _, told = run("sms", "simulate", *arguments)
        assert (code, "Nobody has a phone in this house yet" in told, "make demo" in told) == (0, True, True)
    with own_unit() as db:
        build.teacher(db, build.school(db), "Usman", number="+923005550001")
    assert "0300-5550001 Usman, teacher" in run("sms", "simulate").told
    assert "you text as a stranger" in run("sms", "simulate", "0300-5550009").told


def test_a_phone_that_cannot_be_is_refused_in_words(run):
    code, _, told = run("sms", "simulate", "12")
    assert code == 3
    assert "0345-1234567" in told


def corpus(folder, *documents):
    file = folder / "texts.jsonl"
    file.write_text("\n".join(json.dumps(each) if not isinstance(each, str) else each for each in documents))
    return file


SENDER = "03005550001"
WORLD = {"context": {"today": "2026-03-14", "people": [{"phone": SENDER, "name": "Usman", "post": "teacher"}]}}


def test_a_replay_prints_its_figures_and_fails_when_something_was_stored_in_silence(run, tmp_path):
    asked = {"from": SENDER, "text": "kya?", "expect": {"do": "ask"}}
    left = {"from": SENDER, "text": "band karo", "expect": {"do": "ask"}}
    code, document, told = run("sms", "replay", corpus(tmp_path, WORLD, asked), "--json")
    assert (code, document["lines"], document["right"], document["wrong"], told) == (0, 1, 1, [], "")
    code, document, _ = run("sms", "replay", corpus(tmp_path, WORLD, asked, left), "--json")
    assert (code, document["right"], document["silent_wrong"]) == (3, 1, 1)
    assert {"line", "text", "got", "expect", "reply"} <= set(document["wrong"][0])
    assert document["wrong"][0]["line"] == 3


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ("{", "replay_unreadable"),
        ({"from": SENDER, "text": "x", "expect": {"do": "sing"}}, "replay_unknown_do"),
        ({"context": {"training_sessions": [{}]}}, "replay_unreadable"),
    ],
)
def test_a_line_that_cannot_be_replayed_is_named_before_anything_runs(run, tmp_path, wrong, key):
    code, document, _ = run("sms", "replay", corpus(tmp_path, WORLD, wrong), "--json")
    assert (code, document["error"]["key"], document["error"]["line"]) == (3, key, 2)
