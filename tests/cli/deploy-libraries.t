#!/bin/sh
# The images of CodeBuild have older libraries than this machine: nothing may be used that theirs lack.
# shellcheck disable=SC2154 # T, TOP, out and err are set by lib.sh
. "${0%/*}/../lib.sh"
compiler=${CC:-cc}
echo '#include <curl/curl.h>' | $compiler -E -x c - >/dev/null 2>&1 || skip_all 'no compiler, or no header of libcurl'

cd "$TOP" || exit 1
users=$(grep -l '#include <curl/' lib/*.c cmd/*/*.c)
ok 'libcurl has a user' test -n "$users"
for file in $users; do
	run 0 "$compiler" -std=c11 -D_GNU_SOURCE -Ilib -fsyntax-only -Wno-deprecated-declarations \
		-include tests/tools/libcurl-7.81.h "$file"
	err_lacks error:
done
# It sees what came later.
printf 'const char *x(CURL *e);\nint y(CURL *e) { return curl_easy_header(e, "Date", 0, 1, -1, 0); }\n' >"$T/later.c"
run 1 "$compiler" -std=c11 -fsyntax-only -include tests/tools/libcurl-7.81.h "$T/later.c"
err_has curl_easy_header
