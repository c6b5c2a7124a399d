"""3,000 planned texts through the whole safe sequence, against the same requests by aiohttp alone, 32 in flight."""

import asyncio
import time
from typing import Any

import aiohttp

from tests.benchmarks.sending import AT_ONCE, NOWHERE, SENDER, TEXTS, number, ours, prepare, ready_ours, said
from tests.rig.gateway.client import Gateway

SAYS = "wall time of claiming, submitting, handing over and recording 3,000 texts over the bare requests by aiohttp"
CLOCK = "wall_s"
PAIRS = 5

__all__ = ["CLOCK", "PAIRS", "SAYS", "baseline", "ours", "prepare", "ready_ours"]


def baseline(prepared: dict[str, Any]) -> dict[str, Any]:
    """Post the forms and read the answers."""
    return asyncio.run(_bare(prepared["provider"]))


async def _bare(provider: str) -> dict[str, Any]:
    address = f"{provider}/2010-04-01/Accounts/{Gateway.account}/Messages.json"
    waiting = iter(range(TEXTS))

    async def hand(client: aiohttp.ClientSession) -> None:
        for n in waiting:
            form = {"To": number(n), "From": SENDER, "Body": said(n)}
            form |= {"StatusCallback": f"{NOWHERE}/{n}", "ValidityPeriod": "3600"}
            async with client.post(address, data=form) as answer:
                await answer.json()

    async with aiohttp.ClientSession(auth=aiohttp.BasicAuth(Gateway.account, Gateway.token)) as client:
        began = time.perf_counter()
        await asyncio.gather(*(hand(client) for _ in range(AT_ONCE)))
        return {"per_second": round(TEXTS / (time.perf_counter() - began)), "in_flight": AT_ONCE}
