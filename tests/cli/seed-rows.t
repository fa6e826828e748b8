#!/bin/sh
# Every row of the list of what the seed gets wrong has a test of ours: a script in tests/cli names the
# row in a comment, "# row: " and the row's first column, above the cases that hold it.
. "${0%/*}/../lib.sh"

[ -r "$SHARED/SEED-DEFECTS.md" ] || skip_all 'the list of the seed'\''s defects is not in ../shared'

grep -h '^# row: ' "$TOP"/tests/cli/*.t | sed 's/^# row: //' >"$T/tested"
# Table rows, without the heading and the rule below it.
awk -F ' \\| ' '/^\| / { sub(/^\| /, "", $1); print $1 }' "$SHARED/SEED-DEFECTS.md" |
	grep -vxF -e input -e '---' >"$T/rows"
while IFS= read -r row; do
	ok "$row" grep -qxF -e "$row" "$T/tested"
done <"$T/rows"
is 'the list is the one that was read' "$(test "$(grep -c . "$T/rows")" -ge 41 && echo yes)" yes
