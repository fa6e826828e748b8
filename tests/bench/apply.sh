#!/bin/sh
# idc-apply by itself, a part of make bench. Prints Markdown.
#
# How near it comes to the time that AWS needs: 1,200 assignments of different durations at
# AWS's pace, in simulated time; half of them made and half of them deleted ("mixed"), and
# some with permission sets that change and are provisioned ("sets").
#
# Its memory: plans of 1,000 to 100,000 assignments that are all made, to read and check
# (--dry-run), and to carry out; it should hardly grow with their length.
#
#     BENCH_OPERATIONS=1200
#     BENCH_ACTIONS='1000 10000 100000'
#     BENCH_LOAD=accounts=1000,ous=50,groups=100,users=100,permission-sets=50,assignments=100000,seed=1
set -eu

PATH=$IDC_BIN:$PATH
measure=${IDC_BIN%/bin}/tests/bench/measure
actions=${BENCH_ACTIONS:-1000 10000 100000}
load=${BENCH_LOAD:-accounts=1000,ous=50,groups=100,users=100,permission-sets=50,assignments=100000,seed=1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
cd "$work"

# stream NAME: the records on standard input, of which the first is a Begin, with an End.
stream() {
	awk -v name="$1" '{ print }
		END { printf "{\"Kind\":\"End\",\"Stream\":\"%s\",\"Count\":%d}\n", name, NR - 1 }'
}

# resolved N: what asks for the first N assignments of the organization.
resolved() {
	{
		sed -n '1s/"state"/"resolved"/p' now
		grep '^{"Kind":"Instance"' now
		grep '^{"Kind":"PermissionSet"' now | sed 's/"PermissionSetArn":"[^"]*",//
			s/"CreatedDate":"[^"]*",//; s/,"Managed":[a-z]*//; s/,"ProvisionedAccounts":[0-9]*//'
		grep '^{"Kind":"AccountAssignment"' now | head -n "$1" | awk '{
			sub(/}$/, ",\"Rules\":[\"All\"],\"Source\":{\"File\":\"assignments/all.json\",\"Line\":" NR ",\"Column\":3}}")
			print
		}'
	} | stream resolved
}

# Assignments of all accounts and permission sets: one of so many.
every() { awk -v n="$1" -v most="$2" 'NR % n == 0 && k < most { print; k++ }' assigned; }

# with FILE: the organization and the assignments in FILE.
with() {
	{
		grep -v '^{"Kind":"\(AccountAssignment\|End\)"' now
		cat "$1"
	} | stream state
}

# pace NAME STATE WANTED ASYNC MEAN-MS SPEED [JQ]: applies what leads from STATE to the
# assignments in WANTED (JQ: and other permission sets), and prints a row.
pace() {
	name=$1 async=$4 mean=$5 speed=$6
	with "$2" >before
	with "$3" >there
	jq -c "select(.Kind != \"End\") | if .Kind == \"Begin\" then .Stream = \"resolved\"
		elif .Kind == \"AccountAssignment\" then . + {Rules: [\"All\"]}
		elif .Kind == \"PermissionSet\" then del(.PermissionSetArn, .CreatedDate, .Managed, .ProvisionedAccounts) | ${7-.}
		else select(.Kind == \"Instance\") end" there | stream resolved >resolved.nd
	idc-sim -q --state before -- idc-plan -q --max-delete 100% resolved.nd >plan.nd
	rm -f spent
	idc-sim -q --tps 20 --latency 50ms --async "$async" --speed "$speed" --state before \
		--calls calls -- "$measure" spent idc-apply -q plan.nd >results.nd
	read -r wall _ <spent
	jq -r 'select(.Kind == "Action") | .Operation' plan.nd | cat - calls |
		awk -v name="$name" -v async="$async" -v mean="$mean" -v wall="$wall" -v speed="$speed" '
		NF == 1 { changes++; ops += /AccountAssignment$/; next }
		$2 ~ /Status$/ { polls += $3 }
		$2 == "total" { total = $3 }
		$2 == "throttled" { throttled = $3 }
		$2 == "peak-outstanding" { peak = $3 }
		END {
			least = ops * mean / 10000
			if (least < changes / 20) least = changes / 20
			printf("| %s | %s | %d | %d | %d | %.1f | %d | %d | ≈ %.1f | %.1f | %.3f |\n", name, async,
				ops, changes - ops, total, 100 * polls / total, peak, throttled,
				wall * speed, least, wall * speed / least)
		}'
}

paces() {
	n=${BENCH_OPERATIONS:-1200}
	grep '^{"Kind":"AccountAssignment"' now >assigned
	every 7 "$n" >some
	every 7 $((n / 2)) >half
	awk 'NR == FNR { half[$0]; next } !($0 in half)' half some >other
	: >none
	echo '| plan | operations of | assignment operations | other changes | requests | polls % | peak | throttled | wall s | least s | ratio |'
	echo '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |'
	pace made none some 3s 3000 10
	pace made none some 1s-5s 3000 10
	pace made none some 300ms 300 2
	pace made none some 20s 20000 50
	pace mixed half other 3s 3000 10
	pace sets half some 3s 3000 10 'if .Tags.SSOPipeline then .SessionDuration = "PT8H" else . end'
	cat <<-X

		Against idc-sim --tps 20 --latency 50ms, in simulated time (--speed). Least is operations ×
		duration / 10, or changes / 20 where that is more.
	X
}

# last FILE: "WALL CPU KIB" of the latest measurement.
last() { tail -n 1 "$1"; }

idc-sim -q --generate "$load" --save now -- true
grep -v '^{"Kind":"\(PermissionSet\|AccountAssignment\|End\)"' now | stream state >empty
"$measure" idle idc-apply --version >/dev/null
idle=$(last idle | cut -d ' ' -f 3)
printf '\n## idc-apply\n\nAn organization of %s.\n' "$load"
echo
paces
printf '\nMemory (without a plan: %s MiB):\n\n' "$((idle / 1024))"
echo '| actions | plan MiB | peak MiB, reading | peak MiB, applying | bytes an action | wall s | CPU s | requests |'
echo '| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |'
for n in $actions; do
	resolved "$n" >resolved.nd
	idc-sim -q --state empty -- idc-plan -q resolved.nd >plan.nd
	count=$(grep -c '"Kind":"Action"' plan.nd)
	"$measure" reading idc-apply --dry-run -q plan.nd >/dev/null
	# Ten times as fast, since the programs wait a little even for what takes no time.
	idc-sim -q --async 0ms --speed 10 --state empty --calls calls -- \
		"$measure" applying idc-apply -q plan.nd >results.nd
	read -r wall cpu peak <<-X
		$(last applying)
	X
	printf '| %s | %s | %s | %s | %s | %.2f | %.2f | %s |\n' "$count" \
		"$(($(wc -c <plan.nd) / 1048576))" "$(($(last reading | cut -d ' ' -f 3) / 1024))" \
		"$((peak / 1024))" "$(((peak - idle) * 1024 / count))" "$wall" "$cpu" \
		"$(sed -n 's/^# total //p' calls)"
done
