#!/usr/bin/env bash
# From a way that nobody wrote down to one that is enforced, on what the plant's logs show.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH=$PWD/.venv/bin:$PATH

out=${1:-demo-out/baseline}
drafted=1793948400 judged=1795158000  # 2026-11-06 and 2026-11-20: the same days every time
export SOURCE_DATE_EPOCH=$drafted

title() { printf '\n== %s\n' "$*"; }
run() {
  printf '$ %s\n' "$*"
  "$@"
}

# Exit code 1 is an answer: something is not explained, or has changed.
answers() { run "$@" || [ $? -eq 1 ]; }
first() { run "$@" | sed -n 1,2p; }

# Whatever folder is named: only one that this script made, or an empty one, is written anew.
ours=$out/.made-by-baseline-demo
if [ -e "$out" ] && [ ! -f "$ours" ] && ! rmdir "$out" 2>/dev/null; then
  printf '%s: this demo did not make it, so it is left alone. Name another folder.\n' "$out" >&2
  exit 2
fi
rm -rf -- "$out"
mkdir -p "$out"
touch "$ours"
cp -r examples/bottling "$out/plant"

title "Four weeks of logs, from a plant in which all runs as the example declares"
python scripts/plant_logs.py examples/bottling "$out/logs" --until 2026-11-20
ls "$out/logs"

title "Nobody has written down how the AGV fetches pallets at the palletiser"
python - "$out/plant/conduits.zone" <<'PY'
import re, sys
from pathlib import Path

file = Path(sys.argv[1])
text, count = re.subn(r"(?ms)^conduit pallet-pickup .*?^}\n", "", file.read_text(encoding="utf-8"))
assert count == 1
file.write_text(text, encoding="utf-8")
PY
cd "$out"
run segc check plant

title "Learn what the first two weeks show"
run segc baseline learn logs/conn-2026-10-{23,30}.log -o baseline --sensor core --plant plant
cp -r baseline two-weeks

title "Compare it with the policy"
answers segc baseline compare plant

title "Draft what is missing"
run segc baseline draft plant -o plant/draft.zone
cat plant/draft.zone

title "Somebody reads it, says why, and takes it in"
sed -i 's/draft: seen, reason not known/interlock: pallet free to take/' plant/draft.zone
sed -i 's|^use "./conduits.zone"|&\nuse "./draft.zone"|' plant/plant.zone
run segc check plant
cp -r plant before

status() {
  printf '$ segc baseline status plant\n'
  segc baseline status plant | awk 'NR < 3 { print } /^[^ ]/ { on = /^draft-|^network-care/ } on'
}

title "Is it ready? What it was made of says nothing for it"
status

title "Two weeks later: it is judged by what came since"
export SOURCE_DATE_EPOCH=$judged
run segc baseline learn logs/conn-2026-11-{06,13}.log -o baseline --sensor core --plant plant
status

title "Promote it: the gate asks, then edits one line"
run segc promote draft-warehouse-to-palletising-flows --plant plant --approved-by production-manager

title "What the change means, and what of it was seen"
run segc plan plant --against before

title "Build it: the pair that was promoted ends in a drop, all others in a record"
run segc build plant -o build
grep -e '-A segc-p-warehouse.palletising ' build/fw-packing/iptables.rules

title "What has changed in the last week: nothing, but one that nobody has explained goes on"
answers segc baseline drift plant

title "And the whole plant, from nothing: zones, machines and firewalls, and not one conduit. Drafted from two weeks"
cp -r "$OLDPWD/examples/bottling" flat
sed -i '/conduits.zone/d; /response.zone/d' flat/plant.zone
cp -r flat before-all
first segc flatness flat
run segc baseline draft flat --baseline two-weeks -o flat/draft.zone >/dev/null
sed -i 's|^use "./firewalls.zone"|&\nuse "./draft.zone"|' flat/plant.zone
grep -c '^conduit' flat/draft.zone | sed 's/$/ conduits, each flow with its evidence beside it/'

title "Held against all four"
run segc baseline compare flat

title "All that is ready is promoted at once; whoever must agree is named"
ready=$(segc baseline status flat --format json |
  python -c 'import json, sys; print(*(c["name"] for c in json.load(sys.stdin)["conduits"] if c["state"] == "READY"))')
# shellcheck disable=SC2086  # a word a conduit
gate=$(segc promote $ready --plant flat --approved-by plant-manager --approved-by production --approved-by automation \
  --approved-by facilities --approved-by it)
grep -E '^  (no|ok  built)' <<<"$gate"

title "Nobody has said what these flows are for: the gate tells it, and lets those who agree answer for it"
grep 'no reason yet' <<<"$gate" | awk 'NR <= 2 { print } { flows += $3 }
  END { printf "      and so on: %d flows of %d conduits are enforced without a reason\n", flows, NR }'
cat <<'WORDS'
In a plant of yours a person reads the draft before, flow by flow. What is needed gets its reason, in place of
"draft: seen, reason not known"; what is not is deleted, or put right where it comes from. As it was done above with
the AGV's flow. That something was seen does not mean that it is needed: it may be an attacker's, or a mistake.
WORDS

title "What no conduit opens follows the site: one line by hand, since nothing that was seen would be stopped"
sed -i '0,/mode         monitor/s//mode         enforce/' flat/plant.zone
first segc plan flat --against before-all
first segc flatness flat
run segc build flat -o build-all
first segc query 'corporate.bi-server -> filling.filler-plc : modbus' flat
