#!/bin/sh
# Fails on an include in harness/ that tools/layers.txt does not allow.
set -eu
cd "$(dirname "$0")/.."
awk '
	FILENAME == ARGV[1] {
		if ($0 ~ /^#/ || NF == 0) next
		room = $1; sub(/:$/, "", room)
		known[room] = 1
		for (i = 2; i <= NF; i++) {
			if (!($i in known)) { printf "tools/layers.txt: %s names %s, which stands below it\n", room, $i; bad = 1 }
			allowed[room, $i] = 1
		}
		next
	}
	/^#include "/ {
		split($0, part, "\""); to = part[2]
		if (to !~ /\//) next
		sub(/\/.*/, "", to)
		from = FILENAME; sub(/^harness\//, "", from)
		if (from !~ /\//) next # main.c stands above all rooms
		sub(/\/.*/, "", from)
		seen++
		if (!(from in known)) { printf "%s:%d: room %s is not in tools/layers.txt\n", FILENAME, FNR, from; bad = 1 }
		else if (from != to && !((from, to) in allowed)) {
			printf "%s:%d: %s must not include %s\n", FILENAME, FNR, from, part[2]; bad = 1
		}
	}
	END { if (!bad) printf "layers: %d includes, all point one way\n", seen; exit bad }
' tools/layers.txt $(find harness -name '*.[ch]' | sort)
