#!/bin/sh
# shellcheck disable=SC2016 # $1 and $! are those of the inner shell
# idc-apply with the programs before it: killed at any moment, a new run finishes the work.
. "${0%/*}/../lib.sh"
cd "$T" || exit 1
cp -R "$TOP/templates/permissionsets" "$TOP/templates/assignments" .
org=$TOP/tests/data/org-sample.ndjson

# pipeline STATUS STATE SCRIPT: SCRIPT runs against STATE; what it leaves is in after.
pipeline() {
	run "$1" idc-sim --state "$2" --save after --async 60ms -- sh -c "$3" sh
}
what_is() {
	jq -cS 'select(.Kind == "PermissionSet" or .Kind == "AccountAssignment") | del(.PermissionSetArn, .CreatedDate)' "$1" | sort
}

run 0 idc-sim --state "$org" -- sh -c 'idc-validate -q permissionsets assignments | idc-resolve -q >resolved'
pipeline 0 "$org" 'idc-plan -q resolved | idc-apply -q'
err_empty
what_is after >wanted
ok 'something is assigned' grep -q AccountAssignment wanted
pipeline 0 after 'idc-plan -q --exit-code resolved >/dev/null'
cp after done.state

for s in 0.03 0.1 0.2 0.3; do
	pipeline 0 "$org" "idc-plan -q resolved >plan; idc-apply -q plan >results & sleep $s; kill -9 \$!; wait \$!
		idc-plan -q resolved | idc-apply -q && idc-plan -q --exit-code resolved >/dev/null"
	what_is after >got
	ok "killed after $s s, a new run ends as one that was not killed" cmp wanted got
done

# --- and back again, by fewer templates ---
jq -c 'select(.Kind != "AccountAssignment" or (.AccountName | startswith("prod")))' resolved |
	awk '{ if (/"Kind":"End"/) sub(/"Count":[0-9]+/, "\"Count\":" NR - 2); print }' >fewer
pipeline 0 done.state 'idc-plan -q --max-delete 100% fewer | idc-apply -q'
what_is after >wanted
ok 'something is left' grep -q prod wanted
for s in 0.05 0.15 0.25; do
	pipeline 0 done.state "idc-plan -q --max-delete 100% fewer >plan; idc-apply -q plan >results & sleep $s; kill -9 \$!; wait \$!
		idc-plan -q --max-delete 100% fewer | idc-apply -q && idc-plan -q --exit-code fewer >/dev/null"
	what_is after >got
	ok "killed after $s s, a new run ends as one that was not killed" cmp wanted got
done
