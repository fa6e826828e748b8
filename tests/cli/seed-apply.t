#!/bin/sh
# shellcheck disable=SC2016 # $1 and $! are those of the inner shell
# What broke the seed when it applied, one case a row.
. "${0%/*}/../lib.sh"
. "${0%/*}/apply.sh"
o="\"$old\""

# row: one failing permission set
# Another set of that name was made since the plan was.
printf '{"Kind":"PermissionSet","Name":"Bad"}\n' >"$T/.with"
with >"$T/state"
state=$T/state
{
	create 1 Bad
	create 2 Good
	edit 3 AttachManagedPolicyToPermissionSet "$(ref Bad)" '"ManagedPolicyArn":"arn:aws:iam::aws:policy/ReadOnlyAccess"' '"1"'
	edit 4 AttachManagedPolicyToPermissionSet "$(ref Good)" '"ManagedPolicyArn":"arn:aws:iam::aws:policy/ReadOnlyAccess"' '"2"'
	grant 5 "$(account 1)" "$(ref Bad)" 1 '"3"'
	grant 6 "$(account 1)" "$(ref Good)" 1 '"4"'
} | plan
apply 1
err_has "CreatePermissionSet of 'Bad': a permission set of this name exists"
is 'the others are done' "$(statuses | tr '\n' ' ')" \
	'1 Failed 2 Succeeded 3 Skipped 4 Succeeded 5 Skipped 6 Succeeded '
is 'all of them' "$(live)" "$(account 1) Good 01"
is 'the failing one is as it was' "$(set_of Bad | jq -c .ManagedPolicies)" '[]'

# row: killed in the middle of apply
state=$org
{
	create 1 New
	i=1
	while [ $i -le 30 ]; do
		grant $((i + 1)) "$(account $i)" "$(ref New)" 1 '"1"'
		i=$((i + 1))
	done
} | plan
run 0 idc-sim --state "$org" --save "$T/after" --calls "$T/calls" --async 150ms -- sh -c '
	idc-apply "$1" >"$1.first" & sleep 0.3; kill -9 $!; wait $!
	exec idc-apply -q "$1"' sh "$T/plan"
ok 'it was killed in the middle' test "$(grep -c Succeeded "$T/plan.first")" -lt 31
is 'the rerun finishes' "$(live | wc -l)" 30
is 'with one set of that name' "$(jq -r 'select(.Kind == "PermissionSet") | .Name' "$T/after" | tr '\n' ' ')" 'Mine New Old '

# row: ProvisionPermissionSet fails
assigned "$(account 1)" 1 >"$T/.with"
with >"$T/state"
state=$T/state
sim='--fault ProvisionPermissionSet:async'
{
	edit 1 UpdatePermissionSet "$o" '"SessionDuration":"PT4H"'
	edit 2 ProvisionPermissionSet "$o" '"TargetType":"ALL_PROVISIONED_ACCOUNTS"' '"1"'
	grant 3 "$(account 2)" "\"$mine\"" 2
} | plan
apply 1
err_has 'idc-apply: error: ProvisionPermissionSet'
err_has '(OperationFailed)'
is 'it is a failed action' "$(statuses | tr '\n' ' ')" '1 Succeeded 2 Failed 3 Succeeded '
is "with AWS's reason" "$(jq -r 'select(.Id == "2") | .Error.Message != ""' "$out")" true

# row: an asynchronous assignment failure among good ones
state=$org
sim='--fault CreateAccountAssignment:nth=2:async'
i=1
while [ $i -le 5 ]; do
	grant $i "$(account $i)" "$o" $i
	i=$((i + 1))
done | plan
apply 1
is 'the others are done' "$(live | wc -l)" 4
err_has "rules.json:2:3: error: CreateAccountAssignment of 'S' in $(account 2) (a) for GROUP 'group-2': "
is 'one line' "$(grep -c error "$err")" 1

# row: an assignment made by hand that a rule also wants
sim=
assigned "$(account 1)" 1 >"$T/.with"
with >"$T/state"
state=$T/state
grant 1 "$(account 1)" "$o" 1 | plan
apply 0
is 'nothing to do' "$(statuses)" '1 Succeeded'
is 'it is as it was' "$(live)" "$(account 1) Old 01"

# row: a managed permission set that is also assigned in the management account
assigned 111122223333 1 >"$T/.with"
with >"$T/state"
{
	edit 1 UpdatePermissionSet "$o" '"SessionDuration":"PT4H"'
	grant 2 "$(account 2)" "$o" 2 '"1"'
	grant 3 "$(account 3)" "\"$mine\"" 3
	create 4 New
} | plan
sim='--caller 222233334444'
apply 1
is 'an error for that set alone' "$(statuses | tr '\n' ' ')" '1 Failed 2 Skipped 3 Succeeded 4 Succeeded '
err_has 'provisioned in the management account'
err_has '(AccessDeniedException)'
