#!/usr/bin/env bash
# Makes .venv what the work at hand needs. Quiet; does nothing, and needs no network, when all is there already.
#
#   scripts/setup.sh run       segc and what it runs on
#   scripts/setup.sh baseline  the same, and what counts logs
#   scripts/setup.sh dev       the same, and what its tests need
#   scripts/setup.sh kernel    the system's netfilter tools, for the kernel tests; never fails
#   scripts/setup.sh browser   a Chromium, and axe-core where npm can fetch it, for the tests of the report; never fails
#
# PYTHON names the interpreter to use (default: python3).
set -euo pipefail
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/sbin:/sbin

say() { echo "segc: $*" >&2; }
die() { say "$*"; exit 2; }

can_apt() { [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; }

# Packages by name; a stale or missing package list is fetched once.
apt_install() {
  local install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@")
  say "installing $*"
  "${install[@]}" >/dev/null 2>&1 || { apt-get update -qq >/dev/null 2>&1 && "${install[@]}" >/dev/null 2>&1; }
}

find_python() {
  python=${PYTHON:-python3}
  if ! command -v "$python" >/dev/null; then
    if can_apt; then apt_install python3 python3-venv || true; fi
    command -v "$python" >/dev/null || die "there is no $python: install Python 3.11 or later"
  fi
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    die "$("$python" --version) is too old: segc needs Python 3.11 or later (PYTHON=/path/to/python3 make … picks one)"
}

# Debian leaves ensurepip, and so working virtual environments, to a package of its own.
need_venv_module() {
  "$python" -c 'import ensurepip, venv' 2>/dev/null && return
  local package
  package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
  if can_apt; then apt_install "$package" || apt_install python3-venv || true; fi
  "$python" -c 'import ensurepip, venv' 2>/dev/null ||
    die "$python cannot make virtual environments: install $package (sudo apt-get install $package)"
}

make_venv() {
  .venv/bin/python -m pip --version >/dev/null 2>&1 && return
  find_python
  need_venv_module
  rm -rf .venv
  "$python" -m venv .venv >/dev/null || die "$python could not make .venv"
}

# What an installation depends on: the project file, the interpreter, and where the checkout lies.
state() { { cat pyproject.toml; .venv/bin/python --version; pwd; } | sha256sum | cut -d' ' -f1; }
is_current() { [ "$(cat ".venv/$1.stamp" 2>/dev/null)" = "$now" ]; }

install() {
  make_venv
  now=$(state)
  is_current dev && return
  is_current baseline && [ "$1" != dev ] && return
  if [ "$1" = run ] && is_current run; then return; fi
  local what=.
  if [ "$1" = baseline ]; then what='.[baseline]'; fi
  if [ "$1" = dev ]; then what='.[dev]'; fi
  say "installing into .venv"
  if ! .venv/bin/python -m pip install --quiet --disable-pip-version-check -e "$what" >.venv/pip.log 2>&1; then
    grep -E '^ *ERROR' .venv/pip.log | head -3 >&2 || true
    die "pip could not install segc; .venv/pip.log has the whole story"
  fi
  echo "$now" >".venv/$1.stamp"
}

kernel_tools() {
  local missing=()
  command -v iptables-restore >/dev/null || missing+=(iptables)
  command -v nft >/dev/null || missing+=(nftables)
  command -v ipset >/dev/null || missing+=(ipset)
  command -v conntrack >/dev/null || missing+=(conntrack)
  command -v ip >/dev/null || missing+=(iproute2)
  [ ${#missing[@]} -eq 0 ] && return
  if ! can_apt; then
    say "the kernel tests will be skipped: ${missing[*]} not installed"
  else
    apt_install "${missing[@]}" || say "apt-get could not install ${missing[*]}"
  fi
}

browser() {
  local missing=()
  command -v chromium >/dev/null || missing+=(chromium)
  command -v chromedriver >/dev/null || missing+=(chromium-driver)
  if [ ${#missing[@]} -gt 0 ]; then
    if ! can_apt; then
      say "the browser tests will be skipped: ${missing[*]} not installed"
    else
      apt_install "${missing[@]}" || say "apt-get could not install ${missing[*]}"
    fi
  fi
  if [ ! -f node_modules/axe-core/axe.min.js ] && command -v npm >/dev/null; then
    fetch_axe || say "npm could not fetch axe-core: its test will be skipped"
  fi
}

# Unpacked by hand: nothing of it is installed, and none of its scripts runs.
fetch_axe() {
  local scratch
  scratch=$(mktemp -d)
  (cd "$scratch" && timeout 60 npm pack --silent axe-core@4 >/dev/null 2>&1 && tar -xzf axe-core-*.tgz) &&
    mkdir -p node_modules/axe-core && cp "$scratch/package/axe.min.js" node_modules/axe-core/
  local done=$?
  rm -rf "$scratch"
  return $done
}

usage="usage: scripts/setup.sh run|baseline|dev|kernel|browser ..."
[ $# -gt 0 ] || die "$usage"
for part in "$@"; do
  case $part in
    run | baseline | dev) install "$part" ;;
    kernel) kernel_tools ;;
    browser) browser ;;
    *) die "$usage" ;;
  esac
done
