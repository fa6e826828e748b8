#!/bin/sh
# idc-sim as a program: options, state, COMMAND, signals.
# shellcheck disable=SC2016 # the variables belong to the commands below idc-sim
. "${0%/*}/../lib.sh"

org=$TOP/tests/data/org-sample.ndjson

# COMMAND's status is the program's.
run 7 idc-sim -- sh -c 'exit 7'
run 143 idc-sim -- sh -c 'kill -TERM $$'
run 127 idc-sim -- no-such-command-here
err_has 'no-such-command-here: No such file or directory'
run 0 idc-sim --state "$org" -- sh -c 'echo "$AWS_REGION $AWS_DEFAULT_REGION $IDC_TPS ${AWS_PROFILE-none}"'
out_is <<'X'
us-east-1 us-east-1 0 none
X
run 0 env IDC_TPS=3 AWS_PROFILE=mine idc-sim --tps 9 -- sh -c 'echo "$IDC_TPS ${AWS_PROFILE-none}"'
out_is <<'X'
3 none
X
# SIGPIPE is as it should be below it, too.
run 0 idc-sim -- sh -c 'yes | head -n 1'
out_is <<'X'
y
X

# A signal goes on to COMMAND.
idc-sim -- sh -c 'trap "exit 9" TERM; echo up; sleep 30 & wait' >"$T/up" 2>&1 &
pid=$!
while [ ! -s "$T/up" ]; do sleep 0.05; done
kill -TERM $pid
wait $pid
is 'COMMAND was told to stop' $? 9

# Without COMMAND: serves until it is stopped, and saves.
: >"$T/variables"
idc-sim --state "$org" --save "$T/served.ndjson" >"$T/variables" 2>&1 &
pid=$!
while ! grep -q IDC_TPS "$T/variables"; do sleep 0.05; done
ok 'the variables can be read by a shell' sh -c '. "$1"; awscall sso-admin ListInstances' - "$T/variables"
kill -INT $pid
wait $pid
is 'stopped by a signal, it is done' $? 0

# What is loaded is saved the same.
run 0 idc-sim --state "$T/served.ndjson" --save "$T/again.ndjson" -- true
ok 'saving what was saved gives the same' cmp "$T/served.ndjson" "$T/again.ndjson"
run 0 idc-sim --generate seed=4,assignments=50 --save "$T/g1.ndjson" -- true
run 0 idc-sim --generate seed=4,assignments=50 --save "$T/g2.ndjson" -- true
# But for the second in which it was made.
for f in g1 g2; do
	sed 's/"CreatedDate":"[^"]*"//' "$T/$f.ndjson" >"$T/$f.undated"
done
ok 'the same seed gives the same organization' cmp "$T/g1.undated" "$T/g2.undated"
run 0 idc-sim --state "$T/g1.ndjson" --save "$T/g3.ndjson" -- true
ok 'which can be loaded' cmp "$T/g1.ndjson" "$T/g3.ndjson"
run 0 idc-sim --generate seed=5,assignments=50 --save "$T/g2.ndjson" -- true
ok 'another seed another one' sh -c '! cmp -s "$1" "$2"' - "$T/g1.ndjson" "$T/g2.ndjson"
is 'fifty assignments' "$(grep -c '"Kind":"AccountAssignment"' "$T/g1.ndjson")" 50

# A state that is wrong is named at its line.
state() {
	{
		echo '{"Kind":"Begin","Stream":"state","Version":1,"Program":"t","Time":"2026-11-24T02:00:00Z"}'
		echo '{"Kind":"Root","Id":"r-a1b2","Name":"Root"}'
		cat
	} >"$T/bad"
	echo "{\"Kind\":\"End\",\"Stream\":\"state\",\"Count\":$(($(wc -l <"$T/bad") - 1))}" >>"$T/bad"
	run 4 idc-sim --state "$T/bad" -- echo started
	out_empty
}
state <<'X'
{"Kind":"Account","Id":"111122223333","ParentId":"ou-a1b2-nothere1"}
X
err_has "bad:3:1: error: no Root or OrganizationalUnit came before with the ParentId 'ou-a1b2-nothere1'"
state <<'X'
{"Kind":"Group","DisplayName":"a"}
{"Kind":"Group","DisplayName":"a"}
X
err_has "bad:4:1: error: repeated DisplayName 'a'"
state <<'X'
{"Kind":"PermissionSet","Name":"A"}
{"Kind":"AccountAssignment","AccountId":"9","PermissionSetName":"A","PrincipalType":"GROUP","PrincipalName":"g"}
X
err_has "bad:4:1: error: no Account came before with the AccountId '9'"
run 4 idc-sim --state /dev/null -- echo started
err_has 'incomplete input'
run 1 idc-sim --state "$T/nowhere" -- true
err_has "nowhere: No such file or directory"
run 1 idc-sim --save "$T/no/where" -- true
err_has "no/where: No such file or directory"

# Misuse.
for bad in '--generate accounts' '--generate planets=9' '--tps x' '--async 3' '--fault Delete:async' \
	'--caller 12' '--port 99999' '--page -1'; do
	# shellcheck disable=SC2086
	run 2 idc-sim $bad -- true
	out_empty
done
run 2 idc-sim --generate seed=1 --generate seed=2 -- true
err_has 'exclude each other'
