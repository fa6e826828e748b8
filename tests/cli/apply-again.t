#!/bin/sh
# idc-apply: a plan applied twice, or after things have changed since it was made.
. "${0%/*}/../lib.sh"
. "${0%/*}/apply.sh"
o="\"$old\""
gone="\"$(set_arn 0000000000000009)\""

# --- twice ---
{
	assigned "$(account 3)" 3
	printf '{"Kind":"PermissionSet","Name":"Gone","PermissionSetArn":%s,"Tags":{"SSOPipeline":"true"}}\n' "$gone"
	assigned "$(account 4)" 4 Gone
} >"$T/.with"
with >"$T/state"
state=$T/state
{
	create 1 New
	create 2 Newer
	edit 3 AttachManagedPolicyToPermissionSet "$(ref New)" '"ManagedPolicyArn":"arn:aws:iam::aws:policy/ReadOnlyAccess"' '"1"'
	edit 4 AttachCustomerManagedPolicyReferenceToPermissionSet "$(ref New)" '"CustomerManagedPolicyReference":{"Name":"deploy","Path":"/"}' '"3"'
	edit 12 PutInlinePolicyToPermissionSet "$(ref New)" '"InlinePolicy":"{\"Version\":\"2012-10-17\",\"Statement\":[]}"' '"4"'
	edit 13 PutPermissionsBoundaryToPermissionSet "$(ref New)" '"PermissionsBoundary":{"ManagedPolicyArn":"arn:aws:iam::aws:policy/PowerUserAccess"}' '"12"'
	edit 5 DetachManagedPolicyFromPermissionSet "$o" '"ManagedPolicyArn":"arn:aws:iam::aws:policy/ReadOnlyAccess"'
	edit 6 DeleteInlinePolicyFromPermissionSet "$o"
	grant 7 "$(account 1)" "$(ref New)" 1 '"13"'
	grant 8 "$(account 2)" "$(ref Newer)" 2 '"2"'
	revoke 9 "$(account 3)" "$o" 3 '"7"'
	revoke 10 "$(account 4)" "$gone" 4
	edit 11 DeletePermissionSet "$gone" '' '"10"'
} | plan
apply 0
err_has '13 succeeded'
live >"$T/once"
set_of New >"$T/set-once"
state=$T/once.ndjson
cp "$T/after" "$state"
apply 0
err_has '13 succeeded'
is 'the assignments are as they were' "$(live)" "$(cat "$T/once")"
is 'the set is as it was' "$(set_of New)" "$(cat "$T/set-once")"
is 'its accounts are not outdated by it' "$(set_of New | jq -c .OutdatedAccounts)" null
is 'the names of the sets are read once' "$(calls ListPermissionSets)" 1
is 'no set has doubled' "$(jq -r 'select(.Kind == "PermissionSet") | .Name' "$T/after" | tr '\n' ' ')" 'Mine New Newer Old '

# --- twice, the first time not to the end: what differs is written ---
jq -c 'if .Name == "New" then del(.InlinePolicy) | del(.PermissionsBoundary) else . end' "$T/after" >"$state"
apply 0
is 'the set is whole again' "$(set_of New | jq -c 'del(.OutdatedAccounts)')" "$(cat "$T/set-once")"

# --- a set of that name that is another one ---
# other MEMBERS MESSAGE
other() {
	printf '{"Kind":"PermissionSet","Name":"New",%s}\n' "$1" >"$T/.with"
	with >"$T/state"
	message=$2
	apply 1
	err_has "$message"
	is 'nothing is assigned' "$(live)" ''
	is 'what waits for it is skipped' "$(statuses | tr '\n' ' ')" '1 Failed 2 Skipped '
}
state=$T/state
{
	create 1 New
	grant 2 "$(account 1)" "$(ref New)" 1 '"1"'
} | plan
other '"SessionDuration":"PT2H"' 'with other Tags: run the pipeline again (ConflictException)'
other '"SessionDuration":"PT2H","Tags":{"SSOPipeline":"false"}' 'with other Tags: '
other '"SessionDuration":"PT1H","Tags":{"SSOPipeline":"true"}' 'with other SessionDuration: '

# --- a set that somebody has assigned meanwhile ---
assigned "$(account 5)" 5 Mine >"$T/.with"
with >"$T/state"
edit 1 DeletePermissionSet "\"$mine\"" | plan
apply 1
err_has "it is still assigned in account $(account 5), not by this plan: "
is 'the set is there' "$(set_of Mine | jq -r .Name)" Mine
