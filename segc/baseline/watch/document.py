"""An alert as a line of JSON, for a SIEM: docs/schema/alert-1.json. Beside it what is to be said of the log: notice-1."""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING, TypedDict

from segc.baseline.store import moment_text
from segc.baseline.words import service

if TYPE_CHECKING:
    from datetime import datetime

    from segc.baseline.classify import Classifier
    from segc.baseline.watch.alerts import Alert
    from segc.baseline.weight import Weights

SCHEMA = "segc/alert/1"
NOTICE = "segc/notice/1"


class End(TypedDict):
    """One side."""

    address: str
    zone: str | None
    asset: str | None


class AlertDocument(TypedDict):
    """A line."""

    schema: str
    time: str
    first: str
    count: int
    verdict: str
    source: End
    target: End
    service: str
    proto: int
    port: int
    direction: str
    answered: bool | None
    device: str
    noise: str
    mode: str
    conduit: str | None
    owner: str | None
    nearest: str
    hints: list[str]
    rank: int
    sensor: str
    tag: str


class NoticeDocument(TypedDict):
    """A line about the log itself: something of it may be missing."""

    schema: str
    time: str
    kind: str
    log: str
    sensor: str
    message: str


# C1 controls, as a terminal obeys some of them. JSON escapes those below 32 itself.
_CONTROLS = {code: f"\\u{code:04x}" for code in range(0x7F, 0xA0)}


def line(told: AlertDocument | NoticeDocument) -> str:
    """A document as one line, in which nothing of a log can drive the terminal that shows it."""
    return json.dumps(told, ensure_ascii=False).translate(_CONTROLS)


def document(alert: Alert, classifier: Classifier, weights: Weights, sensor: str) -> AlertDocument:
    """The line's document. `owner` is the conduit's, else the target zone's, else the site's."""
    one, judged, plant = alert.one, alert.judged, classifier.plant
    conduit = judged.conduit
    zone = plant.zones.get(judged.target or "") or plant.zones.get(judged.source or "")
    owner = (conduit.owner if conduit else None) or (zone.owner if zone else None)
    return {
        "schema": SCHEMA,
        "time": moment_text(one.last),
        "first": moment_text(alert.first),
        "count": alert.count,
        "verdict": judged.verdict.value,
        "source": _end(classifier, one.src, judged.source),
        "target": _end(classifier, one.dst, judged.target),
        "service": service(judged.key),
        "proto": one.proto,
        "port": one.dport,
        "direction": one.grade.name.lower(),
        "answered": one.answered,
        "device": one.said.name.lower(),
        "noise": alert.noise.name.lower().replace("_", "-"),
        "mode": plant.mode(judged.source, judged.target),
        "conduit": conduit.name if conduit else None,
        "owner": owner or (plant.site.owner if plant.site else None),
        "nearest": judged.nearest,
        "hints": list(weights.hints(judged)),
        "rank": weights.rank(judged),
        "sensor": sensor,
        "tag": one.tag,
    }


def gap(log: str, sensor: str, message: str, now: datetime) -> NoticeDocument:
    """What may be missing of a log that was rotated or cut while it was followed. `now` is when that was noticed."""
    time = f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return {"schema": NOTICE, "time": time, "kind": "log-gap", "log": log, "sensor": sensor, "message": message}


def _end(classifier: Classifier, address: str, zone: str | None) -> End:
    asset = classifier.covering.end(address).asset
    return {"address": address, "zone": zone, "asset": asset.path if asset is not None else None}
