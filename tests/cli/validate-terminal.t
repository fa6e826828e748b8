#!/bin/sh
# idc-validate on a terminal: the line of the file, the mark under the right character, colours; and none of
# them elsewhere.
# shellcheck disable=SC2016 # JSON's own dollar
. "${0%/*}/../lib.sh"
. "${0%/*}/validate.sh"

# In a pipe or a file there is nothing but lines.
good
set_file Admin '"SessionDuration": "4h"'
run 1 env TERM=xterm idc-validate -q s a
err_is <<'X'
s/Admin.json:3:21: error: SessionDuration '4h' is no ISO 8601 duration: write it like 'PT4H' or 'PT1H30M' [IDC020]
X

script -qec true /dev/null >/dev/null 2>&1 </dev/null || {
	skip 'on a terminal: script is not installed'
	exit 0
}

# seen COLUMNS COMMAND: what a terminal of that width shows, in $T/seen.
seen() {
	script -qec "stty cols $1; $2 >$T/stream" /dev/null </dev/null | tr -d '\r' >"$T/seen"
}
seen_is() {
	tap_file_is "$1" "$T/seen"
}
last='on a terminal'
TERM=xterm
export TERM
bold=$(printf '\033[1m') red=$(printf '\033[1;31m') magenta=$(printf '\033[1;35m')
green=$(printf '\033[1;32m') plain=$(printf '\033[0m')

# Colours and the mark.
rule_file All 'Expires: "2026-01-01T00:00:00Z"'
seen 100 'idc-validate s a'
seen_is 'with colours' <<X
${bold}a/All.json:11:15${plain}${bold}: ${plain}${magenta}warning${plain}: expired at 2026-01-01T00:00:00Z: the rule grants nothing: remove it [IDC032]
   11 |    "Expires": "2026-01-01T00:00:00Z"
      |               ${green}^~~~~~~~~~~~~~~~~~~~~~${plain}
${bold}s/Admin.json:3:21${plain}${bold}: ${plain}${red}error${plain}: SessionDuration '4h' is no ISO 8601 duration: write it like 'PT4H' or 'PT1H30M' [IDC020]
    3 |  "SessionDuration": "4h"
      |                     ${green}^~~~${plain}
idc-validate: 1 permission set, 1 rule, 1 error, 1 warning
X
ok 'the stream is not written' test ! -s stream
for plainly in 'env NO_COLOR=1' 'env TERM=dumb' 'env -u TERM'; do
	seen 100 "$plainly idc-validate -q s"
	seen_is "$plainly" <<'X'
s/Admin.json:3:21: error: SessionDuration '4h' is no ISO 8601 duration: write it like 'PT4H' or 'PT1H30M' [IDC020]
    3 |  "SessionDuration": "4h"
      |                     ^~~~
idc-validate: error: no rule in the templates: every managed assignment would be deleted: --allow-empty if that is meant [IDC045]
X
done
seen 100 'env NO_COLOR= idc-validate -q s'
ok 'an empty NO_COLOR is none' grep -qF "$red" seen
seen 100 'sh -c "idc-validate -q s a 2>file"'
ok 'standard error is what counts' cmp -s seen /dev/null
ok 'and a file has no excerpt' sh -c '! grep -q "[|]" file'

# marked TEXT [WIDTH]: of a file of that one line, "HERE" is found, and the mark stands under it, on a
# terminal of WIDTH columns, in which the line fits.
NO_COLOR=1
export NO_COLOR
marked() {
	printf '%b\n' "$1" >f.json
	seen "${2:-120}" 'idc-validate -q --allow-empty f.json'
	is "$(printf '%s' "$1" | cut -c 1-40): the mark is under it" "$(awk -v width="${2:-120}" '
		NR == 2 { line = $0; at = index(line, "\"HERE") }
		NR == 3 { mark = index($0, "^") }
		END { print (at > 0 && at == mark && length(line) <= width) ? "yes" : "no: " at " " mark ": " line }' seen)" yes
}
xs() {
	awk -v n="$1" -v x="${2:-x}" 'BEGIN { while (n-- > 0) printf "%s", x }'
}
marked '{ "HERE": 1, "Name": "x" }'
marked '\t\t{\t"HERE": 1, "Name": "x" }'
marked '{ "Name": "x", "SessionDuration": "HERE" }'
for width in 40 60 80 200; do
	marked "{ \"Name\": \"x\", \"\$schema\": \"$(xs 5000)\", \"HERE\": 1, \"\$schemas\": \"$(xs 5000)\" }" $width
	marked "{ \"HERE\": 1, \"Name\": \"x\", \"\$schema\": \"$(xs 5000)\" }" $width
	marked "{ \"Name\": \"x\", \"\$schema\": \"$(xs 5000)\", \"HERE\": 1 }" $width
done
# Where what is marked is itself too long, and where two lines have the same beginning.
marked "{ \"Name\": \"x\", \"SessionDuration\": \"HERE$(xs 500)\" }" 60
is 'the mark ends with the line' "$(awk '{ print length($0) }' seen | sed 1d | sort -u)" 60
is 'a backslash ends no string' "$(printf '{ "Name": "x", "SessionDuration": "a\\\\" }' >f.json
	seen 100 'idc-validate -q --allow-empty f.json'
	sed -n 3p seen | tr -d ' |')" '^~~~~'

# letters TEXT BYTES COLUMNS: what stands before the place takes that many bytes in the file, and columns
# on the terminal.
letters() {
	printf '{ "Name": "x", "$schema": "%b", "HERE": 1 }\n' "$1" >f.json
	seen 120 'idc-validate -q --allow-empty f.json'
	is "$1: found behind $2 bytes" "$(sed -n 's/^f.json:1:\([0-9]*\): error: unknown field .HERE.*/\1/p' seen)" \
		$((31 + $2))
	is "$1: shown behind $3 columns" "$(awk 'NR == 3 { print index($0, "^") }' seen)" $((39 + $3))
}
letters abc 3 3
letters 'é€' 5 2
letters '東京' 6 4
letters '\0360\0237\0230\0200' 4 2
letters 'e\0314\0201' 3 1
letters '\0177' 1 4
letters '\0342\0200\0256' 3 12
letters '\0302\0205' 2 8
# Cut between characters, not within.
printf '{ "Name": "x", "$schema": "%s", "HERE": 1, "$schemas": "%s" }\n' "$(xs 300 é)" "$(xs 300 東)" >f.json
for width in 40 41 42 43; do
	seen $width 'idc-validate -q --allow-empty f.json'
	ok "$width columns: whole characters" iconv -f UTF-8 -t UTF-8 seen
	ok 'and none is shown as bytes' sh -c '! grep -F "\\x" seen'
done
# No place, no excerpt; the end of a text, behind its last line.
printf '{ "Name": "x"\n' >f.json
seen 100 'idc-validate -q --allow-empty f.json none'
is 'two lines' "$(cut -d ' ' -f 1-2 seen)" 'f.json:2:1: error:
none: error:'
