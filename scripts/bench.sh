#!/usr/bin/env bash
# Runs every tests/benchmarks/bench_*.py; each prints its numbers, which are kept in bench-out/ too.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH=$PWD/.venv/bin:$PATH

mkdir -p bench-out
found=
for file in tests/benchmarks/bench_*.py; do
  [ -e "$file" ] || continue
  found=yes
  name=$(basename "$file" .py)
  printf '\n== %s\n' "$name"
  python -m "tests.benchmarks.$name" | tee "bench-out/$name.txt"
done
[ -n "$found" ] || echo "segc: there are no benchmarks in tests/benchmarks" >&2
