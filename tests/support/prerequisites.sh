#!/usr/bin/env bash
# What the tests need besides npm's packages: a real browser and a real Redis. Debian has both.
set -euo pipefail
missing=()
command -v "${CHROMIUM:-chromium}" > /dev/null || missing+=(chromium)
command -v redis-server > /dev/null || missing+=(redis-server)
((${#missing[@]})) || exit 0
if [[ $EUID -ne 0 ]] || ! command -v apt-get > /dev/null; then
  echo "the tests need ${missing[*]}: install with your package manager (Debian: apt-get install ${missing[*]})" >&2
  exit 1
fi
echo "installing ${missing[*]} for the tests"
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
