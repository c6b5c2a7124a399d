"""F-33: yesterday's backup is restored and started: nothing goes before it is reconciled, nothing twice after."""

import json
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from sqlalchemy import create_engine, make_url, text

from clusters.kernel.database import connect
from cop.backups.container import whole
from cop.backups.restoring import restore
from cop.backups.taking import keys_of, take_backup
from cop.cli import cop
from cop.settings import Settings
from tests.rig.gateway.client import Gateway
from tests.rig.gateway.verdicts import Answer, Callbacks, Manner, Rule, Verdict
from tests.rig.ground import SENDER, Figures, Ground, judged, opened, taken
from tests.rig.invariants import Expected
from tests.rig.scene import Scene, Worker, left

YESTERDAY, LATER, AFTERWARDS = 1, 2, 3
"""Shares: planned and partly sent before the backup; planned before it and due after all; planned after it."""
PATIENCE = 60.0
QUIET = Callbacks(loss=1.0)
GHOST = Verdict(True, Answer(manner=Manner.DROP), QUIET)


def restored(ground: Ground) -> Figures:
    """A third goes before the backup, the rest and some more after it; of all, the answer to one in ten is lost.

    With the option blind the sending is released without looking; the rig must find copies then.
    """
    with ground.provided() as (settings, gateway):
        gateway.script(Rule(GHOST, nth=1, probability=0.1), Verdict(callbacks=QUIET))
        scene = Scene(settings, texts_each=ground.size)
        old = Worker(scene)
        old.plan(YESTERDAY, LATER)
        _make_due(scene.url, LATER, "+ interval '1 hour'")
        while len(gateway.accepted()) < ground.size / 3:
            old.send()
        old.rest()
        engine = connect(scene.url)
        made = take_backup(settings, engine, scene.url, ground.folder / "backups")
        engine.dispose()
        old.scene = replace(scene, texts_each=ground.size // 5)
        old.plan(AFTERWARDS)
        old.scene = scene
        _drain(old)
        old.engine.dispose()
        went = len(gateway.accepted())

        url = _empty(ground)
        engine = connect(url)
        put = restore(engine, url, whole(made.file, keys_of(settings)))
        engine.dispose()
        new = Worker(replace(scene, settings=replace(settings, database_url=url)))
        try:
            for _ in range(5):
                new.turn()
            before = len(gateway.accepted()) - went
            blind = ground.options.get("blind") == "yes"
            acts = ("resume-sending",) if blind else ("reconcile", "--since", put.manifest.at.isoformat(), "--yes")
            told = _call(settings, url, ground.folder / "new", *acts)
            _make_due(url, LATER, "- interval '1 hour'")
            drained = _drain(new)
        finally:
            new.engine.dispose()
        return _figures(ground, new.scene, gateway, told, before, drained)


def _figures(
    ground: Ground, scene: Scene, gateway: Gateway, told: dict[str, Any], before: int, drained: bool
) -> Figures:
    """Texts planned after the backup have no row any more: they are no strangers if they were told as nobody's."""
    orphans = {orphan["sid"] for orphan in told.get("orphans", ())}
    ledger = taken(gateway)
    strangers = {copy.sid for copy in ledger if f"of share {AFTERWARDS}" in copy.body}
    expected = Expected(planned=scene.keys([YESTERDAY, LATER]), drained=drained)
    figures = judged(ground, scene.url, expected, [copy for copy in ledger if copy.sid not in strangers])
    wrong = [f"F-33: {before} texts went before it was reconciled"] if before else []
    wrong += [] if told.get("adopted") else ["F-33: nothing was adopted"]
    wrong += [] if orphans == strangers else ["F-33: what belongs to nobody was not told, or something else was"]
    wrong += [] if told.get("held") == ["restored"] else ["F-33: it was not held until then"]
    return {
        **figures,
        "before": before,
        "adopted": told.get("adopted", 0),
        "orphans": len(orphans),
        "violations": [*figures["violations"], *wrong],
    }


def _call(settings: Settings, url: str, folder: Path, *called: str) -> dict[str, Any]:
    """The command as a person calls it."""
    environment = {
        "COP_DATABASE_URL": url,
        "COP_DATA_DIR": str(folder),
        "COP_SMS_OUT": settings.sms_out,
        "COP_TWILIO_ACCOUNT": settings.twilio_account,
        "COP_TWILIO_TOKEN": settings.twilio_token,
        "COP_TWILIO_ADDRESS": settings.twilio_address,
        "COP_PUBLIC_URL": settings.public_url,
        "COP_SENDERS": SENDER,
    }
    done = CliRunner().invoke(cop, [*called, "--json"], env=environment, catch_exceptions=False)
    if done.exit_code:
        raise RuntimeError(f"{called[0]} ended with {done.exit_code}: {done.output}")
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def _make_due(url: str, share: int, by: str) -> None:
    """Move the hour of a share's texts."""
    with opened(url) as engine, engine.begin() as connection:
        connection.execute(
            text(f"UPDATE message SET send_after = send_after {by} WHERE subject_id = :share"), {"share": share}
        )


def _drain(worker: Worker) -> bool:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and _due(worker):
        if not worker.turn():
            time.sleep(0.02)
    return not _due(worker)


def _due(worker: Worker) -> int:
    """Messages without a last state, but for those of a later hour."""
    with worker.engine.connect() as connection:
        later = "SELECT count(*) FROM message WHERE state = 'queued' AND send_after > now() AND subject_id = :share"
        return left(worker.engine) - int(connection.scalar(text(later), {"share": LATER}) or 0)


def _empty(ground: Ground) -> str:
    """Address of a database without a table."""
    name = f"cop_{os.urandom(4).hex()}"
    owner = create_engine(ground.cluster.address(), isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    owner.dispose()
    return make_url(ground.cluster.address()).set(database=name).render_as_string(hide_password=False)
