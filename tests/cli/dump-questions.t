#!/bin/sh
# The questions of idc-dump(1), as they stand there, answered right.
# shellcheck disable=SC2016 # $names belong to jq
. "${0%/*}/../lib.sh"

arn() { printf 'arn:aws:sso:::permissionSet/ssoins-7223d5a1c0e94b68/ps-%016d' "$1"; }
group() { jq -r --arg name "$1" 'select(.DisplayName == $name) | .GroupId' "$TOP/tests/data/org-sample.ndjson"; }

# set N NAME MEMBERS
set_record() { printf '{"Kind":"PermissionSet","Name":"%s","PermissionSetArn":"%s",%s}\n' "$2" "$(arn "$1")" "$3"; }

# has SET ACCOUNT TYPE ID
has() { printf '{"Kind":"AccountAssignment","PermissionSetName":"%s","AccountId":"%s","PrincipalType":"%s","PrincipalId":"%s"}\n' "$@"; }

alex=4284dba3-c2fa-ecae-31d6-7ba64168df2e
{
	sed '$d' "$TOP/tests/data/org-sample.ndjson"
	set_record 1 Administrator '"ManagedPolicies":["arn:aws:iam::aws:policy/AdministratorAccess"],"Tags":{"SSOPipeline":"true"},"OutdatedAccounts":["444455556666"]'
	set_record 2 Power '"ManagedPolicies":["arn:aws:iam::aws:policy/AdministratorAccess"],"PermissionsBoundary":{"ManagedPolicyArn":"arn:aws:iam::aws:policy/ReadOnlyAccess"},"Tags":{"SSOPipeline":"true"}'
	set_record 3 Reader '"ManagedPolicies":["arn:aws:iam::aws:policy/ReadOnlyAccess"],"Tags":{"SSOPipeline":"true"}'
	set_record 4 ByHand '"Tags":{}'
	set_record 5 Unused '"Tags":{"SSOPipeline":"true"}'
	for account in 444455556666 444455557777 444455558888 444455559999; do
		has Administrator $account GROUP "$(group Platform-Admins)"
	done
	has Administrator 444455556666 GROUP 00000000-0000-4000-8000-000000000099
	has Power 444455556666 USER $alex
	has Reader 444455556666 GROUP "$(group Developers)"
	has Reader 555566667777 GROUP "$(group Developers)"
	has ByHand 555566667777 GROUP "$(group Developers)"
} >"$T/body"
{
	cat "$T/body"
	printf '{"Kind":"End","Stream":"state","Count":%d}\n' $(($(wc -l <"$T/body") - 1))
} >"$T/now"

# answer SECTION: the commands of the examples behind that question, run one after the other.
cd "$T" || exit 1
cp -R "$TOP/templates" templates
awk '/^\.Sh EXAMPLES/ { on = 1; next } /^\.Sh / { on = 0 } on' "$TOP/man/idc-dump.1" >examples
answer() {
	awk -v question="$1" '
		$0 == question { found = 1 }
		found && /^\$ / { print substr($0, 3) }
		found && /^\.Ed/ { exit }' examples >asked
	ok "asked: $1" test -s asked
	run 0 idc-sim -q --state now -- sh -e asked
}
is 'questions' "$(grep -c '?$' examples)" 12

answer 'A dump is asked as often as one likes:'
answer 'Who reaches the account prod-orders as an administrator?'
out_is <<'E'
GROUP	00000000-0000-4000-8000-000000000099
GROUP	Platform-Admins
USER	alex@example.com
E
answer 'What does the group Developers have, and where?'
out_is <<'E'
dev-orders	ByHand
prod-orders	Reader
dev-orders	Reader
E
answer 'Which groups reach more than three accounts, and how many?'
out_is <<'E'
4	Platform-Admins
E
answer 'Which active accounts does nobody reach?'
out_is <<'E'
111122223333	management
222233334444	identity
222233335555	log-archive
222233336666	audit
333344445555	network
333344446666	shared-services
555566668888	dev-payments
666677778888	sandbox-1
666677779999	sandbox-2
E
answer 'Which permission sets does nobody use?'
out_is <<'E'
Unused
E
answer 'Which roles are older than their permission set?'
out_is <<'E'
Administrator	444455556666
E
answer 'Which assignments are of a group or user that does not exist any more?'
out_is <<'E'
00000000-0000-4000-8000-000000000099	Administrator	prod-orders
E
answer 'Which permission sets were not made from templates?'
out_is <<'E'
ByHand
E
answer 'Who has something as a user, not through a group?'
out_is <<'E'
alex@example.com	Power	prod-orders
E
answer 'Which permission sets have no permissions boundary?'
out_is <<'E'
Administrator
ByHand
Reader
Unused
E
answer 'Which groups have nothing?'
out_is <<'E'
Billing
Database-Admins
Network-Team
Payments-OnCall
Security-Auditors
E
answer 'What has changed since?'
out_empty
# Somebody did something.
{ sed '$d' now; has Unused 666677778888 GROUP "$(group Billing)"; tail -n 1 now | sed "s/[0-9][0-9]*/$(wc -l <body)/"; } >next
mv next now
run 0 idc-sim -q --state now -- sh -c 'idc-dump -q >today.ndjson; ! diff live.ndjson today.ndjson'
out_has '"PermissionSetName":"Unused","PrincipalType":"GROUP"'
answer 'A plan without network, and its rehearsal:'
ok 'was rehearsed' grep -q '"Status":"Succeeded"' results.ndjson
