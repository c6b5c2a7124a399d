"""A-21: letters cut at other places carry the same signature; the provider's own validator takes them, we do not.

That it takes them is the positive control: without it the generator would prove nothing.
"""

import pytest
from twilio.request_validator import RequestValidator

from tests.rig.forging import TEXT_URL, signed
from tests.rig.gateway.provider import ACCOUNT, TOKEN
from tests.rig.scenarios.forged import channel, resplit

SID = "SM" + "0c" * 16
SENDER, OTHER = "+923001111111", "+923009999999"


def sms(body, **more):
    told = {
        "AccountSid": ACCOUNT,
        "Body": body,
        "From": SENDER,
        "FromCity": "KARACHI",
        "MessageSid": SID,
        "NumMedia": "0",
        "To": "+12025550123",
    }
    return told | more


CUT = {
    "another sender, the true one hidden in a place": (
        sms(f"okFrom{OTHER}FromCity"),
        sms("ok", From=OTHER, FromCity=f"From{SENDER}FromCityKARACHI"),
    ),
    "another sender, the true one hidden in a new name": (
        sms(f"okFrom{OTHER}Fzz"),
        sms("ok", From=OTHER, Fzz=f"From{SENDER}FromCityKARACHI") | {"FromCity": None},
    ),
    "half a text, the rest of it a new name": (sms("Yes Come"), sms("Yes ", Come="")),
    "half a text, the rest of it a button": (sms("okButtonTextYes"), sms("ok", ButtonText="Yes")),
    "a text that swallows what follows": (
        sms("ok", ButtonText="Yes", From=f"whatsapp:{SENDER}"),
        sms("okButtonTextYes", From=f"whatsapp:{SENDER}"),
    ),
    "a name that ends later": (sms("ok"), sms(None, Bodyo="k") | {"Body": None}),
    "a name that ends earlier": (sms("ok"), sms(None, Bod="yok") | {"Body": None}),
}


@pytest.mark.parametrize("name", CUT)
def test_a_request_cut_anew_passes_the_providers_own_validator_and_not_ours(name):
    written, read = ({key: value for key, value in each.items() if value is not None} for each in CUT[name])
    true, false = signed(TEXT_URL, tuple(written.items())), signed(TEXT_URL, tuple(read.items()))
    assert false.signature == true.signature
    assert RequestValidator(TOKEN).validate(TEXT_URL, read, false.signature)
    assert false.at(channel()) is None


def test_of_all_that_passes_the_providers_own_validator_cut_anew_nothing_is_taken():
    figures = resplit(500, seed=21)
    assert figures["violations"] == []
    assert figures["library_takes"] >= 500
