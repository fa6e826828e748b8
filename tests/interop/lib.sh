# shellcheck shell=sh disable=SC2034 # the tests use what is set here
# For the tests that drive idc-sim with AWS's own clients: sourced first, in place of ../lib.sh,
# because clients are looked for before that takes HOME away, which some installations need.

python=$(python3 -B -c 'import sys, boto3; print(sys.executable)' 2>/dev/null)
aws=$(pyenv which aws 2>/dev/null || command -v aws)
. "${0%/*}/../lib.sh"
interop=$TOP/tests/interop
org=$TOP/tests/data/org-sample.ndjson
export PYTHONDONTWRITEBYTECODE=1

# relay FILE: makes TAP of a part's "ok TEXT", "not ok TEXT" (numbered or not) and comments.
relay() {
	sed 's/^\(ok\|not ok\) [0-9]* *-\{0,1\} */\1 /' "$1" >"$T/.relay"
	while IFS= read -r line; do
		case $line in
		'not ok '*) tap_not_ok "${line#not ok }" ;;
		'ok # '*) skip "${line#ok # SKIP }" ;;
		'ok '*) tap_ok "${line#ok }" ;;
		'#'*) printf '%s\n' "$line" ;;
		esac
	done <"$T/.relay"
}
