"""From a path to the trees of a whole plant: the root file and what it `use`s.

Files are found relative to the file that names them and must lie in the plant's
own folder; `std/...` names the library that comes with segc. The path is
compared part by part, not as a string (peers let `../pol-evil` pass for `pol`).
"""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from segc._data import data_root
from segc.diagnostics import Diagnostic, SegcError, finding, replacement
from segc.lang.parser import parse
from segc.lang.shapes import Refused, match
from segc.lang.suggest import nearest
from segc.lang.syntax import DEEPEST
from segc.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from segc.lang.syntax import Statement, Tree

# What asking for a file may raise: it is not there, a name that is too long, a link to itself, a NUL in its name.
NOT_A_FILE = (OSError, RuntimeError, ValueError)
LARGEST_FILE = 64 * 1024 * 1024
LANGUAGE_VERSION = 1
ROOT_NAME = "plant.zone"
ABOVE = 3  # folders in which the plant of a file is looked for: its own first
_USE = re.compile(rb"""\buse\s*(?:["']|(?=\.))([^"'\r\n]+)""")
_HEAD = 1 << 16  # a root file says what it is before that many characters


@dataclass(slots=True)
class Bundle:
    """The files of a plant in the order in which they were met, and what was wrong with them."""

    root: Path
    trees: list[Tree]
    found: list[Diagnostic]


def load(path: Path, instead: Mapping[str, str] | None = None) -> Bundle:
    """Read a plant: a folder (its plant.zone, else its one root file) or a root file.

    `instead` has texts to be taken in place of what files hold, by the paths under which a first run showed them: a
    change can be judged before it is written.
    """
    try:
        root = find_root(path)
        loader = _Loader(root, instead or {})
    except NOT_A_FILE as problem:
        raise _unreadable(path, problem) from None
    loader.file(root, None)
    return Bundle(root, loader.trees, loader.found)


def files(path: Path) -> set[Path]:
    """The files of a plant, resolved; where one of them cannot be read or understood, also all that it may name."""
    try:
        loader = _Loader(find_root(path), {})
    except (SegcError, *NOT_A_FILE):
        return set()
    with suppress(SegcError, *NOT_A_FILE):
        loader.file(loader.root, None)
    return _named(loader.done)


def _named(met: set[Path]) -> set[Path]:
    """Files, and what stands behind `use` in them, whatever else does: much of a broken text is understood as nothing."""
    found: set[Path] = set()
    left = list(met)
    while left:
        file = left.pop()
        if file in found:
            continue
        found.add(file)
        with suppress(*NOT_A_FILE):
            if file.is_file():
                left += _behind_use(file)
    return found


def _behind_use(file: Path) -> Iterator[Path]:
    with file.open("rb") as data:
        text = data.read(LARGEST_FILE).replace(b"\0", b"")  # as of UTF-16
    for name in map(os.fsdecode, _USE.findall(text)):
        for one in {name.strip(), *name.split()[:1]}:  # a quote that is never closed: the name, or all of the line
            with suppress(*NOT_A_FILE):
                yield (file.parent / one).resolve()


def find_root(path: Path) -> Path:
    """The root file that `path` means. Raises `SegcError` (exit code 2) where there is none or several."""
    if not path.is_dir():
        return path
    if (path / ROOT_NAME).exists():
        return path / ROOT_NAME
    candidates = [file for file in sorted(path.glob("*.zone")) if file.is_file() and _is_root(file)]
    if len(candidates) == 1:
        return candidates[0]
    names = ", ".join(file.name for file in candidates)
    what = (
        f"several files begin with `segc`: {names}"
        if candidates
        else f"no {ROOT_NAME}, and no file begins with `segc 1`"
    )
    raise SegcError([finding("unreadable-file", f"`{path}` holds no plant: {what}")], code=2)


def _whole(part: Path) -> Path | None:
    """The root file of the folder of a file, or of one above, that uses it and is to be named instead."""
    for steps in range(ABOVE):
        folder = Path(part.parent, *[".."] * steps)
        try:
            root = find_root(folder)
            trees = load(root).trees if _is_root(root) else []
            used = {Path(tree.source.path).resolve() for tree in trees[:-1] if not tree.source.builtin}
        except (SegcError, *NOT_A_FILE):
            continue
        if part.resolve() in used:  # of the trees, the root's own is the last
            return root
    return None


def _is_root(file: Path) -> bool:
    try:
        with file.open(encoding="utf-8", errors="replace") as handle:
            for line in handle.read(_HEAD).splitlines():
                text = line.split("#")[0].strip()
                if text:
                    return text.split()[0] == "segc"
    except OSError:
        return False
    return False


def read_text(path: Path, span: Span | None = None) -> str:
    """A file's text. Raises `SegcError` (exit code 2) with what stands in the way."""
    shown = str(path)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            kind = "a folder" if stat.S_ISDIR(status.st_mode) else "not a regular file"
            raise SegcError([finding("unreadable-file", f"`{shown}` is {kind}", span)], code=2)
        if status.st_size > LARGEST_FILE:
            size, most = status.st_size >> 20, LARGEST_FILE >> 20
            message = f"`{shown}` has {size} MiB; a policy file has at most {most}"
            raise SegcError([finding("file-too-large", message, span)], code=2)
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise SegcError([_not_text(path, problem)], code=2) from None
    except NOT_A_FILE as problem:
        raise _unreadable(path, problem, span) from None


def _unreadable(path: Path, problem: Exception, span: Span | None = None) -> SegcError:
    reason = str(problem)
    if isinstance(problem, OSError) and problem.errno:
        reason = os.strerror(problem.errno).lower()
    elif isinstance(problem, RuntimeError):
        reason = "its links lead in a circle"
    shown = str(path) if str(path).isprintable() else repr(str(path))
    return SegcError([finding("unreadable-file", f"`{shown}` cannot be read: {reason}", span)], code=2)


def _not_text(path: Path, problem: UnicodeDecodeError) -> Diagnostic:
    source = Source(str(path), problem.object.decode("utf-8", "replace"))
    before = problem.object[: problem.start].decode("utf-8", "replace")
    span = Span(source, len(before), len(before) + 1)
    byte = problem.object[problem.start]
    return finding(
        "not-utf-8",
        f"`{path}` is not UTF-8: byte {byte:#04x} at offset {problem.start}",
        span,
        "this is no UTF-8",
        help=f"convert it, e.g. iconv -f latin1 -t utf-8 {path.name}",
    )


class _Loader:
    def __init__(self, root: Path, instead: Mapping[str, str]) -> None:
        self.instead = instead
        self.root = root
        self.folder = root.parent.resolve()
        self.base = root.parent
        self.trees: list[Tree] = []
        self.found: list[Diagnostic] = []
        self.done: set[Path] = set()
        self.chain: list[tuple[Path, Span | None]] = []

    def file(self, path: Path, used_at: Span | None, *, builtin: bool = False) -> None:
        """Load a file and, before it, what it uses."""
        try:
            key = path.resolve()
        except NOT_A_FILE as problem:
            raise _unreadable(path, problem, used_at) from None
        names = [entry[0] for entry in self.chain]
        if key in names:
            self._cycle(key, used_at)
            return
        if key in self.done:
            return
        if len(names) > DEEPEST:
            message = f"files use one another more than {DEEPEST} deep"
            self.found.append(finding("cyclic-use", message, used_at, "one too many"))
            return
        self.done.add(key)
        shown = f"std/{path.name}" if builtin else str(path)
        text = self.instead[shown] if shown in self.instead else read_text(path, used_at)
        source = Source(shown, text, builtin)
        tree, found = parse(source)
        self.found += found
        self.chain.append((key, used_at))
        self._version(tree, root=used_at is None)
        for statement in tree.statements:
            if statement.word.text == "use":
                self._use(tree.source, statement, path)
        self.chain.pop()
        self.trees.append(tree)

    def _version(self, tree: Tree, *, root: bool) -> None:
        source = tree.source
        first = tree.statements[0] if tree.statements else None
        if first is None or first.word.text != "segc":
            if root:
                start = first.word.start if first else 0
                span = Span(source, start, start + 1)
                message = f"the root file begins with the language version: `segc {LANGUAGE_VERSION}`"
                whole = _whole(self.root)
                help_text = f"this is a part of `{whole}`: name that one" if whole else ""
                self.found.append(finding("missing-version", message, span, "`segc 1` is due here", help=help_text))
            return
        try:
            version = match(source, first, "whole(1,99)")[0].value
        except Refused:
            return  # reported when the scope is read
        if version != LANGUAGE_VERSION:
            message = f"this segc knows language version {LANGUAGE_VERSION}, not {version}"
            self.found.append(finding("unknown-version", message, first.span(source), "asked for here"))

    def _use(self, source: Source, statement: Statement, path: Path) -> None:
        try:
            value = match(source, statement, "text")[0]
        except Refused:
            return  # reported when the scope is read
        span = value.token.span(source)
        name: str = value.value
        if name.startswith("std/"):
            self._library(name, span)
            return
        target = path.parent / name
        try:
            inside = not PurePath(name).is_absolute() and target.resolve().is_relative_to(self.folder)
            there = target.exists() or target.is_symlink()
        except NOT_A_FILE as problem:
            raise _unreadable(target, problem, span) from None
        if source.builtin or not inside:
            help_text = f"move it below `{self.base}`, or start from a root file that is above both"
            message = f"`{name}` lies outside the plant's folder"
            self.found.append(finding("library-outside-plant", message, span, "not below it", help=help_text))
        elif there:
            self.file(target, span)
        else:
            users = {entry[0] for entry in self.chain}  # which would use themselves
            found = (file for pattern in ("*.zone", "*/*.zone") for file in path.parent.glob(pattern))
            near = (file for file in found if file.resolve() not in users)
            self._absent(name, span, [str(file.relative_to(path.parent)) for file in near])

    def _library(self, name: str, span: Span) -> None:
        folder = data_root("grammar") / "std"
        names = {f"std/{file.stem}": file for file in folder.glob("*.zone")}
        if name in names:
            self.file(names[name], span, builtin=True)
        else:
            self._absent(name, span, sorted(names))

    def _absent(self, name: str, span: Span, candidates: list[str]) -> None:
        dotted = [c if c.startswith("std/") or not name.startswith("./") else f"./{c}" for c in candidates]
        close = nearest(name, dotted)
        fixes = (replacement(span, f'"{close}"', safe=False),) if close else ()
        libraries = [c for c in candidates if c.startswith("std/")]
        help_text = f"the libraries are {', '.join(libraries)}" if libraries else ""
        message = f"there is no `{name}`"
        self.found.append(finding("missing-library", message, span, "not found", fixes=fixes, help=help_text))

    def _cycle(self, key: Path, used_at: Span | None) -> None:
        names = [entry[0] for entry in self.chain]
        first = self.chain[names.index(key) :]
        also = tuple((span, "which is used here") for _, span in first if span is not None)
        message = f"`{key.name}` uses itself" if len(first) == 1 else f"`{key.name}` is used in a circle"
        self.found.append(finding("cyclic-use", message, used_at, "and used again here", also=also))
