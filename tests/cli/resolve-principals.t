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
# asked LISTS GETS: how often ListGroups and GetGroupId were called.
asked() {
	is "pages $1, single requests $2" "$(awk '
		$2 == "ListGroups" { pages = $3 }
		$2 == "GetGroupId" { single = $3 }
		END { print pages + 0, single + 0 }' "$T/calls")" "$1 $2"
}
# with FIRST LAST NAME...: the same list with more names before it.
with() {
	list=$(names "$1" "$2" | tr -d '\n')
	shift 2
	for more; do
		list="[\"$more\",${list#?}"
	done
	echo "$list"
}
# groups JSON: one rule for those groups is the input.
groups() {
	rule One GROUP '["/Prod"]' "$1" | templates "$T/in"
}
# resolved N: to N different ids.
resolved() {
	is "$1 groups" "$(ids | sort -u | wc -l | tr -d ' ')" "$1"
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

# Many names: the directory by the page, and no further than they go. The first group is ann's,
# and team-001 to team-120 follow in order.
groups "$(names 1 99)"
resolve 0 -v
requests '99 of 121 groups' 6
err_has 'ListGroups: 1'
err_lacks GetGroupId
resolved 99
groups "$(names 1 120)"
resolve 0 -q
asked 2 0
resolved 120
groups "$(names 1 9)"
resolve 0 -q
asked 0 9
groups "$(names 111 120)"
resolve 0 -q
asked 2 0
resolved 10

# All names are on the first four of 25 pages; and on all but the last one; and each is wanted.
sim='--page 5'
groups "$(names 1 19)"
resolve 0 -q
asked 4 0
resolved 19
groups "$(names 1 119)"
resolve 0 -q
asked 24 0
resolved 119
sim='--page 11'
groups "$(with 1 120 ann@example.com)"
resolve 0 -q
asked 11 0
resolved 121
sim='--page 5'

# Pages that have fewer names than they cost are given up, at a loss of two requests: names far
# behind, and one name in twelve groups.
groups "$(names 101 112)"
resolve 0 -q
asked 2 12
resolved 12
groups '["team-001","team-013","team-025","team-037","team-049","team-061","team-073","team-085","team-097","team-109"]'
resolve 0 -q
asked 4 8
resolved 10

# A tenth of the names may be lost to such pages: forty of them from the fourth page on, and
# further behind.
sim='--page 10'
groups "$(names 30 69)"
resolve 0 -q
asked 7 0
resolved 40
groups "$(names 81 120)"
resolve 0 -q
asked 4 40
resolved 40

# A rich page is no reason to go through many poor ones; one name is not worth a page.
groups "$(with 1 9 team-045 team-075 team-105 team-120)"
resolve 0 -q
asked 3 4
resolved 13
groups "$(with 1 9 team-011)"
resolve 0 -q
asked 1 1
resolved 10

# For a hint the listing goes on where it was left: each of 13 pages once.
groups "$(with 1 9 team-1o1)"
resolve 1
out_empty
err_is <<'EOF'
a.json:6:20: error: no group 'team-1o1' in the directory: did you mean 'team-101'?
EOF
asked 13 1
# A whole listing says of all that it does not have that it does not exist.
groups "$(with 1 120 nobody team-1o1)"
resolve 1
out_empty
err_is <<'EOF'
a.json:6:20: error: no group 'team-1o1' in the directory: did you mean 'team-101'?
a.json:6:40: error: no group 'nobody' in the directory
EOF
asked 13 0
cp "$err" "$T/online"
run 1 idc-resolve --state "$org" "$T/in"
out_empty
ok 'the same from a dump' cmp "$err" "$T/online"
# But AWS may know it by another spelling; beyond ASCII there is no telling.
groups "$(with 1 120 nobody 'TEAM- 001' "$(printf '\303\211quipe')")"
resolve 1
asked 13 2

# Hints are from the first fifty pages, however many were read: sixty here, of two groups each.
sim='--page 2'
groups "$(with 1 119 team-119x)"
resolve 1
out_empty
err_is <<'EOF'
a.json:6:20: error: no group 'team-119x' in the directory: did you mean 'team-019'?
EOF
asked 60 1
groups "$(with 1 9 team-119x)"
resolve 1
asked 50 1

# Who is denied the listing midway asks for the rest one by one, and does not try again for a hint.
sim='--page 10 --fault ListGroups:nth=2-:denied'
groups "$(names 1 25)"
resolve 0 -q
asked 2 16
resolved 25
groups "$(with 1 25 team-0o9 team-1o9)"
resolve 1
out_empty
err_is <<'EOF'
a.json:6:20: error: no group 'team-1o9' in the directory: did you mean 'team-009'?
a.json:6:40: error: no group 'team-0o9' in the directory: did you mean 'team-009'?
EOF
asked 2 18
sim='--fault ListGroups:denied'
groups "$(with 1 19 team-0o9)"
resolve 1
out_empty
err_is <<'EOF'
a.json:6:20: error: no group 'team-0o9' in the directory
EOF
asked 1 20
# Who is denied single names lists instead: once, and only as far as it takes.
sim='--fault GetGroupId:denied'
groups "$(names 1 3)"
resolve 0 -q
asked 1 3
resolved 3
groups "$(with 1 2 team-0o9)"
resolve 1
out_empty
err_is <<'EOF'
a.json:6:20: error: no group 'team-0o9' in the directory: did you mean 'team-009'?
EOF
asked 2 3
# And who may do neither is told so.
sim='--fault GetGroupId:denied --fault ListGroups:denied'
groups "$(names 1 3)"
resolve 5 -q
out_empty
err_has "can't look up groups one by one, nor list them: ListGroups: "
asked 1 3
# Any other failure of it is one of the run.
sim='--page 10 --fault ListGroups:nth=2:error=ValidationException'
groups "$(names 1 25)"
resolve 5 -q
out_empty
err_has "can't list the groups: ListGroups: "
asked 2 0
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

# An AWS for which team-020 is Team-020; a group that is listed without its name might be it, too.
cat >"$T/aws/GetGroupId" <<'EOF'
{"GroupId":"1"}
EOF
for listed in '"GroupId":"1","DisplayName":"Team-020"' '"GroupId":"1"'; do
	printf '{"Groups":[{%s}' "$listed" >"$T/aws/ListGroups"
	for i in $(seq -w 1 19); do
		printf ',{"GroupId":"2-%s","DisplayName":"team-0%s"}' "$i" "$i" >>"$T/aws/ListGroups"
	done
	printf ']}' >>"$T/aws/ListGroups"
	rule One GROUP '["Root"]' "$(names 1 20)" | templates "$T/in"
	: >"$T/aws/calls"
	run 0 perl "$TOP/tests/canned.pl" "$T/aws" idc-resolve -q "$T/in"
	ok 'asked for by its name' grep -q '^GetGroupId .*team-020' "$T/aws/calls"
done
