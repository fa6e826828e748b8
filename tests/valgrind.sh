#!/bin/sh
# Runs a program under valgrind: its own exit status, or 99 after an error or a leak, told on standard error.
top=$(cd "$(dirname "$0")/.." && pwd)
exec valgrind --quiet --error-exitcode=99 --leak-check=full --show-leak-kinds=all --errors-for-leak-kinds=all \
	--num-callers=30 --suppressions="$top/tests/valgrind.supp" -- "$@"
