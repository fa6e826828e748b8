#!/bin/sh
# idc-sim --lag: reads show writes later, and in the end the same.
# shellcheck disable=SC2016 # the variables belong to the scripts that run below idc-sim
. "${0%/*}/../lib.sh"
. "${0%/*}/sim.sh"

# --- what was just written is not seen yet ---
sim --lag 10m <<'X'
S=$(new_set Ops)
P="\"PermissionSetArn\":\"$S\""
shown() {
	refused sso DescribePermissionSet "$P"
	sso ListPermissionSets | jq '.PermissionSets | length'
	sso GetInlinePolicyForPermissionSet "$P" 2>/dev/null | jq -c .InlinePolicy
	sso ListManagedPoliciesInPermissionSet "$P" 2>/dev/null | jq -c '[.AttachedManagedPolicies[].Name]'
}
# Writes know better.
refused sso CreatePermissionSet '"Name":"Ops"'
sso PutInlinePolicyToPermissionSet "$P,\"InlinePolicy\":\"{\\\"Statement\\\":[]}\"" >/dev/null
sso AttachManagedPolicyToPermissionSet "$P,\"ManagedPolicyArn\":\"arn:aws:iam::aws:policy/ReadOnlyAccess\"" >/dev/null
refused sso AttachManagedPolicyToPermissionSet "$P,\"ManagedPolicyArn\":\"arn:aws:iam::aws:policy/ReadOnlyAccess\""
shown
state | grep -c '"Name":"Ops"'
clock 9m
shown
clock 1m
shown
sso DeletePermissionSet "$P" >/dev/null
shown
refused sso UpdatePermissionSet "$P"
new_set Ops >/dev/null
clock 10m
sso ListPermissionSets | jq -r ".PermissionSets | length, (.[0] == \"$S\")"
X
out_is <<'X'
ConflictException
ConflictException
ResourceNotFoundException
0
1
ResourceNotFoundException
0
1
"{\"Statement\":[]}"
["ReadOnlyAccess"]
1
"{\"Statement\":[]}"
["ReadOnlyAccess"]
ResourceNotFoundException
1
false
X

# Assignments are listed later; what became of their operations is known at once.
sim --lag 10m --async 5m <<'X'
S=$(new_set Ops)
G=$(group Developers)
A=555566667777
shown() {
	sso ListAccountAssignments "\"PermissionSetArn\":\"$S\",\"AccountId\":\"$A\"" | jq '.AccountAssignments | length'
	sso ListAccountsForProvisionedPermissionSet "\"PermissionSetArn\":\"$S\"" | jq '.AccountIds | length'
	sso ListPermissionSetsProvisionedToAccount "\"AccountId\":\"$A\"" | jq '.PermissionSets | length'
	sso ListAccountAssignmentsForPrincipal "\"PrincipalId\":\"$G\",\"PrincipalType\":\"GROUP\"" | jq '.AccountAssignments | length'
}
status() {
	sso "DescribeAccountAssignment$1Status" "\"AccountAssignment$1RequestId\":\"$R\"" | jq -r ".AccountAssignment$1Status.Status"
	sso "ListAccountAssignment$1Status" | jq -r ".AccountAssignments$1Status[0].Status"
}
lines() { echo $("$@"); }
clock 10m
lines shown
R=$(sso CreateAccountAssignment "$(assignment "$S" $A "$G")" | jq -r .AccountAssignmentCreationStatus.RequestId)
refused sso CreateAccountAssignment "$(assignment "$S" $A "$G")"
lines status Creation
clock 5m
lines status Creation
lines shown
refused sso DeletePermissionSet "\"PermissionSetArn\":\"$S\""
clock 10m
lines shown
R=$(sso DeleteAccountAssignment "$(assignment "$S" $A "$G")" | jq -r .AccountAssignmentDeletionStatus.RequestId)
clock 5m
lines status Deletion
lines shown
refused sso DeleteAccountAssignment "$(assignment "$S" $A "$G")"
state | grep -c AccountAssignment
clock 10m
lines shown
X
out_is <<'X'
0 0 0 0
ConflictException
IN_PROGRESS IN_PROGRESS
SUCCEEDED SUCCEEDED
0 0 0 0
ConflictException
1 1 1 1
SUCCEEDED SUCCEEDED
1 1 1 1
ResourceNotFoundException
0
0 0 0 0
X

# So is the directory, and the organization, whoever changed them.
sim --lag 10m <<'X'
printf '%s\n' '{"Operation":"CreateGroup","Request":{"DisplayName":"Guests"}}' \
	'{"Operation":"MoveAccount","Request":{"AccountId":"666677778888","SourceParentId":"ou-a1b2-sandbox1","DestinationParentId":"r-a1b2"}}' \
	'{"Operation":"TagResource","Service":"organizations","Request":{"ResourceId":"r-a1b2","Tags":[{"Key":"a","Value":"b"}]}}' | edit | jq -c '.Error.Code'
shown() {
	store ListGroups | jq -r '.Groups[].DisplayName' | grep -c Guests
	org ListAccountsForParent '"ParentId":"r-a1b2"' | jq '.Accounts | length'
	org ListTagsForResource '"ResourceId":"r-a1b2"' | jq '.Tags | length'
}
refused group Guests
echo $(shown)
clock 10m
echo $(shown)
[ -n "$(group Guests)" ] && echo found
X
out_is <<'X'
null
null
null
ResourceNotFoundException
0 1 0
1 2 1
found
X

# A long mixture of changes, as they are drawn from a few numbers.
run 0 idc-sim --generate accounts=8,ous=4,groups=6,users=8,permission-sets=6,foreign-sets=2,assignments=40,seed=3 --save "$T/base" -- true
jq -cn --arg I "$I" --arg D "$D" '
	def sso($o; $i): { s: "sso", o: $o, i: ({ InstanceArn: $I } + $i) };
	[inputs] as $all |
	[$all[] | select(.Kind == "PermissionSet") | .PermissionSetArn] as $sets |
	[$all[] | select(.Kind == "Account")] as $accounts |
	[$all[] | select(.Kind == "OrganizationalUnit") | .Id] as $units |
	[$all[] | select(.Kind == "Group") | .GroupId] as $groups |
	limit(260; 5 | recurse((. * 75 + 74) % 65537)) as $n | ($n / 14 | floor) as $m |
	$sets[$m % ($sets | length)] as $s | $accounts[$m % ($accounts | length)] as $a | $groups[$m % ($groups | length)] as $g |
	{ PermissionSetArn: $s } as $set |
	($set + { TargetId: $a.Id, TargetType: "AWS_ACCOUNT", PrincipalType: "GROUP", PrincipalId: $g }) as $assignment |
	{ ManagedPolicyArn: "arn:aws:iam::aws:policy/\("ReadOnlyAccess", "AdministratorAccess", "SecurityAudit")" } as $policy |
	if $policy.ManagedPolicyArn | test("Read") | not then empty else . end |
	($n % 14) as $k |
	if $k < 3 then sso("CreateAccountAssignment"; $assignment)
	elif $k < 5 then sso("DeleteAccountAssignment"; $assignment)
	elif $k == 5 then sso("CreatePermissionSet"; { Name: "Made\($m % 5)", Tags: [{ Key: "n", Value: "\($m % 3)" }] })
	elif $k == 6 then sso("UpdatePermissionSet"; $set + { SessionDuration: "PT\($m % 12 + 1)H" })
	elif $k == 7 then sso("TagResource"; { ResourceArn: $s, Tags: [{ Key: "k\($m % 4)", Value: "\($m % 7)" }] })
	elif $k == 8 then sso("AttachManagedPolicyToPermissionSet"; $set + $policy)
	elif $k == 9 then sso("DetachManagedPolicyFromPermissionSet"; $set + $policy)
	elif $k == 10 then sso("ProvisionPermissionSet"; $set + { TargetType: "ALL_PROVISIONED_ACCOUNTS" })
	elif $k == 11 then { s: "identitystore", o: "CreateGroup", i: { IdentityStoreId: $D, DisplayName: "made-\($m % 6)" } }
	elif $k == 12 and $m % 5 == 0 then { s: "identitystore", o: "DeleteGroup", i: { IdentityStoreId: $D, GroupId: $g } }
	elif $k == 12 then sso("DeletePermissionSet"; $set)
	else { s: "organizations", o: "MoveAccount", i: { AccountId: $a.Id, SourceParentId: $a.ParentId, DestinationParentId: $units[$m % ($units | length)] } } end' "$T/base" >"$T/mixture"
split -l 100 "$T/mixture" "$T/mixture."
sample=$T/base
no_dates() { jq -c 'del(.. | .CreatedDate?, .RequestId?)'; }
mixed() {
	sim --caller "$(jq -r 'select(.Kind == "Instance") | .ManagementAccountId' "$T/base")" --async 0 --save "$T/saved" "$@" <<'X'
for part in "$T"/mixture.??; do
	ask <"$part"
	clock 20m
done >"$T/said"
clock 2h
state >"$T/now"
everything "$T/now" >"$T/seen"
X
	jq -c 'del(.CreatedDate, .Time)' "$T/saved" >"$T/saved.plain"
	no_dates <"$T/said" >"$T/said.plain"
	no_dates <"$T/seen" >"$T/seen.plain"
}
mixed
for f in saved said seen; do mv "$T/$f.plain" "$T/$f.wanted"; done
n=$(grep -c __type "$T/said.wanted")
ok "$n changes are refused" test "$n" -gt 20
n=$(grep -vc __type "$T/said.wanted")
ok "$n changes are done" test "$n" -gt 80
for lag in 3ms 1h; do
	mixed --lag $lag
	ok "a lag of $lag: the changes are answered the same" cmp "$T/said.wanted" "$T/said.plain"
	ok "a lag of $lag: the state is the same" cmp "$T/saved.wanted" "$T/saved.plain"
	ok "a lag of $lag: in the end that is what is seen" cmp "$T/seen.wanted" "$T/seen.plain"
done
