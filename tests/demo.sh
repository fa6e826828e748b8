#!/bin/sh
# make demo: the pipe on templates/ against a simulated organization, each stage shown. Leaves no file
# behind; fails when any stage does.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
PATH=${IDC_BIN:-$top/build/release/bin}:$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

bold='' faint='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR-}" ] && [ "${TERM-}" != dumb ]; then
	bold=$(printf '\033[1m') faint=$(printf '\033[2m') plain=$(printf '\033[0m')
fi
export PATH bold faint plain

# What runs under idc-sim, in $work. A stage is a heading and a command, which is shown, then run.
cat >"$work/stages.sh" <<'E'
set -eu

stage() {
	printf '\n%s%s%s\n' "$bold" "$1" "$plain"
	run "$2"
}

run() {
	printf '%s$ %s%s\n' "$faint" "$1" "$plain"
	eval "$1"
}

stage '1. Are the templates right? (no AWS needed)' \
	'idc-validate templates > templates.ndjson'
stage '2. Targets become accounts, names become ids' \
	'idc-resolve templates.ndjson > resolved.ndjson'
stage '3. What would change, compared with what is live?' \
	'idc-plan resolved.ndjson > plan.ndjson'
run 'idc-show plan.ndjson'
stage '4. A plan that was cut changes nothing' \
	'head -n 20 plan.ndjson | idc-apply || test $? -eq 4'
stage '5. Carry it out' \
	'idc-apply plan.ndjson > results.ndjson'
idc-show results.ndjson >shown
tail -n 3 shown
stage '6. The same again: nothing is left to do' \
	'idc-validate -q templates | idc-resolve -q | idc-plan -q | idc-show'

stage '7. A commit: shorter sessions, one permission set fewer' \
	'rm templates/permissionsets/BillingReader.json'
edit() {
	jq "$2" "$1" >new
	mv new "$1"
}
edit templates/assignments/organization.json \
	'.Assignments |= map(select(.PermissionSetName != "BillingReader"))'
edit templates/permissionsets/Developer.json '.SessionDuration = "PT4H"'
run 'idc-validate -q templates | idc-resolve -q | idc-plan -q > plan.ndjson'
run 'idc-show plan.ndjson'
run 'idc-apply plan.ndjson > results.ndjson'
idc-show results.ndjson >shown
tail -n 3 shown
E

cp -R "$top/templates" "$work/templates"
cp "$top/tests/data/org-sample.ndjson" "$work/organization.ndjson"
cd "$work"
printf '%sA simulated organization of %d accounts%s, served by idc-sim on this machine only.\n' \
	"$bold" "$(grep -c '"Kind":"Account"' organization.ndjson)" "$plain"
idc-sim -q --state organization.ndjson --async 300ms --calls calls -- sh stages.sh
printf '\n%d requests in all. Nothing left this machine.\n' \
	"$(awk '!/^#/ { n += $NF } END { print n }' calls)"
