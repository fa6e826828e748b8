#!/bin/sh
# Hours of throttling end in success, cost AWS little, and are spoken of; clocks that differ are made up for.
# shellcheck disable=SC2016 # the variables belong to the scripts below idc-sim
. "${0%/*}/../lib.sh"

org=$TOP/tests/data/org-seed.ndjson
templates=$TOP/tests/data/seed-like

# pipe STATUS IDC-SIM-OPTION...: the four filters; what each says in NAME.err, its stream in NAME.out.
pipe() {
	status=$1
	shift
	rm -rf "$T/pipe"
	mkdir "$T/pipe"
	run "$status" idc-sim -q --state "$org" --calls "$T/calls" --save "$T/save" "$@" -- \
		sh "$TOP/tests/pipe.sh" "$T/pipe" "$templates"
}
# state FILE: what the organization is like, without what differs from run to run.
state() {
	jq -c 'select(.Kind != "Begin") | del(.PermissionSetArn, .CreatedDate)' "$1" | sort
}
as_wanted() {
	state "$T/save" >"$T/got"
	ok "$1: all is done" cmp "$T/got" "$T/wanted"
}
count() { awk -v w="$1" '$2 == w { print $3 }' "$T/calls"; }

pipe 0
state "$T/save" >"$T/wanted"
ok 'there are assignments' test "$(grep -c '"Kind":"AccountAssignment"' "$T/wanted")" -gt 10
calm=$(count total)

# Eight hours of it for everybody, at the start of a plan's application.
idc-sim -q --state "$org" -- sh "$TOP/tests/pipe.sh" "$T/pipe" "$templates"
cp "$T/pipe/plan.out" "$T/plan"
run 0 idc-sim -q --state "$org" --calls "$T/calls" --save "$T/save" --speed 5000 \
	--fault '*:until=8h:throttle' -- idc-apply -q "$T/plan"
as_wanted 'eight hours'
err_empty
# 20 a second would have been 576000.
ok "it was asked ever less: $(count throttled) throttled" test "$(count throttled)" -lt 6500
ok 'but not for one hour only' test "$(count throttled)" -gt 100

# The storm breaks when operations are outstanding, and AWS says how long to wait.
run 0 idc-sim -q --state "$org" --calls "$T/calls" --save "$T/save" --speed 5000 --async 30s \
	--fault '*:after=20s:until=8h:throttle=60' -- idc-apply "$T/plan"
as_wanted 'outstanding'
err_has 'sso: AWS has throttled all requests for '
err_has 'sso: AWS answers again, after '
ok "a minute for each: $(count throttled) throttled" test "$(count throttled)" -lt 2000

# The patience with what is in progress, and with what is in the way, is not used up by it.
jq -c -n '[inputs] | ([.[] | select(.Operation == "CreateAccountAssignment")] [4:] | map(.Id)) as $but |
	map(select(.Id | IN($but[]) | not)) | .[-1].Count = length - 2 | .[]' <"$T/plan" >"$T/few"
run 0 idc-sim -q --state "$org" --speed 2000 --async 2h --fault '*:after=10m:until=90m:throttle=60' -- \
	idc-apply -q "$T/few"
run 0 idc-sim -q --state "$org" --speed 500 --fault '*:after=1m:until=10m:throttle=5' \
	--fault 'CreateAccountAssignment:until=615s:error=ConflictException' -- idc-apply -q "$T/few"
ok 'all four were in the way' test "$(grep -c '"CreateAccountAssignment","Status":"Succeeded"' "$out")" -eq 4

# In the whole pipe, in and out, half of the requests.
pipe 0 --speed 1000 --seed 3 --fault '*:p=0.5:throttle' --fault '*:p=0.02:reset'
as_wanted 'half'

# The rate that AWS allows is a quarter of what is thought.
export IDC_TPS=20
pipe 0 --speed 200 --tps 5 --burst 5
as_wanted 'the rate'
ok "few are in vain: $(count throttled) throttled of $(count total)" \
	test "$(($(count throttled) * 2))" -lt "$(count total)"
unset IDC_TPS

# AWS_MAX_ATTEMPTS bounds it.
export AWS_MAX_ATTEMPTS=4
run 5 idc-sim -q --state "$org" --calls "$T/calls" --speed 5000 --fault '*:throttle' -- idc-apply -q "$T/plan"
err_has '(4 attempts)'
unset AWS_MAX_ATTEMPTS

# A signal ends the patience: nothing was done, and that is known.
cat >"$T/signal.sh" <<'X'
idc-apply "$T/plan" >"$T/results" &
pid=$!
while ! curl -fs "$IDC_SIM/calls" | grep -q 'throttled [1-9]'; do
	sleep 0.1
done
kill -TERM $pid
wait $pid
X
if command -v curl >/dev/null; then
	run 143 idc-sim -q --state "$org" --speed 5000 --fault '*:throttle' -- sh "$T/signal.sh"
	ok 'the results are whole' grep -q '"Kind":"End"' "$T/results"
else
	skip 'curl is not installed'
fi

# Clocks that differ, either way, and one that AWS puts up with.
for skew in 10m -3h 2m; do
	pipe 0 --skew "$skew"
	as_wanted "skew $skew"
	ok "$skew: one refusal at most for each service a program speaks to" \
		test "$(($(count total) - calm))" -le 8
done
run 0 idc-sim -q --state "$org" --skew 10m -- sh -c 'idc-resolve "$T/pipe/validate.out" >/dev/null'
is 'it is said once' "$(grep -c "this machine's clock is [0-9]* s behind AWS's: requests are signed by AWS's" "$err")" 1
run 0 idc-sim -q --state "$org" --skew -10m -- sh -c 'idc-resolve "$T/pipe/validate.out" >/dev/null'
err_has " s ahead of AWS's"
run 0 idc-sim -q --state "$org" --skew 2m -- sh -c 'idc-resolve "$T/pipe/validate.out" >/dev/null'
err_lacks 'clock'
