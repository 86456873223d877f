#!/usr/bin/env bash
# Takes users off the newest version of an app, at once: ./rollback.sh <app> [--to v1.0.0] [--reason "why"] …
# The same writes in the same order as every other command (record, pointer, index, router entry), each a
# compare-and-swap, and nothing but the store is needed: no controller, no telemetry. SLUICE names another `sluice`.
set -euo pipefail

if [ "$#" -eq 0 ] || [ "${1#-}" != "$1" ]; then
  echo "Usage: ./rollback.sh <app> [--to <version>] [--further] [--force] [--reason <text>]" >&2
  exit 2
fi
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
sluice="${SLUICE:-}"
if [ -z "$sluice" ] && [ -x node_modules/.bin/sluice ]; then sluice=node_modules/.bin/sluice; fi
if [ -z "$sluice" ]; then sluice="$here/../node_modules/.bin/sluice"; fi
if ! command -v "$sluice" >/dev/null 2>&1; then
  echo "\"$sluice\" is not there. Run \`npm install @sluice/cli\` here, or name the command: SLUICE=/path/to/sluice $0 $*" >&2
  exit 8
fi
exec "$sluice" rollback "$@"
