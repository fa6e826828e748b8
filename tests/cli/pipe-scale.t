#!/bin/sh
# The requests that a run costs, counted: not how long they take.
. "${0%/*}/../lib.sh"

run 0 idc-sim --generate accounts=120,ous=12,groups=40,users=60,permission-sets=20,assignments=2009,seed=7 --save "$T/live.ndjson" -- true
mkdir -p "$T/templates/permissionsets" "$T/templates/assignments"
jq -rcs -f "$TOP/tests/templates.jq" "$T/live.ndjson" >"$T/files"
while IFS= read -r line; do
	printf '%s\n' "$line" | jq .content >"$T/templates/$(printf '%s\n' "$line" | jq -r .file)"
done <"$T/files"

requests() {
	awk '!/^#/ { n += $NF } END { print n + 0 }' "$T/calls"
}

# row: reading 2,009 assignments when nothing changed
run 0 idc-sim --state "$T/live.ndjson" --save "$T/after.ndjson" --calls "$T/calls" -- \
	sh "$TOP/tests/pipe.sh" "$T" "$T/templates"
is '2,009 assignments are asked for' "$(grep -c '"Kind":"AccountAssignment"' "$T/resolve.out")" 2009
is 'nothing is to do' "$(grep -c '"Kind":"Action"' "$T/plan.out")" 0
ok 'nothing was changed' cmp "$T/live.ndjson" "$T/after.ndjson"
# The seed needs 4,748. Seven for each permission set, one for each principal and page of a hundred
# (six pages of the organization and the directory) and a few to begin with are enough.
ok "$(requests) requests, 300 at most" test "$(requests)" -le 300
