"""What to change in a line of an access list, to see whether the proof notices: for the tests of all targets."""

from __future__ import annotations

from ..cisco_ios.mutants import CHANGES, TIMES  # noqa: F401 - of the same lines
