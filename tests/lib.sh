# shellcheck shell=sh
# TAP for the shell tests. A test script starts with
#
#     . "${0%/*}/../lib.sh"
#
# and states, for every case, the status and both channels:
#
#     run 0 idc-validate templates        # runs it; status, $out and $err are kept
#     out_is <<'EOF' ... EOF              # standard output, exactly
#     out_has 'text' / out_lacks 'text'   # standard output, in part
#     err_is <<'EOF' ... EOF / err_has / err_lacks / err_empty
#
# The program under test never stands in a pipe or in $( ), so that its own status
# is what is seen. Each script has its own folder, $T, kept when a case fails.

set -u
TOP=$(cd "$(dirname "$0")/../.." && pwd)
IDC_BIN=${IDC_BIN:-$TOP/build/release/bin}
PATH=$IDC_BIN:${IDC_BIN%/bin}/tests/tools:$PATH
T=$(mktemp -d "${TMPDIR:-/tmp}/idc-test.XXXXXX") || exit 1
export PATH TOP T

# Nothing of the caller's AWS set-up may reach a test.
for v in $(env | sed -n 's/^\(AWS_[A-Z0-9_]*\|IDC_[A-Z0-9_]*\|[a-z]*_proxy\|[A-Z]*_PROXY\)=.*/\1/p'); do
	case $v in
	IDC_BIN | IDC_SANITIZE | IDC_VALGRIND) ;;
	*) unset "$v" ;;
	esac
done
export HOME="$T" TZ=UTC LC_ALL=C IDC_TIME=2026-11-24T02:00:00Z AWS_EC2_METADATA_DISABLED=true
# Whatever 'make iam-data' has made or not.
export IDC_IAM_DATA=
export SHARED="${IDC_SHARED:-$TOP/../shared}"

# under_valgrind: from here on, our programs run under valgrind; what it finds is status 99.
under_valgrind() {
	mkdir "$T/.valgrind"
	for program in "$IDC_BIN"/idc-*; do
		printf '#!/bin/sh\nexec sh %s/tests/valgrind.sh %s "$@"\n' "$TOP" "$program" \
			>"$T/.valgrind/${program##*/}"
	done
	chmod +x "$T/.valgrind"/*
	IDC_BIN=$T/.valgrind
	PATH=$IDC_BIN:$PATH
	export IDC_BIN
}
[ -z "${IDC_VALGRIND-}" ] || under_valgrind

out=$T/.out
err=$T/.err
in=/dev/null

# The count is kept in a file: a check behind a pipe runs in a subshell.
echo 0 >"$T/.count"

# tap RESULT TEXT: one line of TAP.
tap() {
	read -r tap_n <"$T/.count"
	tap_n=$((tap_n + 1))
	echo "$tap_n" >"$T/.count"
	echo "$1 $tap_n $2"
}

tap_ok() {
	tap ok "- $*"
}

tap_not_ok() {
	: >"$T/.failed"
	tap 'not ok' "- $*"
}

# diag_file NAME FILE: shows a file as TAP comments.
tap_show() {
	echo "# $1:"
	head -c 3000 "$2" | sed 's/^/#   /'
	echo
}

# skip_all WHY: ends the script, nothing tested, one clear line.
skip_all() {
	echo "1..0 # SKIP $*"
	rm -rf "$T"
	trap - EXIT
	exit 0
}

# skip WHY: one case not tested.
skip() {
	tap ok "# SKIP $*"
}

# ok LABEL COMMAND...: the command succeeds.
ok() {
	label=$1
	shift
	if "$@" >"$T/.ok" 2>&1; then
		tap_ok "$label"
	else
		tap_not_ok "$label"
		tap_show "$*" "$T/.ok"
	fi
}

# is LABEL GOT WANTED: two strings are equal.
is() {
	if [ "$2" = "$3" ]; then
		tap_ok "$1"
	else
		tap_not_ok "$1"
		printf '%s\n' "$2" >"$T/.got"
		printf '%s\n' "$3" >"$T/.want"
		tap_show got "$T/.got"
		tap_show wanted "$T/.want"
	fi
}

# run STATUS COMMAND...: runs it with $in as standard input and compares the status.
run() {
	want=$1
	shift
	last="$*"
	"$@" <"$in" >"$out" 2>"$err"
	got=$?
	if [ "$got" -eq "$want" ]; then
		tap_ok "exit $want: $(echo "$last" | head -n 1 | cut -c 1-100)"
	else
		tap_not_ok "exit $want, not $got: $(echo "$last" | head -n 1 | cut -c 1-100)"
		tap_show 'standard error' "$err"
		tap_show 'standard output' "$out"
	fi
}

tap_file_is() {
	cat >"$T/.want"
	if cmp -s "$2" "$T/.want"; then
		tap_ok "$1 is as expected"
	else
		tap_not_ok "$1 is as expected: $last"
		diff -u "$T/.want" "$2" >"$T/.diff"
		tap_show 'wanted -, got +' "$T/.diff"
	fi
}

tap_file_has() {
	if grep -qF -e "$3" "$2"; then
		tap_ok "$1 has: $3"
	else
		tap_not_ok "$1 has: $3"
		tap_show "$1" "$2"
	fi
}

tap_file_lacks() {
	if grep -qF -e "$3" "$2"; then
		tap_not_ok "$1 lacks: $3"
		tap_show "$1" "$2"
	else
		tap_ok "$1 lacks: $3"
	fi
}

out_is() { tap_file_is stdout "$out"; }
err_is() { tap_file_is stderr "$err"; }
out_has() { tap_file_has stdout "$out" "$1"; }
err_has() { tap_file_has stderr "$err" "$1"; }
out_lacks() { tap_file_lacks stdout "$out" "$1"; }
err_lacks() { tap_file_lacks stderr "$err" "$1"; }
out_empty() { out_is </dev/null; }
err_empty() { err_is </dev/null; }

tap_end() {
	status=$?
	[ "$status" -eq 0 ] || tap_not_ok "the script came to its end, not to status $status"
	echo "1..$(cat "$T/.count")"
	if [ ! -e "$T/.failed" ]; then
		rm -rf "$T"
		exit 0
	fi
	echo "# kept: $T"
	exit 1
}
trap tap_end EXIT
trap 'exit 1' INT TERM
