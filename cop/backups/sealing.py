"""Backups are sealed in the age format: for a recipient, whose identity stays elsewhere, or by a passphrase."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyrage
from pyrage import passphrase, ssh, x25519

from clusters.kernel.errors import Invalid

OPEN, FOR_RECIPIENT, BY_PASSPHRASE = "open", "recipient", "passphrase"
SHORTEST = 12
"""Letters of a passphrase."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What the settings say: an age recipient or a passphrase to seal with, an age identity to open with."""

    key: str = ""
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Seal:
    """Seals the pieces of one backup. `header` is what else must be kept beside them to open them again."""

    kind: str
    recipients: Sequence[x25519.Recipient | ssh.Recipient] = ()
    header: bytes = b""

    def seal(self, piece: bytes) -> bytes:
        """One piece, sealed unless backups are left open."""
        return bytes(pyrage.encrypt(piece, list(self.recipients))) if self.recipients else piece


@dataclass(frozen=True, slots=True)
class Opening:
    """Opens the pieces of one backup."""

    identities: Sequence[x25519.Identity | ssh.Identity] = ()

    def open(self, piece: bytes) -> bytes:
        """One piece as it was."""
        if not self.identities:
            return piece
        try:
            return bytes(pyrage.decrypt(piece, list(self.identities)))
        except pyrage.DecryptError as error:
            raise Invalid("backup_key_wrong") from error


def seal_with(keys: Keys) -> Seal:
    """The seal of a new backup. One by passphrase gets a key of its own, which alone is sealed by the passphrase."""
    if not keys.key:
        return Seal(OPEN)
    if _is_recipient(keys.key):
        return Seal(FOR_RECIPIENT, _recipients(keys.key))
    if len(keys.key) < SHORTEST:
        raise Invalid("backup_key_short", letters=SHORTEST)
    own = x25519.Identity.generate()
    return Seal(BY_PASSPHRASE, (own.to_public(),), passphrase.encrypt(str(own).encode(), keys.key))


def opening_of(kind: str, header: bytes, keys: Keys) -> Opening:
    """What opens a backup that was sealed so; Invalid when the right key is not there."""
    if kind == OPEN:
        return Opening()
    if kind == FOR_RECIPIENT:
        if not keys.identity:
            raise Invalid("backup_identity_missing")
        return Opening(_identities(keys.identity))
    if not keys.key or _is_recipient(keys.key):
        raise Invalid("backup_passphrase_missing")
    try:
        return Opening((x25519.Identity.from_str(passphrase.decrypt(header, keys.key).decode()),))
    except (pyrage.DecryptError, pyrage.IdentityError) as error:
        raise Invalid("backup_key_wrong") from error


def _is_recipient(key: str) -> bool:
    return key.startswith(("age1", "ssh-"))


def _recipients(key: str) -> list[x25519.Recipient | ssh.Recipient]:
    """Every recipient of a setting: one a line, or several age recipients with commas between them."""
    found: list[x25519.Recipient | ssh.Recipient] = []
    for line in key.splitlines():
        try:
            if line.strip().startswith("ssh-"):
                found.append(ssh.Recipient.from_str(line.strip()))
            else:
                found += [x25519.Recipient.from_str(each) for each in line.replace(",", " ").split()]
        except pyrage.RecipientError as error:
            raise Invalid("backup_key_unreadable") from error
    return found


def _identities(identity: str) -> list[x25519.Identity | ssh.Identity]:
    """Every identity of a setting; lines that begin with # are remarks, as in files of age-keygen."""
    try:
        if "PRIVATE KEY" in identity:
            return [ssh.Identity.from_buffer(identity.encode())]
        lines = [line.strip() for line in identity.splitlines()]
        return [x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except pyrage.IdentityError as error:
        raise Invalid("backup_identity_unreadable") from error
