#!/bin/sh
# idc-plan: permission sets.
. "${0%/*}/../lib.sh"
. "${0%/*}/plan.sh"

# one LIVE WANTED: a set as it is and as it is wanted; provisioned nowhere.
one() {
	{
		organization
		live_set 1 Admin "$1"
	} | stream state "$T/now"
	{
		echo "$instance"
		wanted_set Admin "$2"
	} | stream resolved "$T/in"
}
readonly='"arn:aws:iam::aws:policy/ReadOnlyAccess"'

# All that a new one has goes into it, and nothing waits for more than it needs.
organization | stream state "$T/now"
{
	echo "$instance"
	wanted_set Admin "\"Description\":\"all of it\",\"SessionDuration\":\"PT4H\",\"ManagedPolicies\":[$readonly],\"CustomerManagedPolicies\":[{\"Name\":\"Deploy\",\"Path\":\"/corp/\"}],\"InlinePolicy\":{\"Version\":\"2012-10-17\",\"Statement\":[]},\"PermissionsBoundary\":{\"ManagedPolicyArn\":$readonly},\"Tags\":{\"Team\":\"a\",\"Owner\":\"b\"}"
	wanted Admin 1 admins
} | stream resolved "$T/in"
plan 0 -q
actions_are <<'EOF'
1 [] CreatePermissionSet Admin - -
2 [1] PutInlinePolicyToPermissionSet Admin - -
3 [1] AttachManagedPolicyToPermissionSet Admin - -
4 [1] AttachCustomerManagedPolicyReferenceToPermissionSet Admin - -
5 [1] PutPermissionsBoundaryToPermissionSet Admin - -
6 [2,3,4,5] CreateAccountAssignment Admin acct-1 admins
EOF
is 'the request' "$(field 1 .Request)" '{"Name":"Admin","Description":"all of it","InstanceArn":"arn:aws:sso:::instance/ssoins-1111222233334444","SessionDuration":"PT4H","RelayState":"https://console.aws.amazon.com/","Tags":[{"Key":"SSOPipeline","Value":"true"},{"Key":"Owner","Value":"b"},{"Key":"Team","Value":"a"}]}'
is 'the policy is a text' "$(field 2 .Request)" '{"InstanceArn":"arn:aws:sso:::instance/ssoins-1111222233334444","PermissionSetArn":{"Ref":"PermissionSet/Admin"},"InlinePolicy":"{\"Version\":\"2012-10-17\",\"Statement\":[]}"}'
is 'nobody feels any of that' "$(jq -r 'select(.Kind == "Action") | .Effect' "$out" | sort | uniq -c | tr -s ' ' | tr '\n' ';')" ' 1 grant; 5 none;'
plan 0 -q --tag Owner=me
is 'the ownership tag is not for templates to set' "$(field 1 .Request.Tags)" '[{"Key":"Owner","Value":"me"},{"Key":"Team","Value":"a"}]'

# Fields. All are always sent, since AWS clears those that are left out.
one '"Description":"old","SessionDuration":"PT1H"' '"Description":"new","SessionDuration":"PT90M"'
plan 0 -q
actions_are <<'EOF'
1 [] UpdatePermissionSet Admin - -
EOF
is 'request' "$(field 1 '.Request | del(.InstanceArn)')" "{\"PermissionSetArn\":\"$(arn 1)\",\"Description\":\"new\",\"SessionDuration\":\"PT90M\",\"RelayState\":\"https://console.aws.amazon.com/\"}"
is 'changes' "$(field 1 .Changes)" '{"Description":{"From":"old","To":"new"},"SessionDuration":{"From":"PT1H","To":"PT90M"}}'
is 'reason' "$(field 1 .Reason)" '"Description, SessionDuration differ from the template (templates/permissionsets/Admin.json:1)"'
one '"Description":"kept"' '"SessionDuration":"PT2H"'
plan 0 -q
is 'a description that no template has is kept' "$(field 1 .Request.Description)" '"kept"'
is 'and is no change' "$(field 1 '.Changes | keys')" '["SessionDuration"]'
one '"Description":"kept","SessionDuration":"PT12H"' '"SessionDuration":"PT720M"'
plan 0 -q
actions_are </dev/null
one '' '"RelayState":"https://example.com/"'
plan 0 -q
is 'relay state' "$(field 1 .Changes)" '{"RelayState":{"From":"https://console.aws.amazon.com/","To":"https://example.com/"}}'

# Policies come and go.
one "\"InlinePolicy\":{\"Version\":\"2012-10-17\"},\"ManagedPolicies\":[$readonly],\"PermissionsBoundary\":{\"ManagedPolicyArn\":$readonly}" ''
plan 0 -q
actions_are <<'EOF'
1 [] DeleteInlinePolicyFromPermissionSet Admin - -
2 [] DetachManagedPolicyFromPermissionSet Admin - -
3 [] DeletePermissionsBoundaryFromPermissionSet Admin - -
EOF
is 'from' "$(field 1 .Changes)" '{"InlinePolicy":{"From":{"Version":"2012-10-17"}}}'
is 'effect' "$(field 2 .Effect)" '"change"'
one "\"PermissionsBoundary\":{\"ManagedPolicyArn\":$readonly}" '"PermissionsBoundary":{"CustomerManagedPolicyReference":{"Name":"B","Path":"/x/"}}'
plan 0 -q
is 'another boundary' "$(field 1 '[.Operation,.Request.PermissionsBoundary,.Changes.PermissionsBoundary]')" \
	"[\"PutPermissionsBoundaryToPermissionSet\",{\"CustomerManagedPolicyReference\":{\"Name\":\"B\",\"Path\":\"/x/\"}},{\"From\":{\"ManagedPolicyArn\":$readonly},\"To\":{\"CustomerManagedPolicyReference\":{\"Name\":\"B\",\"Path\":\"/x/\"}}}]"
one '"InlinePolicy":{"Version":"2012-10-17","Id":"a"}' '"InlinePolicy":{"Id":"b","Version":"2012-10-17"}'
plan 0 -q
is 'another policy' "$(field 1 '[.Request.InlinePolicy,.Changes.InlinePolicy]')" '["{\"Id\":\"b\",\"Version\":\"2012-10-17\"}",{"From":{"Version":"2012-10-17","Id":"a"},"To":{"Id":"b","Version":"2012-10-17"}}]'

# A set that is full has no room for what comes until what goes has gone.
list() {
	for i in $(seq "$1" "$2"); do
		printf ',"arn:aws:iam::aws:policy/P%d"' "$i"
	done | cut -c 2-
}
one "\"ManagedPolicies\":[$(list 1 20)]" "\"ManagedPolicies\":[$(list 3 22)]"
plan 0 -q
actions_are <<'EOF'
1 [] DetachManagedPolicyFromPermissionSet Admin - -
2 [] DetachManagedPolicyFromPermissionSet Admin - -
3 [1,2] AttachManagedPolicyToPermissionSet Admin - -
4 [1,2] AttachManagedPolicyToPermissionSet Admin - -
EOF
one "\"ManagedPolicies\":[$(list 1 10)]" "\"ManagedPolicies\":[$(list 2 11)]"
plan 0 -q
actions_are <<'EOF'
1 [] DetachManagedPolicyFromPermissionSet Admin - -
2 [] AttachManagedPolicyToPermissionSet Admin - -
EOF

# Tags are managed whole, but for the ownership tag and AWS's own. Nothing is provisioned for them.
{
	organization
	live_set 1 Admin '"Tags":{"SSOPipeline":"yes","Keep":"1","Change":"a","Drop":"x","aws:cloudformation:stack-name":"s"}'
	live Admin 1 admins
} | stream state "$T/now"
{
	echo "$instance"
	wanted_set Admin '"Tags":{"Keep":"1","Change":"b","New":"n"}'
	wanted Admin 1 admins
	wanted Admin 2 admins
} | stream resolved "$T/in"
plan 0 -q
actions_are <<'EOF'
1 [] TagResource Admin - -
2 [] UntagResource Admin - -
3 [] CreateAccountAssignment Admin acct-2 admins
EOF
is 'tags' "$(field 1 '[.Request.Tags,.Changes]')" '[[{"Key":"Change","Value":"b"},{"Key":"New","Value":"n"}],{"Tags":{"From":{"Change":"a"},"To":{"Change":"b","New":"n"}}}]'
is 'tag keys' "$(field 2 '[.Request.TagKeys,.Changes]')" '[["Drop"],{"Tags":{"From":{"Drop":"x"}}}]'

# --tag KEY=VALUE: another value is not ours.
plan 0 -q --tag SSOPipeline=yes
plan 1 -q --tag SSOPipeline=true
err_has "permission set 'Admin' exists, but does not carry the tag SSOPipeline=true"
plan 0 -q --tag SSOPipeline=true --adopt Admin
is 'adopted: the tag is changed, and everything waits for it' "$(actions)" '1 [] TagResource Admin - -
2 [1] UntagResource Admin - -
3 [1] CreateAccountAssignment Admin acct-2 admins'
is 'with its value' "$(field 1 '.Request.Tags[0]')" '{"Key":"SSOPipeline","Value":"true"}'

# What changed is provisioned once, where it is; the rest where its roles lag behind.
{
	organization
	live_set 1 Changed
	live_set 2 Lags '"OutdatedAccounts":["222222220001","222222220003"]'
	live_set 3 LagsOnce '"OutdatedAccounts":["222222220002"]'
	live_set 4 Nowhere
	live_set 5 Well
	for i in 1 2 3; do
		live Changed $i admins
		live Lags $i admins
		live LagsOnce $i admins
		live Well $i admins
	done
} | stream state "$T/now"
{
	echo "$instance"
	for s in Changed Nowhere; do
		wanted_set $s '"SessionDuration":"PT2H","InlinePolicy":{"Version":"2012-10-17"}'
	done
	for s in Changed Lags LagsOnce Well; do
		[ $s = Changed ] || wanted_set $s
		for i in 1 2 3; do
			wanted $s $i admins
		done
	done
} | stream resolved "$T/in"
plan 0 -q
actions_are <<'EOF'
1 [] UpdatePermissionSet Changed - -
2 [] PutInlinePolicyToPermissionSet Changed - -
3 [] UpdatePermissionSet Nowhere - -
4 [] PutInlinePolicyToPermissionSet Nowhere - -
5 [1,2] ProvisionPermissionSet Changed - -
6 [] ProvisionPermissionSet Lags - -
7 [] ProvisionPermissionSet LagsOnce acct-2 -
EOF
is 'everywhere' "$(field 6 '.Request | del(.InstanceArn)')" "{\"PermissionSetArn\":\"$(arn 2)\",\"TargetType\":\"ALL_PROVISIONED_ACCOUNTS\"}"
is 'in one account' "$(field 7 '.Request | del(.InstanceArn)')" "{\"PermissionSetArn\":\"$(arn 3)\",\"TargetId\":\"222222220002\",\"TargetType\":\"AWS_ACCOUNT\"}"
is 'why' "$(field 7 .Reason)" '"its role is out of date in 1 account"'

# More permission sets than a page, of which two are ours, and one name that we want.
{
	organization
	for i in $(seq 1 230); do
		live_set "$i" "Foreign$i" '"Tags":{"Team":"x"}'
	done
	live_set 301 Admin
	live_set 302 Old
} | stream state "$T/now"
{
	echo "$instance"
	wanted_set Admin
} | stream resolved "$T/in"
plan 0 -q
actions_are <<'EOF'
1 [] DeletePermissionSet Old - -
EOF
is 'pages' "$(calls ListPermissionSets)" 3
is 'foreign sets are not described' "$(calls DescribePermissionSet)" 2
is 'nor are the policies of one that goes read' "$(calls GetInlinePolicyForPermissionSet)" 1
{
	echo "$instance"
	wanted_set Admin
	wanted_set Foreign200
} | stream resolved "$T/in"
plan 1 -q
err_has "permission set 'Foreign200' exists, but does not carry the tag"
is 'unless a name is missing' "$(calls DescribePermissionSet)" 232
