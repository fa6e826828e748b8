#!/bin/sh
# Hosts and signing regions of every service in every partition are those of AWS's own rules.
. "${0%/*}/lib.sh"
[ -n "$python" ] || skip_all 'boto3 is not installed'

run 0 "$python" "$interop/endpoints.py"
relay "$out"
is 'eight partitions' "$(grep -c '^ok aws' "$out")" 8
err_empty
