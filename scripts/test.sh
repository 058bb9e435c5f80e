#!/usr/bin/env bash
# The gate. Every step runs, also after one has failed; pytest comes last. Arguments go to pytest.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2
PATH=$PWD/.venv/bin:$PATH:/usr/sbin:/sbin

failed=()
step() {
  printf '\n$ %s\n' "$*"
  "$@" || failed+=("$1 failed.")
}

step ruff check --output-format concise
step ruff format --check --output-format concise
step mypy --strict
aliases=$(mktemp -d)
trap 'rm -rf "$aliases"' EXIT
for folder in targets/*-*/; do # a hyphen spells no module name: each such folder gets another one, and a run of its own
  if compgen -G "$folder*.py" >/dev/null; then
    alias=$(basename "$folder" | tr - _)
    ln -s "$PWD/$folder" "$aliases/$alias"
    MYPYPATH=$aliases step mypy --strict -p "$alias"
  fi
done
step lint-imports --no-logo
step pytest "$@"

if [ ${#failed[@]} -gt 0 ]; then
  printf '\nsegc: the gate is closed: %s\n' "${failed[*]}" >&2
  exit 1
fi
