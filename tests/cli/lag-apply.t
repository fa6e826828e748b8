#!/bin/sh
# shellcheck disable=SC2016 # variables are those of the inner shell
# idc-apply where AWS is of two minds: reads lag behind writes, a permission set that was just
# made is not known everywhere yet, and others are at work at the same time.
. "${0%/*}/../lib.sh"
. "${0%/*}/apply.sh"
o="\"$old\""

# --- a new set is not found yet --------------------------------------------------------
{
	create 1 New
	edit 2 AttachManagedPolicyToPermissionSet "$(ref New)" '"ManagedPolicyArn":"arn:aws:iam::aws:policy/ReadOnlyAccess"' '"1"'
	edit 3 PutInlinePolicyToPermissionSet "$(ref New)" '"InlinePolicy":"{\"Version\":\"2012-10-17\",\"Statement\":[]}"' '"2"'
	action 4 TagResource change "\"ResourceArn\":$(ref New),\"Tags\":[{\"Key\":\"Owner\",\"Value\":\"x\"}]" '"3"'
	grant 5 "$(account 1)" "$(ref New)" 1 '"4"'
} | plan
sim='--speed 100 -f Attach*:nth=1-2:unseen -f Put*:nth=1:unseen -f TagResource:nth=1:unseen -f CreateAcc*:nth=1-3:unseen'
apply 0
err_has '5 succeeded'
is 'each was tried until it went' "$(jq -r 'select(.Kind == "Result") | .Attempts' "$out" | tr '\n' ' ')" '1 3 2 2 4 '
is 'the assignment is there' "$(live)" "$(account 1) New 01"

# Not for ever.
sim='--speed 1000 -f Attach*:unseen'
apply 1
err_has 'AttachManagedPolicyToPermissionSet: PermissionSet not found: '
err_has 's for it to pass) (ResourceNotFoundException)'
is 'what waits for it is skipped' "$(statuses | tr '\n' ' ')" '1 Succeeded 2 Failed 3 Skipped 4 Skipped 5 Skipped '

# What else is not found is not: neither a policy of a new set nor an old set.
sim='-f Attach*:error=ResourceNotFoundException'
apply 1
is 'it was asked once' "$(calls AttachManagedPolicyToPermissionSet)" 1
edit 1 UpdatePermissionSet "$o" '"SessionDuration":"PT3H"' | plan
sim='-f Update*:unseen'
apply 1
is 'it was asked once' "$(calls UpdatePermissionSet)" 1

# --- a new set whose answer was lost, and which no list shows yet -------------------------
{
	create 1 New
	edit 2 PutInlinePolicyToPermissionSet "$(ref New)" '"InlinePolicy":"{\"Version\":\"2012-10-17\",\"Statement\":[]}"' '"1"'
	grant 3 "$(account 1)" "$(ref New)" 1 '"2"'
} | plan
sim='--speed 100 --lag 20s -f CreatePermissionSet:nth=1:reset-after'
apply 0
err_has '3 succeeded'
is 'there is one' "$(jq -r 'select(.Name == "New") | .Name' "$T/after")" New
is 'it is whole' "$(set_of New | jq -c .InlinePolicy.Statement)" '[]'

# --- a set to be deleted, whose assignments are shown though they are gone --------------
assigned "$(account 3)" 3 >"$T/.with"
with >"$T/state"
state=$T/state
{
	revoke 1 "$(account 3)" "$o" 3
	action 2 DeletePermissionSet none "\"PermissionSetArn\":$o" '"1"'
} | plan
sim='--speed 100 --lag 20s -f DeletePermissionSet:nth=1-3:error=ConflictException'
apply 0
err_has '2 succeeded'
is 'it is gone' "$(set_of Old)" ''
# One that stays is told in the end.
sim='--speed 1000 --lag 1h -f DeletePermissionSet:error=ConflictException'
apply 1
err_has "it is still assigned in account $(account 3): "
err_lacks 'not by this plan'

# --- somebody else is at work in the same place -----------------------------------------
# others PLAN-ACTIONS-ON-STDIN: applies them while another client's operations take their time.
others() {
	plan
	rm -f "$T/log"
	run 0 idc-sim --state "$T/state" --save "$T/after" --log "$T/log" --speed 100 --async 60s -- \
		sh -c 'awscall sso-admin "$2" "$3" >"$4" && idc-apply "$1"' sh "$T/plan" "$1" "$2" "$T/other"
}
request="\"InstanceArn\":\"$instance\",\"PermissionSetArn\":$o,\"TargetType\":\"AWS_ACCOUNT\""
assignment="{$request,\"TargetId\":\"$(account 3)\",\"PrincipalType\":\"GROUP\",\"PrincipalId\":\"$(group 9)\"}"
grant 1 "$(account 3)" "$o" 4 | others CreateAccountAssignment "$assignment"
err_has '1 succeeded (1 grant)'
is 'both are there' "$(live | tr '\n' ' ')" "$(account 3) Old 03 $(account 3) Old 04 $(account 3) Old 09 "

revoke 1 "$(account 3)" "$o" 3 | others CreateAccountAssignment "$assignment"
err_has '1 succeeded (1 revoke)'
is 'the other one is there' "$(live)" "$(account 3) Old 09"

edit 1 ProvisionPermissionSet "$o" '"TargetType":"ALL_PROVISIONED_ACCOUNTS"' |
	others ProvisionPermissionSet "{$request,\"TargetId\":\"$(account 3)\"}"
err_has '1 succeeded'
grant 1 "$(account 3)" "$o" 4 | others ProvisionPermissionSet "{$request,\"TargetId\":\"$(account 3)\"}"
err_has '1 succeeded'
ok 'it had to wait' grep -q '"CreateAccountAssignment".*ConflictException' "$T/log"

# --- lists that lag prove nothing at once: a grant that met a conflict, of what was just taken away ---
grant 1 "$(account 3)" "$o" 3 | plan
run 0 idc-sim --state "$T/state" --save "$T/after" --speed 100 --lag 20s --async 1s \
	--fault 'CreateAccountAssignment:nth=1:error=ConflictException' -- sh -c \
	'awscall sso-admin DeleteAccountAssignment "$2" >"$3" && sleep 0.05 && idc-apply "$1"' sh "$T/plan" \
	"{$request,\"TargetId\":\"$(account 3)\",\"PrincipalType\":\"GROUP\",\"PrincipalId\":\"$(group 3)\"}" "$T/other"
is 'what is said to be done is done' "$(live)" "$(account 3) Old 03"

# --- AWS does not know at once what it has accepted ---
grant 1 "$(account 5)" "$o" 5 | plan
run 0 idc-sim --state "$org" --save "$T/after" --speed 20 --async 1s \
	--fault 'DescribeAccountAssignmentCreationStatus:until=60s:error=ResourceNotFoundException' -- idc-apply "$T/plan"
is 'it is waited for' "$(live)" "$(account 5) Old 05"
