"""What the scripted provider answers, and what it is asked, agree with the provider's published interface."""

import json
import re
from email.utils import parsedate_to_datetime

import pytest

pytestmark = pytest.mark.rig

PLACE = "/2010-04-01/Accounts/{AccountSid}/Messages"
FORM = {"To": "+923001234567", "From": "+18885550100", "Body": "Salam"}
KINDS = {"string": str, "integer": int, "object": dict, "array": list, "number": (int, float), "boolean": bool}


@pytest.fixture(scope="module")
def interface(shared_data):
    file = shared_data / "twilio_messages_openapi.json"
    if not file.is_file():
        pytest.skip("the provider's interface is not here (COP_SHARED_DATA)")
    return json.loads(file.read_text())


def breaches(interface, schema, value, place="$"):
    """Where a value is not as its schema says; as much of the language as this interface uses."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/components/schemas/")
        return breaches(interface, interface["components"]["schemas"][name], value, place)
    if value is None:
        return [] if schema.get("nullable") else [f"{place} is null"]
    kind = schema.get("type", "object")
    if not isinstance(value, KINDS[kind]) or (kind == "integer" and isinstance(value, bool)):
        return [f"{place} is no {kind}"]
    found = []
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{place} is {value}")
    if kind == "string":
        found += [
            f"{place} is {value}" for pattern in (schema.get("pattern"),) if pattern and not re.search(pattern, value)
        ]
        found += [f"{place} is too short"] * (len(value) < schema.get("minLength", 0))
        found += [f"{place} is too long"] * (len(value) > schema.get("maxLength", len(value)))
        if schema.get("format") == "date-time-rfc-2822":
            found += [f"{place} has no zone"] * (parsedate_to_datetime(value).tzinfo is None)
    if kind == "array":
        found += [
            each for n, item in enumerate(value) for each in breaches(interface, schema["items"], item, f"{place}[{n}]")
        ]
    if kind == "object" and "properties" in schema:
        found += [f"{place}.{name} is unknown" for name in value.keys() - schema["properties"].keys()]
        found += [f"{place}.{name} is missing" for name in schema["properties"].keys() - value.keys()]
        for name in value.keys() & schema["properties"].keys():
            found += breaches(interface, schema["properties"][name], value[name], f"{place}.{name}")
    return found


def answer_of(interface, path, method, status):
    return interface["paths"][path][method]["responses"][status]["content"]["application/json"]["schema"]


def asked(interface, form):
    """The names and values of a create as the interface types them."""
    content = interface["paths"][f"{PLACE}.json"]["post"]["requestBody"]["content"]
    schema = content["application/x-www-form-urlencoded"]["schema"]
    readers = {"integer": int, "boolean": {"true": True, "false": False}.__getitem__, "number": float}
    typed = {
        name: readers.get(schema["properties"].get(name, {}).get("type"), str)(value) for name, value in form.items()
    }
    of_these = schema | {
        "properties": {name: schema["properties"][name] for name in typed if name in schema["properties"]}
    }
    return breaches(interface, of_these, typed)


def test_a_created_text_a_fetched_one_and_a_list_are_what_the_interface_says(interface, gateway, twilio):
    gateway.ways(page_size=2)
    made = [twilio.post("/Messages.json", data=FORM | {"Body": f"{n}"}).json() for n in range(3)]
    gateway.inbound("+923009999999", "salam", to="+18885550100")
    for each in made:
        assert breaches(interface, answer_of(interface, f"{PLACE}.json", "post", "201"), each) == []
    one = twilio.get(f"/Messages/{made[0]['sid']}.json").json()
    assert breaches(interface, answer_of(interface, f"{PLACE}/{{Sid}}.json", "get", "200"), one) == []
    page = twilio.get("/Messages.json").json()
    assert breaches(interface, answer_of(interface, f"{PLACE}.json", "get", "200"), page) == []
    assert page["next_page_uri"]


def test_a_wrong_answer_would_be_noticed(interface, twilio):
    schema = answer_of(interface, f"{PLACE}.json", "post", "201")
    right = twilio.post("/Messages.json", data=FORM).json()
    for wrong in (
        {"sid": 12345},
        {"sid": "SM1"},
        {"status": "gone"},
        {"date_created": 5},
        {"surplus": 1},
        {"num_media": 0},
    ):
        assert breaches(interface, schema, right | wrong) != []


def test_the_filters_of_a_list_are_those_of_the_interface(interface):
    named = {each["name"] for each in interface["paths"][f"{PLACE}.json"]["get"]["parameters"]}
    assert {"To", "From", "DateSent", "DateSent<", "DateSent>", "PageSize", "Page", "PageToken"} <= named


def test_a_request_that_the_interface_does_not_know_is_noticed(interface):
    assert asked(interface, FORM | {"ValidityPeriod": "600", "SmartEncoded": "false"}) == []
    assert asked(interface, FORM | {"Sender": "x"}) == ["$.Sender is unknown"]
