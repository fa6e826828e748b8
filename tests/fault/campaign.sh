#!/bin/sh
# The fault campaign: the whole pipe, with a change of the templates that needs every kind of
# action, run once for every request and every fault that can befall it, and with each of its
# programs killed at any moment. After each run it is run again, undisturbed; that has to end in
# the desired state, with no access lost on the way. See case.sh for what a case is.
#
#     campaign.sh                 all of it (make fault)
#     FAULT_SAMPLE=N              N cases of each of the two parts, drawn from the seed
#     FAULT_SEED=N                1 unless set; draws the sample and the moments of the signals
#     FAULT_KILLS=N               how many signals; 400 unless set
#     FAULT_JOBS=N                cases at a time; the number of cores unless set
#     FAULT_CASE='reset on 17'    this one only
#
# Prints Markdown, ends with 1 when a case was bad, and keeps what bad ones left.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
top=$here/../..
PATH=$IDC_BIN:${IDC_BIN%/bin}/tests/fault:$PATH
export PATH LC_ALL=C TZ=UTC IDC_TIME=2026-11-24T02:00:00Z
seed=${FAULT_SEED:-1}
kills=${FAULT_KILLS:-400}
jobs=${FAULT_JOBS:-$(nproc 2>/dev/null || echo 2)}
folder=$(mktemp -d "${TMPDIR:-/tmp}/idc-fault.XXXXXX")
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM
cd "$folder"

# --- where each case starts, and where it has to end ------------------------------------

# shellcheck source=tests/fault/state.sh
. "$here/state.sh"
export HOP=arn:aws:iam::222233334444:role/pipeline
# shellcheck disable=SC2016 # $1 is that of the inner shell
whole='idc-validate -q "$1" | idc-resolve -q --assume-role "$HOP" | idc-plan -q --assume-role "$HOP" |
	idc-apply -q --assume-role "$HOP" >/dev/null'
idc-sim -q --state "$top/tests/data/org-sample.ndjson" --save before --async 1ms -- \
	sh -c "$whole" sh "$here/before"
idc-sim -q --state before --save after --log log --async 1ms -- sh -c "$whole" sh "$here/after"
plain <after >wanted
assignments <before >before.assignments
plain <after | assignments >after.assignments
comm -12 before.assignments after.assignments >kept
holders <before >before.holders
holders <after | comm -12 before.holders - >stay
# The kept ones by the ARN of their set, which stays the same.
sed -n 's/.*"Kind":"PermissionSet","Name":"\([^"]*\)","PermissionSetArn":"\([^"]*\)".*/\1 \2/p' before |
	awk 'NR == FNR { arn[$1] = $2; next } { print $1, arn[$2], $3 }' - kept >kept.arns
requests=$(grep -c '"Operation":' log)

# --- the cases ----------------------------------------------------------------------------

kinds='reset reset-after stall stall-after truncate garbage drip internal unavailable throttle expired denied async'
for kind in $kinds; do
	for how in once alone on; do
		i=1
		while [ "$i" -le "$requests" ]; do
			echo "$kind $how $i"
			i=$((i + 1))
		done
	done
done >all.faults
# A victim lives this long, more or less, in milliseconds.
awk -v seed="$seed" -v n="$kills" 'BEGIN {
	srand(seed)
	split("validate resolve plan apply", victims, " ")
	split("15 60 110 160", spans, " ")
	for (i = 0; i < n; i++)
		print victims[i % 4 + 1], int(i / 4) % 2 ? "TERM" : "KILL", sprintf("%.2f", rand() * spans[i % 4 + 1])
}' | sort -u >all.kills
for part in faults kills; do
	awk -v seed="$seed" 'BEGIN { srand(seed) } { print rand() "\t" $0 }' all.$part | sort |
		cut -f 2 | head -n "${FAULT_SAMPLE:-1000000}"
done >cases
[ -z "${FAULT_CASE-}" ] || echo "$FAULT_CASE" >cases

# --- all of them, and the sum of it -------------------------------------------------------

xargs -P "$jobs" -L 1 sh "$here/case.sh" "$folder" <cases >lines 2>errors || :
echo "## fault campaign, seed $seed"
echo
echo "A pipe of $requests requests; $(wc -l <kept) assignments stay."
echo
awk -v cases="$(wc -l <cases)" '
	{ runs++; wrong += $3; lost += $4; rerun += !$2; bad += $1 == "bad" }
	$7 == "KILL" || $7 == "TERM" { signals++; next }
	{ hit += $5 > 0; requests += $5 }
	END {
		print "| | |\n| --- | ---: |"
		print "| runs | " runs + 0 " of " cases " |"
		print "| faults injected | " requests + 0 ", in " hit + 0 " runs |"
		print "| programs killed | " signals + 0 " |"
		print "| runs that needed a rerun | " rerun + 0 " |"
		print "| wrong revokes | " wrong + 0 " |"
		print "| lost grants | " lost + 0 " |"
		print "| bad runs | " bad + 0 " |"
	}' lines
bad=$(grep -vc '^ok ' lines || :)
if [ "$bad" -eq 0 ] && [ ! -s errors ] && [ "$(wc -l <lines)" -eq "$(wc -l <cases)" ]; then
	exit 0
fi
echo
grep -v '^ok ' lines | sort -k 6 | head -n 40 | sed 's/^/    /' || :
head -n 20 errors | sed 's/^/    /'
echo
echo "Kept: $folder. One again: FAULT_CASE='reset on 17' make fault"
trap - EXIT
exit 1
