#!/usr/bin/env bash
# Usage: guided.sh TARGET SECONDS    one target under libFuzzer, from the seeds that its driver writes (docs/fuzzing.md)
set -euo pipefail
target=$1 seconds=$2
corpus=build/guided/corpus/$target
mkdir -p "$corpus"
build/asan/fuzz/"$target" --seeds "$corpus"
log=build/guided/$target.log
if build/guided/steered/"$target" -max_total_time="$seconds" -max_len=65536 -timeout=20 -rss_limit_mb=2048 \
	-artifact_prefix=build/guided/"$target". -print_final_stats=1 "$corpus" >"$log" 2>&1; then
	printf '%-20s %s\n' "$target" "$(sed -n 's/^#\([0-9]*\).*DONE.*cov: \([0-9]*\).*/\1 inputs, \2 places reached/p' "$log")"
else
	tail -n 40 "$log" >&2
	echo "$target: see $log; the input is in build/guided/$target.*, and build/asan/fuzz/$target FILE shows it again" >&2
	exit 1
fi
