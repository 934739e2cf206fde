#!/usr/bin/env bash
# What the tests in tests/slow need besides the packages of package.json: the clients that people have, which are 370 MB
# and serve one test, the peers of the benchmarks, the packages of the example's agent, a real browser and a real Redis;
# Debian has both. In CI they are installed. Elsewhere nothing is, and these tests do not run.
set -euo pipefail
if [[ -z ${CI:-} ]]; then
  echo "without tests/slow, which takes a quarter of an hour: CI=true runs it, too"
  exit 0
fi
for part in tests/slow/clients/apps bench sandbox/fabrikam/agent; do
  [[ -d $part/node_modules ]] || npm ci --prefix "$part" --no-audit --no-fund --loglevel=error
  npx tsc -p "$part"
done
missing=()
command -v "${CHROMIUM:-chromium}" > /dev/null || missing+=(chromium)
command -v redis-server > /dev/null || missing+=(redis-server)
((${#missing[@]})) || exit 0
if ! command -v apt-get > /dev/null; then
  echo "the tests need ${missing[*]}: install with the package manager of this machine" >&2
  exit 1
fi
root=()
((EUID == 0)) || root=(sudo -n)
echo "installing ${missing[*]} for the tests"
"${root[@]}" apt-get update -qq
"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
