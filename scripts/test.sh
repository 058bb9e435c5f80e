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
step lint-imports --no-logo
step pytest "$@"

if [ ${#failed[@]} -gt 0 ]; then
  printf '\nsegc: the gate is closed: %s\n' "${failed[*]}" >&2
  exit 1
fi
