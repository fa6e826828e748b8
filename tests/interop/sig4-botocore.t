#!/bin/sh
# lib/sig4 against botocore's signer: thousands of random requests, byte for byte the same.
python=$(python3 -B -c 'import sys, botocore; print(sys.executable)' 2>/dev/null)
. "${0%/*}/../lib.sh"
[ -n "$python" ] || skip_all 'botocore is not installed'

run 0 "$python" -B "$TOP/tests/interop/sig4.py" 6000 1
# shellcheck disable=SC2154 # set by lib.sh
while IFS= read -r line; do
	case $line in
	'ok '*) tap_ok "${line#ok }" ;;
	'not ok '*) tap_not_ok "${line#not ok }" ;;
	*) printf '%s\n' "$line" ;;
	esac
done <"$out"
