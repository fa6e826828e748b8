#!/bin/sh
# The load on idc-apply, a part of make bench: plans of 10,000 and of 100,000 assignments that are
# all made, and what memory that takes: to read and check the plan (--dry-run), which is then
# held as a graph, and to carry it out, which should take no more than that. Prints Markdown.
#
#     BENCH_ACTIONS='10000 100000'
#     BENCH_LOAD=accounts=1000,ous=50,groups=100,users=100,permission-sets=50,assignments=100000,seed=1
set -eu

PATH=$IDC_BIN:$PATH
measure=${IDC_BIN%/bin}/tests/bench/measure
actions=${BENCH_ACTIONS:-10000 100000}
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

# last FILE: "WALL CPU KIB" of the latest measurement.
last() { tail -n 1 "$1"; }

idc-sim -q --generate "$load" --save now -- true
grep -v '^{"Kind":"\(PermissionSet\|AccountAssignment\|End\)"' now | stream state >empty
"$measure" idle idc-apply --version >/dev/null
idle=$(last idle | cut -d ' ' -f 3)
echo "## idc-apply: $load"
printf '\n%s, %s cores, %s. Without a plan: %s MiB.\n\n' "$(uname -sm)" "$(nproc)" \
	"$(date -u +%F)" "$((idle / 1024))"
echo '| actions | plan MiB | peak MiB, reading | peak MiB, applying | bytes an action | wall s | CPU s | requests |'
echo '| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |'
for n in $actions; do
	resolved "$n" >resolved.nd
	idc-sim -q --state empty -- idc-plan -q resolved.nd >plan.nd
	count=$(grep -c '"Kind":"Action"' plan.nd)
	"$measure" reading idc-apply --dry-run -q plan.nd >/dev/null
	idc-sim -q --async 0ms --state empty --calls calls -- \
		"$measure" applying idc-apply -q plan.nd >results.nd
	read -r wall cpu peak <<-X
		$(last applying)
	X
	printf '| %s | %s | %s | %s | %s | %s | %s | %s |\n' "$count" \
		"$(($(wc -c <plan.nd) / 1048576))" "$(($(last reading | cut -d ' ' -f 3) / 1024))" \
		"$((peak / 1024))" "$(((peak - idle) * 1024 / count))" "$wall" "$cpu" \
		"$(sed -n 's/^# total //p' calls)"
done
