#!/bin/sh
# idc-sim through boto3, every operation: its own models check what is sent, its own parsers read what
# comes back.
. "${0%/*}/lib.sh"
[ -n "$python" ] || skip_all 'boto3 is not installed'

run 0 idc-sim --state "$org" --page 2 --async 100ms -- "$python" "$interop/drive.py"
relay "$out"
