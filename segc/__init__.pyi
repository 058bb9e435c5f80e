from segc.api import Bundle as Bundle
from segc.api import Diagnostic as Diagnostic
from segc.api import Plant as Plant
from segc.api import SegcError as SegcError
from segc.api import Severity as Severity
from segc.api import build as build
from segc.api import check as check
from segc.api import load as load
from segc.api import verify as verify

__version__: str
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
