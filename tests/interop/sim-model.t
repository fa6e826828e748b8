#!/bin/sh
# Every operation of idc-sim against botocore's service models: what they don't allow is refused in AWS's
# words, what they just allow is not.
. "${0%/*}/lib.sh"
[ -n "$python" ] || skip_all 'boto3 is not installed'

run 0 idc-sim --state "$org" --async 20ms -- "$python" "$interop/model.py"
relay "$out"
