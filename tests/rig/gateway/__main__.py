"""The scripted provider as a process: tells its ports on standard output, and ends when its standard input does."""

import asyncio
import json
import os
import sys
from pathlib import Path

from tests.rig.gateway.android import Android
from tests.rig.gateway.callbacks import Postman
from tests.rig.gateway.control import Control
from tests.rig.gateway.ledger import Ledger
from tests.rig.gateway.provider import Provider
from tests.rig.gateway.twilio import Twilio
from tests.rig.gateway.verdicts import Script
from tests.rig.gateway.wire import Port


async def serve(ledger: Path, seed: int) -> None:
    provider = Provider(Ledger(ledger), Script(seed))
    postman = Postman(provider)
    twilio = Port(provider.ledger, "twilio", provider.clock, Twilio(provider, postman))
    android = Android(provider, postman)
    texts = {"twilio": twilio, "android": Port(provider.ledger, "android", provider.clock, android)}
    unwritten = Ledger(Path(os.devnull))
    control = Port(unwritten, "control", provider.clock, Control(provider, postman, android, texts))
    told = {name: await port.open() for name, port in (texts | {"control": control}).items()}
    posting = asyncio.ensure_future(postman.run())
    print(json.dumps(told), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    posting.cancel()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
