# shellcheck shell=sh
# For the tests of idc-resolve: streams of templates, and the organization of
# tests/data/resolve/org.awk.

# shellcheck disable=SC2154 # T and TOP are set by lib.sh
org=$T/org.ndjson
awk -f "$TOP/tests/data/resolve/org.awk" >"$org"

# rule SID TYPE TARGETS PRINCIPALS [MORE]: an AssignmentRule for the permission set Admin; TARGETS
# and PRINCIPALS are JSON, MORE are further members. The values stand on lines 4 to 7.
rule() {
	printf '{"Kind":"AssignmentRule","SID":"%s","Target":%s,"PrincipalType":"%s","PrincipalId":%s,' \
		"$1" "$3" "$2" "$4"
	printf '"PermissionSetName":"Admin",%s"Source":{"File":"a.json","Line":3,"Column":5},' "${5:-}"
	printf '"Positions":{"Target":[[4,11],[4,31],[4,51]],"Exclude":[[5,12],[5,32]],'
	printf '"PrincipalId":[[6,20],[6,40]],"PermissionSetName":[[7,26]]}}\n'
}

set_record() {
	printf '{"Kind":"PermissionSet","Name":"%s","SessionDuration":"PT1H","RelayState":"https://console.aws.amazon.com/","ManagedPolicies":[],"CustomerManagedPolicies":[],"Tags":{},"Source":{"File":"s.json","Line":1,"Column":1}}\n' "$1"
}

# templates FILE: the records on standard input and the permission set Admin, as a stream.
templates() {
	{
		set_record Admin
		cat
	} >"$T/.records"
	{
		printf '{"Kind":"Begin","Stream":"templates","Version":1,"Program":"test","Time":"2026-11-24T02:00:00Z"}\n'
		cat "$T/.records"
		printf '{"Kind":"End","Stream":"templates","Count":%d}\n' "$(wc -l <"$T/.records")"
	} >"$1"
}

# resolve STATUS [OPTION...]: idc-resolve of $T/in against the organization; $sim are options
# of idc-sim. The requests are in $T/calls.
sim=
resolve() {
	want_status=$1
	shift
	# shellcheck disable=SC2086 # a list of words
	run "$want_status" idc-sim --state "$org" --calls "$T/calls" $sim -- idc-resolve "$@" "$T/in"
}

# assigned: "ACCOUNT TYPE NAME RULES" of every assignment in the last output.
assigned() {
	jq -r 'select(.Kind == "AccountAssignment") | "\(.AccountId) \(.PrincipalType) \(.PrincipalName) \(.Rules | join(","))"' "$out"
}
