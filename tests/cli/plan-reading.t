#!/bin/sh
# idc-plan: how the live state is read, at what cost, and answers that are none.
. "${0%/*}/../lib.sh"
. "${0%/*}/plan.sh"

# An organization of 60 accounts where 2 groups and a user, who is in one of the groups, have
# two sets everywhere: 360 assignments in 120 pairs.
many_accounts() {
	jq -nc 'range(60) | {Kind: "Account", Id: "\(300000000000 + .)", Name: "many-\(.)", State: "ACTIVE", ParentId: "r-ab12"}'
}
everywhere() {
	jq -nc --arg g1 "$(gid 1)" --arg g2 "$(gid 2)" --arg u1 "$(uid 1)" '
		range(60) as $a | ("Admin", "Dev") as $s
		| ["GROUP", $g1, "admins"], ["GROUP", $g2, "devs"], ["USER", $u1, "ann"]
		| {Kind: "AccountAssignment", AccountId: "\(300000000000 + $a)", AccountName: "many-\($a)", PermissionSetName: $s,
			PrincipalType: .[0], PrincipalId: .[1], PrincipalName: .[2], Rules: ["A"]}'
}
everywhere >"$T/everywhere"
world() {
	organization | sed '/"UserName":"ann"/s/}$/,"Groups":["'"$(gid 1)"'","'"$(gid 3)"'"]}/'
	many_accounts
	live_set 1 Admin
	live_set 2 Dev
	live_set 3 Foreign '"Tags":{}'
	cat "$T/everywhere"
	live Admin 1 ops
	live Foreign 1 ops
	live Foreign 1 ann
}
world | stream state "$T/now"
{
	echo "$instance"
	wanted_set Admin
	wanted_set Dev
	cat "$T/everywhere"
} | stream resolved "$T/in"

# By principal: the directory's 6, a page of 100 each, not 121 pairs. What ann has through groups is
# not hers.
plan 0 -q
is 'by principal' "$(calls ListAccountAssignmentsForPrincipal) $(calls ListAccountAssignments) $(calls ListGroups) $(calls ListUsers)" '10 0 1 1'
actions_are <<'EOF'
1 [] DeleteAccountAssignment Admin acct-1 ops
EOF
cp "$out" "$T/by-principal"

cp "$T/in" "$T/wanted"

# An orphan has no page in the directory. Where nobody else is, it is found.
{
	world
	live Admin 2 gone
} | stream state "$T/now"
plan 0 -q
is 'by principal, and one pair' "$(calls ListAccountAssignmentsForPrincipal) $(calls ListAccountAssignments)" '10 1'
actions_are <<EOF
1 [] DeleteAccountAssignment Admin acct-1 ops
2 [] DeleteAccountAssignment Admin acct-2 $(gid 99)
EOF

# A set that is to go is read pair by pair: it can't be deleted while anybody has it.
{
	world
	live_set 4 Old
	live Old 1 ann
	live Old 1 gone
} | stream state "$T/now"
plan 0 -q
is 'by principal, and one pair' "$(calls ListAccountAssignmentsForPrincipal) $(calls ListAccountAssignments)" '10 1'
is 'both go' "$(actions | sed 1d)" "2 [] DeleteAccountAssignment Old acct-1 $(gid 99)
3 [] DeleteAccountAssignment Old acct-1 ann
4 [2,3] DeletePermissionSet Old - -"

# A directory that is too large costs no more than a look.
{
	world
	jq -nc 'range(450) | {Kind: "User", UserId: "11111111-0000-4000-8000-\(100000000000 + .)", UserName: "user-\(.)"}'
} | stream state "$T/now"
plan 0 -q
is 'by pair' "$(calls ListAccountAssignmentsForPrincipal) $(calls ListAccountAssignments)" '0 121'
is 'after one page of users' "$(calls ListUsers)" 1
ok 'the same plan' cmp "$out" "$T/by-principal"

# Users whose lists are long by what comes through groups: a few are asked, and it is seen.
{
	world
	jq -nc --arg g "$(gid 1)" 'range(60) | {Kind: "User", UserId: "11111111-0000-4000-8000-\(100000000000 + .)", UserName: "user-\(.)", Groups: [$g]}'
} | stream state "$T/now"
plan 0 -q
is 'by pair' "$(calls ListAccountAssignments)" 121
is 'after four groups and ten users' "$(calls ListAccountAssignmentsForPrincipal)" 26
ok 'the same plan' cmp "$out" "$T/by-principal"

# With --last-applied, the principals of the two files will do, and the directory is not read.
grep -v '"PermissionSetName":"Dev"' "$T/everywhere" >"$T/admin"
{
	echo "$instance"
	wanted_set Admin
	wanted_set Dev
	cat "$T/admin"
} | stream resolved "$T/in"
plan 0 -q --max-delete 100% --last-applied "$T/wanted"
is 'by principal' "$(calls ListAccountAssignmentsForPrincipal) $(calls ListAccountAssignments) $(calls ListGroups) $(calls ListUsers)" '7 0 0 0'
is 'what the last run had' "$(actions | wc -l | tr -d ' ')" 180
is 'what others made is not even seen' "$(notices)" ''
# Few pairs: all of it is seen.
{
	organization
	live_set 1 Admin
	live Admin 1 admins
	live Admin 1 ops
} | stream state "$T/now"
{
	echo "$instance"
	wanted_set Admin
	wanted Admin 1 admins
} | stream resolved "$T/in"
plan 0 -q --last-applied "$T/in"
is 'by pair' "$(calls ListAccountAssignmentsForPrincipal) $(calls ListAccountAssignments)" '0 1'
is 'what others made' "$(notices)" 'UnmanagedAssignment Admin acct-1 ops'

# --- answers that are none ----------------------------------------------------------------

aws=$T/aws
# One permission set of ours, in two accounts, told by canned answers; each case spoils one.
good() {
	rm -rf "$aws"
	mkdir "$aws"
	echo "{\"PermissionSets\":[\"$(arn 1)\"]}" >"$aws/ListPermissionSets"
	echo '{"Tags":[{"Key":"SSOPipeline","Value":"true"}]}' >"$aws/ListTagsForResource"
	echo "{\"PermissionSet\":{\"Name\":\"Admin\",\"PermissionSetArn\":\"$(arn 1)\",\"SessionDuration\":\"PT1H\",\"RelayState\":\"https://console.aws.amazon.com/\"}}" >"$aws/DescribePermissionSet"
	echo '{"InlinePolicy":""}' >"$aws/GetInlinePolicyForPermissionSet"
	echo '{"AttachedManagedPolicies":[]}' >"$aws/ListManagedPoliciesInPermissionSet"
	echo '{"CustomerManagedPolicyReferences":[]}' >"$aws/ListCustomerManagedPolicyReferencesInPermissionSet"
	printf 'HTTP 400\n{"__type":"ResourceNotFoundException","Message":"none"}' >"$aws/GetPermissionsBoundaryForPermissionSet"
	echo '{"AccountIds":["222222220001","222222220002"]}' >"$aws/ListAccountsForProvisionedPermissionSet.1"
	echo '{"AccountIds":[]}' >"$aws/ListAccountsForProvisionedPermissionSet"
	echo "{\"AccountAssignments\":[{\"AccountId\":\"222222220001\",\"PermissionSetArn\":\"$(arn 1)\",$(principal admins)}]}" >"$aws/ListAccountAssignments"
	echo "{\"GroupId\":\"$(gid 1)\",\"DisplayName\":\"admins\"}" >"$aws/DescribeGroup"
	echo '{"Accounts":[{"Id":"222222220002","Name":"acct-2"}]}' >"$aws/ListAccounts"
}
canned() {
	status=$1
	shift
	export AWS_MAX_ATTEMPTS=1
	run "$status" perl "$TOP/tests/canned.pl" "$aws" "$@" "$T/in"
}
{
	echo "$instance"
	wanted_set Admin
	wanted Admin 1 devs
} | stream resolved "$T/in"
good
canned 0 idc-plan -q
err_empty
actions_are <<'EOF'
1 [] CreateAccountAssignment Admin acct-1 devs
2 [1] DeleteAccountAssignment Admin acct-1 admins
3 [] DeleteAccountAssignment Admin acct-2 admins
EOF

# spoil OPERATION MESSAGE ANSWER: one answer is that instead; status 5, one line, no stream.
spoil() {
	good
	rm -f "$aws/$1.1"
	printf '%s' "$3" >"$aws/$1"
	canned 5 idc-plan -q
	out_empty
	err_has "$2"
	is 'one line' "$(wc -l <"$err" | tr -d ' ')" 1
}
for op in ListPermissionSets ListTagsForResource DescribePermissionSet GetInlinePolicyForPermissionSet \
	ListManagedPoliciesInPermissionSet ListCustomerManagedPolicyReferencesInPermissionSet \
	GetPermissionsBoundaryForPermissionSet ListAccountsForProvisionedPermissionSet ListAccountAssignments \
	DescribeGroup; do
	spoil $op $op 'HTTP 400
{"__type":"AccessDeniedException","Message":"not allowed"}'
	spoil $op $op '<html>sign in</html>'
done
spoil ListAccounts ListAccounts '{}'
spoil ListPermissionSets ListPermissionSets '{}'
spoil ListPermissionSets 'a permission set that is no ARN' '{"PermissionSets":[7]}'
spoil ListTagsForResource 'a tag without Key or Value' '{"Tags":[{"Key":"SSOPipeline"}]}'
spoil DescribePermissionSet 'a permission set without Name' '{"PermissionSet":{}}'
spoil DescribePermissionSet "SessionDuration 'long'" '{"PermissionSet":{"Name":"Admin","SessionDuration":"long"}}'
spoil GetInlinePolicyForPermissionSet "the inline policy of 'Admin' is no JSON object" '{"InlinePolicy":"{"}'
spoil GetInlinePolicyForPermissionSet "the inline policy of 'Admin' is no JSON object" '{"InlinePolicy":{}}'
spoil ListManagedPoliciesInPermissionSet 'a policy without Arn' '{"AttachedManagedPolicies":["x"]}'
spoil ListCustomerManagedPolicyReferencesInPermissionSet 'a reference without Name' '{"CustomerManagedPolicyReferences":[{}]}'
spoil GetPermissionsBoundaryForPermissionSet "the boundary of 'Admin' is neither" '{"PermissionsBoundary":{"Arn":"x"}}'
spoil ListAccountsForProvisionedPermissionSet 'an account that is no id' '{"AccountIds":[1]}'
spoil ListAccountAssignments 'an assignment without PrincipalId or PrincipalType' '{"AccountAssignments":[{"PrincipalId":"x"}]}'
spoil ListAccountAssignments 'an assignment without PrincipalId or PrincipalType' '{"AccountAssignments":[{"PrincipalId":"x","PrincipalType":"ROLE"}]}'
spoil DescribeGroup 'not about' '{"GroupId":"x"}'

# Names of accounts are only a courtesy.
good
printf 'HTTP 400\n{"__type":"AccessDeniedException","Message":"not allowed"}' >"$aws/ListAccounts"
canned 0 idc-plan -q
is 'by id, then' "$(actions | sed -n 3p)" '3 [] DeleteAccountAssignment Admin 222222220002 admins'

# Nobody answers; no credentials.
mkdir "$T/none"
export AWS_MAX_ATTEMPTS=1
run 5 perl "$TOP/tests/canned.pl" "$T/none" idc-plan "$T/in"
out_empty
run 5 env AWS_REGION=eu-west-1 AWS_EC2_METADATA_DISABLED=true idc-plan "$T/in"
out_empty
unset AWS_MAX_ATTEMPTS

# Another region can't have the instance; without one, the input says where.
run 6 idc-sim --state "$TOP/tests/data/org-sample.ndjson" --calls "$T/calls" -- \
	env AWS_REGION=ap-south-1 idc-plan "$T/in"
out_empty
err_has "AWS_REGION says 'ap-south-1'"
is 'nothing was asked' "$(sed -n 's/^# total //p' "$T/calls")" 0

# By principal is denied, or can't be told apart: pair by pair then, once.
by_principal() {
	good
	accounts=$(jq -nc '[range(100) | "\(300000000000 + .)"]')
	echo "{\"AccountIds\":$accounts}" >"$aws/ListAccountsForProvisionedPermissionSet.1"
	echo "{\"Groups\":[{\"GroupId\":\"$(gid 1)\",\"DisplayName\":\"admins\"},{\"GroupId\":\"$(gid 2)\",\"DisplayName\":\"devs\"}]}" >"$aws/ListGroups"
	echo '{"Users":[]}' >"$aws/ListUsers"
	printf '%s' "$1" >"$aws/ListAccountAssignmentsForPrincipal"
	canned 0 idc-plan -q --max-delete 100
	is 'asked for one principal' "$(grep -c '^ListAccountAssignmentsForPrincipal ' "$aws/calls")" "$2"
	is 'then for all pairs' "$(grep -c '^ListAccountAssignments ' "$aws/calls")" "$3"
	is 'accounts once' "$(grep -c '^ListAccountsForProvisionedPermissionSet ' "$aws/calls")" 2
}
by_principal 'HTTP 400
{"__type":"AccessDeniedException","Message":"only from the management account"}' 1 100
by_principal "{\"AccountAssignments\":[{\"AccountId\":\"300000000001\",\"PermissionSetArn\":\"$(arn 1)\"}]}" 1 100
# Everybody's answer is about admins: for devs, that is what comes through a group.
by_principal "{\"AccountAssignments\":[{\"AccountId\":\"300000000001\",\"PermissionSetArn\":\"$(arn 1)\",$(principal admins)}]}" 2 99
