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

title "Judge the policy"
run segc check "$plant"

title "Firewalls that only record what they would have stopped"
run segc build "$plant" --mode monitor -o "$out/monitor"

title "Firewalls that stop it"
run segc build "$plant" --mode enforce -o "$out/enforce"

title "One pair of zones on the filler's firewall: what it allows, and what becomes of the rest"
pair='-A segc-p-mes.filling '
grep -B1 -e "$pair" "$out/enforce/fw-filling/iptables.rules" | head -4
printf '   ...\nmonitor:  %s\n' "$(grep -e "$pair" "$out/monitor/fw-filling/iptables.rules" | tail -1)"
printf 'enforce:  %s\n' "$(grep -e "$pair" "$out/enforce/fw-filling/iptables.rules" | tail -1)"

title "Ask what becomes of some packets, and why"
run segc query 'scada-a -> filler-plc : s7comm' "$plant" --why

title "Read the files back, and prove once more that they mean the policy"
run segc verify "$out/enforce" --plant "$plant"

title "What was written"
for folder in "$out"/*/*/; do
  printf '%-32s %s\n' "$folder" "$(cd "$folder" && echo *)"
done
printf '%-32s every file, its checksum, and the way from each rule back to its line\n' "$out/*/manifest.json"
