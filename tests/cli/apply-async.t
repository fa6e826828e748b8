#!/bin/sh
# shellcheck disable=SC2016 # $1 and $! are those of the inner shell
# idc-apply: asynchronous operations, AWS's limits, conflicts that pass.
. "${0%/*}/../lib.sh"
. "${0%/*}/apply.sh"
o="\"$old\""

# --- at most ten at a time, polled together ---
forty_grants | plan
sim='--async 200ms'
apply 0
is 'forty are done' "$(live | wc -l)" 40
is 'ten at a time' "$(calls peak-outstanding)" 10
is 'nothing was refused' "$(calls throttled)" 0
ok 'few polls for forty operations' test "$(calls ListAccountAssignmentCreationStatus)" -le 30
is 'no operation was asked for by itself' "$(calls DescribeAccountAssignmentCreationStatus)" ''

# --- the same with small pages ---
sim='--async 100ms --page 3'
apply 0
is 'forty are done' "$(live | wc -l)" 40
is 'no operation was asked for by itself' "$(calls DescribeAccountAssignmentCreationStatus)" ''

# --- one at a time in a pair, other accounts first ---
{
	for i in 1 2 3 4 5 6; do
		grant $i "$(account 1)" "$o" $i
	done
	grant 7 "$(account 2)" "$o" 1
	grant 8 "$(account 3)" "$o" 1
} | plan
sim='--async 300ms'
apply 0
is 'eight are done' "$(live | wc -l)" 8
is 'three at a time: one a pair' "$(calls peak-outstanding)" 3
is 'none met another one' "$(grep -c '"Status":400' "$T/log")" 0

# --- fewer on request ---
i=1
while [ $i -le 12 ]; do
	grant $i "$(account $i)" "$o" 1
	i=$((i + 1))
done | plan
apply 0 --jobs 3
is 'three at a time' "$(calls peak-outstanding)" 3

# --- AWS's rate ---
sim='--tps 20 --async 50ms'
apply 0
is 'twelve are done' "$(live | wc -l)" 12
is 'paced, not throttled' "$(calls throttled)" 0

# --- how long they take is learned: most is asked once, when all of a batch have ended ---
i=1
while [ $i -le 200 ]; do
	grant $i "$(account $(((i - 1) % 40 + 1)))" "$o" $(((i - 1) / 40 + 1))
	i=$((i + 1))
done | plan
sim='--tps 20 --latency 50ms --async 3s --speed 10'
apply 0
is 'two hundred are done' "$(live | wc -l)" 200
is 'ten at a time' "$(calls peak-outstanding)" 10
is 'nothing was refused' "$(calls throttled)" 0
# A machine that is busy spreads what began together; make bench has the figure of one that is not.
ok 'few of the requests ask how it goes' test "$(calls total)" -le $((200 * 100 / 75))

# --- one fails among good ones ---
sim='--async 50ms --fault CreateAccountAssignment:nth=3:async'
{
	grant 1 "$(account 1)" "$o" 1
	grant 2 "$(account 2)" "$o" 2
	grant 3 "$(account 3)" "$o" 3
	grant 4 "$(account 4)" "$o" 4
	revoke 5 "$(account 5)" "$o" 5 '"3"'
	edit 6 DeletePermissionSet "\"$mine\"" '' '"5"'
} | plan
apply 1
is 'the others are done, what waits for it is not' "$(statuses | tr '\n' ' ')" \
	'1 Succeeded 2 Succeeded 3 Failed 4 Succeeded 5 Skipped 6 Skipped '
err_has "rules.json:3:3: error: CreateAccountAssignment of 'S' in 300000000003 (a) for GROUP 'group-3': "
err_has '(OperationFailed)'
err_has '3 succeeded (3 grants), 1 failed, 2 skipped'
is 'the skipped ones name it' "$(jq -r 'select(.Status == "Skipped") | .Error.Message' "$out" | uniq)" \
	'action 3 (CreateAccountAssignment) failed'
is 'only the failure was asked for' "$(calls DescribeAccountAssignmentCreationStatus)" 1

# --- many failures alike are told once ---
sim='--async 0 --fault CreateAccountAssignment:async'
forty_grants | plan
apply 1
is 'five lines' "$(grep -c "rules.json" "$err")" 5
err_has 'idc-apply: error: 35 more CreateAccountAssignment failed with OperationFailed'
is 'and forty Results' "$(jq -r 'select(.Status == "Failed") | .Error.Code' "$out" | wc -l)" 40

# --- provisioning ---
assigned "$(account 1)" 1 >"$T/.with"
with >"$T/state"
state=$T/state
{
	edit 1 UpdatePermissionSet "$o" '"SessionDuration":"PT4H"'
	edit 2 ProvisionPermissionSet "$o" '"TargetType":"ALL_PROVISIONED_ACCOUNTS"' '"1"'
	grant 3 "$(account 2)" "$o" 2
} | plan
sim='--async 100ms'
apply 0
is 'provisioned' "$(set_of Old | jq -c .OutdatedAccounts)" null

# --- an operation that does not end ---
sim='--async 20s'
grant 1 "$(account 2)" "$o" 2 | plan
apply 1 --wait 400ms
err_has 'still in progress after 0.4 s, AWS may complete it yet (StillInProgress)'

# --- in the way of another one, which takes too long ---
run 1 idc-sim --state "$org" --async 20s -- sh -c '
	aws_() { idc-apply -q --wait 100ms "$1" >/dev/null 2>&1; }
	aws_ "$1"; exec idc-apply --wait 300ms "$2"' sh "$T/plan" "$T/plan"
err_has 'There is a conflicting operation in progress'
