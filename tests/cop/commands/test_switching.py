"""The switch of the sending from the command line."""


def test_sending_is_stopped_and_released(run):
    code, document, _ = run("stop-sending", "--why", "wrong list", "--json")
    assert (code, document) == (0, {"stopped": True})
    checks = {check["name"]: check for check in run("doctor", "--json").document["checks"]}
    assert not checks["sending"]["well"]
    assert "wrong list" in checks["sending"]["what"]
    assert checks["sending"]["mend"] == "cop resume-sending"
    assert run("resume-sending", "--json").document == {"stopped": False, "released": 1}
    code, document, _ = run("resume-sending", "--json")
    assert code == 5
    assert document["error"]["key"] == "sending_not_stopped"


def test_one_channel_and_one_circle_are_stopped_by_name(run):
    assert run("stop-sending", "--channel", "rehearsal", "--json").document == {"stopped": True, "channel": "rehearsal"}
    code, document, _ = run("stop-sending", "--channel", "pigeon", "--json")
    assert (code, document["error"]["key"]) == (3, "channel_unknown")
    code, document, _ = run("stop-sending", "--circle", "T/B9.C99.", "--json")
    assert document["error"]["key"] == "place_not_found"
    assert code != 0
    assert run("resume-sending", "--channel", "rehearsal", "--json").document["released"] == 1


def test_who_stops_a_part_is_told_which_and_how_to_release_nothing_else(run):
    told = run("stop-sending", "--channel", "rehearsal").told
    assert "Sending by rehearsal is stopped" in told
    assert told.endswith("cop resume-sending --channel rehearsal")
    assert "Texts by rehearsal go again" in run("resume-sending", "--channel", "rehearsal").told
