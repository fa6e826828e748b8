#!/bin/sh
# Lets the fuzz targets of a build make input, each for some seconds, several at once, from the corpus
# on. What breaks one is kept, and is the exit status.
#
#   tests/fuzz/run.sh -j JOBS -t SECONDS [-n] BUILD [TARGET]...
#
# Finds and the grown corpus stay in BUILD/found and BUILD/corpus; with -n the corpus is not kept, and
# chance is the same in every run, so that what one finds the next one finds as well.
set -u

jobs=1 seconds=60 keep=1
while getopts j:t:n o; do
	case $o in
	j) jobs=$OPTARG ;;
	t) seconds=$OPTARG ;;
	n) keep=0 ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd) || exit 1
shift
if [ $# -eq 0 ]; then
	for f in "$build"/tests/fuzz/*; do
		[ -x "$f" ] && set -- "$@" "${f##*/}"
	done
fi
mkdir -p "$build/found" || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# one TARGET: its line of result, "TARGET: N inputs in S s" or what it found.
cat >"$work/one.sh" <<'END'
grown=$build/corpus/$1
seed=0
[ "$keep" = 1 ] || grown=$work/corpus/$1 seed=1
mkdir -p "$grown" "$here/corpus/$1"
case $1 in
answer | sts) dict=$here/xml.dict ;;
*) dict=$here/json.dict ;;
esac
"$build/tests/fuzz/$1" -seed="$seed" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=65536 \
	-close_fd_mask=3 -print_final_stats=1 -verbosity=1 -dict="$dict" -artifact_prefix="$build/found/$1-" "$grown" \
	"$here/corpus/$1" >"$work/$1.log" 2>&1
status=$?
n=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/$1.log")
if [ "$status" -eq 0 ]; then
	echo "$1: ${n:-no} inputs in $seconds s"
else
	echo "$1: FAILED after ${n:-some} inputs, $build/found/$1-*:"
	grep -v -e '^#[0-9]*.*cov:' -e '^Dictionary' "$work/$1.log" | tail -n 60
fi
exit "$((status != 0))"
END
export here build seconds keep work
printf '%s\n' "$@" | nice -n 10 xargs -P "$jobs" -n 1 sh "$work/one.sh"
