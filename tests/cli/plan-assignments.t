#!/bin/sh
# idc-plan: who loses and gets what, in which order.
. "${0%/*}/../lib.sh"
. "${0%/*}/plan.sh"

# A person who moves from one permission set to another is never left without, and a pair never
# without anybody, if somebody is to be there.
{
	organization
	live_set 1 Admin
	live_set 2 Dev
	live Admin 1 ann
	live Admin 2 ann
	live Admin 2 bob
	live Admin 3 devs
	live Admin 3 ops
	live Admin 4 devs
} | stream state "$T/now"
{
	echo "$instance"
	wanted_set Admin
	wanted_set Dev
	wanted Dev 1 ann
	wanted Dev 2 ann
	wanted Admin 2 bob
	wanted Admin 3 admins
	wanted Admin 3 auditors
} | stream resolved "$T/in"
plan 0
actions_are <<'EOF'
1 [] CreateAccountAssignment Admin acct-3 admins
2 [] CreateAccountAssignment Admin acct-3 auditors
3 [] CreateAccountAssignment Dev acct-1 ann
4 [] CreateAccountAssignment Dev acct-2 ann
5 [3] DeleteAccountAssignment Admin acct-1 ann
6 [4] DeleteAccountAssignment Admin acct-2 ann
7 [] DeleteAccountAssignment Admin acct-3 devs
8 [1,2] DeleteAccountAssignment Admin acct-3 ops
9 [] DeleteAccountAssignment Admin acct-4 devs
EOF
is 'the roles that go' "$(jq -r 'select(.RoleRemoved) | .Id' "$out" | tr '\n' ' ')" '5 9 '
is 'said so' "$(field 9 .Reason)" '"no template asks for it; nobody else has it there, so AWS deletes the role"'
is 'names of who is in no template' "$(field 8 '[.PrincipalName,.AccountName]')" '["ops","acct-3"]'
is 'looked up once each' "$(calls DescribeGroup) $(calls DescribeUser) $(calls ListAccounts)" '2 0 1'
err_has '4 grants, 5 revokes (2 roles removed), 0 changes of permission sets, 0 notices; '
is 'a whole record' "$(field 5 .)" "{\"Kind\":\"Action\",\"Id\":\"5\",\"Operation\":\"DeleteAccountAssignment\",\"Request\":{\"InstanceArn\":\"arn:aws:sso:::instance/ssoins-1111222233334444\",\"TargetId\":\"222222220001\",\"TargetType\":\"AWS_ACCOUNT\",\"PermissionSetArn\":\"$(arn 1)\",\"PrincipalType\":\"USER\",\"PrincipalId\":\"$(uid 1)\"},\"DependsOn\":[\"3\"],\"Effect\":\"revoke\",\"AccountId\":\"222222220001\",\"AccountName\":\"acct-1\",\"PermissionSetName\":\"Admin\",\"PrincipalType\":\"USER\",\"PrincipalId\":\"$(uid 1)\",\"PrincipalName\":\"ann\",\"RoleRemoved\":true,\"Reason\":\"no template asks for it; nobody else has it there, so AWS deletes the role\"}"

# What is wanted waits for the set to be as the template says, what goes does not.
{
	echo "$instance"
	wanted_set Admin '"SessionDuration":"PT2H"'
	wanted_set Dev
	for i in 1 2 3; do wanted Admin $i admins "rule-$i"; done
} | stream resolved "$T/in"
plan 0 -q
is 'grants after the change, not after it is provisioned' "$(actions | sed -n 1,5p)" '1 [] UpdatePermissionSet Admin - -
2 [1] ProvisionPermissionSet Admin - -
3 [1] CreateAccountAssignment Admin acct-1 admins
4 [1] CreateAccountAssignment Admin acct-2 admins
5 [1] CreateAccountAssignment Admin acct-3 admins'
is 'a revoke in a pair that goes on' "$(actions | sed -n 8p)" '8 [4] DeleteAccountAssignment Admin acct-2 bob'

# A group that was deleted and made again: the old one is nobody's any more.
{
	organization
	live_set 1 Admin
	live Admin 1 gone
	live Admin 2 gone
	live Admin 2 ann
} | stream state "$T/now"
{
	echo "$instance"
	wanted_set Admin
	wanted Admin 1 devs
	wanted Admin 2 devs
	wanted Admin 2 ann
	wanted Admin 3 devs
} | stream resolved "$T/in"
plan 0 -q
actions_are <<EOF
1 [] CreateAccountAssignment Admin acct-1 devs
2 [] CreateAccountAssignment Admin acct-2 devs
3 [] CreateAccountAssignment Admin acct-3 devs
4 [1] DeleteAccountAssignment Admin acct-1 $(gid 99)
5 [2] DeleteAccountAssignment Admin acct-2 $(gid 99)
EOF
rebind="{\"From\":\"$(gid 99)\",\"To\":\"$(gid 2)\"}"
is 'both halves say so' "$(jq -c 'select(.Rebind) | [.Id, .Rebind, .Orphan]' "$out" | tr '\n' ' ')" \
	"[\"1\",$rebind,null] [\"2\",$rebind,null] [\"4\",$rebind,true] [\"5\",$rebind,true] "
is 'why' "$(field 4 .Reason)" "\"the group 'devs' was deleted and made again under a new id\""
is 'why' "$(field 1 .Reason)" '"the group was deleted and made again under a new id; rule Admin asks for it (templates/assignments/a.json:11)"'

# Not one: somebody who had something else already, or who gets only a part.
{
	organization
	live_set 1 Admin
	live Admin 1 gone
	live Admin 2 gone
	live Admin 3 devs
} | stream state "$T/now"
plan 0 -q
is 'no rebind' "$(jq -c 'select(.Rebind)' "$out")" ''
is 'orphans' "$(jq -r 'select(.Orphan) | "\(.Id) \(.Reason)"' "$out")" '4 the group does not exist any more
5 the group does not exist any more'
{
	organization
	live_set 1 Admin
	live Admin 1 gone
	live Admin 5 gone
} | stream state "$T/now"
plan 0 -q
is 'no rebind' "$(jq -c 'select(.Rebind)' "$out")" ''
# Two who may be it are none.
{
	echo "$instance"
	wanted_set Admin
	for i in 1 5; do
		wanted Admin $i devs
		wanted Admin $i ops
	done
} | stream resolved "$T/in"
plan 0 -q
is 'no rebind' "$(jq -c 'select(.Rebind)' "$out")" ''
is 'the role stays' "$(jq -c 'select(.RoleRemoved)' "$out")$(actions | sed -n 5p)" "5 [1,2] DeleteAccountAssignment Admin acct-1 $(gid 99)"

# A user and a group of one id are two.
{
	organization
	live_set 1 Admin
	live Admin 1 admins
} | stream state "$T/now"
{
	echo "$instance"
	wanted_set Admin
	wanted Admin 1 admins
	wanted Admin 1 admins | sed 's/GROUP/USER/'
} | stream resolved "$T/in"
plan 0 -q
is 'one grant' "$(jq -r 'select(.Kind == "Action") | .PrincipalType' "$out")" USER

# The management account.
{
	organization
	live_set 1 Admin
	live Admin 0 devs
} | stream state "$T/now"
{
	echo "$instance"
	wanted_set Admin
	wanted Admin 0 admins
} | stream resolved "$T/in"
plan 0
actions_are </dev/null
is 'said, for each' "$(notices)" 'ManagementAccount Admin Management devs
ManagementAccount Admin Management admins'
err_has "the management account 111111111111 ('Management') is left as it is: 2 assignments would change"
plan 0 --include-management-account
actions_are <<'EOF'
1 [] CreateAccountAssignment Admin Management admins
2 [1] DeleteAccountAssignment Admin Management devs
EOF
err_lacks 'left as it is'
# A stream that leaves that account out would have all of it revoked, whatever the rules say.
sed 's/,"IncludesManagementAccount":true//' "$T/in" >"$T/without"
run 6 idc-plan --include-management-account "$T/without"
err_is <<'EOF'
idc-plan: error: idc-resolve left the management account out of the input: give --include-management-account to idc-resolve, too, or all that the rules ask for there would be revoked
EOF
out_empty

# A principal with more assignments than a page; a pair with more than a page.
many() {
	jq -nc --arg id "$(gid 1)" 'range(105) | {Kind: "Account", Id: "\(300000000000 + .)", Name: "many-\(.)", State: "ACTIVE", ParentId: "r-ab12"},
		{Kind: "AccountAssignment", AccountId: "\(300000000000 + .)", PermissionSetName: "Admin", PrincipalType: "GROUP", PrincipalId: $id}'
	jq -nc 'range(105) | "11111111-0000-4000-8000-\(100000000000 + .)" as $id | {Kind: "User", UserId: $id, UserName: "user-\(.)"},
		{Kind: "AccountAssignment", AccountId: "222222220001", PermissionSetName: "Admin", PrincipalType: "USER", PrincipalId: $id}'
}
{
	organization
	live_set 1 Admin
	many
} | stream state "$T/now"
{
	echo "$instance"
	wanted_set Admin
	many | jq -c 'select(.Kind == "AccountAssignment") | . + {PrincipalName: "admins", Rules: ["A"]}' |
		grep -v -e '"300000000104"' -e '100000000104"'
} | stream resolved "$T/in"
plan 0 -q
is 'the two that nobody asks for' "$(actions | cut -d ' ' -f 3-)" 'DeleteAccountAssignment Admin acct-1 user-104
DeleteAccountAssignment Admin many-104 admins'
