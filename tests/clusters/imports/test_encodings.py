"""Letters are decoded where that is certain; everything else is a named guess or a refusal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.imports.encodings import decoded
from clusters.imports.sheet import Encoding
from clusters.kernel.errors import Invalid

URDU = "کوڈ,نام\n1,گورنمنٹ پرائمری سکول ککی\n"
ENGLISH = "Code,Name\n1,GPS Kakki\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (ENGLISH.encode(), "utf-8"),
        (URDU.encode(), "utf-8"),
        (URDU.encode("utf-8-sig"), "utf-8"),
        (URDU.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + URDU.encode("utf-16-be"), "utf-16"),
        (ENGLISH.encode("utf-16-le"), "utf-16-le"),
        (ENGLISH.encode("utf-16-be"), "utf-16-be"),
        (URDU.encode("utf-16-le"), "utf-16-le"),
        (URDU.encode("utf-32"), "utf-32"),
    ],
)
def test_unicode_is_recognised_with_and_without_its_mark(data: bytes, encoding: str) -> None:
    text, found = decoded(data)
    assert text in (ENGLISH, URDU)
    assert found == Encoding(encoding, sure=True)


@pytest.mark.parametrize(
    "name",
    [
        "Café",
        "Ecole Élémentaire",
        "GARÇON",
        "Girls’ School",
        "“Model” School",
        "North – South",
        "Nº",
        "São Tomé",
        "34°",
        "ÀÉ",
    ],
)
def test_western_letters_of_windows_are_recognised(name: str) -> None:
    written = f"Code,Name\n1,{name}\n2,GPS Kakki\n"
    if name in ("Nº", "ÀÉ"):  # a mark after a letter, capitals alone: may as well be another alphabet
        assert not decoded(written.encode("cp1252"))[1].sure
    else:
        assert decoded(written.encode("cp1252")) == (written, Encoding("cp1252", sure=True))


def test_urdu_in_windows_1256_is_a_guess_that_needs_a_person() -> None:
    written = "کوڈ,نام\n1,گورنمنٹ پرائمر\u064a سکول\n2,گورنمنٹ مڈل سکول ڈومیل\n".replace("ی", "\u064a")
    text, found = decoded(written.encode("cp1256"))
    assert found == Encoding("cp1256", sure=False)
    assert text == written


@pytest.mark.parametrize("encoding", ["mac_roman", "cp850", "cp437"])
def test_letters_of_other_machines_are_not_taken_for_those_of_windows(encoding: str) -> None:
    _, found = decoded("Code,Name\n1,École é garçon über\n".encode(encoding))
    assert not found.sure


def test_a_chosen_encoding_is_obeyed() -> None:
    written = "کوڈ,نام\n1,سکول\n"
    assert decoded(written.encode("cp1256"), "windows-1256") == (written, Encoding("cp1256", sure=True))
    assert decoded(URDU.encode("utf-8-sig"), "UTF-8") == (URDU, Encoding("utf-8", sure=True))


@pytest.mark.parametrize("chosen", ["klingon", "rot13", "base64", "idna", "unicode_escape", "zlib", "utf-7"])
def test_an_encoding_that_is_none_of_text_is_refused(chosen: str) -> None:
    with pytest.raises(Invalid, match="encoding_unknown"):
        decoded(ENGLISH.encode(), chosen)


def test_a_wrongly_chosen_encoding_is_refused_with_the_line_where_it_fails() -> None:
    with pytest.raises(Invalid, match="encoding_wrong") as refused:
        decoded("Code,Name\n1,x\n2,é\n".encode("cp1252"), "utf-8")
    assert refused.value.values["row"] == 3


def test_a_file_that_is_utf8_but_for_a_few_bytes_is_refused_and_not_turned_to_rubbish() -> None:
    with pytest.raises(Invalid, match="encoding_mixed") as refused:
        decoded(URDU.encode() + b"2,\xe9\n" + URDU.encode())
    assert refused.value.values["row"] == 3


@pytest.mark.parametrize("data", [b"Code,Name\n1,GPS\0Kakki\n", b"Code,Name\n1,GPS Kakki\n" + b"\0" * 3])
def test_empty_bytes_are_refused_with_their_line(data: bytes) -> None:
    with pytest.raises(Invalid, match="file_has_nul") as refused:
        decoded(data)
    assert refused.value.values["row"] in (2, 3)


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0\ufeff"), min_size=1, max_size=80))
def test_whatever_is_written_in_utf8_is_read_as_it_was(text: str) -> None:
    assert decoded(text.encode("utf-8"))[0] == text
    assert decoded(text.encode("utf-8-sig"))[0] == text
    assert decoded(text.encode("utf-16"))[0] == text


@given(st.binary(max_size=200))
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    try:
        text, encoding = decoded(data)
    except Invalid:
        return
    assert "\0" not in text
    assert encoding.name
