#!/bin/sh
# idc-resolve: from targets to accounts.
. "${0%/*}/../lib.sh"
. "${0%/*}/resolve.sh"

# accounts STATUS TARGETS [MORE [OPTION...]]: resolves one rule; $accounts are those of it. A dump
# of the organization gives the same.
accounts() {
	rule One GROUP "$2" '"team-001"' "${3:-}" | templates "$T/in"
	status=$1
	shift $(($# > 3 ? 3 : $#))
	run "$status" idc-resolve --state "$org" "$@" "$T/in"
	mv "$out" "$T/offline"
	resolve "$status" "$@"
	ok 'the same from a dump' cmp "$out" "$T/offline"
	accounts=$(assigned | cut -d ' ' -f 1 | tr '\n' ' ')
	[ "$status" -eq 0 ] || out_empty
}
dev=$(awk 'BEGIN { for (i = 1; i <= 25; i++) printf "3000000000%02d ", i }')

# Every form of a target, in an organization that tells the paths of its accounts and, where the
# tree has to be walked, in one that does not; pages of 20 and of two.
for sim in '' '--legacy' '--legacy --page 2'; do
	accounts 0 '["Dev:ou-ab12-dev00000", "Prod:ou-ab12-prod0000:*"]' '' -q
	err_empty
	is "OUs by id ($sim)" "$accounts" "222222220001 222222220002 $dev"
	accounts 0 '["x:/Prod/Payments", "/Parent:*", "ou-ab12-prod0000"]' '' -q
	err_empty
	is "OUs by path, and one alone ($sim)" "$accounts" '222222220001 222222220002 400000000001 '
	accounts 1 '["/Prod/Paymnts", "x:ou-ab12-nosuchou", "Root:r-zz99"]'
	err_has "a.json:4:11: error: no OU '/Prod/Paymnts': '/Prod' has no 'Paymnts': did you mean 'Payments'?"
	err_has "a.json:4:31: error: OU 'ou-ab12-nosuchou' is not in the organization"
	err_has "a.json:4:51: error: the root of this organization is 'r-ab12', not 'r-zz99'"
	accounts 0 '["Empty:ou-ab12-empty000", "ou-ab12-parent00", "Closed:ou-ab12-closed00:*"]'
	err_has "a.json:4:11: warning: OU 'ou-ab12-empty000' is empty"
	err_has "a.json:4:31: warning: OU 'ou-ab12-parent00' "
	err_has "a.json:4:51: warning: OU 'ou-ab12-closed00' holds no ACTIVE account"
	err_has '1 account in the targets is not ACTIVE and left out'
	is "nothing in empty OUs ($sim)" "$accounts" ''
	accounts 0 '["Production:ou-ab12-prod0000", "pay:222222220002", "Devel:ou-ab12-dev00000:*"]'
	err_has "a.json:4:11: warning: OU ou-ab12-prod0000 is named 'Prod', not 'Production'"
	err_has "a.json:4:31: warning: account 222222220002 is named 'payments', not 'pay'"
	err_has "a.json:4:51: warning: OU ou-ab12-dev00000 is named 'Dev', not 'Devel'"
done
sim=

accounts 0 '["Root", "Root:r-ab12", "Wurzel:r-ab12:*"]'
is 'Root is every active account but one' "$accounts" "222222220001 222222220002 ${dev}400000000001 "
err_has "warning: the management account 111111111111 ('Management') is left out of 1 rule: --include"
err_has '2 accounts in the targets are not ACTIVE and left out'
err_has 'idc-resolve: 1 rule gives 28 assignments in 28 accounts for 1 principal; '
is 'the management account is said once' "$(grep -c 111111111111 "$err")" 1
accounts 0 '["Root"]' '' -q --include-management-account
err_empty
is 'the stream says so' "$(jq -c 'select(.Kind == "Instance").IncludesManagementAccount' "$out")" true
is 'it can be asked for' "$accounts" "111111111111 222222220001 222222220002 ${dev}400000000001 "
accounts 0 '["Management:111111111111"]' '' -q
is 'nothing when it is the only target' "$accounts" ''
err_has "the management account 111111111111 ('Management') is left out"

# Accounts by id, name and tag.
accounts 0 '["payments:222222220002", "400000000001", "x:name=dev-0?"]' \
	'"Exclude":["name=dev-0*", "name=prod-shared"],' -q
err_empty
is 'by id, by name, but not those' "$accounts" '222222220002 400000000001 '
accounts 0 '["prod:tag=Env=prod", "tag=Env=d*"]' '"Exclude":["x:/Dev"],' -q
err_empty
is 'by tag' "$accounts" '222222220001 222222220002 '
accounts 1 '["name=prod-shraed", "name=*none*", "tag=Env=none"]' '"Exclude":["name=x", "tag=env=prod"],'
err_has "a.json:4:11: error: no ACTIVE account is named 'prod-shraed': did you mean 'prod-shared'?"
err_has "a.json:4:31: error: no ACTIVE account is named '*none*'"
err_has "a.json:4:51: error: no ACTIVE account has the tag 'Env' with the value 'none'"
err_has "a.json:5:12: error: no ACTIVE account is named 'x'"
err_has "a.json:5:32: error: no ACTIVE account has the tag 'env' with the value 'prod'"
accounts 1 '["child:400000000010", "prod-shared:222222229999", "600000000001"]'
err_has "a.json:4:11: error: account 400000000010 is not in the organization: did you mean 400000000001 ('child')?"
err_has "a.json:4:31: error: account 222222229999 is not in the organization: did you mean 222222220001 ('prod-shared')?"
err_has "a.json:4:51: error: account 600000000001 is not in the organization"
accounts 1 '["x:222222220009", "gone:500000000001", "name=payments-old"]'
err_has "a.json:4:11: error: account 222222220009 ('payments-old') is SUSPENDED: only ACTIVE accounts can be targets"
err_has "a.json:4:31: error: account 500000000001 ('gone') is CLOSED: only ACTIVE accounts can be targets"
err_has "a.json:4:51: error: no ACTIVE account is named 'payments-old'"

# Exclude.
accounts 0 '["Root"]' '"Exclude":["/Dev", "payments-old:222222220009"],'
is 'what is excluded is out' "$accounts" '222222220001 222222220002 400000000001 '
err_has "a.json:5:32: warning: account 222222220009 ('payments-old') is SUSPENDED"
accounts 0 '["Root"]' '"Exclude":["111111111111", "/Empty"],'
err_lacks 'management account'
err_has "a.json:5:32: warning: OU '/Empty' is empty"
accounts 1 '["/Dev", "/Prod"]' '"Exclude":["Root"],'
err_has "a.json:5:12: error: Exclude takes away every account of rule 'One'"
accounts 1 '["/Dev"]' '"Exclude":["x:600000000001", "ou-ab12-nosuchou"],'
err_has 'a.json:5:12: error: account 600000000001 is not in the organization'
err_has "a.json:5:32: error: OU 'ou-ab12-nosuchou' is not in the organization"

# As few requests as possible: those of the server's own count.
requests() {
	is "requests for $1" "$(sed -n 's/^# total //p' "$T/calls")" "$2"
}
accounts 0 '["Root"]' '' -v
# ListInstances, DescribeOrganization, GetGroupId and two pages of ListAccounts.
requests Root 5
err_has 'ListAccounts: 2'
accounts 0 '["Root"]' '' --verbose --quiet
err_lacks ListAccounts
accounts 0 '["ou-ab12-dev00000", "ou-ab12-prod0000:*", "payments:222222220002"]'
requests 'OUs without a label' 5
accounts 0 '["Dev:ou-ab12-dev00000", "Prod:ou-ab12-prod0000:*"]'
requests 'two labels of OUs in one parent' 6
accounts 0 '["/Prod/Payments", "/Dev", "Payments:ou-ab12-payments"]'
requests 'a path through two parents' 7
accounts 0 '["ou-ab12-empty000", "ou-ab12-empty000:*"]'
requests 'an OU without accounts' 6
accounts 0 '["name=dev-*", "tag=Env=dev"]'
requests 'tags of 29 active accounts' 34
sim=--legacy
accounts 0 '["Root"]'
requests 'Root without paths' 5
accounts 0 '["Dev:ou-ab12-dev00000"]'
# The root, the children of eight parents, two pages of Dev's accounts.
requests 'a walk' 16
accounts 0 '["/Parent:*", "Parent:ou-ab12-parent00:*"]'
requests 'a walk and two parents of accounts' 16
sim=

# What rules have in common is merged, lists are multiplied out, what expired is not there.
{
	set_record Other
	rule B GROUP '["/Prod", "222222220002"]' '["team-002", "team-001"]' |
		sed 's/"Admin"/["Other","Admin"]/'
	rule A GROUP '["/Prod"]' '"team-001"'
	rule C USER '["222222220001"]' '"bob@example.com"' '"Expires":"2026-11-24T02:00:01Z",'
	rule D USER '["666666666666"]' '"nobody@example.com"' '"Expires":"2026-11-24T02:00:00Z",'
} | templates "$T/in"
resolve 0
is 'what is assigned' \
	"$(jq -r 'select(.Kind == "AccountAssignment") | "\(.PermissionSetName) \(.AccountId) \(.PrincipalName) \(.Rules)"' "$out")" \
	'Admin 222222220001 team-001 ["A","B"]
Admin 222222220001 team-002 ["B"]
Admin 222222220001 bob@example.com ["C"]
Admin 222222220002 team-001 ["B"]
Admin 222222220002 team-002 ["B"]
Other 222222220001 team-001 ["B"]
Other 222222220001 team-002 ["B"]
Other 222222220002 team-001 ["B"]
Other 222222220002 team-002 ["B"]'
err_has "a.json:3:5: rule 'D' expired at 2026-11-24T02:00:00Z and grants nothing"
cp "$out" "$T/first"
sed '1d;$d' "$T/in" >"$T/records"
{
	cat "$T/in"
	head -n 1 "$T/in"
	sort -r "$T/records"
	tail -n 1 "$T/in"
} >"$T/twice"
mv "$T/twice" "$T/in"
resolve 0
ok 'the same twice is the same once' cmp "$out" "$T/first"

# Only rules that expired, or none: the permission sets alone, and no look at the accounts.
rule D USER '["666666666666"]' '"nobody@example.com"' '"Expires":"2025-01-01T00:00:00Z",' |
	templates "$T/in"
resolve 0
out_is <<'EOF'
{"Kind":"Begin","Stream":"resolved","Version":1,"Program":"idc-resolve 0.1.0","Time":"2026-11-24T02:00:00Z"}
{"Kind":"Instance","InstanceArn":"arn:aws:sso:::instance/ssoins-1111222233334444","IdentityStoreId":"d-1234567890","OwnerAccountId":"111111111111","ManagementAccountId":"111111111111","Region":"eu-west-1"}
{"Kind":"PermissionSet","Name":"Admin","SessionDuration":"PT1H","RelayState":"https://console.aws.amazon.com/","ManagedPolicies":[],"CustomerManagedPolicies":[],"Tags":{},"Source":{"File":"s.json","Line":1,"Column":1}}
{"Kind":"End","Stream":"resolved","Count":2}
EOF
requests 'no rule' 2
