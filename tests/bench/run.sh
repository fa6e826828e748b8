#!/bin/sh
# make bench: requests by operation, wall and CPU seconds and peak memory of each stage, for an
# organization of 1,000 accounts, 50 permission sets and 10,000 assignments, against idc-sim
# on this machine. Prints Markdown. BENCH_SIZE and BENCH_SIM change size and pace:
#
#     BENCH_SIZE=accounts=200,ous=20,groups=20,users=50,permission-sets=20,assignments=2000,seed=1
#     BENCH_SIM='--latency 50ms --tps 20 --async 3s'
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
PATH=$IDC_BIN:$PATH
measure=${IDC_BIN%/bin}/tests/bench/measure
size=${BENCH_SIZE:-accounts=1000,ous=50,groups=60,users=500,permission-sets=50,assignments=10000,seed=1}
sim=${BENCH_SIM:---latency 1ms --async 20ms}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
cd "$work"

# The organization as it is, and the same one before the first run.
idc-sim --generate "$size" --save now.ndjson -- true
jq -c 'select(.Kind != "PermissionSet" and .Kind != "AccountAssignment" and .Kind != "End")' \
	now.ndjson >empty.body
{
	cat empty.body
	printf '{"Kind":"End","Stream":"state","Count":%d}\n' $(($(wc -l <empty.body) - 1))
} >empty.ndjson

mkdir templates templates/permissionsets templates/assignments
jq -rcs -f "$top/tests/bench/templates.jq" now.ndjson | while IFS= read -r line; do
	printf '%s\n' "$line" | jq .content >"templates/$(printf '%s\n' "$line" | jq -r .file)"
done
cp -R templates changed
jq '.Assignments[0].Target |= .[1:]' templates/assignments/all.json >changed/assignments/all.json

# stage NAME COMMAND... runs one program on its own idc-sim, input and output in files.
stage() {
	name=$1 in=$2 out=$3
	shift 3
	# The pace is a list of words.
	# shellcheck disable=SC2086
	idc-sim $sim --state "$state" --save "$state.new" --calls "$name.calls" -- \
		"$measure" "$name.time" "$@" <"$in" >"$out" 2>"$name.err" || {
		echo "bench: $name failed:" >&2
		cat "$name.err" >&2
		exit 1
	}
	mv "$state.new" "$state"
	read -r wall cpu memory <"$name.time"
	calls=$(awk '!/^#/ { n += $NF } END { print n + 0 }' "$name.calls")
	printf '| %s | %s | %s | %s | %s |\n' "$1" "$calls" "$wall" "$cpu" "$((memory / 1024))"
	awk -v stage="$1" '!/^#/ { printf "| %s | %s %s | %s |\n", stage, $1, $2, $3 }' "$name.calls" \
		>>"$run.operations"
	rm "$name.time"
}

pipe() {
	run=$1 state=$2 templates=$3
	: >"$run.operations"
	printf '\n### %s\n\n' "$4"
	echo '| stage | requests | wall s | CPU s | peak MiB |'
	echo '| --- | ---: | ---: | ---: | ---: |'
	stage validate /dev/null templates.nd idc-validate -q "$templates"
	stage resolve templates.nd resolved.nd idc-resolve -q
	stage plan resolved.nd plan.nd idc-plan -q
	stage apply plan.nd results.nd idc-apply -q
	printf '\n%s actions.\n' "$(grep -c '"Kind":"Action"' plan.nd || :)"
	printf '\n| stage | operation | requests |\n| --- | --- | ---: |\n'
	cat "$run.operations"
}

echo "## $size"
printf '\nidc-sim %s; %s, %s cores, %s.\n' "$sim" "$(uname -sm)" "$(nproc)" "$(date -u +%F)"
cp now.ndjson unchanged.ndjson
cp now.ndjson one.ndjson
pipe unchanged unchanged.ndjson templates 'nothing changed'
pipe one one.ndjson changed 'one rule changed'
pipe first empty.ndjson templates 'first run: everything is created'
