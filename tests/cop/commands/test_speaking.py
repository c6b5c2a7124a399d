"""How commands end when what they need is not there."""

import ctypes
import sys

import pytest

from cop.commands.speaking import only_the_document, say


@pytest.mark.parametrize("command", [["messages", "status"], ["rehearsal", "clock"], ["users", "link", "nobody"]])
def test_without_its_database_a_command_says_so_in_one_document(run, command):
    code, document, _ = run(*command, "--json", COP_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert code == 1
    assert document["error"]["key"] == "database_away"


@pytest.mark.parametrize("command", [["messages", "status"], ["rehearsal", "received"], ["users", "link", "nobody"]])
def test_a_setting_that_cannot_be_read_is_a_fault_of_configuration(run, command):
    code, document, _ = run(*command, "--json", COP_PORT="many")
    assert (code, document["error"]["key"]) == (7, "setting_unreadable")


@pytest.mark.parametrize(
    "command", [["sms", "segments"], ["messages", "send"], ["import", "check", "absent.csv", "--kind", "schools"]]
)
def test_a_wrong_use_is_told_as_a_document_too(run, command):
    code, document, _ = run(*command, "--json")
    assert (code, document["error"]["key"]) == (2, "usage")
    assert document["error"]["sentence"]
    assert run(*command).stdout == ""


def test_what_a_compiled_library_prints_while_it_works_does_not_reach_the_document(capfd):
    with only_the_document():
        ctypes.CDLL(None).puts(b"a line of its own")
    say({"sessions": 1})
    sys.stdout.flush()
    told = capfd.readouterr()
    assert (told.out, told.err) == ('{"sessions": 1}\n', "a line of its own\n")
