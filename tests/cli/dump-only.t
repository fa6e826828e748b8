#!/bin/sh
# idc-dump --only: the records of these kinds as the whole dump has them, what they need is read and
# nothing else; and what is left out is never taken for absent.
# shellcheck disable=SC2016 # $names belong to jq
. "${0%/*}/../lib.sh"
. "${0%/*}/dump.sh"

world accounts=30,ous=6,groups=12,users=25,permission-sets=8,assignments=120,seed=3 "$T/now"

# dump OPTION...
dump() {
	rm -f "$T/calls"
	run 0 idc-sim -q --state "$T/now" --calls "$T/calls" -- idc-dump -q "$@"
}
dump --all-principals
cp "$out" "$T/all"

# asked: the operations that were called, in one line.
asked() { awk '!/^#/ { print $2 }' "$T/calls" | sort -u | paste -sd' '; }

# only KINDS OPERATION...: these kinds are what the whole dump has of them, by these calls.
only() {
	kinds=$1
	shift
	dump --all-principals --only "$kinds"
	is "--only $kinds asks" "$(asked)" "$(printf '%s\n' "$@" | sort -u | paste -sd' ')"
	is 'says what it has' "$(jq -r 'select(.Kind == "Begin") | .Complete | join(",")' "$out")" "$kinds"
	jq -c --arg kinds "$kinds" 'select(.Kind as $kind | $kinds / "," | index($kind))' "$T/all" >"$T/want"
	sed '1d;$d' "$out" | jq -c . >"$T/got"
	ok 'the same records' cmp "$T/want" "$T/got"
}
only Instance ListInstances DescribeOrganization
only Root ListRoots
only OrganizationalUnit ListRoots ListOrganizationalUnitsForParent
only Account ListAccounts ListTagsForResource
is 'a page of 20 accounts' "$(calls ListAccounts)" 2
only Group ListInstances ListGroups
only User ListInstances ListUsers
only PermissionSet ListInstances ListPermissionSets ListTagsForResource DescribePermissionSet \
	GetInlinePolicyForPermissionSet ListManagedPoliciesInPermissionSet \
	ListCustomerManagedPolicyReferencesInPermissionSet GetPermissionsBoundaryForPermissionSet \
	ListAccountsForProvisionedPermissionSet
only AccountAssignment ListInstances ListPermissionSets DescribePermissionSet ListAccounts \
	ListAccountsForProvisionedPermissionSet ListAccountAssignments ListGroups DescribeGroup DescribeUser
is 'where sets are provisioned, once' "$(calls ListAccountsForProvisionedPermissionSet)" "$(calls DescribePermissionSet)"
only Instance,Root,OrganizationalUnit,Account ListInstances DescribeOrganization ListRoots \
	ListOrganizationalUnitsForParent ListAccounts ListTagsForResource

# The groups that have something: by the assignments.
dump --only Group
jq -c 'select(.Kind == "AccountAssignment" and .PrincipalType == "GROUP" and .PrincipalName) | .PrincipalName' "$T/all" | sort -u >"$T/want"
sed '1d;$d' "$out" | jq -c .DisplayName | sort >"$T/got"
ok 'groups that have something' cmp "$T/want" "$T/got"
is 'of which it has not all' "$(head -n 1 "$out" | jq -c .Complete)" '[]'
dump --only Account --only Root
is 'given twice' "$(head -n 1 "$out" | jq -c .Complete)" '["Root","Account"]'

# Parts that are put together are a whole.
dump --all-principals --only Instance,Root,OrganizationalUnit,Account
cp "$out" "$T/organization"
dump --all-principals --only Group,User
cp "$out" "$T/directory"
dump --all-principals --only Instance,PermissionSet,AccountAssignment
cp "$out" "$T/assigned"
mkdir -p "$T/templates/assignments" "$T/templates/permissionsets"
group=$(jq -r 'select(.Kind == "Group") | .DisplayName' "$T/all" | head -n 1)
echo '{"Name":"Everything"}' >"$T/templates/permissionsets/e.json"
jq -n --arg group "$group" '{Assignments: [{SID: "A", Target: ["Root"], PrincipalType: "GROUP", PrincipalId: $group, PermissionSetName: "Everything"}]}' >"$T/templates/assignments/a.json"
run 0 idc-validate -q "$T/templates"
cp "$out" "$T/in"
run 0 idc-resolve -q --state "$T/all" "$T/in"
cp "$out" "$T/resolved"
cat "$T/organization" "$T/directory" >"$T/parts"
run 0 idc-resolve -q --state "$T/parts" "$T/in"
ok 'resolved by parts' cmp "$out" "$T/resolved"
run 0 idc-plan -q --max-delete 100% --state "$T/all" "$T/resolved"
cp "$out" "$T/plan"
cat "$T/assigned" "$T/parts" >"$T/whole"
run 0 idc-plan -q --max-delete 100% --state "$T/whole" "$T/resolved"
ok 'planned by parts' cmp "$out" "$T/plan"

# lacks WHAT COMMAND...: it says in one line what the file lacks, and writes nothing.
lacks() {
	what=$1
	shift
	run 1 "$@"
	ok 'no End' sh -c "! grep -q '\"Kind\":\"End\"' '$out'"
	err_has "$what"
	is 'one line' "$(grep -c . "$err")" 1
}
lacks "$T/directory does not have all records of kind Instance: dump it without --only, or with these kinds too" \
	idc-resolve -q --state "$T/directory" "$T/in"
cat "$T/assigned" "$T/directory" >"$T/assigned-and-directory"
lacks "$T/assigned-and-directory does not have all records of kind Root,OrganizationalUnit,Account: dump it" \
	idc-resolve -q --state "$T/assigned-and-directory" "$T/in"
lacks "$T/organization has no group '$group', but not all groups either: dump it with --all-principals" \
	idc-resolve -q --state "$T/organization" "$T/in"
lacks "$T/parts does not have all records of kind PermissionSet: dump it" \
	idc-plan -q --state "$T/parts" "$T/resolved"
dump --only Instance,PermissionSet
cp "$out" "$T/sets"
lacks "$T/sets does not have all records of kind AccountAssignment: dump it" \
	idc-plan -q --state "$T/sets" "$T/resolved"
# Names of accounts and principals are in the assignments and in the input.
run 0 idc-plan -q --max-delete 100% --state "$T/assigned" "$T/resolved"
ok 'planned without organization and directory' cmp "$out" "$T/plan"

# The default dump knows those that have something; of others it says that it does not.
dump
cp "$out" "$T/some"
sed "s/$group/zz-nothing/" "$T/in" >"$T/other"
lacks "$T/some has no group 'zz-nothing', but not all groups either: dump it with --all-principals" \
	idc-resolve -q --state "$T/some" "$T/other"
sed "s/$group/no-such-group/" "$T/in" >"$T/other"
lacks "$T/some has no group 'no-such-group', but not all groups either" idc-resolve -q --state "$T/some" "$T/other"
run 1 idc-resolve -q --state "$T/all" "$T/other"
err_has "no group 'no-such-group' in the directory"

# The simulator can't tell what was left out, but says so.
dump --all-principals --only Instance,Root,OrganizationalUnit,Account,Group,User,PermissionSet
cp "$out" "$T/part"
run 0 idc-sim -q --state "$T/part" -- true
err_has "idc-sim: warning: $T/part has not all that there is"
run 0 idc-sim -q --state "$T/all" -- true
err_empty
