#!/bin/sh
# case.sh FOLDER WHAT HOW WHICH...: one case of the campaign that campaign.sh has prepared in
# FOLDER. A case is one of
#
#     FAULT once INDEX      request INDEX of the pipe suffers FAULT, and is tried again
#     FAULT alone INDEX     the same, and nothing is tried again
#     FAULT on INDEX        so does every request from INDEX on
#     PROGRAM SIGNAL MS     idc-PROGRAM gets SIGNAL, MS milliseconds after its input came
#
# Prints one line: "ok" or "bad", whether the first run was done, how many wrong revokes and
# lost grants there were, the case, and what was bad about it. Keeps the folder of a bad one.
set -u
folder=$1
shift
name=$(echo "$*" | tr ' ' -)
here=$(cd "$(dirname "$0")" && pwd)
work=$folder/$name
why=
mkdir "$work" && cd "$work" || exit 1

bad() { why="$why; $*"; }

# The simulator's time runs fast, so that no pause is long; that of IDC_TIMEOUT does not.
pipes() {
	idc-sim -q --state ../before --save last --log log --speed 50 --async 200ms-600ms --seed 1 \
		"$@" >sim.out 2>sim.err || bad "idc-sim failed: $(head -n 1 sim.err)"
}
hurt() { pipes --latency "${4:-20ms}" -- sh "$here/pipes.sh" "$here/after" "$1" "$2" "$3"; }
fault() { pipes --fault "$1" -- sh "$here/pipes.sh" "$here/after"; }

# When nothing is asked, no answer is awaited longer than that.
export IDC_TIMEOUT=400ms
case $2 in
once) fault "*:nth=$3:$1" ;;
alone) AWS_MAX_ATTEMPTS=1 && export AWS_MAX_ATTEMPTS && fault "*:nth=$3:$1" ;;
on) AWS_MAX_ATTEMPTS=2 && export AWS_MAX_ATTEMPTS && fault "*:nth=$3-:$1" ;;
KILL) unset IDC_TIMEOUT && hurt "$1" 9 "$3" ;;
TERM) unset IDC_TIMEOUT && hurt "$1" 15 "$3" ;;
esac

# --- every program ended well, or said why not -----------------------------------------

finished=1
for run in first second; do
	for program in validate resolve plan apply; do
		status=$(cat "$run.$program.status") err=$run.$program.err
		if grep -q -e 'Sanitizer' -e 'runtime error' -e 'ssertion' "$err"; then
			bad "$run $program: $(grep -m 1 -e Sanitizer -e 'runtime error' -e ssertion "$err")"
		fi
		[ "$status" -ne 0 ] || continue
		[ "$run" = second ] && bad "the rerun's $program: status $status: $(head -n 1 "$err")"
		finished=0
		case $1,$2,$status in
		"$program",KILL,137 | "$program",TERM,143) continue ;;
		*,141)
			# The reader has gone, as it had to.
			[ "$program" != apply ] && continue ;;
		*,[1456])
			# One clear line at least, and no line of anyone else.
			[ -s "$err" ] && ! grep -qv -e "^idc-$program: " -e '^[^ ]*: \(error\|warning\): ' "$err" && continue ;;
		esac
		bad "$run $program: status $status: $(head -n 1 "$err")"
	done
done

# --- what is left, and how it came about ---------------------------------------------------

# shellcheck source=tests/fault/state.sh
. "$here/state.sh"
plain <first.state >first
plain <last >second
cmp -s second ../wanted || bad 'the rerun does not end in the desired state'
[ $finished -eq 0 ] || cmp -s first ../wanted || bad 'done, it said, and it was not'
for state in first second; do
	assignments <$state >$state.assignments
	holders <$state >$state.holders
done
lost=$({
	comm -23 ../kept first.assignments
	comm -23 ../kept second.assignments
	comm -23 ../stay first.holders
	comm -23 ../stay second.holders
} | sort -u | tee lost | wc -l)
wrong=$(revokes log | tee wrong | wc -l)
[ "$lost" -eq 0 ] || bad "lost: $(head -n 1 lost)"
[ "$wrong" -eq 0 ] || bad "revoked: $(head -n 1 wrong)"

verdict=ok
[ -z "$why" ] || verdict=bad
fired=$(grep -c '"Fault":' log)
echo "$verdict $finished $((wrong)) $((lost)) $fired $*$why"
cd ..
[ -n "$why" ] || rm -rf "$work"
