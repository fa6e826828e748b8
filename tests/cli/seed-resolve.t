#!/bin/sh
# What the pipeline that this project replaces does wrong with hard input, and what idc-resolve
# does with it. Every case is one row of the list of its defects.
. "${0%/*}/../lib.sh"
. "${0%/*}/resolve.sh"

# row: target `Root` without a colon, as in the seed's own sample
rule A GROUP '["Root"]' '"team-001"' | templates "$T/in"
resolve 0 -q
is 'every active account' "$(assigned | wc -l | tr -d ' ')" 28

# row: a target whose second part merely contains `root` (a typo)
rule A GROUP '["Root:root-ab12"]' '"team-001"' | templates "$T/in"
resolve 1
out_empty
err_is <<'EOF'
a.json:4:11: error: unknown target 'Root:root-ab12': for every account, write 'Root' or 'Root:r-xxxx'
EOF

# row: account name with a colon in the label
rule A GROUP '["a: b:222222220002", "prod: all:ou-ab12-prod0000"]' '"team-001"' | templates "$T/in"
resolve 0 -q
is 'what follows the last colon' "$(assigned | cut -d ' ' -f 1)" '222222220001
222222220002'

# row: OU that does not exist
{
	rule A GROUP '["Dev:ou-ab12-dev00000"]' '"team-001"'
	rule B GROUP '["Prod:ou-ab12-prod0000", "gone:ou-ab12-gone0000:*"]' '"team-001"'
} | templates "$T/in"
resolve 1 -q
out_empty
err_is <<'EOF'
a.json:4:31: error: OU 'ou-ab12-gone0000' is not in the organization
EOF

# row: account that is not in the organization; a suspended account named explicitly
rule A GROUP '["payments:222222220002", "x:123456789012", "old:222222220009"]' '"team-001"' |
	templates "$T/in"
resolve 1 -q
out_empty
err_is <<'EOF'
a.json:4:31: error: account 123456789012 is not in the organization
a.json:4:51: error: account 222222220009 ('payments-old') is SUSPENDED: only ACTIVE accounts can be targets
EOF

# row: the management account as a target
{
	rule A GROUP '["Management:111111111111", "payments:222222220002"]' '"team-001"'
	rule B GROUP '["Root"]' '"team-002"'
} | templates "$T/in"
resolve 0 -q
out_lacks '"AccountId":"111111111111"'
err_is <<'EOF'
idc-resolve: warning: the management account 111111111111 ('Management') is left out of 2 rules: --include-management-account would take it in
EOF

# row: management account parameter empty or wrong
sed 's/"ManagementAccountId":"111111111111"/"ManagementAccountId":"222222220001"/' "$org" >"$org.other"
mv "$org" "$org.first"
mv "$org.other" "$org"
resolve 0 -q
out_has '"ManagementAccountId":"222222220001"'
out_has '"AccountId":"111111111111"'
out_lacks '"AccountId":"222222220001"'
mv "$org.first" "$org"

# row: unknown group or user, together with good rules
{
	rule A GROUP '["/Prod"]' '["team-001", "taem-002"]'
	rule B USER '["/Prod"]' '"bob@example.org"'
	rule C GROUP '["/Prod"]' '"team-001"'
} | templates "$T/in"
resolve 1 -q
out_empty
err_is <<'EOF'
a.json:6:40: error: no group 'taem-002' in the directory: did you mean 'team-002'?
a.json:6:20: error: no user 'bob@example.org' in the directory: did you mean 'bob@example.com'?
EOF

# row: assignment for a permission set that no template defines
rule A GROUP '["/Prod"]' '"team-001"' | sed 's/"Admin"/"Nobody"/' | templates "$T/in"
resolve 1 -q
out_empty
err_is <<'EOF'
a.json:7:26: error: no permission set 'Nobody' in the templates
EOF

# row: group `p`+set `X` and user of a like name: keys made by concatenation collide
{
	printf '{"Kind":"Begin","Stream":"state","Version":1}\n'
	sed '1d;$d' "$org"
	for group in p pX; do
		printf '{"Kind":"Group","GroupId":"00000000-0000-0000-0000-0000000000%s","DisplayName":"%s"}\n' \
			"$([ $group = p ] && echo a1 || echo a2)" "$group"
		printf '{"Kind":"User","UserId":"00000000-0000-0000-0000-0000000000%s","UserName":"%s"}\n' \
			"$([ $group = p ] && echo b1 || echo b2)" "$group"
	done
	printf '{"Kind":"End","Stream":"state","Count":%d}\n' $(($(wc -l <"$org") + 2))
} >"$T/more"
mv "$T/more" "$org"
{
	set_record X
	set_record XX
	rule A GROUP '["222222220002"]' '["p", "pX"]' | sed 's/"Admin"/["X", "XX"]/'
	rule B USER '["222222220002"]' '["p", "pX"]' | sed 's/"Admin"/["X", "XX"]/'
} | templates "$T/in"
resolve 0 -q
is 'no assignment is lost' \
	"$(jq -r 'select(.Kind == "AccountAssignment") | "\(.PermissionSetName) \(.PrincipalType) \(.PrincipalName)"' "$out")" \
	'X GROUP p
X GROUP pX
X USER p
X USER pX
XX GROUP p
XX GROUP pX
XX USER p
XX USER pX'

# row: Organizations throttles during the OU walk
rule A GROUP '["Dev:ou-ab12-dev00000", "/Parent:*"]' '"team-001"' | templates "$T/in"
sim='--legacy --page 2 --tps organizations=20'
resolve 0 -q
err_empty
is 'all is there' "$(assigned | wc -l | tr -d ' ')" 26
ok 'after some requests were throttled' grep '^# throttled [1-9]' "$T/calls"
