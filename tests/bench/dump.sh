#!/bin/sh
# What a dump of an organization takes, a part of make bench. Prints Markdown.
#
#     BENCH_DUMP_SIZE=accounts=100,ous=10,groups=20,users=50,permission-sets=10,assignments=500,seed=1
set -eu

PATH=$IDC_BIN:$PATH
measure=${IDC_BIN%/bin}/tests/bench/measure
dump=${BENCH_DUMP_SIZE:-accounts=1000,ous=50,groups=60,users=500,permission-sets=50,assignments=10000,seed=1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
cd "$work"

idc-sim -q --generate "$dump" --calls calls -- env IDC_TPS=0 "$measure" spent idc-dump -q >dump.ndjson
read -r wall cpu memory <spent
printf '\n## idc-dump: %s\n\n' "$dump"
echo '| requests | wall s | CPU s | peak MiB |'
echo '| ---: | ---: | ---: | ---: |'
printf '| %s | %s | %s | %s |\n' "$(awk '!/^#/ { n += $NF } END { print n + 0 }' calls)" \
	"$wall" "$cpu" "$((memory / 1024))"
