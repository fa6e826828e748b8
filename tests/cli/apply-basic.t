#!/bin/sh
# idc-apply: what good plans come to.
. "${0%/*}/../lib.sh"
. "${0%/*}/apply.sh"

# --- nothing to do ---
: | plan
apply 0
err_is <<EOF
idc-apply: nothing to do
EOF
is 'an empty plan takes no request' "$(calls total)" 0
is 'and gives a stream with the Instance' "$(jq -r .Kind "$out" | tr '\n' ' ')" 'Begin Instance End '

# --- a new set and who gets it ---
{
	grant 4 "$(account 1)" "$(ref New)" 1 '"2","3"'
	grant 5 "$(account 2)" "$(ref New)" 2 '"2","3"'
	create 1 New
	edit 2 AttachManagedPolicyToPermissionSet "$(ref New)" '"ManagedPolicyArn":"arn:aws:iam::aws:policy/ReadOnlyAccess"' '"1"'
	edit 3 PutInlinePolicyToPermissionSet "$(ref New)" '"InlinePolicy":"{\"Version\":\"2012-10-17\",\"Statement\":[]}"' '"1"'
} | plan
apply 0
err_has 'idc-apply: 5 succeeded (2 grants, 2 changes, 1 other) in '
is 'all have succeeded' "$(statuses | tr '\n' ' ')" \
	'1 Succeeded 2 Succeeded 3 Succeeded 4 Succeeded 5 Succeeded '
is 'what one waits for comes before it' "$(jq -r 'select(.Kind == "Result") | .Id' "$out" | head -n 1)" 1
is 'the assignments are there' "$(live)" "$(account 1) New 01
$(account 2) New 02"
is 'the policies are there' "$(set_of New | jq -c '[.ManagedPolicies, .InlinePolicy]')" \
	'[["arn:aws:iam::aws:policy/ReadOnlyAccess"],{"Version":"2012-10-17","Statement":[]}]'
sed 's/"Seconds":[0-9.]*/"Seconds":1/; s/"RequestId":"[^"]*"/"RequestId":"r"/' "$out" |
	grep '"Id":"4"' >"$T/result"
is 'a Result has the names of its Action' "$(cat "$T/result")" \
	"{\"Kind\":\"Result\",\"Id\":\"4\",\"Operation\":\"CreateAccountAssignment\",\"Status\":\"Succeeded\",\"Attempts\":1,\"Seconds\":1,\"RequestId\":\"r\",\"Effect\":\"grant\",\"AccountId\":\"300000000001\",\"AccountName\":\"a\",\"PermissionSetName\":\"S\",\"PrincipalType\":\"GROUP\",\"PrincipalId\":\"$(group 1)\",\"PrincipalName\":\"group-1\",\"Source\":{\"File\":\"rules.json\",\"Line\":1,\"Column\":3}}"
is 'End counts' "$(tail -n 1 "$out")" '{"Kind":"End","Stream":"results","Count":6}'

# --- every operation there is ---
cat >"$T/.with" <<EOF
$(assigned "$(account 3)" 3)
$(assigned "$(account 4)" 4)
{"Kind":"PermissionSet","Name":"Gone","PermissionSetArn":"$(set_arn 0000000000000009)","Tags":{"SSOPipeline":"true"}}
EOF
with >"$T/state"
state=$T/state
o="\"$old\""
ref='"CustomerManagedPolicyReference":{"Name":"deploy","Path":"/"}'
{
	edit 1 UpdatePermissionSet "$o" '"Description":"d","SessionDuration":"PT4H","RelayState":"https://example.com/"'
	action 2 TagResource change "\"ResourceArn\":$o,\"Tags\":[{\"Key\":\"a\",\"Value\":\"b\"}]" '"1"'
	action 3 UntagResource change "\"ResourceArn\":$o,\"TagKeys\":[\"a\"]" '"2"'
	edit 4 PutInlinePolicyToPermissionSet "$o" '"InlinePolicy":"{\"Version\":\"2012-10-17\",\"Statement\":[]}"' '"3"'
	edit 5 DeleteInlinePolicyFromPermissionSet "$o" '' '"4"'
	edit 6 AttachManagedPolicyToPermissionSet "$o" '"ManagedPolicyArn":"arn:aws:iam::aws:policy/ReadOnlyAccess"' '"5"'
	edit 7 DetachManagedPolicyFromPermissionSet "$o" '"ManagedPolicyArn":"arn:aws:iam::aws:policy/ReadOnlyAccess"' '"6"'
	edit 8 AttachCustomerManagedPolicyReferenceToPermissionSet "$o" "$ref" '"7"'
	edit 9 DetachCustomerManagedPolicyReferenceFromPermissionSet "$o" "$ref" '"8"'
	edit 10 PutPermissionsBoundaryToPermissionSet "$o" "\"PermissionsBoundary\":{$ref}" '"9"'
	edit 11 DeletePermissionsBoundaryFromPermissionSet "$o" '' '"10"'
	edit 12 ProvisionPermissionSet "$o" '"TargetType":"ALL_PROVISIONED_ACCOUNTS"' '"11"'
	revoke 13 "$(account 3)" "$o" 3 '"12"'
	edit 14 DeletePermissionSet "\"$(set_arn 0000000000000009)\""
} | plan
apply 0
is 'each of the fourteen was called once' "$(grep -cE '^sso (Update|Tag|Untag|Put|Attach|Detach|Delete|Provision)[A-Za-z]* 1$' "$T/calls")" 14
is 'what is left' "$(live)" "$(account 4) Old 04"
is 'the set as it was changed' "$(set_of Old | jq -c '[.Description, .SessionDuration, .RelayState, .Tags]')" \
	'["d","PT4H","https://example.com/",{"SSOPipeline":"true"}]'
is 'the other set is gone' "$(set_of Gone)" ''
state=$org

# --- the dry run ---
{
	create 1 New
	grant 2 "$(account 1)" "$(ref New)" 1 '"1"'
} | plan
apply 0 --dry-run
err_is <<EOF
idc-apply: the plan is sound: 2 actions would be carried out, nothing was changed
EOF
is 'no request' "$(calls total)" 0
is 'every action is skipped' "$(statuses | tr '\n' ' ')" '1 Skipped 2 Skipped '
in=$T/plan
run 0 idc-apply -n -q
err_empty
in=/dev/null

# --- how it is called ---
run 0 idc-apply --help
out_has 'usage: idc-apply [OPTION]... [FILE]'
run 0 idc-apply --version
out_has 'idc-apply '
for bad in '--jobs 0' '--jobs 11' '--jobs x' '--wait x' '--nonsense' 'a b'; do
	# shellcheck disable=SC2086 # a list of words
	run 2 idc-apply $bad
	err_has 'usage: idc-apply'
	out_empty
done
run 1 idc-apply "$T/nothing"
err_has 'No such file'
