#!/bin/sh
# The simulator's part of make bench: how soon idc-sim is there with an empty state, what a
# state of 1,000,000 assignments takes to make, save and load, and how many requests a second
# are answered from that state at no latency. Prints Markdown. Where there are taskset and
# two cores, idc-sim has one of them for itself and the loader has the other.
#
#     BENCH_SIM_SIZE=accounts=200,ous=20,groups=20,users=50,permission-sets=20,assignments=2000,seed=1
#     BENCH_SECONDS=3       how long each operation is called
#     BENCH_CONNECTIONS=16  over how many connections
set -eu

bench=$(cd "$(dirname "$0")" && pwd)
PATH=$IDC_BIN:$PATH
measure=${IDC_BIN%/bin}/tests/bench/measure
size=${BENCH_SIM_SIZE:-accounts=5000,ous=200,groups=2000,users=5000,permission-sets=500,assignments=1000000,seed=1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
cd "$work"

pin='' server='' cores='no core of its own'
if taskset -c 0 true && taskset -c 1 true; then
	server='taskset -c 0' pin='taskset -c 1' cores='a core of its own'
fi 2>/dev/null
export pin

# step NAME IDC-SIM-ARG...
step() {
	name=$1
	shift
	# A list of words.
	# shellcheck disable=SC2086
	$server "$measure" spent idc-sim -q "$@"
	read -r wall cpu memory <spent
	rm spent
	printf '| %s | %.2f | %.2f | %s |\n' "$name" "$wall" "$cpu" "$((memory / 1024))"
}

printf '\n## idc-sim\n\nA state of %s; idc-sim has %s.\n' "$size" "$cores"

for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	# shellcheck disable=SC2086
	$server "$measure" starts idc-sim -- true
done
printf '\n### start with an empty state, run true, end\n\n'
echo '| best ms | median ms | peak MiB |'
echo '| ---: | ---: | ---: |'
sort -n starts | awk '{ wall[NR] = $1 * 1000; if ($3 > peak) peak = $3 }
	END { printf "| %d | %d | %d |\n", wall[1], wall[int((NR + 1) / 2)], peak / 1024 }'

printf '\n### the state\n\n'
echo '| step | wall s | CPU s | peak MiB |'
echo '| --- | ---: | ---: | ---: |'
step generate --generate "$size" -- true
step 'generate and save' --generate "$size" --save state.ndjson -- true
step load --state state.ndjson -- true

# shellcheck disable=SC2086
$server "$measure" spent idc-sim -q --state state.ndjson -- \
	sh "$bench/rates.sh" state.ndjson >served
read -r wall cpu memory <spent
printf '\n%s assignments, a file of %s MiB; %s MiB at most while it answered what follows.\n' \
	"$(grep -c '^{"Kind":"AccountAssignment"' state.ndjson || :)" \
	"$(($(wc -c <state.ndjson) / 1048576))" "$((memory / 1024))"

printf '\n### answers, over %s connections\n\n' "${BENCH_CONNECTIONS:-16}"
echo '| operation | a second | not 200 | median ms | 99 % ms |'
echo '| --- | ---: | ---: | ---: | ---: |'
cat served
