#!/bin/sh
# Every stream, cut after every line: exit 4, no End, no request, no change.
. "${0%/*}/../lib.sh"

org=$TOP/tests/data/org-seed.ndjson
run 0 idc-sim --state "$org" --save "$T/after.ndjson" -- \
	sh "$TOP/tests/pipe.sh" "$T" "$TOP/tests/data/seed-like"

# Runs under idc-sim: prints one line for each cut that was not refused as it should be.
cat >"$T/cuts.sh" <<'X'
while read -r stream program; do
	lines=$(grep -c . "$stream")
	n=0
	while [ "$n" -lt "$lines" ]; do
		head -n "$n" "$stream" >cut
		$program <cut >cut.out 2>cut.err
		status=$?
		[ "$status" -eq 4 ] || echo "$program: exit $status at $n of $lines lines"
		grep -q '"Kind":"End"' cut.out && echo "$program: an End record at $n lines"
		[ "$(grep -c '' cut.err)" -eq 1 ] || echo "$program: not one message at $n lines"
		n=$((n + 1))
		echo x >>count
	done
	# And in the middle of the last line.
	head -c -9 "$stream" >cut
	$program <cut >cut.out 2>cut.err
	status=$?
	[ "$status" -eq 4 ] || echo "$program: exit $status without the last bytes"
done <<'Y'
validate.out idc-resolve
resolve.out idc-plan
plan.out idc-apply
Y
exit 0
X
cd "$T" || exit 1
run 0 idc-sim --state "$org" --save "$T/cut.ndjson" --calls "$T/calls" -- sh "$T/cuts.sh"
out_empty
is 'every line of the three streams was cut at' "$(grep -c x "$T/count")" \
	"$(cat validate.out resolve.out plan.out | grep -c .)"
run 0 idc-sim --state "$org" --save "$T/untouched.ndjson" -- true
ok 'nothing was changed' cmp "$T/cut.ndjson" "$T/untouched.ndjson"
is 'nothing was asked of AWS' "$(awk '!/^#/ { n += $NF } END { print n + 0 }' "$T/calls")" 0
