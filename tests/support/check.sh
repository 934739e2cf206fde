#!/usr/bin/env bash
# Form, borders and types. The linter takes as long as all the rest, so it runs beside it.
set -u
eslint . & lint=$!
prettier --check --log-level warn . \
  && node --import ./scripts/typescript.js tests/support/import-circles.ts \
  && tsc && tsc -p actions && tsc -p sandbox/fabrikam/spa \
  && npm run --silent engine -- --check
status=$?
wait "$lint" && exit "$status"
