#!/bin/sh
# A program that is killed in the middle of the pipe never looks like "all was deleted".
. "${0%/*}/../lib.sh"

org=$TOP/tests/data/org-seed.ndjson
templates=$TOP/tests/data/seed-like
run 0 idc-sim --state "$org" --save "$T/live.ndjson" -- \
	sh "$TOP/tests/pipe.sh" "$T" "$templates"

# killed VICTIM SIGNAL DELAY: the pipe with idc-VICTIM killed after DELAY seconds. The next program
# starts to read only later, so that the victim has not finished by then: its output waits in the pipe.
cat >"$T/killed.sh" <<'X'
victim=$1 signal=$2 delay=$3
hurt() {
	if [ "$1" = "$victim" ]; then
		shift
		"$@" & pid=$!
		sleep "$delay"
		kill -s "$signal" $pid 2>/dev/null
		wait $pid
	else
		shift
		"$@"
	fi
}
hurt validate idc-validate -q "$templates" 2>v.err |
	hurt resolve idc-resolve -q 2>r.err |
	{ idc-plan -q 2>p.err; echo $? >p.status; } |
	{ idc-apply -q >a.out 2>a.err; echo $? >a.status; }
X
cd "$T" || exit 1
export templates
# With a latency every program of the pipe is alive for a while. A delay that is too long for
# the victim is a whole run, which has nothing to do: both outcomes must leave everything as it was.
for signal in KILL TERM; do
	for delay in 0 0.01 0.05 0.1 0.2; do
		for victim in validate resolve; do
			idc-sim --latency 40ms --state live.ndjson --save after.ndjson -- \
				sh ./killed.sh $victim $signal $delay >out 2>err
			# idc-plan and idc-apply agree: all came, or nothing is done.
			is "$victim, SIG$signal after $delay s: statuses" \
				"$(cat p.status a.status | tr '\n' ' ' | grep -cE '^(0 0|4 4) $')" 1
			ok 'nothing was changed' cmp live.ndjson after.ndjson
		done
	done
done
