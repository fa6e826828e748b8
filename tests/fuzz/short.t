# shellcheck shell=sh
# Every reader of input under libFuzzer, for about a minute in all; "make fuzz" is the long form.
# shellcheck disable=SC2154 # T, TOP, out and err are set by lib.sh
. "${0%/*}/../lib.sh"

fuzz=$TOP/build/fuzz
[ -d "$fuzz/tests/fuzz" ] || skip_all 'no clang with libFuzzer here'

jobs=$(nproc 2>/dev/null || echo 2)
n=$(find "$fuzz/tests/fuzz" -type f -perm -u+x | wc -l)
run 0 sh "$TOP/tests/fuzz/run.sh" -n -j "$jobs" -t $((60 * jobs / n + 1)) "$fuzz"
sed 's/^/# /' "$out"
