"""Random secrets, and what is kept of them: a fingerprint or a keyed tag; known without any web framework."""

import hashlib
import hmac
import secrets


def new_secret() -> str:
    """256 random bits, for the id of a web session or a one-time link."""
    return secrets.token_urlsafe(32)


def fingerprint(value: str) -> str:
    """What is stored of a random secret."""
    return hashlib.sha256(value.encode()).hexdigest()


def tag(secret: bytes, kind: str, value: str) -> str:
    """A keyed name for something that must not be stored itself, such as an address."""
    return hmac.new(secret, f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()
