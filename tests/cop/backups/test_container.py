"""A backup is whole or says that it is not, and opens with its key alone, also with ordinary tools."""

import io
import tarfile
from datetime import UTC, datetime

import pyrage
import pytest
from pyrage import passphrase, x25519

from clusters.kernel.errors import Invalid, NotFound
from cop.backups.container import Grant, Manifest, Writer, whole
from cop.backups.rules import Contents
from cop.backups.sealing import Keys, seal_with

AT = datetime(2026, 11, 22, 4, tzinfo=UTC)
MANIFEST = Manifest(
    AT,
    "0.1.0",
    "20261201_1000",
    180004,
    "7",
    "cop",
    {"public.person": Contents(3, "12")},
    (Grant("TABLE x", "y", ("SELECT",)),),
)
DUMP = bytes(range(256)) * 40_000
PASSPHRASE = "eleven grey herons"
IDENTITY = x25519.Identity.generate()
SEALED = Keys(str(IDENTITY.to_public()), str(IDENTITY))
KEYS = {"open": Keys(), "passphrase": Keys(PASSPHRASE), "recipient": SEALED}


def written(folder, keys, dump=DUMP, close=True):
    file = folder / "one.backup"
    with file.open("wb") as out:
        writer = Writer(out, seal_with(keys), MANIFEST)
        writer.add("secret", b"a secret of the tests")
        writer.add_dump(io.BytesIO(dump))
        if close:
            writer.close()
    return file


@pytest.mark.parametrize("kind", ["open", "recipient"])
def test_what_was_written_is_read(tmp_path, kind):
    backup = whole(written(tmp_path, KEYS[kind]), KEYS[kind])
    assert backup.manifest == MANIFEST
    assert backup.secret == b"a secret of the tests"
    assert b"".join(backup.dump()) == DUMP


@pytest.mark.parametrize("kind", ["recipient"])
def test_a_sealed_backup_shows_neither_secret_nor_tables(tmp_path, kind):
    content = written(tmp_path, KEYS[kind]).read_bytes()
    assert b'"sealed": "recipient"' in content
    assert b"a secret of the tests" not in content
    assert b"public.person" not in content
    assert DUMP[:4096] not in content


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        (Keys(), "backup_passphrase_missing"),
        (Keys("another passphrase"), "backup_key_wrong"),
        (SEALED, "backup_passphrase_missing"),
    ],
)
def test_without_its_passphrase_it_does_not_open(tmp_path, keys, key):
    file = written(tmp_path, KEYS["passphrase"])
    with pytest.raises(Invalid) as error:
        whole(file, keys)
    assert error.value.key == key


def test_without_the_identity_of_its_recipient_it_does_not_open(tmp_path):
    file = written(tmp_path, SEALED)
    with pytest.raises(Invalid) as missing:
        whole(file, Keys(SEALED.key))
    with pytest.raises(Invalid) as wrong:
        whole(file, Keys(identity=str(x25519.Identity.generate())))
    with pytest.raises(Invalid) as unreadable:
        whole(file, Keys(identity="AGE-SECRET-KEY-1NOTHING"))
    keys = [each.value.key for each in (missing, wrong, unreadable)]
    assert keys == ["backup_identity_missing", "backup_key_wrong", "backup_identity_unreadable"]


@pytest.mark.parametrize(("key", "said"), [("short", "backup_key_short"), ("age1nothing", "backup_key_unreadable")])
def test_a_key_that_cannot_seal_is_refused_before_anything_is_written(key, said):
    with pytest.raises(Invalid) as error:
        seal_with(Keys(key))
    assert error.value.key == said


@pytest.mark.parametrize("kind", ["open", "recipient"])
def test_a_backup_that_ends_too_early_anywhere_is_not_whole(tmp_path, kind):
    file = written(tmp_path, KEYS[kind])
    content = file.read_bytes()
    for share in (0.001, 0.05, 0.3, 0.6, 0.95, 0.98):
        file.write_bytes(content[: int(len(content) * share)])
        with pytest.raises(Invalid):
            whole(file, KEYS[kind])


def test_a_backup_whose_writing_was_interrupted_is_not_whole(tmp_path):
    with pytest.raises(Invalid) as error:
        whole(written(tmp_path, Keys(), close=False), Keys())
    assert error.value.key == "backup_not_whole"


@pytest.mark.parametrize("kind", ["open", "recipient"])
def test_a_changed_byte_is_noticed(tmp_path, kind):
    file = written(tmp_path, KEYS[kind])
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(Invalid):
        whole(file, KEYS[kind])


def test_other_files_are_no_backups(tmp_path):
    other = tmp_path / "other.backup"
    for content in (b"", b"PK\x03\x04 a zip", b"\0" * 10240):
        other.write_bytes(content)
        with pytest.raises(Invalid) as error:
            whole(other, Keys())
        assert error.value.key == "no_backup"
    with pytest.raises(NotFound):
        whole(tmp_path / "nothing.backup", Keys())


def test_a_sealed_backup_opens_by_hand_with_tar_and_age(tmp_path):
    dump, identity = b"", None
    with tarfile.open(written(tmp_path, KEYS["passphrase"])) as tar:
        for entry in tar:
            content = tar.extractfile(entry).read()
            if entry.name == "key.age":
                identity = x25519.Identity.from_str(passphrase.decrypt(content, PASSPHRASE).decode())
            elif entry.name.startswith("dump."):
                dump += pyrage.decrypt(content, [identity])
    assert dump == DUMP
