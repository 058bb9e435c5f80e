#!/usr/bin/env bash
# The gate. Every step runs, also after one has failed; pytest comes last. Arguments go to pytest,
# which runs the tests in a process for each core (-n 0: in one, as a debugger needs it).
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2
PATH=$PWD/.venv/bin:$PATH:/usr/sbin:/sbin
cores=$(nproc 2>/dev/null || echo 1)
unset PYTHONDONTWRITEBYTECODE # hundreds of tests start a segc, which need not be compiled each time

failed=()
step() {
  printf '\n$ %s\n' "$*"
  "$@" || failed+=("$1 failed.")
}

step ruff check --output-format concise
step ruff format --check --output-format concise
step mypy --strict
step lint-imports --no-logo
step pytest -n "$cores" --dist worksteal "$@"

if [ ${#failed[@]} -gt 0 ]; then
  printf '\nsegc: the gate is closed: %s\n' "${failed[*]}" >&2
  exit 1
fi
