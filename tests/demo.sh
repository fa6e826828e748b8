#!/bin/sh
# make demo: the pipe on templates/ against a simulated organization, each stage shown.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
PATH=$IDC_BIN:$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

if [ -t 1 ] && [ -z "${NO_COLOR-}" ]; then
	bold=$(printf '\033[1m') plain=$(printf '\033[0m')
else
	bold='' plain=''
fi
export bold plain

# Runs under idc-sim, in $work.
cat >"$work/demo.sh" <<'X'
set -eu

say() {
	printf '\n%s== %s%s\n' "$bold" "$1" "$plain"
	[ $# -lt 2 ] || printf '   %s\n' "$2"
	echo
}

say 'idc-validate templates' 'Are the templates right? No AWS needed for that.'
idc-validate templates >templates.ndjson
idc-show templates.ndjson

say 'idc-resolve' 'Targets become accounts, names become ids.'
idc-resolve <templates.ndjson >resolved.ndjson

say 'idc-plan' 'What leads from what is live to what is asked for: who gains what, where.'
idc-plan <resolved.ndjson >plan.ndjson
idc-show plan.ndjson

say 'idc-apply' 'The plan is carried out: ten assignments at a time, as AWS allows.'
idc-apply <plan.ndjson >results.ndjson
idc-show results.ndjson | tail -n 2

say 'The same once more' 'Nothing is left to do, so nothing is done.'
idc-validate -q templates | idc-resolve -q | idc-plan -q | tee plan.ndjson | idc-apply -q >results.ndjson
idc-show plan.ndjson

say 'A rule and its permission set go' 'Assignments go before the permission set that they hold.'
mv templates before
cp -R before templates
rm templates/permissionsets/BillingReader.json
jq '.Assignments |= map(select(.PermissionSetName != "BillingReader"))' \
	before/assignments/organization.json >templates/assignments/organization.json
idc-validate -q templates | idc-resolve -q | idc-plan -q | tee plan.ndjson | idc-apply -q >results.ndjson
idc-show plan.ndjson
idc-show results.ndjson | tail -n 1
X
cp -R "$top/templates" "$work/templates"
echo "${bold}A simulated organization${plain} of 14 accounts, served by idc-sim on this machine only:"
cd "$work"
idc-sim -q --state "$top/tests/data/org-sample.ndjson" --async 300ms --calls calls -- sh demo.sh
printf '\nAWS requests in all: %s. Nothing left this machine.\n' \
	"$(awk '!/^#/ { n += $NF } END { print n }' calls)"
