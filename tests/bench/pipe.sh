#!/bin/sh
# pipe.sh TEMPLATES OUT [IDC-PLAN-OPTION...]: the whole pipe, each program measured; a part of
# run.sh. Into the folder OUT come the streams, what the programs say, NAME.time of each, and
# failed, which names those that failed.
set -eu

templates=$1 out=$2
shift 2
measure=${IDC_BIN%/bin}/tests/bench/measure

stage() {
	name=$1
	shift
	"$measure" "$out/$name.time" "idc-$name" -q "$@" 2>"$out/$name.err" ||
		echo "idc-$name $?" >>"$out/failed"
}

stage validate "$templates" | stage resolve | tee "$out/resolved" |
	stage plan "$@" | tee "$out/plan" | stage apply >"$out/results"
