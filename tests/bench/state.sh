#!/bin/sh
# The offline part of make bench: 1,000,000 assignments resolved and planned from files, nothing
# changed; and what a dump of an organization takes. Prints Markdown.
#
#     BENCH_STATE_SIZE=accounts=200,ous=20,groups=60,users=50,permission-sets=20,assignments=10,seed=1
#     BENCH_DUMP_SIZE=accounts=100,ous=10,groups=20,users=50,permission-sets=10,assignments=500,seed=1
set -eu

PATH=$IDC_BIN:$PATH
measure=${IDC_BIN%/bin}/tests/bench/measure
size=${BENCH_STATE_SIZE:-accounts=5000,ous=200,groups=2000,users=5000,permission-sets=500,assignments=10,seed=1}
dump=${BENCH_DUMP_SIZE:-accounts=1000,ous=50,groups=60,users=500,permission-sets=50,assignments=10000,seed=1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
cd "$work"

# row NAME SPENT
row() {
	read -r wall cpu memory <"$2"
	rm "$2"
	printf '| %s | %s | %s | %s |\n' "$1" "$wall" "$cpu" "$((memory / 1024))"
}

# 200 of the permission sets, each for a group of its own in all accounts.
idc-sim -q --generate "$size" --save made.ndjson -- true
mkdir templates templates/permissionsets templates/assignments
jq -c 'select(.Kind == "PermissionSet") | {Name, SessionDuration, ManagedPolicies}' made.ndjson | head -n 200 >sets
while IFS= read -r set; do
	printf '%s\n' "$set" >"templates/permissionsets/$(printf '%s\n' "$set" | jq -r .Name).json"
done <sets
jq -rn --slurpfile sets sets '[inputs | select(.Kind == "Group").DisplayName] as $groups
	| {Assignments: [range($sets | length) | {SID: "R\(.)", Target: ["Root"], PrincipalType: "GROUP",
		PrincipalId: $groups[. % ($groups | length)], PermissionSetName: $sets[.].Name}]}' made.ndjson \
	>templates/assignments/all.json
idc-validate -q templates >templates.ndjson
idc-resolve -q --include-management-account --state made.ndjson templates.ndjson >resolved.ndjson
# What is live is what is wanted.
grep -v -e '^{"Kind":"AccountAssignment"' -e '^{"Kind":"End"' made.ndjson >body
grep '^{"Kind":"AccountAssignment"' resolved.ndjson | sed 's/,"Rules":.*/}/' >>body
printf '{"Kind":"End","Stream":"state","Count":%d}\n' $(($(wc -l <body) - 1)) | cat body - >now.ndjson

echo "## From files: $(grep -c '^{"Kind":"AccountAssignment"' now.ndjson) assignments"
printf '\n%s, %s cores, %s.\n\n' "$(uname -sm)" "$(nproc)" "$(date -u +%F)"
echo '| step | wall s | CPU s | peak MiB |'
echo '| --- | ---: | ---: | ---: |'
"$measure" spent idc-resolve -q --include-management-account --state now.ndjson templates.ndjson >resolved.ndjson
row 'idc-resolve --state' spent
"$measure" spent idc-plan -q --include-management-account --max-delete 100% --state now.ndjson resolved.ndjson >plan.ndjson
row 'idc-plan --state' spent
cat >pipe <<'X'
idc-resolve -q --include-management-account --state now.ndjson templates.ndjson |
	idc-plan -q --include-management-account --max-delete 100% --state now.ndjson >plan.ndjson
X
"$measure" spent sh pipe
row 'both in a pipe' spent

printf '\n## idc-dump: %s\n\n' "$dump"
echo '| requests | wall s | CPU s | peak MiB |'
echo '| ---: | ---: | ---: | ---: |'
idc-sim -q --generate "$dump" --calls calls -- env IDC_TPS=0 "$measure" spent idc-dump -q >dump.ndjson
row "$(awk '!/^#/ { n += $NF } END { print n + 0 }' calls)" spent
