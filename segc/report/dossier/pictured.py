"""What the page tells of each thing in the picture: for the panel beside it, for search and for filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.report.dossier.shape import Report
    from segc.report.picture.model import ConduitEntry, FlowEntry, GrantEntry, Picture, ZoneEntry


def filters(report: Report) -> list[tuple[str, list[str]]]:
    """What can be chosen: modes, owners and levels that there are."""
    found = things(report)
    levels = {level for one in found for level in one["levels"] if level}
    return [
        ("mode", sorted({one["mode"] for one in found if one["mode"]})),
        ("owner", sorted({one["owner"] for one in found if one["owner"]})),
        ("level", sorted(levels, key=float, reverse=True)),
    ]


def things(report: Report) -> list[dict[str, Any]]:
    """Zones, conduits, grants and links, with their words."""
    picture = report["picture"]
    owners = {one["name"]: one["owner"] for one in report["grants"]["grants"]}
    return [
        *(_zone(picture, one) for one in picture["zones"]),
        *(_conduit(picture, one) for one in picture["conduits"]),
        *(_grant(picture, one, owners.get(one["name"], "")) for one in picture["grants"]),
        *_links(picture),
    ]


def _item(text: str, source: str = "", key: str = "") -> dict[str, str]:
    return {"text": text, "source": source, "key": key}


def _flows(flows: Iterable[FlowEntry]) -> dict[str, Any]:
    return {"title": "flows", "items": [_item(one["text"], one["source"]) for one in flows]}


def _zone(picture: Picture, zone: ZoneEntry) -> dict[str, Any]:
    name = zone["name"]
    machines = [f"{one['name']} ({', '.join([one['kind'], *one['marks']])})" for one in zone["assets"]]
    joined = [
        _item(one["name"], key=f"conduit/{one['name']}")
        for one in picture["conduits"]
        if any(name in (each["source"], each["target"]) for each in one["directions"])
    ]
    granted = [
        _item(one["name"], key=f"grant/{one['name']}")
        for one in picture["grants"]
        if any(name in pair for pair in one["pairs"])
    ]
    level = f"level {zone['level']}, " if zone["level"] else ""
    facts = [f"{level}{zone['kind']}, {zone['mode']}", f"owner {zone['owner'] or 'nobody'}"]
    lists = [
        {
            "title": "machines",
            "items": [_item(text, one["source"]) for text, one in zip(machines, zone["assets"], strict=True)],
        },
        {"title": "conduits", "items": joined},
        {"title": "grants", "items": granted},
    ]
    return {
        "key": f"zone/{name}",
        "kind": "zone",
        "name": name,
        "title": zone["title"],
        "mode": zone["mode"],
        "owner": zone["owner"],
        "levels": [zone["level"]],
        "facts": facts + ([", ".join(zone["marks"])] if zone["marks"] else []),
        "lists": [one for one in lists if one["items"]],
        "source": zone["source"],
        "record": f"zone-{name}",
        "words": " ".join([name, zone["title"], zone["kind"], *machines]),
    }


def _conduit(picture: Picture, one: ConduitEntry) -> dict[str, Any]:
    modes = {each["mode"] for each in one["directions"]}
    ends = list(dict.fromkeys(end for each in one["directions"] for end in (each["source"], each["target"])))
    return {
        "key": f"conduit/{one['name']}",
        "kind": "conduit",
        "name": one["name"],
        "title": one["title"],
        "mode": modes.pop() if len(modes) == 1 else "mixed",
        "owner": one["owner"],
        "levels": _levels(picture, ends),
        "facts": [f"{each['source']} → {each['target']}: {each['mode']}" for each in one["directions"]]
        + [f"owner {one['owner'] or 'nobody'}"],
        "lists": [_ends(ends), _flows(one["flows"])],
        "source": one["source"],
        "record": f"conduit-{one['name']}",
        "words": " ".join([one["name"], one["title"], *ends, *(each["text"] for each in one["flows"])]),
    }


def _grant(picture: Picture, one: GrantEntry, owner: str) -> dict[str, Any]:
    ends = list(dict.fromkeys(end for pair in one["pairs"] for end in pair))
    return {
        "key": f"grant/{one['name']}",
        "kind": "grant",
        "name": one["name"],
        "title": one["title"],
        "mode": "",
        "owner": owner,
        "levels": _levels(picture, ends),
        "facts": [f"{one['state']}, last day {one['until']}"],
        "lists": [_ends(ends), _flows(one["flows"])],
        "source": one["source"],
        "record": "grants",
        "words": " ".join([one["name"], one["title"], *ends, *(each["text"] for each in one["flows"])]),
    }


def _links(picture: Picture) -> Iterator[dict[str, Any]]:
    for one in picture["links"]:
        name = f"{one['a']} -- {one['b']}"
        yield {
            "key": f"link/{name}",
            "kind": "link",
            "name": name,
            "title": "nothing is filtered here",
            "mode": "",
            "owner": "",
            "levels": _levels(picture, [one["a"], one["b"]]),
            "facts": [],
            "lists": [_ends([one["a"], one["b"]])],
            "source": one["source"],
            "record": "",
            "words": name,
        }


def _ends(names: Iterable[str]) -> dict[str, Any]:
    return {"title": "between", "items": [_item(name, key=f"zone/{name}") for name in names]}


def _levels(picture: Picture, names: Iterable[str]) -> list[str]:
    levels = {zone["name"]: zone["level"] for zone in picture["zones"]}
    return sorted({levels[name] for name in names})
