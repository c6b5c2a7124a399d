"""A one-time sign-in link: whom it signs in, and one button, because opening a page changes nothing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SignInLinkPage:
    """`name` is the person's; `token` is the end of the link's address."""

    name: str
    token: str
