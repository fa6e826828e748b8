#!/bin/sh
# A sample of the fault campaign (make fault), drawn from a seed: each of its runs, and of those
# after it, ends well.
. "${0%/*}/../lib.sh"
export TMPDIR="$T"
if [ -n "${IDC_SANITIZE-}" ]; then
	export FAULT_SAMPLE=8 FAULT_JOBS=2
else
	export FAULT_SAMPLE=24 FAULT_JOBS=2
fi
run 0 sh "$TOP/tests/fault/campaign.sh"
err_empty
out_has '| wrong revokes | 0 |'
out_has '| lost grants | 0 |'
out_has '| bad runs | 0 |'
out_has "| runs | $((2 * FAULT_SAMPLE)) of $((2 * FAULT_SAMPLE)) |"
ok 'faults were injected' grep -q '^| faults injected | [1-9]' "$out"
