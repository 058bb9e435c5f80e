#!/usr/bin/env bash
# Installs the engines beside DuckDB, each into an environment of its own: .venv-chdb (1 GB) and .venv-spark (600 MB).
# Only the conformance tests need them. What cannot be installed is said, and its tests are skipped.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { echo "segc: $*" >&2; }

engine() {
  local folder=.venv-$1 package=$2
  if "$folder/bin/python" -c "import $1" 2>/dev/null || "$folder/bin/python" -c "import $package" 2>/dev/null; then return; fi
  say "installing $package into $folder"
  "${PYTHON:-python3}" -m venv "$folder"
  if ! "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "$3" >"$folder/pip.log" 2>&1; then
    say "$package could not be installed; $folder/pip.log has the whole story"
    rm -f "$folder/bin/python"
  fi
}

engine chdb chdb 'chdb>=4.4,<5'
if command -v java >/dev/null || { [ "$(id -u)" -eq 0 ] &&
  apt-get install -y -qq --no-install-recommends openjdk-17-jre-headless >/dev/null 2>&1; }; then
  engine spark pyspark 'pyspark>=4.0,<5'
else
  say "Spark is left out: there is no Java (apt-get install openjdk-17-jre-headless)"
fi
