# shellcheck shell=sh
# What holds for every program: the options that all have, misuse, and standard output that can't be
# written to. For those that read a stream: input of every bad shape, told in one line, nothing done.
# shellcheck disable=SC2154 # T, TOP, out and err are set by lib.sh
. "${0%/*}/../lib.sh"

org=$TOP/tests/data/org-sample.ndjson
cp -R "$TOP/templates" "$T/templates"
# Its rules reach the management account, which is warned of, as are permission sets without rules.
rm "$T/templates/assignments/organization.json"
for set in Administrator BillingReader SecurityAuditor; do
	rm "$T/templates/permissionsets/$set.json"
done
cd "$T" || exit 1

# Each program and the stream that it reads.
programs='
idc-validate -
idc-resolve  templates
idc-plan     resolved
idc-apply    plan
idc-dump     -
idc-show     state
idc-sim      -
'

# filter PROGRAM: the command that reads good.PROGRAM, if anything, and needs no AWS.
filter() {
	case $1 in
	idc-validate) echo idc-validate -q templates ;;
	idc-resolve) echo idc-resolve -q --state "$org" ;;
	idc-plan) echo idc-sim -q --state "$org" -- idc-plan -q ;;
	idc-apply) echo idc-apply -q --dry-run ;;
	idc-dump) echo idc-sim -q --state "$org" -- idc-dump -q ;;
	idc-show) echo idc-show ;;
	esac
}

# The streams, each made by the program before.
: >good.idc-validate
: >good.idc-dump
: >good.idc-sim
cp "$org" good.idc-show
run 0 idc-validate -q templates
err_empty
cp "$out" good.idc-resolve
in=good.idc-resolve
run 0 idc-resolve -q --state "$org"
err_empty
cp "$out" good.idc-plan
in=good.idc-plan
run 0 idc-sim -q --state "$org" -- idc-plan -q
err_empty
cp "$out" good.idc-apply
in=/dev/null

one_line() {
	is "$1 says one line" "$(wc -l <"$err")" 1
}

# refused PROGRAM TEXT: $T/in is no stream for it: status 4, nothing written, one line with TEXT.
refused() {
	in=$T/in
	# The command has no blanks but those between its words.
	# shellcheck disable=SC2046
	run 4 $(filter "$1")
	out_empty
	err_has "$2"
	one_line "$1"
}

# accepted PROGRAM: $T/in gives what the good stream gives.
accepted() {
	in=$T/in
	# shellcheck disable=SC2046
	run 0 $(filter "$1")
	err_empty
	ok "$1 writes the same" cmp "$out" "wrote.$1"
}

common_options() {
	for option in -h --help; do
		run 0 "$1" $option
		err_empty
		out_has "usage: $1 [OPTION]..."
		out_has '--version'
	done
	for option in -V --version; do
		run 0 "$1" $option
		err_empty
		out_is <<E
$1 $(cat "$TOP/VERSION")
E
	done
	for option in --nonsense -9 --help=yes; do
		run 2 "$1" $option
		out_empty
		err_has "$1: error: "
		err_has "usage: $1 [OPTION]..."
	done
	run 1 sh -c "$1 --help >/dev/full"
	err_has "$1: error: "
	run 1 sh -c "$1 --version >&-"
	err_has "$1: error: "
}

# Standard output that fails, and a reader that has seen enough.
output() {
	in=good.$1
	# shellcheck disable=SC2046
	run 0 $(filter "$1")
	err_empty
	cp "$out" "wrote.$1"
	command=$(filter "$1")
	run 1 sh -c "$command >/dev/full"
	err_has "$1: error: "
	run 1 sh -c "$command >&-"
	err_has "$1: error: "
	run 0 sh -c "{ $command; echo \$? >status; } | head -n 1 >first"
	is 'head -n 1 has the first line' "$(cat first)" "$(head -n 1 "wrote.$1")"
	# It may have written all before its reader went; if not, it died of SIGPIPE in silence, or, when
	# it has things to finish, it said so.
	ok "$1 ends as it should" grep -qxE "0|141$([ "$1" = idc-apply ] && echo '|1')" status
}

input() {
	good=good.$1
	: >in
	refused "$1" 'incomplete input: empty'
	printf '\n \n' >in
	refused "$1" 'incomplete input: empty'
	sed '$d' "$good" >in
	refused "$1" 'ends without its End record'
	sed 1d "$good" >in
	refused "$1" '<stdin>:1:1: error: a record outside of a stream'
	head -n 1 "$good" | head -c 40 >in
	refused "$1" '<stdin>:1:1: error: incomplete input: it ends inside of a record'
	{ head -n 1 "$good"; echo '{"Kind":'; sed 1,2d "$good"; } >in
	refused "$1" '<stdin>:2:'
	{ head -n 1 "$good"; echo '[]'; sed 1,2d "$good"; } >in
	refused "$1" '<stdin>:2:1: error: a record is a JSON object'
	{ head -n 1 "$good"; echo '{"Kind":"Nonsense"}'; sed 1,2d "$good"; } >in
	refused "$1" "<stdin>:2:1: error: unknown Kind 'Nonsense'"
	sed '$s/"Count":/&9/' "$good" >in
	refused "$1" 'the stream was damaged'
	{ cat "$good"; echo '{"Kind":"Begin"}'; } >in
	refused "$1" 'a Begin record without Stream'
	sed '1s/"Version":1/"Version":2/' "$good" >in
	refused "$1" '<stdin>:1:1: error: a '
	{ head -n 1 "$good"; printf '{"Kind":"\377"}\n'; sed 1,2d "$good"; } >in
	refused "$1" '<stdin>:2:'
	{ head -n 1 "$good"; printf '{"Kind":"a\000"}\n'; sed 1,2d "$good"; } >in
	refused "$1" '<stdin>:2:'
	{ head -n 1 "$good"; head -c 4200000 /dev/zero | tr '\0' ' '; echo; sed 1d "$good"; } >in
	refused "$1" '<stdin>:2:1: error: a line of more than'
	[ "$1" = idc-show ] || {
		echo '{"Kind":"Begin","Stream":"results","Version":1}' >in
		refused "$1" "<stdin>:1:1: error: expected a $2 stream, got results"
	}

	sed 'G;G' "$good" >in
	accepted "$1"
	printf '%s' "$(cat "$good")" >in
	accepted "$1"
	sed 's/$/\r/' "$good" >in
	accepted "$1"
	# shellcheck disable=SC2046
	run 1 $(filter "$1") "$T/none"
	out_empty
	err_has "$T/none: No such file or directory"
}

while read -r program stream; do
	[ -n "$program" ] || continue
	common_options "$program"
	[ -z "$(filter "$program")" ] || output "$program"
	[ "$stream" = - ] || input "$program" "$stream"
done <<E
$programs
E
