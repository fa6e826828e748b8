#!/usr/bin/env bash
# One stage of a pipeline, as buildspec.yml, github.yml and gitlab.yml call it:
#
#     stage.sh install     the programs into IDC_HOME: of a release, or built from this repository
#     stage.sh validate    TEMPLATES -> templates.ndjson
#     stage.sh plan        templates.ndjson -> resolved.ndjson, plan.ndjson, summary.txt, variables.sh
#     stage.sh apply       resolved.ndjson, plan.ndjson -> results.ndjson and the object of STATE_URL
#
# The variables that it reads, and what to do when it fails, are in idc-deploy(7).
set -euo pipefail

stage=${1-}
mode=${MODE:-full}
home=${IDC_HOME:-.idc}
state=${STATE_URL-}
programs=(idc-validate idc-resolve idc-plan idc-apply idc-show)
role=()
[ -z "${ASSUME_ROLE-}" ] || role=(--assume-role "$ASSUME_ROLE")
case $home in
/*) ;;
*) home=$PWD/$home ;;
esac
PATH=${IDC_BIN:-$home/bin}:$PATH

say() { printf '%s: %s\n' "${stage:-stage.sh}" "$1" >&2; }

# die STATUS TEXT
die() {
	say "error: $2"
	[ -s "${report-}" ] || junit "$2"
	exit "$1"
}

# junit [FAILURE]: the stage as one test. CodeBuild wants a report in every stage that has none of idc-validate.
junit() {
	[ -n "${report-}" ] && [ "${REPORT:-junit}" = junit ] || return 0
	{
		printf '<testsuite name="idc" tests="1" failures="%d"><testcase classname="idc" name="%s">' \
			$# "$stage"
		[ $# -eq 0 ] || printf '<failure message="%s"/>' "$(jq -nr --arg text "$1" '$text | @html')"
		printf '</testcase></testsuite>\n'
	} >"$report"
}

# failed PROGRAM STATUS: ends with the status, and says what it means here.
failed() {
	case $1:$2 in
	idc-validate:1) text='the templates are not right (see above): repair them; nothing was planned' ;;
	idc-resolve:1) text='a name or target does not exist (see above): repair the templates; nothing was planned' ;;
	idc-plan:1) text='there can be no plan of these templates (see above): repair them; nothing was changed' ;;
	idc-plan:6) text='the plan was refused by a guard (see above); nothing was changed. If it is what you want, give PLAN_OPTIONS the --max-delete that is named above, for this run' ;;
	idc-apply:1) text='some actions failed (see above), all others are done that do not depend on them: remove the cause and run again; what is done is not done twice' ;;
	idc-apply:6) text='the plan is for another region than AWS_REGION; nothing was changed' ;;
	*:2) text="$1 does not know an option it was given: look at PLAN_OPTIONS and ASSUME_ROLE" ;;
	*:4) text="what $1 read is no complete stream (see above): run again from the first stage; nothing was changed" ;;
	idc-apply:5) text='AWS refused or could not be reached (see above): once it answers run again; what is done is not done twice' ;;
	*:5) text='AWS refused or could not be reached (see above): look at the role and its permissions; nothing was changed' ;;
	*:6) text="$1 refused (see above); nothing was changed" ;;
	*) text="$1 ended with status $2 (see above): run again; what is done is not done twice" ;;
	esac
	die "$2" "$text"
}

# --- the programs -----------------------------------------------------------------

install_programs() {
	mkdir -p "$home"
	if [ -n "${IDC_BIN-}" ]; then
		say "the programs are those in $IDC_BIN"
	elif [ -n "${IDC_RELEASE_URL-}${IDC_RELEASE_SHA256-}" ]; then
		if [ -z "${IDC_RELEASE_URL-}" ] || [ -z "${IDC_RELEASE_SHA256-}" ]; then
			die 2 'IDC_RELEASE_URL and IDC_RELEASE_SHA256 belong together: one is missing'
		fi
		curl -fsSL --proto =https,file --retry 3 -o "$home/release.tar.gz" "$IDC_RELEASE_URL" ||
			die 1 "the release can't be fetched from IDC_RELEASE_URL"
		echo "$IDC_RELEASE_SHA256  $home/release.tar.gz" | sha256sum --check --status ||
			die 1 "the release is not the one of IDC_RELEASE_SHA256: its SHA-256 is $(sha256sum <"$home/release.tar.gz" | cut -d ' ' -f 1)"
		tar -xzf "$home/release.tar.gz" -C "$home" || die 1 'the release is no tar.gz'
	elif [ ! -d cmd/idc-plan ]; then
		die 2 'this repository has not the sources of idc: set IDC_RELEASE_URL and IDC_RELEASE_SHA256'
	else
		sh tests/deps.sh build || die 1 'what building needs could not be installed'
		make BUILD="$home" "${programs[@]/#/$home/bin/}" || die 1 'idc could not be built'
	fi
	for program in "${programs[@]}"; do
		"${IDC_BIN:-$home/bin}/$program" --version || die 1 "$program does not run here: ${IDC_BIN:-$home/bin}"
	done
	for program in jq ${state:+aws}; do
		command -v "$program" >/dev/null || die 1 "$program is not installed in this image"
	done
}

# --- the last applied stream ------------------------------------------------------

# object VERB OPTION...: an operation on the object of STATE_URL.
object() {
	local path=${state#s3://} verb=$1
	shift
	aws s3api "$verb" --bucket "${path%%/*}" --key "${path#*/}" "$@" >/dev/null
}

# get_state FILE: 1 when there is none. That it is not there and that it can't be read are never confused.
get_state() {
	rm -f "$1"
	[ -n "$state" ] || return 1
	case $state in
	s3://?*/?*) ;;
	*) die 2 "STATE_URL '$state' is not of the form s3://BUCKET/KEY" ;;
	esac
	object get-object "$1" 2>"$home/s3" && return 0
	rm -f "$1"
	! grep -q '(NoSuchKey)' "$home/s3" || return 1
	cat "$home/s3" >&2
	die 5 "the last applied stream can't be read from $state; nothing was changed. The role needs s3:GetObject and, to see that there is none yet, s3:ListBucket"
}

# put_state FILE TEXT: TEXT says what its failure means.
put_state() {
	object put-object --body "$1" || die 5 "the last applied stream can't be written to $state: $2"
}

# count JQ: how many of the plan's actions, or of what a filter makes of them.
count() { jq -n "[inputs | select(.Kind == \"Action\") | $1] | unique | length" plan.ndjson; }

# --- the stages -------------------------------------------------------------------

validate() {
	local options=() status=0
	[ "${ONLINE-}" != true ] || options=(--online "${role[@]}")
	if [[ $(idc-validate --help) == *--format* ]]; then
		options+=(--format "${REPORT:-junit}" --output "$report")
	fi
	idc-validate "${options[@]}" "${TEMPLATES:-templates}" >templates.ndjson || status=$?
	[ "$status" -eq 0 ] || failed idc-validate "$status"
}

plan() {
	local options=() management=() status=0 summary
	read -r -d '' -a options <<<"${PLAN_OPTIONS-}" || :
	# Alone, the one would leave out what the other then revokes.
	[[ " ${options[*]} " != *" --include-management-account "* ]] || management=(--include-management-account)
	idc-resolve "${role[@]}" "${management[@]}" templates.ndjson >resolved.ndjson || status=$?
	[ "$status" -eq 0 ] || failed idc-resolve "$status"
	# Drift is all that differs from the templates, also what a run would leave alone.
	if [ "$mode" = drift ]; then
		options+=(--max-delete 100%)
	elif get_state last-applied.ndjson; then
		options+=(--last-applied last-applied.ndjson)
		[ "$mode" != quick ] || options+=(--quick)
	elif [ -n "$state" ]; then
		say "there is nothing at $state: this is the first run, the templates are the whole truth"
	fi
	idc-plan "${role[@]}" "${options[@]}" resolved.ndjson >plan.ndjson || status=$?
	case $status in
	0 | 3) ;; # 3 by --exit-code
	*) failed idc-plan "$status" ;;
	esac
	idc-show --color never plan.ndjson >summary.txt || failed idc-show $?
	cat summary.txt
	summary=$(idc-show --color never --width 1000 plan.ndjson | tail -n 1)
	{
		printf 'export CHANGES=%d\n' "$(count 'select(.Operation | test("AccountAssignment|DeletePermissionSet") | not) | .PermissionSetName')"
		printf 'export GRANTS=%d\n' "$(count 'select(.Effect == "grant") | .Id')"
		printf 'export REVOKES=%d\n' "$(count 'select(.Effect == "revoke") | .Id')"
		printf 'export DELETIONS=%d\n' "$(count 'select(.Operation == "DeletePermissionSet") | .Id')"
		printf 'export SUMMARY=%q\n' "$summary"
	} >variables.sh
	if [ "$mode" = drift ] && [ "$(count .Id)" -gt 0 ]; then
		die 3 "drift: what is live is not what the templates say; $summary"
	fi
}

# both: the last applied stream and the new one. When runs that did not end well have left several already, the last of
# them just like the new one, that is it: a failure that lasts does not make it grow.
both() {
	cat last-applied.ndjson
	if [ "$(grep -c '^{"Kind":"Begin"' last-applied.ndjson)" -lt 2 ] ||
		! cmp -s <(tail -n "$(wc -l <resolved.ndjson)" last-applied.ndjson | tail -n +2) <(tail -n +2 resolved.ndjson); then
		cat resolved.ndjson
	fi
}

# same FILE FILE: whether two streams are the same, but for when they were made.
same() { cmp -s <(grep -v '^{"Kind":"Begin"' "$1") <(grep -v '^{"Kind":"Begin"' "$2"); }

apply() {
	local status=0 before=no
	if [ "$mode" = drift ]; then
		say 'MODE is drift: nothing is applied'
		return
	fi
	# The plan's comparison holds as long as nothing else was applied. What a try of this very plan left
	# is what it left: old and new together, or new alone.
	if get_state "$home/now.ndjson"; then
		if [ -f last-applied.ndjson ]; then
			both >"$home/both.ndjson"
			! same "$home/now.ndjson" last-applied.ndjson || before=yes
			! same "$home/now.ndjson" "$home/both.ndjson" || before=yes
		fi
		[ "$before" = yes ] || ! same "$home/now.ndjson" resolved.ndjson || before=again
		[ "$before" != no ] ||
			die 6 "another run has applied since this plan was made; nothing was changed: run again from the first stage"
	elif [ -f last-applied.ndjson ]; then
		die 6 "what this plan was made from is no longer at $state; nothing was changed: run again from the first stage"
	fi
	# Before anything changes, the old and the new one. On the first run there is no old one; until it has ended well, the next run is a first one too.
	if [ "$before" = yes ] && [ "$(count .Id)" -gt 0 ]; then
		put_state "$home/both.ndjson" 'nothing was changed'
	fi
	idc-apply "${role[@]}" plan.ndjson >results.ndjson || status=$?
	[ ! -s results.ndjson ] || idc-show --color never results.ndjson || :
	[ "$status" -eq 0 ] || failed idc-apply "$status"
	[ -z "$state" ] ||
		put_state resolved.ndjson 'the plan is applied, and nothing is lost: the next run reads everything and writes it'
}

case $mode in
full | quick | drift) ;;
*) die 2 "MODE '$mode' is none of full, quick and drift" ;;
esac
case ${ONLINE:-false} in
true | false) ;;
*) die 2 "ONLINE '$ONLINE' is neither true nor false" ;;
esac
if [ "$stage" != install ]; then
	mkdir -p "$home" reports
	report=reports/idc.$([ "${REPORT:-junit}" = junit ] && echo xml || echo sarif)
	rm -f "$report"
fi
case $stage in
install) install_programs ;;
validate)
	rm -f templates.ndjson
	validate
	;;
plan)
	rm -f resolved.ndjson plan.ndjson last-applied.ndjson summary.txt variables.sh
	plan
	;;
apply)
	rm -f results.ndjson
	apply
	;;
*) die 2 "stage '$stage' is none of install, validate, plan and apply (in CodeBuild: STAGE)" ;;
esac
[ -s "${report-}" ] || junit
