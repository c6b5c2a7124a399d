"""The two ways in which providers prove that a request is theirs, as their documents describe them."""

import hmac
from base64 import b64encode
from collections.abc import Mapping


def twilio(url: str, parameters: Mapping[str, str], token: str) -> str:
    """X-Twilio-Signature: the address and each name with its value, in order of names, under the account's token."""
    said = url + "".join(name + parameters[name] for name in sorted(parameters))
    return b64encode(hmac.digest(token.encode(), said.encode(), "sha1")).decode()


def android(body: bytes, timestamp: str, key: str) -> str:
    """X-Signature: the body as it goes and the time beside it, under the app's own key."""
    return hmac.digest(key.encode(), body + timestamp.encode(), "sha256").hex()
