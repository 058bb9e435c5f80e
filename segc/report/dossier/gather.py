"""The report as one document, from which every format is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc import __version__
from segc.model.clock import utc_text, zone_of
from segc.report.dossier import exposure, spec, tables
from segc.report.dossier.evidence import evidence
from segc.report.dossier.headline import headline
from segc.report.figures import flat, grants
from segc.report.picture import model as picture
from segc.response import owners
from segc.targets.build import policy_digest

if TYPE_CHECKING:
    from segc.report.dossier.facts import Facts
    from segc.report.dossier.shape import Report, SiteEntry

SCHEMA = "segc/report/1"


def document(facts: Facts, before: Facts | None = None, against: str = "") -> Report:
    """All that there is to say of a plant at a moment; `before` is what its figures are compared with."""
    plant = facts.plant
    books = tables.playbooks(facts)
    return {
        "schema": SCHEMA,
        "segc": __version__,
        "at": utc_text(facts.at),
        "policy": policy_digest(plant),
        "against": against,
        "redacted": False,
        "site": _site(facts),
        "headline": headline(facts, before, facts.baseline),
        "baseline": facts.baseline.entry() if facts.baseline is not None else None,
        "picture": picture.document(plant, facts.register),
        "flatness": flat.document(facts.analysis),
        "paths": exposure.paths(facts),
        "cuts": exposure.cuts(facts),
        "old": exposure.old(facts),
        "zones": spec.zones(facts),
        "conduits": spec.conduits(facts),
        "evidence": evidence(facts),
        "firewalls": tables.firewalls(facts),
        "assertions": tables.assertions(facts),
        "workflows": tables.workflows(facts, books),
        "playbooks": books,
        "grants": grants.document(plant, facts.register),
        "owners": owners.document(plant),
        "findings": tables.findings(facts),
        "exceptions": tables.exceptions(facts),
    }


def _site(facts: Facts) -> SiteEntry:
    site = facts.plant.site
    return {
        "name": site.name if site else "",
        "title": site.title if site else "",
        "timezone": zone_of(facts.plant).key,
        "mode": facts.plant.default_mode,
    }
