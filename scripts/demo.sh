#!/usr/bin/env bash
# What segc does with a plant: judge the policy, then build it twice, once to watch and once to enforce.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH=$PWD/.venv/bin:$PATH

plant=examples/bottling
out=demo-out

title() { printf '\n== %s\n' "$*"; }
run() {
  printf '$ %s\n' "$*"
  "$@"
}

rm -rf "$out"

title "Is the policy in order?"
run segc check "$plant"

title "Firewalls that only record what they would have stopped"
run segc build "$plant" --mode monitor -o "$out/monitor"

title "Firewalls that stop it"
run segc build "$plant" --mode enforce -o "$out/enforce"

title "What was written"
find "$out" -type f | LC_ALL=C sort | while read -r file; do
  printf '%7d lines  %s\n' "$(wc -l <"$file")" "$file"
done
