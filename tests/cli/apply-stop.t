#!/bin/sh
# shellcheck disable=SC2016 # $1 and $! are those of the inner shell
# idc-apply: signals, readers that go away, credentials that end.
. "${0%/*}/../lib.sh"
. "${0%/*}/apply.sh"

forty_grants | plan

# stopped STATUS ASYNC SCRIPT [IDC-SIM-OPTION]...: SCRIPT runs with the plan as $1 against operations that take ASYNC;
# in it "begun" waits until the first assignments are under way.
stopped() {
	rm -f "$T/log"
	status=$1 async=$2 script=$3
	shift 3
	run "$status" idc-sim --state "$org" --save "$T/after" --calls "$T/calls" --log "$T/log" \
		--async "$async" "$@" -- sh -c "begun() {
			until [ \$(grep -c '\"CreateAccountAssignment\"' '$T/log') -ge 10 ]; do sleep 0.02; done
		}
		$script" sh "$T/plan"
}
succeeded() { jq -r 'select(.Status == "Succeeded") | .Id' "$out" | wc -l; }

# --- a signal: nothing new, what is outstanding is waited for ---
for signal in TERM INT; do
	status=143
	[ $signal = TERM ] || status=130
	stopped $status 300ms "idc-apply \"\$1\" & begun; kill -$signal \$!; wait \$!"
	err_has 'a second signal stops at once'
	is 'the stream is whole' "$(tail -n 1 "$out")" '{"Kind":"End","Stream":"results","Count":41}'
	is 'what succeeded is what is assigned' "$(succeeded)" "$(live | wc -l)"
	ok 'not all' test "$(succeeded)" -lt 40
	is 'none has failed' "$(jq -r 'select(.Status == "Failed")' "$out")" ''
	is 'the others were stopped' "$(jq -r 'select(.Status == "Skipped") | .Error.Code' "$out" | uniq)" Interrupted
done

# --- while AWS throttles: what it has accepted is waited for, what it has not is not done ---
stopped 143 300ms 'idc-apply "$1" & begun; kill -TERM $!; wait $!' --fault 'CreateAccountAssignment:nth=6-:throttle'
is 'what was accepted has succeeded' "$(succeeded) $(live | wc -l)" '5 5'
is 'the others were stopped' "$(jq -r 'select(.Status != "Succeeded" and .Id != null) | [.Status, .Error.Code] | join(" ")' "$out" | uniq)" \
	'Skipped Interrupted'
# However long AWS says to wait.
stopped 143 1s 'idc-apply "$1" & begun; kill -TERM $!; wait $!' --speed 20 \
	--fault 'ListAccountAssignmentCreationStatus:nth=2-:until=40s:throttle=300'
ok 'the end of the operations is seen soon' \
	test "$(jq -s 'map(.Seconds // 0) | max < 250' "$out")" = true
is 'none has failed' "$(jq -r 'select(.Status == "Failed")' "$out")" ''

# What gets no answer is not sent again then.
export IDC_TIMEOUT=1s
stopped 143 100ms 'idc-apply "$1" & begun; kill -TERM $!; wait $!' --fault 'CreateAccountAssignment:nth=6-:stall'
is 'each was sent once' "$(calls CreateAccountAssignment)" 10
unset IDC_TIMEOUT
# A terminal that is closed is a signal, too.
stopped 129 300ms 'idc-apply "$1" & begun; kill -HUP $!; wait $!'
is 'the stream is whole' "$(tail -n 1 "$out")" '{"Kind":"End","Stream":"results","Count":41}'

# --- a second one: now ---
stopped 143 20s 'idc-apply "$1" & begun; kill -TERM $!; sleep 0.2; kill -TERM $!; wait $!'
is 'the stream is whole' "$(tail -n 1 "$out")" '{"Kind":"End","Stream":"results","Count":41}'
err_has 'idc-apply: warning: 10 operations were not waited for, AWS may complete them yet'
is 'they are told together' "$(grep -c rules.json "$err")" 0
is 'ten are left to AWS' "$(jq -r 'select(.Status == "Failed") | .Error.Message' "$out" | sort | uniq -c | tr -s ' ')" \
	' 10 stopped by a signal: not waited for, AWS may complete it yet'
# Nor is what was being read to clear up a conflict.
stopped 143 20s 'idc-apply "$1" & begun; sleep 0.2; kill -TERM $!; sleep 0.2; kill -TERM $!; wait $!' \
	--fault CreateAccountAssignment:error=ConflictException --fault ListAccountAssignments:stall
is 'the stream is whole' "$(tail -n 1 "$out")" '{"Kind":"End","Stream":"results","Count":41}'
is 'it was being read' "$(calls ListAccountAssignments)" 10

# --- a reader that does not read ---
stopped 143 50ms '{ head -c 65000 /dev/zero; idc-apply "$1" & echo $! >"$1.pid"; wait $!; echo $? >"$1.status"; } | { sleep 30 & echo $! >"$1.sleep"; wait; } &
	until [ -s "$1.pid" ] && [ $(grep -c "\"CreateAccountAssignment\"" "${1%/*}/log") -ge 10 ]; do sleep 0.02; done
	sleep 1; kill -TERM $(cat "$1.pid"); sleep 0.2; kill -TERM $(cat "$1.pid")
	until [ -s "$1.status" ]; do sleep 0.1; done
	kill $(cat "$1.sleep"); exit $(cat "$1.status")'

# --- killed: the same plan again ends well ---
stopped 0 200ms 'idc-apply "$1" >"$1.first" & begun; sleep 0.1; kill -9 $!; wait $!; exec idc-apply -q "$1"'
is 'all are assigned' "$(live | wc -l)" 40
is 'all are told' "$(succeeded)" 40
is 'the operations left over were counted' "$(calls peak-outstanding)" 10
is 'and AWS refused none' "$(calls throttled)" 0
ok 'the first was killed in the middle' test "$(grep -c Succeeded "$T/plan.first")" -lt 40

# --- the reader goes away ---
stopped 0 100ms '{ idc-apply "$1"; echo $? >"$1.status"; } | head -n 4'
is 'exit 1' "$(cat "$T/plan.status")" 1
err_has 'results can'\''t be written: starting nothing more, waiting for 10 operations'
err_has 'standard output: Broken pipe'
ok 'not all is done' test "$(live | wc -l)" -lt 40

# --- nobody can read at all ---
stopped 1 100ms 'exec idc-apply "$1" >/dev/full'
err_is <<'EOF'
idc-apply: error: standard output: No space left on device
EOF
is 'no request' "$(calls total)" 0

# --- credentials ---
stopped 5 100ms 'unset AWS_ACCESS_KEY_ID; exec idc-apply "$1"'
err_has 'idc-apply: error: nothing was changed: '
is 'no request' "$(calls total)" 0
sim='--fault *:expired'
apply 5
err_has 'idc-apply: error: stopped, 0 of 40 actions done: '
is 'one line says so' "$(grep -c 'credentials have expired' "$err")" 1
is 'every action has its Result' "$(jq -r 'select(.Kind == "Result") | .Error.Code' "$out" | uniq -c | tr -s ' ')" \
	' 40 ExpiredTokenException'

# --- nobody there ---
run 5 env AWS_ENDPOINT_URL=http://127.0.0.1:1 AWS_REGION=eu-west-1 AWS_ACCESS_KEY_ID=x \
	AWS_SECRET_ACCESS_KEY=y idc-apply "$T/plan"
err_has "nobody is listening at '127.0.0.1:1'"
is 'every action has its Result' "$(jq -r 'select(.Kind == "Result") | .Id' "$out" | wc -l)" 40

# --- an outage is waited out, for as long as two minutes ---
stopped 0 10s 'exec idc-apply "$1"' --speed 50 --fault '*:after=15s:until=80s:reset'
is 'all are done' "$(succeeded) $(live | wc -l)" '40 40'
stopped 5 10s 'exec idc-apply "$1"' --speed 50 --fault '*:after=15s:reset'
err_has 'idc-apply: error: stopped, '
is 'every action has its Result' "$(jq -r 'select(.Kind == "Result") | .Id' "$out" | wc -l)" 40
