"""Calico's resources as JSON text: an object's fields one a line, a rule as one line, so that a diff shows rules."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

API = "projectcalico.org/v3"
Json = dict[str, Any]
_LISTED = ("ingress", "egress", "nets")  # lists that take a line for each entry


def resource(kind: str, name: str, spec: Json, labels: Mapping[str, str], about: str = "") -> Json:
    """A resource without a namespace. `about` is for people who read it with `kubectl describe`."""
    metadata: Json = {"name": name}
    if labels:
        metadata["labels"] = dict(labels)
    if about:
        metadata["annotations"] = {"segc": about}
    return {"apiVersion": API, "kind": kind, "metadata": metadata, "spec": spec}


def text(resources: Iterable[Json]) -> str:
    """A List, as `kubectl get -o json` writes it and `kubectl apply` takes it."""
    items = ",\n".join(_resource(one) for one in resources)
    return f'{{\n  "apiVersion": "v1",\n  "kind": "List",\n  "items": [\n{items}\n  ]\n}}\n'


def _resource(one: Json) -> str:
    spec = [f'        "{key}": {_value(key, value)}' for key, value in one["spec"].items()]
    head = [f'      "{key}": {json.dumps(one[key])}' for key in ("apiVersion", "kind", "metadata")]
    return "    {\n" + ",\n".join([*head, '      "spec": {\n' + ",\n".join(spec) + "\n      }"]) + "\n    }"


def _value(key: str, value: Any) -> str:
    if key in _LISTED and value:
        return "[\n" + ",\n".join(f"          {json.dumps(one)}" for one in value) + "\n        ]"
    return json.dumps(value)
