#!/bin/sh
# Runs the tests through prove and closes with "N passed, N failed, N skipped".
#
#   tests/run.sh -j JOBS TEST...
set -u

jobs=1
if [ "${1-}" = -j ]; then
	jobs=$2
	shift 2
fi
cd "$(dirname "$0")/.." || exit 1

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
export CMOCKA_MESSAGE_OUTPUT=TAP
export TZ=UTC LC_ALL=C AWS_EC2_METADATA_DISABLED=true AWS_CONFIG_FILE=/nonexistent AWS_SHARED_CREDENTIALS_FILE=/nonexistent

# Every test's own TAP lines are kept there; they are counted, not the scripts.
mkdir "$work/tap"
export PERL_TEST_HARNESS_DUMP_TAP="$work/tap"
prove -j "$jobs" --nocolor --timer -e 'sh tests/exec.sh' "$@"
status=$?

find "$work/tap" -type f -exec cat {} + | awk '
	/^ok .*# *[Ss][Kk][Ii][Pp]/ { skipped++; next }
	/^1\.\.0 *# *[Ss][Kk][Ii][Pp]/ { skipped++; next }
	/^ok / { passed++ }
	/^not ok / { failed++ }
	END { printf "%d %d %d\n", passed, failed, skipped }' >"$work/count"
read -r passed failed skipped <"$work/count"

# A test that died or kept no count has failed too, though it printed no "not ok".
if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
	failed=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$status" -eq 0 ] && [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
