# shellcheck shell=sh
# Every reader of input against the corpus, under AddressSanitizer and UBSan: what once broke one does not
# any more.
# shellcheck disable=SC2154 # T, TOP, out and err are set by lib.sh
. "${0%/*}/../lib.sh"

targets=$TOP/build/sanitize/tests/fuzz
[ -d "$targets" ] || skip_all 'this compiler has no AddressSanitizer'

n=0
for corpus in "$TOP"/tests/fuzz/corpus/*; do
	name=${corpus##*/}
	n=$((n + 1))
	run 0 "$targets/$name" "$corpus"/*
	is "$name has read all of its corpus" "$(grep -c "^$corpus/" "$err")" \
		"$(find "$corpus" -type f | wc -l)"
done
is 'every target has a corpus' "$n" "$(find "$targets" -type f -perm -u+x | wc -l)"
