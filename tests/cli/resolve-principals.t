#!/bin/sh
# idc-resolve: from names of groups and users to ids.
. "${0%/*}/../lib.sh"
. "${0%/*}/resolve.sh"

requests() {
	is "requests for $1" "$(sed -n 's/^# total //p' "$T/calls")" "$2"
}
# names FIRST LAST: a JSON list of groups.
names() {
	awk -v first="$1" -v last="$2" 'BEGIN {
		for (i = first; i <= last; i++)
			printf "%s\"team-%03d\"", (i > first ? "," : "["), i
		print "]"
	}'
}
ids() {
	jq -r 'select(.Kind == "AccountAssignment") | "\(.PrincipalType) \(.PrincipalName) \(.PrincipalId)"' "$out"
}

{
	rule One GROUP '["/Prod"]' '["team-002","team-001"]'
	rule Two GROUP '["/Prod"]' '"team-001"'
	rule Three USER '["/Prod"]' '["bob@example.com"]'
} | templates "$T/in"
resolve 0 -q
err_empty
is 'names and ids' "$(ids)" 'GROUP team-001 00000000-0000-0000-0000-000000000001
GROUP team-002 00000000-0000-0000-0000-000000000002
USER bob@example.com 00000000-0000-0000-0000-000000000902'
# ListInstances, DescribeOrganization, two pages of ListAccounts, the children of the root, and
# each of the three names once.
requests 'three names' 8

# A group and a user of one name are two principals.
{
	rule One GROUP '["/Prod"]' '"ann@example.com"'
	rule Two USER '["/Prod"]' '"ann@example.com"'
} | templates "$T/in"
resolve 0 -q
err_empty
is 'a group and a user of one name' "$(ids)" \
	'GROUP ann@example.com 00000000-0000-0000-0000-000000000900
USER ann@example.com 00000000-0000-0000-0000-000000000901'

# Many names: the directory by the page, as far as that can't be a bad bargain. The first page
# has ann's group, too.
rule One GROUP '["/Prod"]' "$(names 1 99)" | templates "$T/in"
resolve 0 -v
requests '99 of 121 groups' 6
err_has 'ListGroups: 1'
err_lacks GetGroupId
is 'all of them' "$(ids | wc -l | tr -d ' ')" 99
rule One GROUP '["/Prod"]' "$(names 1 120)" | templates "$T/in"
resolve 0 -v
err_has 'ListGroups: 2'
err_lacks GetGroupId
is 'two pages of them' "$(ids | wc -l | tr -d ' ')" 120
rule One GROUP '["/Prod"]' "$(names 111 120)" | templates "$T/in"
resolve 0 -v
err_has 'ListGroups: 1'
err_has 'GetGroupId: 10'
is 'ten on the second page' "$(ids | wc -l | tr -d ' ')" 10
sim='--page 2'
rule One GROUP '["/Prod"]' "$(names 1 25)" | templates "$T/in"
resolve 0 -v
err_has 'ListGroups: 2'
err_has 'GetGroupId: 22'
is 'small pages' "$(ids | wc -l | tr -d ' ')" 25
sim=

# What does not exist is said, all of it, with what was probably meant; nothing is written.
{
	rule One GROUP '["/Prod"]' '["team-001","team-1o1"]'
	rule Two USER '["/Prod"]' '"bop@example.com"'
	rule Three USER '["/Prod"]' '["team-001","x"]'
	rule Four GROUP '["/Prod", "ou-ab12-nosuchou"]' '"team-001"'
} | templates "$T/in"
resolve 1
out_empty
err_is <<'EOF'
a.json:6:40: error: no group 'team-1o1' in the directory: did you mean 'team-101'?
a.json:6:20: error: no user 'bop@example.com' in the directory: did you mean 'bob@example.com'?
a.json:6:20: error: no user 'team-001' in the directory
a.json:6:40: error: no user 'x' in the directory
a.json:4:31: error: OU 'ou-ab12-nosuchou' is not in the organization
EOF
cp "$err" "$T/online"
run 1 idc-resolve --state "$org" "$T/in"
out_empty
ok 'the same from a dump' cmp "$err" "$T/online"

# Who may not list the directory can still look names up, and does without the hint.
mkdir "$T/aws"
cat >"$T/aws/ListInstances" <<'EOF'
{"Instances":[{"InstanceArn":"arn:aws:sso:::instance/ssoins-1111222233334444","IdentityStoreId":"d-1234567890","OwnerAccountId":"111111111111"}]}
EOF
cat >"$T/aws/DescribeOrganization" <<'EOF'
{"Organization":{"Id":"o-exampleorg","MasterAccountId":"111111111111"}}
EOF
cat >"$T/aws/ListAccounts" <<'EOF'
{"Accounts":[{"Id":"222222222222","Name":"prod","State":"ACTIVE","Paths":["o-exampleorg/r-ab12/"]}]}
EOF
cat >"$T/aws/ListGroups" <<'EOF'
HTTP 400
{"__type":"AccessDeniedException","Message":"you may not"}
EOF
cat >"$T/aws/GetGroupId" <<'EOF'
{"GroupId":"00000000-0000-0000-0000-000000000001"}
EOF
rule One GROUP '["Root"]' "$(names 1 20)" | templates "$T/in"
run 0 perl "$TOP/tests/canned.pl" "$T/aws" idc-resolve -q "$T/in"
err_empty
# All of these names are one group here: it is assigned once, by the first of its names.
is 'one group' "$(ids)" 'GROUP team-001 00000000-0000-0000-0000-000000000001'
cat >"$T/aws/GetGroupId" <<'EOF'
HTTP 400
{"__type":"ResourceNotFoundException","Message":"no such group"}
EOF
rule One GROUP '["Root"]' '"team-001"' | templates "$T/in"
run 1 perl "$TOP/tests/canned.pl" "$T/aws" idc-resolve "$T/in"
out_empty
err_is <<'EOF'
a.json:6:20: error: no group 'team-001' in the directory
EOF
