# shellcheck shell=sh
# For the tests of idc-apply: plans written by hand, and the organization they are for.

# shellcheck disable=SC2154 # T, in, out and err are set by lib.sh
instance=arn:aws:sso:::instance/ssoins-1111111111111111
set_arn() { echo "arn:aws:sso:::permissionSet/ssoins-1111111111111111/ps-$1"; }
old=$(set_arn 0000000000000001)   # permission set Old, managed
mine=$(set_arn 0000000000000002)  # permission set Mine, made by hand
group() { printf '00000000-0000-4000-8000-%012d' "$1"; }
account() { printf '3000000000%02d' "$1"; }

begin() {
	printf '{"Kind":"Begin","Stream":"%s","Version":1,"Program":"test","Time":"2026-11-24T02:00:00Z"}\n' "$1"
	printf '{"Kind":"Instance","InstanceArn":"%s","IdentityStoreId":"d-1111111111","OwnerAccountId":"222233334444","ManagementAccountId":"111122223333","Region":"eu-west-1"}\n' "$instance"
}

# stream NAME: the records on standard input as a complete stream of that name.
stream() {
	cat >"$T/.records"
	begin "$1"
	cat "$T/.records"
	printf '{"Kind":"End","Stream":"%s","Count":%d}\n' "$1" $(($(wc -l <"$T/.records") + 1))
}

# The organization: accounts 300000000001 to ...40, groups 1 to 40, permission sets Old and Mine.
org=$T/org.ndjson
{
	printf '{"Kind":"Root","Id":"r-a1b2","Name":"Root"}\n'
	for i in 111122223333 222233334444; do
		printf '{"Kind":"Account","Id":"%s","Name":"base-%s","ParentId":"r-a1b2"}\n' "$i" "$i"
	done
	i=1
	while [ $i -le 40 ]; do
		printf '{"Kind":"Account","Id":"%s","Name":"account-%d","ParentId":"r-a1b2"}\n' \
			"$(account $i)" $i
		printf '{"Kind":"Group","GroupId":"%s","DisplayName":"group-%d"}\n' "$(group $i)" $i
		i=$((i + 1))
	done
	printf '{"Kind":"PermissionSet","Name":"Old","PermissionSetArn":"%s","SessionDuration":"PT1H","Tags":{"SSOPipeline":"true"}}\n' "$old"
	printf '{"Kind":"PermissionSet","Name":"Mine","PermissionSetArn":"%s","SessionDuration":"PT1H"}\n' "$mine"
} | stream state >"$org"

# assigned ACCOUNT GROUP [SET]: an AccountAssignment of the state.
assigned() {
	printf '{"Kind":"AccountAssignment","AccountId":"%s","AccountName":"a","PermissionSetName":"%s","PrincipalType":"GROUP","PrincipalId":"%s"}\n' \
		"$1" "${3:-Old}" "$(group "$2")"
}

# with: the organization and the records on standard input.
with() {
	sed '/"Kind":"\(Begin\|End\|Instance\)"/d' "$org" | cat - "$T/.with" 2>/dev/null | stream state
}

# action ID OPERATION EFFECT REQUEST-MEMBERS [DEPENDS-ON [MORE]]
action() {
	printf '{"Kind":"Action","Id":"%s","Operation":"%s","Request":{"InstanceArn":"%s"%s},"DependsOn":[%s],"Effect":"%s"%s,"Reason":"test"}\n' \
		"$1" "$2" "$instance" "${4:+,$4}" "${5-}" "$3" "${6-}"
}

ref() { printf '{"Ref":"PermissionSet/%s"}' "$1"; }

# create ID NAME [DEPENDS-ON]
create() {
	action "$1" CreatePermissionSet none "\"Name\":\"$2\",\"SessionDuration\":\"PT2H\",\"Tags\":[{\"Key\":\"SSOPipeline\",\"Value\":\"true\"}]" \
		"${3-}" ",\"PermissionSetName\":\"$2\""
}

# edit ID OPERATION SET-AS-JSON MEMBERS [DEPENDS-ON]
edit() {
	action "$1" "$2" change "\"PermissionSetArn\":$3${4:+,$4}" "${5-}"
}

# change OPERATION EFFECT ID ACCOUNT SET-AS-JSON GROUP [DEPENDS-ON]
change() {
	action "$3" "$1" "$2" "\"PermissionSetArn\":$5,\"TargetId\":\"$4\",\"TargetType\":\"AWS_ACCOUNT\",\"PrincipalType\":\"GROUP\",\"PrincipalId\":\"$(group "$6")\"" \
		"${7-}" ",\"AccountId\":\"$4\",\"AccountName\":\"a\",\"PermissionSetName\":\"S\",\"PrincipalType\":\"GROUP\",\"PrincipalId\":\"$(group "$6")\",\"PrincipalName\":\"group-$6\",\"Source\":{\"File\":\"rules.json\",\"Line\":$6,\"Column\":3}"
}
grant() { change CreateAccountAssignment grant "$@"; }
revoke() { change DeleteAccountAssignment revoke "$@"; }

# forty_grants: of Old, to group 1, in each of the accounts.
forty_grants() {
	i=1
	while [ $i -le 40 ]; do
		grant $i "$(account $i)" "\"$old\"" 1
		i=$((i + 1))
	done
}

# plan: the actions on standard input become $T/plan.
plan() { stream plan >"$T/plan"; }

# apply STATUS [OPTION...]: applies $T/plan to $state; $sim has options of idc-sim. The state
# afterwards is in $T/after, the calls are in $T/calls and, one by one, in $T/log.
sim=
state=$org
apply() {
	want_status=$1
	shift
	rm -f "$T/log"
	# shellcheck disable=SC2086 # a list of words
	run "$want_status" idc-sim --state "$state" --save "$T/after" --calls "$T/calls" \
		--log "$T/log" $sim -- idc-apply "$@" "$T/plan"
}

# live: "ACCOUNT SET GROUP" of every assignment afterwards.
live() {
	jq -r 'select(.Kind == "AccountAssignment") | "\(.AccountId) \(.PermissionSetName) \(.PrincipalId[-2:])"' "$T/after"
}

# statuses: "ID STATUS" of every Result, by Id.
statuses() { jq -r 'select(.Kind == "Result") | "\(.Id) \(.Status)"' "$out" | sort -n; }

# calls NAME: a number of idc-sim's --calls: an operation's, or "total", "peak-outstanding".
calls() { awk -v n="$1" '$(NF - 1) == n { print $NF }' "$T/calls"; }

# set_of NAME: the PermissionSet afterwards.
set_of() { jq -c --arg n "$1" 'select(.Kind == "PermissionSet" and .Name == $n)' "$T/after"; }
