#!/bin/sh
# More than one page of everything, through the whole pipe: pages of five items, of ten and of a hundred.
. "${0%/*}/../lib.sh"

# An organization with more than 100 permission sets, 20 accounts in an OU, 100 assignments of one
# principal, 20 managed policies in a set.
mkdir -p "$T/templates/permissionsets" "$T/templates/assignments"
i=0
while [ "$i" -lt 105 ]; do
	printf '{"Name":"Set%03d","ManagedPolicies":["arn:aws:iam::aws:policy/ReadOnlyAccess"]}\n' "$i" \
		>"$T/templates/permissionsets/Set$i.json"
	i=$((i + 1))
done
jq -n '{Name: "Many", ManagedPolicies: [range(20) | "arn:aws:iam::aws:policy/Policy\(.)"]}' \
	>"$T/templates/permissionsets/Many.json"
jq -n '{Name: "Mixed", CustomerManagedPolicies: [range(12) | "/team/Policy\(.)"],
	Tags: ([range(12) | {key: "Tag\(.)", value: "x"}] | from_entries)}' \
	>"$T/templates/permissionsets/Mixed.json"
jq -n '{Assignments: [
	{SID: "Everywhere", Target: ["Team:ou-a1b2-team0001"], PrincipalType: "GROUP", PrincipalId: "Group-1",
	 PermissionSetName: ["Many", "Set000", "Set001", "Set002", "Set003"]},
	{SID: "Groups", Target: ["account-1:210000000001"], PrincipalType: "GROUP",
	 PrincipalId: [range(1; 121) | "Group-\(.)"], PermissionSetName: "Set004"},
	{SID: "Users", Target: ["account-2:210000000002"], PrincipalType: "USER",
	 PrincipalId: [range(1; 13) | "user-\(.)@example.com"], PermissionSetName: "Mixed"}]}' \
	>"$T/templates/assignments/all.json"
jq -nc '[{Kind: "Begin", Stream: "state", Version: 1, Program: "test", Time: "2026-11-24T02:00:00Z"},
	{Kind: "Instance", ManagementAccountId: "111122223333", Region: "us-east-1"},
	{Kind: "Root", Id: "r-a1b2", Name: "Root"},
	(range(1; 26) | {Kind: "OrganizationalUnit", Id: "ou-a1b2-other\(. + 100)", Name: "Other-\(.)", ParentId: "r-a1b2"}),
	{Kind: "OrganizationalUnit", Id: "ou-a1b2-team0001", Name: "Team", ParentId: "r-a1b2"},
	{Kind: "Account", Id: "111122223333", Name: "management", ParentId: "r-a1b2"},
	(range(1; 26) | {Kind: "Account", Id: "2100000000\(if . < 10 then "0\(.)" else . end)",
		Name: "account-\(.)", ParentId: "ou-a1b2-team0001"}),
	(range(1; 121) | {Kind: "Group", DisplayName: "Group-\(.)"}),
	(range(1; 31) | {Kind: "User", UserName: "user-\(.)@example.com"})]
	| . + [{Kind: "End", Stream: "state", Count: (length - 1)}] | .[]' >"$T/org.ndjson"

# both OPTION...: the first run and the second under these options of idc-sim.
both() {
	run 0 idc-sim --state "$T/org.ndjson" --save "$T/live.ndjson" --async 0 --any-policy "$@" -- \
		sh "$TOP/tests/pipe.sh" "$T" "$T/templates"
	is '257 assignments are made' "$(grep -c '"Operation":"CreateAccountAssignment"' "$T/apply.out")" 257
	is '107 permission sets are' "$(grep -c '"Operation":"CreatePermissionSet"' "$T/apply.out")" 107
	run 0 idc-sim --state "$T/live.ndjson" --save "$T/again.ndjson" --calls "$T/calls" --any-policy "$@" -- \
		sh "$TOP/tests/pipe.sh" "$T" "$T/templates"
	is 'nothing is left to do' "$(grep -c '"Kind":"Action"' "$T/plan.out")" 0
	ok 'and nothing was changed' cmp "$T/live.ndjson" "$T/again.ndjson"
}
both --page 100
both --page 10
both --page 5 --legacy

# A permission set that lost a policy by hand, on the last page of many.
sed 's|,"arn:aws:iam::aws:policy/Policy9"||' "$T/live.ndjson" >"$T/changed.ndjson"
run 0 idc-sim --state "$T/changed.ndjson" --page 10 --any-policy -- sh "$TOP/tests/pipe.sh" "$T" "$T/templates"
is 'one policy is attached again and provisioned' \
	"$(jq -r 'select(.Kind == "Action") | .Operation' "$T/plan.out" | tr '\n' ' ')" \
	'AttachManagedPolicyToPermissionSet ProvisionPermissionSet '
