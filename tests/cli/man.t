# shellcheck shell=sh
# The manual is right: the pages are sound, their options are those of the programs, their examples run.
# shellcheck disable=SC2154 # T, TOP, out and err are set by lib.sh
. "${0%/*}/../lib.sh"

command -v mandoc >/dev/null || skip_all 'mandoc is not installed'

# options_of_page PAGE: "-q --quiet" or "--state FILE" for each option in OPTIONS, without what
# is optional in an argument.
options_of_page() {
	awk '
	/^\.Sh / { in_options = $2 == "OPTIONS" }
	in_options && /^\.It Fl / {
		short = ""; long = ""; arg = ""
		for (i = 3; i <= NF && $i != "Oo" && $i != "Ns"; i++) {
			if ($i == "Ar" && arg == "")
				arg = " " $(i + 1)
			else if ($i ~ /^-/)
				long = "-" $i
			else if ($i ~ /^.$/ && $i != "," && short == "")
				short = "-" $i " "
		}
		print short long arg
	}' "$1" | sort
}

# The same of --help, in standard input. An argument starts with a capital letter, and counts
# up to the first bracket or colon.
options_of_help() {
	sed -n 's/^  \(-.\), --/\1 --/p; s/^      --/--/p' |
		sed 's/^\(-. \)\{0,1\}\(--[a-z-]*\)\( [A-Z][A-Z]*\)\{0,1\}.*/\1\2\3/' | sort
}

for page in "$TOP"/man/*.[157]; do
	name=${page##*/}
	run 0 mandoc -T lint -W warning "$page"
	out_empty
	# Words that are macros, too, vanish from what stands at a tag.
	is "no word of $name is taken for a macro" "$(awk '/^\.Bl/ { diag = /-diag/ } /^\.It / && !diag && / (An|At|Do|In|No) /' "$page")" ''
	# What a page refers to is there.
	sed -n 's/^\.Xr \(idc[a-z-]*\) \([157]\).*/\1.\2/p' "$page" | sort -u >"$T/refs"
	while read -r ref; do
		ok "$name refers to $ref" test -f "$TOP/man/$ref"
	done <"$T/refs"
done

for path in "$TOP"/cmd/idc-*; do
	program=${path##*/}
	page=$TOP/man/$program.1
	if [ ! -f "$page" ]; then
		tap_not_ok "$program has a page"
		continue
	fi
	run 0 "$program" --help
	is "the options of $program are those of its page" "$(options_of_page "$page")" \
		"$(options_of_help <"$out")"
	for section in NAME SYNOPSIS DESCRIPTION OPTIONS 'EXIT STATUS' EXAMPLES DIAGNOSTICS \
		'SEE ALSO'; do
		ok "$program(1) has $section" grep -qx ".Sh $section" "$page"
	done
done

# The codes of idc-validate are those of its page, in order.
run 0 idc-validate --explain all
awk '/^\.It IDC[0-9]* Pq / { code = $2; level = $4; getline; sub(/\.$/, ""); printf "%s  %-7s  %s\n", code, level, $0 }' \
	"$TOP/man/idc-validate.1" | sed 's/\\e/\\/g' >"$T/codes"
ok 'the codes of idc-validate are those of its page' diff -u "$out" "$T/codes"

# examples_of PAGE: the commands of EXAMPLES, one a line: lines of a literal display that start with "$ ".
examples_of() {
	awk '
	/^\.Sh / { in_examples = $2 == "EXAMPLES" }
	/^\.Bd -literal/ { literal = 1 }
	/^\.Ed/ { literal = 0 }
	in_examples && literal && /^\$ / {
		gsub(/\\&/, "")
		gsub(/\\e/, "\\")
		gsub(/\\-/, "-")
		print substr($0, 3)
	}' "$1"
}

# Each page has its own folder and its own simulated organization, and its commands run in order.
for page in "$TOP"/man/*.[157]; do
	name=${page##*/}
	examples_of "$page" >"$T/commands"
	[ -s "$T/commands" ] || continue
	mkdir "$T/$name"
	cp -R "$TOP/templates" "$T/$name/templates"
	cp "$TOP/tests/data/org-sample.ndjson" "$T/$name/now.ndjson"
	{
		echo 'set -u'
		while read -r command; do
			printf '%s\necho "$?" >>%s\n' "$command" "$T/$name.statuses"
		done <"$T/commands"
	} >"$T/$name.sh"
	cd "$T/$name" || exit 1
	run 0 idc-sim -q --state now.ndjson -- sh "$T/$name.sh"
	cd "$T" || exit 1
	ok "$name: no example says an error" sh -c "! grep -v -e 'incomplete input' -e OperationFailed '$err' | grep 'error: '"
	n=0
	while read -r command; do
		n=$((n + 1))
		is "$name: $command" "$(sed -n "${n}p" "$T/$name.statuses")" 0
	done <"$T/commands"
done
