#!/bin/sh
# idc-plan --state: the plan of a dump is the live plan, byte for byte, and needs nothing but the file.
# shellcheck disable=SC2016 # $names belong to jq
. "${0%/*}/../lib.sh"
. "${0%/*}/dump.sh"

# all_from FILE: $T/all is a dump of what FILE has, $T/some one without those that have nothing.
all_from() {
	cp "$1" "$T/now"
	run 0 idc-sim -q --state "$T/now" -- idc-dump -q --all-principals
	cp "$out" "$T/all"
	run 0 idc-sim -q --state "$T/now" -- idc-dump -q
	cp "$out" "$T/some"
}

# same LABEL STATUS OPTION...: the plan of $T/in, live, from dumps, and from idc-sim's own state.
whole="$T/all $T/now"
files="$whole $T/some"
same() {
	what=$1 status=$2
	shift 2
	run "$status" idc-sim -q --state "$T/now" -- idc-plan -q "$@" "$T/in"
	cp "$out" "$T/live"
	cp "$err" "$T/live.err"
	for file in $files; do
		run "$status" env -i PATH="$PATH" IDC_TIME="$IDC_TIME" idc-plan -q --state "$file" "$@" "$T/in"
		ok "$what: the same plan from ${file##*/}" cmp "$out" "$T/live"
		ok "$what: the same messages" cmp "$err" "$T/live.err"
	done
}

# resolved TEMPLATES: $T/in, the same live and from the dump.
resolved() {
	run 0 idc-validate -q "$1"
	cp "$out" "$T/templates.ndjson"
	run 0 idc-sim -q --state "$T/now" -- idc-resolve -q "$T/templates.ndjson"
	cp "$out" "$T/in"
	cp "$err" "$T/live.err"
	run 0 env -i PATH="$PATH" IDC_TIME="$IDC_TIME" idc-resolve -q --state "$T/all" "$T/templates.ndjson"
	ok 'the same resolved' cmp "$out" "$T/in"
	ok 'the same messages' cmp "$err" "$T/live.err"
	# No rule is to give something in the management account, which idc-sim's caller can't change.
	sed '/"Kind":"Instance"/s/}$/,"IncludesManagementAccount":true}/' "$out" >"$T/in"
}

actions() { grep -c '"Kind":"Action"' "$T/live"; }

# The organizations of the tests, with the sample templates and those of the seed's kind.
for pair in "org-sample templates" "org-seed tests/data/seed-like"; do
	org=$TOP/tests/data/${pair% *}.ndjson templates=$TOP/${pair#* }
	all_from "$org"
	resolved "$templates"
	same "$pair, the first run" 0 --include-management-account --max-delete 100%
	ok 'there is something to do' test "$(actions)" -gt 0
	# Putting a stream behind itself changes nothing.
	cat "$T/in" "$T/in" >"$T/in-twice"
	cat "$T/all" "$T/all" >"$T/all-twice"
	run 0 idc-plan -q --state "$T/all-twice" --include-management-account --max-delete 100% "$T/in-twice"
	ok 'the same plan from both twice' cmp "$out" "$T/live"
	run 0 idc-sim -q --state "$org" --save "$T/applied" -- sh -c "idc-plan -q --include-management-account --max-delete 100% '$T/in' | idc-apply -q"
	all_from "$T/applied"
	same "$pair, nothing changed" 0 --include-management-account --exit-code
	is 'nothing to do' "$(actions)" 0
	same "$pair, nothing changed, by the last run" 0 --include-management-account --last-applied "$T/in"
	# A group loses all; a rule is taken away.
	cp "$T/in" "$T/last"
	someone=$(jq -r 'select(.Kind == "AccountAssignment") | .PrincipalId' "$T/in" | head -n 1)
	jq -c --arg id "$someone" 'select(.PrincipalId != $id)' "$T/last" >"$T/fewer"
	sed "\$s/.*/{\"Kind\":\"End\",\"Stream\":\"resolved\",\"Count\":$(($(wc -l <"$T/fewer") - 2))}/" "$T/fewer" >"$T/in"
	same "$pair, one less" 0 --include-management-account --max-delete 100%
	ok 'something to take away' test "$(actions)" -gt 0
	same "$pair, one less, by the last run" 0 --include-management-account --max-delete 100% --last-applied "$T/last"
	# It is gone from the directory, too.
	jq -c --arg id "$someone" 'select((.GroupId // .UserId) != $id) | if .Groups then .Groups -= [$id] else . end' "$T/applied" >"$T/gone"
	sed "\$s/.*/{\"Kind\":\"End\",\"Stream\":\"state\",\"Count\":$(($(wc -l <"$T/gone") - 2))}/" "$T/gone" >"$T/applied"
	all_from "$T/applied"
	# Without all of the directory it can't be known that reading by principal would do; pair by pair
	# more orphans are seen.
	files=$whole
	same "$pair, an orphan" 0 --include-management-account --max-delete 100%
	ok 'is one' grep -q '"Orphan":true' "$T/live"
	run 0 idc-plan -q --state "$T/some" --include-management-account --max-delete 100% "$T/in"
	jq -r '.Request // empty | [.PermissionSetArn, .TargetId, .PrincipalId] | @csv' "$out" | sort >"$T/more"
	jq -r '.Request // empty | [.PermissionSetArn, .TargetId, .PrincipalId] | @csv' "$T/live" | sort >"$T/less"
	is 'no action is missing' "$(comm -13 "$T/more" "$T/less")" ''
	files="$whole $T/some"
	same "$pair, an orphan, by the last run" 0 --include-management-account --max-delete 100% --last-applied "$T/last"
	files=$whole
	same "$pair, too many revokes" 6 --include-management-account --max-delete 0
	files="$whole $T/some"
done
files=$whole

# Sets of others, roles that are out of date, and all kinds of policies.
world accounts=30,ous=6,groups=12,users=25,permission-sets=8,assignments=120,seed=3 "$T/world"
all_from "$T/world"
wanted() {
	jq -cn --argjson foreign "$1" '[inputs] | .[1:-1] as $all
		| {Kind: "Begin", Stream: "resolved", Version: 1, Program: "test", Time: "2026-11-24T02:00:00Z"},
		  ($all[] | select(.Kind == "Instance")),
		  ($all[] | select(.Kind == "PermissionSet" and (.Managed or $foreign)) | {Kind, Name, Description, SessionDuration, RelayState,
			ManagedPolicies, CustomerManagedPolicies, PermissionsBoundary, InlinePolicy, Tags: (.Tags | del(.SSOPipeline))}
			| with_entries(select(.value != null))),
		  ($all[] | select(.Kind == "AccountAssignment" and .PrincipalName and (.PermissionSetName != "Foreign" or $foreign)) | . + {Rules: ["A"]})' \
		"$T/world" >"$T/.wanted"
	jq -cn '{Kind: "End", Stream: "resolved", Count: ([inputs] | length - 1)}' "$T/.wanted" >"$T/.end"
	cat "$T/.wanted" "$T/.end" >"$T/in"
}
wanted false
same 'roles out of date, an orphan' 0 --max-delete 100%
ok 'roles are provisioned' grep -q 'its role is out of date in' "$T/live"
same 'by the last run' 0 --max-delete 100% --last-applied "$T/in"
same 'another tag' 1 --tag Team
same 'a value of the tag' 0 --max-delete 100% --tag SSOPipeline=true
wanted true
same 'a set of others' 1
err_has "permission set 'Foreign' exists, but does not carry the tag SSOPipeline"
same 'taken over' 0 --max-delete 100% --adopt Foreign
same 'what is ignored' 0 --ignore '.PrincipalName == null' --max-delete 100% --adopt Foreign

# Whose a set is, its tags say, not what the dump was told.
jq -c 'if .Kind == "PermissionSet" then .Managed |= not else . end' "$T/all" >"$T/lies"
run 0 idc-plan -q --max-delete 100% --adopt Foreign --state "$T/lies" "$T/in"
cp "$out" "$T/plan"
run 0 idc-plan -q --max-delete 100% --adopt Foreign --state "$T/all" "$T/in"
ok 'Managed does not matter' cmp "$out" "$T/plan"

# A large directory and many pairs: the same choice of how to read.
world accounts=60,ous=6,groups=6,users=4,permission-sets=3,assignments=400,seed=5 "$T/world"
all_from "$T/world"
wanted false
run 0 idc-sim -q --state "$T/now" --calls "$T/calls" -- idc-plan -q --max-delete 100% "$T/in"
ok 'read by principal' test "$(calls ListAccountAssignmentsForPrincipal)" -gt 0
same 'by principal, by the last run' 0 --max-delete 100% --last-applied "$T/in"
same 'by principal' 0 --max-delete 100%

# The dump may come on standard input.
in=$T/all
run 0 idc-plan -q --max-delete 100% --state - "$T/in"
ok 'from standard input' cmp "$out" "$T/live"
in=/dev/null

# Nothing is asked for, in no environment, and nothing is counted.
run 0 env -i PATH="$PATH" idc-plan --max-delete 100% --state "$T/all" "$T/in"
err_has '; 0 requests'
run 0 env -i PATH="$PATH" AWS_REGION=eu-central-1 AWS_PROFILE=none AWS_ENDPOINT_URL=http://127.0.0.1:1 \
	idc-plan -qv --max-delete 100% --state "$T/all" "$T/in"
err_empty

# Damaged dumps, and those of others.
# damaged STATUS MESSAGE SED-SCRIPT...
damaged() {
	status=$1 message=$2
	shift 2
	sed "$@" "$T/all" >"$T/damaged"
	run "$status" idc-plan --state "$T/damaged" "$T/in"
	out_empty
	err_has "$message"
	is 'one line' "$(grep -c . "$err")" 1
}
run 1 idc-plan --state "$T/none" "$T/in"
out_empty
err_has "$T/none: No such file or directory"
run 4 idc-plan --state "$T/in" "$T/in"
out_empty
err_has 'expected a state stream, got resolved'
damaged 4 'incomplete input' '$d'
damaged 4 'the stream was damaged' 5d
damaged 4 ':2:1: error: an Instance without InstanceArn' 's/"InstanceArn"/"Arn"/'
damaged 4 'error: a PermissionSet without Name or PermissionSetArn' 's/"PermissionSetArn"/"Arn"/'
damaged 4 'error: an AccountAssignment without a valid AccountId' 's/"AccountId":"1/"AccountId":"x/'
damaged 4 'error: an AccountAssignment without a valid AccountId' 's/"PrincipalType":"GROUP"/"PrincipalType":"CROWD"/'
damaged 4 'error: an AccountAssignment without a valid AccountId' 's/"PrincipalId":"[^"]*"/"PrincipalId":7/'
damaged 4 "' has a SessionDuration of the wrong kind" 's/"SessionDuration":"[^"]*"/"SessionDuration":5/'
damaged 4 "' has a ManagedPolicies of the wrong kind" 's/"ManagedPolicies":\[[^]]*\]/"ManagedPolicies":null/'
damaged 4 "' has a ManagedPolicies of the wrong kind" 's/"ManagedPolicies":\[[^]]*\]/"ManagedPolicies":[7]/'
damaged 4 "' has a State of the wrong kind" '0,/"State":"[A-Z]*"/s//"State":5/'
damaged 4 "' is there twice: remove one" '/"Kind":"Account",/{p;}'
damaged 4 'the Instance is there twice: remove one' '/"Kind":"Instance",/p'
damaged 4 ' is there twice, and the two differ' 's/"Name":"Everything"/"Name":"Foreign"/'
damaged 4 "assignments of permission set 'Everything', which has no record" \
	'/"Kind":"PermissionSet","Name":"Everything"/d;$s/"Count":\([0-9]*\)/"Count":'"$(($(wc -l <"$T/all") - 3))"'/'
damaged 1 "$T/damaged is of instance 'arn:aws:sso:::instance/ssoins-1111222233334444', not of 'arn:" \
	's/"InstanceArn":"[^"]*"/"InstanceArn":"arn:aws:sso:::instance\/ssoins-1111222233334444"/'

# A name that JSON has to escape is read as well as others.
jq -c 'if .Kind == "AccountAssignment" then .PrincipalName |= (if . then . + "\"x" else . end) else . end' "$T/all" >"$T/escaped"
run 0 idc-plan -q --max-delete 100% --state "$T/escaped" "$T/in"
ok 'the same with escapes' cmp "$out" "$T/live"
jq -c 'if .Kind == "AccountAssignment" then . + {More: {a: ["}", "]"]}} else . end' "$T/in" >"$T/more"
run 0 idc-plan -q --max-delete 100% --state "$T/all" "$T/more"
ok 'and members that nobody knows' cmp "$out" "$T/live"
