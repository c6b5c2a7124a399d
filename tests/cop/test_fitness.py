"""What a real route needs is asked before the house is opened."""

from dataclasses import replace

import pytest

from clusters.kernel.errors import Invalid
from cop.fitness import unfit
from cop.house import open_house
from cop.sentences import sentence
from cop.settings import Settings

WHOLE = Settings(
    sms_out="twilio",
    sms_in="twilio",
    whatsapp="twilio",
    twilio_account="AC" + "0f" * 16,
    twilio_token="a token",
    public_url="https://cop.example.org",
    senders="+12025550123=1/s, whatsapp:+12025550124",
)


def missing(**changes):
    return [each.values["name"] for each in unfit(replace(WHOLE, **changes))]


def test_a_rehearsal_needs_nothing():
    assert list(unfit(Settings())) == []


def test_a_route_that_has_all_it_needs_is_fit():
    assert missing() == []
    assert missing(senders="PROGRAMME, whatsapp:MG" + "0a" * 16) == []
    assert missing(whatsapp="", senders="8555") == []


def test_a_provider_on_this_machine_finds_the_house_without_https():
    assert missing(twilio_address="http://127.0.0.1:9000", public_url="") == []


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"twilio_account": ""}, "COP_TWILIO_ACCOUNT"),
        ({"twilio_account": "AC123"}, "COP_TWILIO_ACCOUNT"),
        ({"twilio_token": ""}, "COP_TWILIO_TOKEN"),
        ({"twilio_address": "http://api.twilio.com"}, "COP_TWILIO_ADDRESS"),
        ({"public_url": ""}, "COP_PUBLIC_URL"),
        ({"public_url": "http://cop.example.org"}, "COP_PUBLIC_URL"),
        ({"public_url": "https://cop_here.example.org"}, "COP_PUBLIC_URL"),
        ({"public_url": "https://192.168.1.4"}, "COP_PUBLIC_URL"),
        ({"public_url": "https://cop.local"}, "COP_PUBLIC_URL"),
        ({"senders": "whatsapp:+12025550124"}, "COP_SENDERS"),
        ({"senders": "+12025550123"}, "COP_SENDERS"),
        ({"senders": "+12025550123, whatsapp:PROGRAMME"}, "COP_SENDERS"),
        ({"senders": "A NAME OF TOO MANY LETTERS, whatsapp:+12025550124"}, "COP_SENDERS"),
    ],
)
def test_what_is_missing_or_unfit_is_named(changes, name):
    assert missing(**changes) == [name]


def test_a_phone_needs_its_address_and_what_it_proves_itself_with():
    phone = Settings(
        sms_in="android",
        android_address="http://192.168.1.20:8080",
        android_user="u",
        android_password="p",
        android_key="k",
    )
    assert list(unfit(phone)) == []
    for name in ("android_address", "android_user", "android_password", "android_key"):
        assert [each.values["name"] for each in unfit(replace(phone, **{name: ""}))] == [f"COP_{name.upper()}"]


def test_the_house_is_not_opened_and_says_why(tmp_path):
    with (
        pytest.raises(Invalid) as refused,
        open_house(replace(WHOLE, twilio_token="", data_dir=tmp_path / "data")),
    ):
        pass
    said = sentence(refused.value)
    assert "COP_TWILIO_TOKEN is missing or not fit" in said
    assert not (tmp_path / "data").exists()


def test_a_file_of_templates_that_cannot_be_read_is_named(tmp_path):
    broken = tmp_path / "templates.toml"
    broken.write_text("[reminder_eve.fr]")
    for file, why in ((broken, "no language fr"), (tmp_path / "none.toml", "No such file")):
        (refused,) = unfit(Settings(whatsapp_templates=file))
        assert refused.key == "templates_unreadable"
        assert why in sentence(refused)


def test_whom_the_programme_texts_on_whatsapp_first_is_one_of_three_words():
    (refused,) = unfit(Settings(whatsapp_first="nobody"))
    assert "wrote, chose, everybody" in sentence(refused)
