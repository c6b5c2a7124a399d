"""3,000 planned texts through the whole safe sequence, against the provider's SDK as it comes, by 32 threads."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from tests.benchmarks.sending import AT_ONCE, NOWHERE, SENDER, TEXTS, number, ours, prepare, ready_ours, said
from tests.rig.gateway.client import Gateway

SAYS = "wall time of claiming, submitting, handing over and recording 3,000 texts over the SDK's own client in threads"
CLOCK = "wall_s"
PAIRS = 5

__all__ = ["CLOCK", "PAIRS", "SAYS", "baseline", "ours", "prepare", "ready_ours"]


def baseline(prepared: dict[str, Any]) -> dict[str, Any]:
    """What its first page of instructions shows, by as many threads as there are requests in flight."""
    client = Client(Gateway.account, Gateway.token, http_client=_Elsewhere(prepared["provider"]))

    def hand(n: int) -> None:
        client.messages.create(
            to=number(n), from_=SENDER, body=said(n), status_callback=f"{NOWHERE}/{n}", validity_period=3600
        )

    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as hands:
        list(hands.map(hand, range(TEXTS)))
    return {"per_second": round(TEXTS / (time.perf_counter() - began)), "in_flight": AT_ONCE}


class _Elsewhere(TwilioHttpClient):  # type: ignore[misc]  # the library is not typed
    """The SDK's client, which goes to another host than the provider's."""

    def __init__(self, provider: str) -> None:
        super().__init__()
        self._provider = provider

    def request(self, method: str, url: str, *args: Any, **more: Any) -> Any:
        return super().request(method, url.replace("https://api.twilio.com", self._provider), *args, **more)
