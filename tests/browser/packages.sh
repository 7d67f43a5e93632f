#!/usr/bin/env bash
# The npm packages of the browser tests, as package-lock.json has them, into FOLDER/node_modules: tests/browser/packages.sh FOLDER
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cd "$1"
if ! cmp -s "$here/package-lock.json" package-lock.json || [ ! -d node_modules/playwright-core ]; then
	cp "$here/package.json" "$here/package-lock.json" .
	PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --ignore-scripts >npm.log 2>&1 || {
		rm -f package-lock.json
		cat npm.log >&2
		exit 1
	}
fi
