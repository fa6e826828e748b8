#!/bin/sh
# What the pipeline that this project replaces does wrong with a hard live state, and what
# idc-plan does with it. Every case is one row of the list of its defects.
. "${0%/*}/../lib.sh"
. "${0%/*}/plan.sh"

# row: assignment for a permission set that exists but is not owned
{
	organization
	live_set 1 Admin
	live_set 2 Theirs '"Tags":{}'
} | stream state "$T/now"
{
	echo "$instance"
	wanted_set Admin
	wanted Admin 1 admins
	wanted Theirs 1 admins
	wanted Theirs 2 admins
} | stream resolved "$T/in"
plan 1
out_empty
err_is <<'EOF'
templates/assignments/a.json:11:5: error: permission set 'Theirs' exists, but does not carry the tag SSOPipeline: it was not made here; to take it over, with its assignments, give --adopt Theirs
EOF

# row: template for a permission set that already exists without the tag
{
	echo "$instance"
	wanted_set Admin
	wanted_set Theirs '"SessionDuration":"PT2H"'
	wanted Theirs 1 admins
} | stream resolved "$T/in"
plan 1
out_empty
err_is <<'EOF'
templates/permissionsets/Theirs.json:1:1: error: permission set 'Theirs' exists, but does not carry the tag SSOPipeline: it was not made here; to take it over, with its assignments, give --adopt Theirs
EOF
plan 0 -q --adopt Theirs
err_empty
actions_are <<'EOF'
1 [] TagResource Theirs - -
2 [1] UpdatePermissionSet Theirs - -
3 [2] CreateAccountAssignment Theirs acct-1 admins
EOF
is 'the tag' "$(field 1 .Request.Tags)" '[{"Key":"SSOPipeline","Value":"true"}]'

# row: a hand-made permission set whose tag key is a substring of `SSOPipeline` (say `SSO`)
{
	organization
	live_set 1 Admin
	live_set 2 ByHand '"Tags":{"SSO":"true"}'
	live_set 3 AlsoByHand '"Tags":{"SSOPipeline2":"true","ssopipeline":"true"}'
	live ByHand 1 devs
} | stream state "$T/now"
{
	echo "$instance"
	wanted_set Admin
} | stream resolved "$T/in"
plan 0 -q
actions_are </dev/null
is 'its assignments are not even read' "$(calls ListAccountAssignments)" 0

# row: more managed policies than a page
policies=$(for i in 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15; do
	printf ',"arn:aws:iam::aws:policy/P%s"' $i
done)
{
	organization
	live_set 1 Admin "\"ManagedPolicies\":[${policies#,}]"
} | stream state "$T/now"
{
	echo "$instance"
	wanted_set Admin '"ManagedPolicies":["arn:aws:iam::aws:policy/P01"]'
} | stream resolved "$T/in"
for page in 100 10 4; do
	sim="--page $page"
	plan 0 -q
	is "all others are detached, by pages of $page" "$(actions | grep -c DetachManagedPolicyFromPermissionSet)" 14
	is 'and nothing else' "$(actions | wc -l | tr -d ' ')" 14
done
sim=

# row: customer managed policy with a path other than `/`
{
	organization
	live_set 1 Admin '"CustomerManagedPolicies":[{"Name":"Old","Path":"/corp/"}]'
} | stream state "$T/now"
{
	echo "$instance"
	wanted_set Admin '"CustomerManagedPolicies":[{"Name":"New","Path":"/corp/team/"}]'
} | stream resolved "$T/in"
plan 0 -q
actions_are <<'EOF'
1 [] DetachCustomerManagedPolicyReferenceFromPermissionSet Admin - -
2 [] AttachCustomerManagedPolicyReferenceToPermissionSet Admin - -
EOF
is 'detached with its path' "$(field 1 .Request.CustomerManagedPolicyReference)" '{"Name":"Old","Path":"/corp/"}'
is 'attached with its path' "$(field 2 .Request.CustomerManagedPolicyReference)" '{"Name":"New","Path":"/corp/team/"}'

# row: policy `Deploy` wanted, `/corp/Deploy` attached
{
	organization
	live_set 1 Admin '"CustomerManagedPolicies":[{"Name":"Deploy","Path":"/corp/"}]'
} | stream state "$T/now"
{
	echo "$instance"
	wanted_set Admin '"CustomerManagedPolicies":[{"Name":"Deploy","Path":"/"}]'
} | stream resolved "$T/in"
plan 0 -q
actions_are <<'EOF'
1 [] DetachCustomerManagedPolicyReferenceFromPermissionSet Admin - -
2 [1] AttachCustomerManagedPolicyReferenceToPermissionSet Admin - -
EOF
is 'the wrong one goes' "$(field 1 .Request.CustomerManagedPolicyReference)" '{"Name":"Deploy","Path":"/corp/"}'
is 'the right one comes' "$(field 2 .Request.CustomerManagedPolicyReference)" '{"Name":"Deploy","Path":"/"}'

# row: a permission set and its assignments removed in one commit
{
	organization
	live_set 1 Admin
	live_set 2 Old
	live Old 1 devs
	live Old 1 ann
	live Old 2 devs
} | stream state "$T/now"
{
	echo "$instance"
	wanted_set Admin
} | stream resolved "$T/in"
plan 0 -q
actions_are <<'EOF'
1 [] DeleteAccountAssignment Old acct-1 devs
2 [] DeleteAccountAssignment Old acct-1 ann
3 [] DeleteAccountAssignment Old acct-2 devs
4 [1,2,3] DeletePermissionSet Old - -
EOF
is 'the roles that go' "$(jq -c 'select(.RoleRemoved) | .Id' "$out" | tr '\n' ' ')" '"2" "3" '

# row: a permission set that is assigned is renamed
{
	organization
	live_set 1 Old
	live Old 1 devs
	live Old 2 devs
} | stream state "$T/now"
{
	echo "$instance"
	wanted_set New '"Was":"Old"'
	wanted New 1 devs
	wanted New 2 devs
} | stream resolved "$T/in"
plan 0 -q
actions_are <<'EOF'
1 [] CreatePermissionSet New - -
2 [1] CreateAccountAssignment New acct-1 devs
3 [1] CreateAccountAssignment New acct-2 devs
4 [2] DeleteAccountAssignment Old acct-1 devs
5 [3] DeleteAccountAssignment Old acct-2 devs
6 [1,4,5] DeletePermissionSet Old - -
EOF
is 'it is said to be a rename' "$(field 1 .Reason)" "\"permission set 'Old' is renamed to 'New' (templates/permissionsets/New.json:1)\""
is 'and why the old one goes' "$(field 6 .Reason)" "\"it is now 'New'\""
is 'role ARNs change' "$(notices)" 'RoleArnChanged New - -'
{
	echo "$instance"
	wanted_set New
	wanted New 1 devs
	wanted New 2 devs
} | stream resolved "$T/in"
plan 0 -q
is 'without Was, it is done in the same order' "$(actions | sed -n '4,$p')" \
	'4 [2] DeleteAccountAssignment Old acct-1 devs
5 [3] DeleteAccountAssignment Old acct-2 devs
6 [4,5] DeletePermissionSet Old - -'

# row: a managed permission set that is also assigned in the management account
{
	organization
	live_set 1 Admin
	live_set 2 Old
	live_set 3 Other
	live Admin 0 admins
	live Admin 1 admins
	live Old 0 admins
	live Old 1 admins
} | stream state "$T/now"
{
	echo "$instance"
	wanted_set Admin '"SessionDuration":"PT2H"'
	wanted_set Other '"SessionDuration":"PT2H"'
	wanted Admin 1 admins
} | stream resolved "$T/in"
plan 0
actions_are <<'EOF'
1 [] UpdatePermissionSet Admin - -
2 [] UpdatePermissionSet Other - -
3 [1] ProvisionPermissionSet Admin - -
4 [] DeleteAccountAssignment Old acct-1 admins
EOF
is 'what stays, and why' "$(notices)" 'ManagementAccount Admin Management admins
ManagementAccount Old Management admins
KeptPermissionSet Old - -'
err_has "idc-plan: warning: the management account 111111111111 ('Management') is left as it is: 2 assignments would change with --include-management-account"
plan 0 -q --include-management-account
is 'or all of it goes' "$(actions | sed -n '4,$p')" '4 [] DeleteAccountAssignment Admin Management admins
5 [] DeleteAccountAssignment Old Management admins
6 [] DeleteAccountAssignment Old acct-1 admins
7 [5,6] DeletePermissionSet Old - -'

# row: an assignment made by hand
{
	organization
	live_set 1 Admin
	live Admin 1 admins
	live Admin 1 devs
} | stream state "$T/now"
{
	echo "$instance"
	wanted_set Admin
	wanted Admin 1 admins
} | stream resolved "$T/in"
plan 0 -q
actions_are <<'EOF'
1 [] DeleteAccountAssignment Admin acct-1 devs
EOF
is 'no reports' "$(notices)" ''
plan 0 -q --last-applied "$T/in"
actions_are </dev/null
is 'reported' "$(notices)" 'UnmanagedAssignment Admin acct-1 devs'

# row: an assignment made by hand that a rule also wants
{
	echo "$instance"
	wanted_set Admin
	wanted Admin 1 admins
	wanted Admin 1 devs
} | stream resolved "$T/in"
plan 0 -q
actions_are </dev/null
is 'no reports' "$(notices)" ''

# row: every permission set at every run
policy='"InlinePolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}'
turned='"InlinePolicy":{"Statement":[{"Resource":"*","Action":"s3:Get*","Effect":"Allow"}],"Version":"2012-10-17"}'
{
	organization
	live_set 1 Same "\"Description\":\"same\",\"SessionDuration\":\"PT60M\",\"ManagedPolicies\":[\"arn:aws:iam::aws:policy/B\",\"arn:aws:iam::aws:policy/A\"],\"CustomerManagedPolicies\":[{\"Name\":\"X\",\"Path\":\"/\"}],$turned,\"PermissionsBoundary\":{\"CustomerManagedPolicyReference\":{\"Name\":\"B\",\"Path\":\"/\"}}"
	live_set 2 Changed '"SessionDuration":"PT4H"'
	live_set 3 Bare
	for i in 1 2 3; do
		live Same $i admins
		live Changed $i admins
		live Bare $i admins
	done
} | stream state "$T/now"
{
	echo "$instance"
	wanted_set Same "\"Description\":\"same\",\"SessionDuration\":\"PT1H\",\"ManagedPolicies\":[\"arn:aws:iam::aws:policy/A\",\"arn:aws:iam::aws:policy/B\"],\"CustomerManagedPolicies\":[{\"Name\":\"X\",\"Path\":\"/\"}],$policy,\"PermissionsBoundary\":{\"CustomerManagedPolicyReference\":{\"Name\":\"B\",\"Path\":\"/\"}}"
	wanted_set Changed '"SessionDuration":"PT8H"'
	wanted_set Bare
	for i in 1 2 3; do
		wanted Same $i admins
		wanted Changed $i admins
		wanted Bare $i admins
	done
} | stream resolved "$T/in"
plan 0 -q
actions_are <<'EOF'
1 [] UpdatePermissionSet Changed - -
2 [1] ProvisionPermissionSet Changed - -
EOF
