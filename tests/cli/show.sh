# shellcheck shell=sh
# For the tests of idc-show.
. "${0%/*}/../lib.sh"

# stream TYPE RECORD...: a complete stream of records, in $T/in.
stream() {
	type=$1
	shift
	{
		printf '{"Kind":"Begin","Stream":"%s","Version":1}\n' "$type"
		for record in "$@"; do
			printf '%s\n' "$record"
		done
		printf '{"Kind":"End","Stream":"%s","Count":%d}\n' "$type" $#
	} >"$T/in"
}
