"""A fault in segc itself: a calm paragraph instead of a traceback."""

from __future__ import annotations

import os
import sys
from pathlib import PurePath

import segc
from segc import __version__
from segc.cli.output import say

FAULT = 4

PACKAGE = PurePath(segc.__file__).parent


def report(problem: BaseException) -> int:
    """Tell what happened and how to report it. Gives the exit code."""
    if os.environ.get("SEGC_TRACEBACK", "") not in ("", "0"):
        sys.__excepthook__(type(problem), problem, problem.__traceback__)
    python = ".".join(map(str, sys.version_info[:3]))
    say(
        f"segc: {_what(problem)}, so there is no answer. This is a fault in segc and\n"
        "says nothing about your policy; no file was left half-written. Please report it to the people who\n"
        "maintain segc, with the command that you ran and this line:\n"
        f"  {fault_id(problem)} (segc {__version__}, Python {python}, {sys.platform})\n"
        "SEGC_TRACEBACK=1 in the environment shows more."
    )
    return FAULT


def _what(problem: BaseException) -> str:
    if isinstance(problem, MemoryError):
        return "this machine's memory is used up"
    if isinstance(problem, RecursionError):
        return "something in the policy is nested too deeply"
    return "something went wrong inside segc"


def fault_id(problem: BaseException) -> str:
    """`KeyError at segc/model/flows.py:88`: the exception and the innermost line of segc on its way."""
    place = ""
    trace = problem.__traceback__
    while trace is not None:
        path = PurePath(trace.tb_frame.f_code.co_filename)
        if path.is_relative_to(PACKAGE):  # a checkout's folder may be called segc, too, and its tests are not
            place = f"{path.relative_to(PACKAGE.parent).as_posix()}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(problem).__name__} at {place or 'no line of segc'}"
