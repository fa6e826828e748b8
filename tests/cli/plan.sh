# shellcheck shell=sh
# For the tests of idc-plan: streams of a small organization.
#
#     Management (111111111111), acct-1 to acct-9 (222222220001 to 222222220009)
#     groups admins, devs, ops, auditors; users ann and bob
#
# A group's or user's id is made from its number: see gid and uid.

# shellcheck disable=SC2154 # T and TOP are set by lib.sh
instance='{"Kind":"Instance","InstanceArn":"arn:aws:sso:::instance/ssoins-1111222233334444","IdentityStoreId":"d-1234567890","OwnerAccountId":"111111111111","ManagementAccountId":"111111111111","Region":"eu-west-1","IncludesManagementAccount":true}'

gid() { printf '00000000-0000-4000-8000-0000000000%02d' "$1"; }
uid() { printf '00000000-0000-4000-9000-0000000000%02d' "$1"; }
arn() { printf 'arn:aws:sso:::permissionSet/ssoins-1111222233334444/ps-%016d' "$1"; }

# stream TYPE FILE: the records on standard input as a stream.
stream() {
	cat >"$T/.records"
	{
		printf '{"Kind":"Begin","Stream":"%s","Version":1,"Program":"test","Time":"2026-11-24T02:00:00Z"}\n' "$1"
		cat "$T/.records"
		printf '{"Kind":"End","Stream":"%s","Count":%d}\n' "$1" "$(wc -l <"$T/.records")"
	} >"$2"
}

organization() {
	echo "$instance"
	echo '{"Kind":"Root","Id":"r-ab12","Name":"Root"}'
	echo '{"Kind":"Account","Id":"111111111111","Name":"Management","State":"ACTIVE","ParentId":"r-ab12"}'
	for i in 1 2 3 4 5 6 7 8 9; do
		printf '{"Kind":"Account","Id":"22222222000%d","Name":"acct-%d","State":"ACTIVE","ParentId":"r-ab12"}\n' $i $i
	done
	n=0
	for name in admins devs ops auditors; do
		n=$((n + 1))
		printf '{"Kind":"Group","GroupId":"%s","DisplayName":"%s"}\n' "$(gid $n)" "$name"
	done
	printf '{"Kind":"User","UserId":"%s","UserName":"ann"}\n' "$(uid 1)"
	printf '{"Kind":"User","UserId":"%s","UserName":"bob"}\n' "$(uid 2)"
}

# live_set N NAME [MEMBERS]: a permission set that carries the tag, unless MEMBERS has Tags.
live_set() {
	case ${3:-} in
	*'"Tags"'*) tags= ;;
	*) tags='"Tags":{"SSOPipeline":"true"},' ;;
	esac
	case ${3:-} in
	*'"SessionDuration"'*) duration= ;;
	*) duration='"SessionDuration":"PT1H",' ;;
	esac
	printf '{"Kind":"PermissionSet","Name":"%s","PermissionSetArn":"%s",%s%s"RelayState":"https://console.aws.amazon.com/"%s}\n' \
		"$2" "$(arn "$1")" "$tags" "$duration" "${3:+,$3}"
}

# wanted_set NAME [MEMBERS]: its template. MEMBERS replace the defaults.
wanted_set() {
	printf '{"Kind":"PermissionSet","Name":"%s","SessionDuration":"PT1H","RelayState":"https://console.aws.amazon.com/","ManagedPolicies":[],"CustomerManagedPolicies":[],"Tags":{},"Source":{"File":"templates/permissionsets/%s.json","Line":1,"Column":1}}\n' "$1" "$1" |
		jq -c ". + {${2:-}}"
}

# principal NAME: its members, as they stand in an AccountAssignment.
principal() {
	case $1 in
	admins) printf '"PrincipalType":"GROUP","PrincipalId":"%s"' "$(gid 1)" ;;
	devs) printf '"PrincipalType":"GROUP","PrincipalId":"%s"' "$(gid 2)" ;;
	ops) printf '"PrincipalType":"GROUP","PrincipalId":"%s"' "$(gid 3)" ;;
	auditors) printf '"PrincipalType":"GROUP","PrincipalId":"%s"' "$(gid 4)" ;;
	ann) printf '"PrincipalType":"USER","PrincipalId":"%s"' "$(uid 1)" ;;
	bob) printf '"PrincipalType":"USER","PrincipalId":"%s"' "$(uid 2)" ;;
	*) printf '"PrincipalType":"GROUP","PrincipalId":"%s"' "$(gid 99)" ;;
	esac
}

# live SET ACCOUNT PRINCIPAL: ACCOUNT is a digit, 0 for the management account.
live() {
	printf '{"Kind":"AccountAssignment","AccountId":"%s","PermissionSetName":"%s",%s}\n' \
		"$(account "$2")" "$1" "$(principal "$3")"
}

account() {
	if [ "$1" = 0 ]; then
		printf 111111111111
	else
		printf '22222222000%d' "$1"
	fi
}

# wanted SET ACCOUNT PRINCIPAL [RULE]
wanted() {
	name=acct-$2
	[ "$2" != 0 ] || name=Management
	printf '{"Kind":"AccountAssignment","AccountId":"%s","AccountName":"%s","PermissionSetName":"%s",%s,"PrincipalName":"%s","Rules":["%s"],"Source":{"File":"templates/assignments/a.json","Line":%d,"Column":5}}\n' \
		"$(account "$2")" "$name" "$1" "$(principal "$3")" "$3" "${4:-$1}" "$((${2} + 10))"
}

# plan STATUS [OPTION...]: idc-plan of $T/in against $T/now; $sim are options of idc-sim. The
# requests are in $T/calls.
sim=
plan() {
	want_status=$1
	shift
	rm -f "$T/calls"
	# shellcheck disable=SC2086 # a list of words
	run "$want_status" idc-sim -q --state "$T/now" --calls "$T/calls" $sim -- idc-plan "$@" "$T/in"
}

# actions: "ID DEPENDS OPERATION SET ACCOUNT PRINCIPAL" of the last plan, - for what is not there.
actions() {
	jq -r 'select(.Kind == "Action") | "\(.Id) [\(.DependsOn | join(","))] \(.Operation) \(.PermissionSetName) \(.AccountName // .AccountId // "-") \(.PrincipalName // .PrincipalId // "-")"' "$out" >"$T/actions"
	cat "$T/actions"
}

# actions_are: the same, compared with standard input.
actions_are() {
	cat >"$T/.wanted"
	is "actions" "$(actions)" "$(cat "$T/.wanted")"
}

# field ID PATH: a value of an action, compact.
field() { jq -c "select(.Id == \"$1\") | $2" "$out"; }

# notices: "CODE SET ACCOUNT PRINCIPAL" of the last plan.
notices() {
	jq -r 'select(.Kind == "Notice") | "\(.Code) \(.PermissionSetName) \(.AccountName // .AccountId // "-") \(.PrincipalName // .PrincipalId // "-")"' "$out"
}

# calls OPERATION: how often it was called.
calls() { awk -v op="$1" '$2 == op { n = $3 } END { print n + 0 }' "$T/calls"; }
