"""segc compiles IEC 62443 zone-and-conduit policies to firewall configurations.

The public API is in `__all__`; its types are in __init__.pyi. It is loaded when
first asked for, so that `import segc` and `segc --version` cost nothing.
"""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"

__all__ = [
    "Bundle",
    "Diagnostic",
    "Plant",
    "SegcError",
    "Severity",
    "__version__",
    "build",
    "check",
    "load",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module `segc` has no attribute `{name}`")
    # By name: an import statement would put this package above the layers that it holds.
    from importlib import import_module

    return getattr(import_module("segc.api"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
