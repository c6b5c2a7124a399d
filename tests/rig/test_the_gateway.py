"""The scripted provider does what its script says, and its ledger says what it did."""

import httpx
import pytest

from tests.rig.gateway.client import Gateway
from tests.rig.gateway.verdicts import Answer, Manner, Rule, Shape, Verdict

pytestmark = pytest.mark.rig

FORM = {"To": "+923001234567", "From": "+18885550100", "Body": "Salam"}


def create(twilio, **form):
    return twilio.post("/Messages.json", data=FORM | form)


def listed(twilio, **query):
    return twilio.get("/Messages.json", params=query).json()["messages"]


def test_a_text_is_taken_found_by_its_id_and_listed(gateway, twilio):
    made = create(twilio, To="+923000000001", Body="Kal 9 baje")
    assert made.status_code == 201
    sid = made.json()["sid"]
    assert twilio.get(f"/Messages/{sid}.json").json()["body"] == "Kal 9 baje"
    assert [each["sid"] for each in listed(twilio, To="+923000000001")] == [sid]
    assert gateway.accepted()[-1] | {"to": "+923000000001", "body": "Kal 9 baje", "sid": sid} == gateway.accepted()[-1]


def test_the_ledger_has_each_request_from_its_beginning_to_its_answer(gateway, twilio):
    before = len(gateway.ledger())
    create(twilio, To="+923000000002")
    whole = gateway.ledger()[before:]
    assert [line["what"] for line in whole] == [
        "begun",
        "complete",
        "tried",
        "accepted",
        "answered",
    ]
    assert len({line["request"] for line in whole}) == 1


def test_whoever_has_not_the_token_gets_in_nowhere(gateway):
    for auth in (None, (gateway.account, "wrong")):
        answer = httpx.post(f"{gateway.address}/2010-04-01/Accounts/{gateway.account}/Messages.json", auth=auth)
        assert (answer.status_code, answer.json()["code"]) == (401, 20003)


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"To": ""}, 21604),
        ({"To": "0300"}, 21211),
        ({"From": ""}, 21603),
        ({"Body": ""}, 21602),
        ({"Body": "x" * 1601}, 21617),
    ],
)
def test_a_request_that_is_wrong_in_itself_is_refused_with_the_number_of_its_error(gateway, twilio, form, code):
    before = len(gateway.accepted())
    answer = create(twilio, **form)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert len(gateway.accepted()) == before


@pytest.mark.parametrize("accept", [True, False])
@pytest.mark.parametrize(
    "answer",
    [
        Answer(500, code=20500),
        Answer(502, Shape.HTML),
        Answer(503),
        Answer(400, code=21610),
        Answer(401, code=20003),
        Answer(429, code=20429, retry_after=3),
        Answer(429, code=20429),
    ],
)
def test_what_is_answered_and_what_is_true_are_two_things(gateway, twilio, accept, answer):
    gateway.script(Verdict(accept, answer))
    before = len(gateway.accepted())
    got = create(twilio)
    assert got.status_code == answer.status
    assert got.headers.get("Retry-After") == (None if answer.retry_after is None else str(answer.retry_after))
    if answer.code:
        assert got.json()["code"] == answer.code
    assert len(gateway.accepted()) - before == accept


def test_an_acceptance_may_come_without_an_id_with_a_wrong_one_or_in_half(gateway, twilio):
    gateway.script(
        Rule(Verdict(answer=Answer(shape=Shape.NO_SID)), times=1), Verdict(answer=Answer(shape=Shape.WRONG_SID))
    )
    assert "sid" not in create(twilio).json()
    assert create(twilio).json()["sid"] == 12345
    gateway.script(Verdict(answer=Answer(shape=Shape.TRUNCATED)))
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        create(twilio).json()


@pytest.mark.parametrize("manner", [Manner.DROP, Manner.HALF_CLOSE])
def test_a_connection_breaks_without_the_answer(gateway, twilio, manner):
    gateway.script(Verdict(answer=Answer(manner=manner)))
    before = len(gateway.accepted())
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        create(twilio)
    assert len(gateway.accepted()) == before + 1


@pytest.mark.parametrize(
    "answer",
    [
        Answer(hang=9.0),
        Answer(manner=Manner.NEVER),
        Answer(manner=Manner.SLOW_HEADERS, pace=2),
        Answer(manner=Manner.SLOW_BODY, pace=2),
    ],
)
def test_an_answer_takes_longer_than_one_waits(gateway, twilio, answer):
    gateway.script(Verdict(answer=answer))
    with (
        pytest.raises((httpx.ReadTimeout, TimeoutError)),
        twilio.stream("POST", "/Messages.json", data=FORM, timeout=0.3),
    ):
        raise TimeoutError("headers were here in time, the body is not")


def test_nobody_listens_while_it_refuses_and_everybody_is_heard_after(gateway, twilio):
    gateway.ways(refusing=True)
    with pytest.raises(httpx.ConnectError):
        create(twilio)
    gateway.ways(refusing=False)
    assert create(twilio).status_code == 201


def test_the_first_rule_that_fits_wins(gateway, twilio):
    gateway.script(
        Rule(Verdict(False, Answer(500)), number="+923000000003", times=1),
        Rule(Verdict(False, Answer(503)), body="^Never"),
        Rule(Verdict(False, Answer(429, code=20429)), nth=2),
    )
    first = [create(twilio, To="+923000000003", Body="rules").status_code for _ in range(3)]
    assert first == [500, 429, 201]
    assert create(twilio, Body="Never ever").status_code == 503


def test_a_seed_and_not_the_order_of_arrival_decides_who_is_struck(tmp_path):
    struck = []
    for turn, order in enumerate((range(40), reversed(range(40)))):
        folder = tmp_path / str(turn)
        folder.mkdir()
        with Gateway(folder, seed=11) as gateway, httpx.Client(auth=(gateway.account, gateway.token)) as client:
            gateway.script(Rule(Verdict(False, Answer(500)), probability=0.3))
            address = f"{gateway.address}/2010-04-01/Accounts/{gateway.account}/Messages.json"
            told = {n: client.post(address, data=FORM | {"Body": f"text {n}"}) for n in order}
            struck.append({n: answer.status_code for n, answer in told.items()})
    assert struck[0] == struck[1]
    assert 3 < sum(status == 500 for status in struck[0].values()) < 25


def test_a_list_lags_but_the_id_is_known_at_once(gateway, twilio):
    gateway.ways(list_lag=60)
    sid = create(twilio, To="+923000000004").json()["sid"]
    assert listed(twilio, To="+923000000004") == []
    assert twilio.get(f"/Messages/{sid}.json").status_code == 200
    gateway.clock(ahead=61)
    assert [each["sid"] for each in listed(twilio, To="+923000000004")] == [sid]


def test_a_long_list_comes_in_pages_the_newest_first(gateway, twilio):
    sids = [create(twilio, To="+923000000005", Body=f"{n}").json()["sid"] for n in range(7)]
    gateway.ways(page_size=3)
    got, sizes = [], []
    page = twilio.get("/Messages.json", params={"To": "+923000000005", "PageSize": 1000}).json()
    while True:
        got += [each["sid"] for each in page["messages"]]
        sizes.append(len(page["messages"]))
        if page["next_page_uri"] is None:
            break
        page = twilio.get(gateway.address + page["next_page_uri"]).json()
    assert got == sids[::-1]
    assert sizes == [3, 3, 1]


def test_a_list_fails_as_often_as_it_was_told(gateway, twilio):
    gateway.ways(list_fails=2)
    assert [twilio.get("/Messages.json").status_code for _ in range(3)] == [500, 500, 200]


def test_a_date_finds_days_and_no_times(gateway, twilio):
    create(twilio, To="+923000000006")
    today = listed(twilio, To="+923000000006")[0]["date_created"]
    assert len(listed(twilio, **{"To": "+923000000006", "DateSent>": "2026-01-01T23:59:59Z"})) == 1
    assert listed(twilio, **{"To": "+923000000006", "DateSent>": "2999-01-01"}) == []
    assert listed(twilio, **{"To": "+923000000006", "DateSent<": "2026-01-01"}) == []
    assert today.endswith("+0000")


def test_the_clock_of_the_provider_may_be_wrong(gateway, twilio):
    gateway.clock(skew=3600)
    answer = create(twilio)
    assert answer.headers["Date"][:22] == answer.json()["date_created"][:22]


def test_a_rule_nobody_understands_is_refused(gateway):
    with pytest.raises(ValueError, match="no way called lag"):
        gateway.ways(lag=3)
