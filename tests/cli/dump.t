#!/bin/sh
# idc-dump: what it writes is what is there, in an order of its own, at the cost that it says.
# shellcheck disable=SC2016 # $names belong to jq
. "${0%/*}/../lib.sh"
. "${0%/*}/dump.sh"

world accounts=30,ous=6,groups=12,users=25,permission-sets=8,assignments=120,seed=3 "$T/now"

# dump STATUS [OPTION...]: of $T/now; $sim are options of idc-sim.
sim=
dump() {
	want_status=$1
	shift
	rm -f "$T/calls"
	# shellcheck disable=SC2086 # a list of words
	run "$want_status" idc-sim -q --state "$T/now" --calls "$T/calls" $sim -- idc-dump "$@"
}

# All of it.
dump 0 --all-principals
err_is <<E
idc-dump: 32 accounts, 10 permission sets, 123 assignments, 38 groups and users; $(total) requests
E
cp "$out" "$T/all"
plain "$T/now" >"$T/want"
plain "$T/all" >"$T/got"
ok 'a dump is what idc-sim has' cmp "$T/want" "$T/got"
head -n 1 "$T/all" >"$T/first"
ok 'Begin' grep -qx '{"Kind":"Begin","Stream":"state","Version":1,"Program":"idc-dump [0-9.]*","Time":"2026-11-24T02:00:00Z"}' "$T/first"
is 'the kinds in order' "$(jq -r .Kind "$T/all" | uniq | paste -sd' ')" \
	'Begin Instance Root OrganizationalUnit Account Group User PermissionSet AccountAssignment End'
is 'no member of a record is null' "$(jq -c 'select(any(..; . == null))' "$T/all")" ''
dump 0 -q --all-principals
err_empty
ok 'twice the same' cmp "$out" "$T/all"
is 'members in order' "$(jq -c 'select(.Name == "Everything") | keys_unsorted' "$T/all")" \
	'["Kind","Name","PermissionSetArn","Description","SessionDuration","RelayState","ManagedPolicies","CustomerManagedPolicies","PermissionsBoundary","InlinePolicy","Tags","Managed","ProvisionedAccounts"]'
is 'tags by key' "$(grep '"closed"' "$T/all" | jq -c .Tags)" '{"a":"1","b":"2"}'
is 'customer managed policies sorted' "$(jq -r 'select(.Name == "Everything") | .CustomerManagedPolicies[].Name' "$T/all" | paste -sd' ')" 'a z'
is 'an orphan has no name' "$(jq -c 'select(.PrincipalId == "00000000-0000-4000-8000-000000000099") | .PrincipalName' "$T/all")" null
# Within a kind.
for filter in 'select(.Kind == "Account") | .Id' 'select(.Kind == "Group") | .DisplayName' \
	'select(.Kind == "User") | .UserName' 'select(.Kind == "PermissionSet") | .Name' \
	'select(.Kind == "AccountAssignment") | [.PermissionSetName, .AccountId, .PrincipalType, .PrincipalName // .PrincipalId] | join("\t")'; do
	jq -r "$filter" "$T/all" >"$T/order"
	ok "sorted: $filter" sort -c "$T/order"
done
run 0 jq -es 'map(select(.ParentId and .Kind != "Account")) as $units | (map(.Id) | to_entries | map({key: (.value // "-"), value: .key}) | from_entries) as $at | all($units[]; $at[.ParentId] < $at[.Id])' "$T/all"

# The requests: no list twice, each pair once.
sets=$(jq -r 'select(.Kind == "PermissionSet") | .Name' "$T/all" | wc -l)
pairs=$(jq -r 'select(.Kind == "AccountAssignment") | .PermissionSetName + .AccountId' "$T/all" | sort -u | wc -l)
units=$(grep -c -e '"Kind":"OrganizationalUnit"' -e '"Kind":"Root"' "$T/all")
used=$(jq -r 'select(.Kind == "PermissionSet" and .ProvisionedAccounts > 0) | .Name' "$T/all" | wc -l)
for op in "ListInstances 1" "DescribeOrganization 1" "ListRoots 1" "ListAccounts 2" "ListAccountsForParent 0" \
	"ListOrganizationalUnitsForParent $units" "ListTagsForResource $((32 + sets))" "ListPermissionSets 1" \
	"DescribePermissionSet $sets" "GetInlinePolicyForPermissionSet $sets" "ListManagedPoliciesInPermissionSet $sets" \
	"ListCustomerManagedPolicyReferencesInPermissionSet $sets" "GetPermissionsBoundaryForPermissionSet $sets" \
	"ListAccountsForProvisionedPermissionSet $((sets + used))" "ListAccountAssignments $pairs" \
	"ListAccountAssignmentsForPrincipal 0" "ListGroups 1" "ListUsers 1" "DescribeGroup 1" "DescribeUser 0"; do
	is "calls: $op" "${op% *} $(calls "${op% *}")" "$op"
done

# idc-sim answers from a dump what it answered before, but for memberships, which can't be asked for.
cp "$T/now" "$T/first-now"
cp "$T/all" "$T/now"
dump 0 -q --all-principals
ok 'a dump of a dump' cmp "$out" "$T/all"
cp "$T/first-now" "$T/now"

# Without Paths (an AWS of before, or who may not see them) the tree is walked.
sim=--legacy
dump 0 -q --all-principals
sed 's/"State":"CLOSED"/"State":"SUSPENDED"/' "$T/all" >"$T/legacy"
ok 'the same by walking' cmp "$out" "$T/legacy"
is 'accounts of each parent' "$(calls ListAccountsForParent)" "$units"
sim=

# Only the groups and users that have something.
dump 0 -q
is 'of the rest there is all' "$(head -n 1 "$out" | jq -c .Complete)" \
	'["Instance","Root","OrganizationalUnit","Account","PermissionSet","AccountAssignment"]'
cp "$out" "$T/some"
jq -r 'select(.Kind == "AccountAssignment" and .PrincipalName) | .PrincipalId' "$T/all" | sort -u >"$T/want"
jq -r '.GroupId // .UserId // empty' "$T/some" | sort >"$T/got"
ok 'those that have something' cmp "$T/want" "$T/got"
grep -v -e '"Kind":"Group"' -e '"Kind":"User"' -e '"Kind":"Begin"' -e '"Kind":"End"' "$T/all" >"$T/want"
grep -v -e '"Kind":"Group"' -e '"Kind":"User"' -e '"Kind":"Begin"' -e '"Kind":"End"' "$T/some" >"$T/got"
ok 'and nothing else is different' cmp "$T/want" "$T/got"

# Who may not list the directory looks up one by one.
sim='-f ListGroups:denied -f ListUsers:denied'
dump 0 -q
ok 'the same one by one' cmp "$out" "$T/some"
is 'each once' "$(($(calls DescribeGroup) + $(calls DescribeUser)))" "$(jq -r 'select(.Kind == "AccountAssignment") | .PrincipalId' "$T/all" | sort -u | wc -l)"

# The ownership tag is what Managed goes by, and nothing else.
sim=
dump 0 -q --tag Team=other
is 'managed by another tag' "$(jq -r 'select(.Managed) | .Name' "$out")" Foreign
dump 0 -q --tag Team=ours --only PermissionSet
is 'by a value' "$(jq -r 'select(.Managed) | .Name' "$out")" ''

# What AWS refuses is no dump: nothing is written, not even a beginning.
for op in ListInstances DescribeOrganization ListRoots ListAccounts ListOrganizationalUnitsForParent ListPermissionSets \
	DescribePermissionSet GetInlinePolicyForPermissionSet ListManagedPoliciesInPermissionSet \
	ListCustomerManagedPolicyReferencesInPermissionSet GetPermissionsBoundaryForPermissionSet \
	ListAccountsForProvisionedPermissionSet ListAccountAssignments; do
	sim="-f $op:denied"
	dump 5
	out_empty
	err_has 'AccessDenied'
	is "$op: one line" "$(wc -l <"$err")" 1
done
sim='-f ListTagsForResource:denied'
dump 5
out_empty
err_has "can't read "
sim='-f DescribeGroup:denied -f ListGroups:denied'
dump 5
out_empty
err_has "can't look up"
sim='-f ListGroups:denied'
dump 5 --all-principals
out_empty
err_has "can't list the groups: ListGroups: "
# What fails for a moment is tried again.
sim='-f *:nth=7:throttle -f ListAccountAssignments:nth=3:internal -f *:nth=40:reset'
dump 0 -q --all-principals
ok 'the same after failures' cmp "$out" "$T/all"

# The command line.
sim=
run 2 idc-dump now
err_has "no operand is expected, got 'now'"
run 2 idc-dump --tag =x
err_has "--tag '=x' has no key"
run 2 idc-dump --only Acount
err_has "--only 'Acount' is no kind of a state: did you mean 'Account'?"
run 2 idc-dump --only Account,
err_has "--only '' is no kind of a state"
run 2 idc-dump --instance-arn x
err_has "--instance-arn 'x' is no ARN"
run 2 idc-dump --assume-role x
err_has "--assume-role 'x' is no ARN of a role"
dump 5 --instance-arn arn:aws:sso:::instance/ssoins-5555555555555555
out_empty
err_has "no instance 'arn:aws:sso:::instance/ssoins-5555555555555555'"
