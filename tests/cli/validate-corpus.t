#!/bin/sh
# idc-validate finds in the templates of tests/data/validate/bad just what findings.txt there says,
# at its places, and nothing in those of good. Every code has a bad template, or a reason.
. "${0%/*}/../lib.sh"
cd "$TOP/tests/data/validate" || exit 1

# Codes without a bad template, and why.
cat >"$T/exceptions" <<'X'
IDC001 git keeps no file that can't be read: validate-files.t
IDC085 an option asks for it: validate-risk.t
IDC090 AWS has to be asked: validate-online.t
IDC091 AWS has to be asked: validate-online.t
IDC092 AWS has to be asked: validate-online.t
IDC093 AWS has to be asked: validate-online.t
IDC094 AWS has to be asked: validate-online.t
IDC095 AWS has to be asked: validate-online.t
IDC096 AWS has to be asked: validate-online.t
X

# examine CASE PATH...: one run, in $T/found a line for the case, the findings, and the status.
examine() {
	case=$1
	shift
	printf '{"Case":"%s"}\n' "$case"
	{ idc-validate -q --format json "$@" >/dev/null; } 2>&1
	printf '{"Status":%d}\n' $?
}

# A file of rules is checked beside the permission sets that it names, and the other way round.
for case in bad/sets/*.json good/sets/*.json; do
	examine "$case" base/sets "$case"
done >"$T/found"
for case in bad/rules/*.json good/rules/*.json; do
	examine "$case" base/rules "$case"
done >>"$T/found"
for case in bad/both/* good/both/*; do
	examine "$case" "$case"
done >>"$T/found"
# Names that AWS knows are those of a small file here.
export IDC_IAM_DATA="$TOP/tests/data/iam-data"
for case in bad/names/*.json good/names/*.json; do
	examine "$case" base/sets "$case"
done >>"$T/found"

is 'there are at least 150 bad ones' "$(($(grep -c '"Case":"bad/' "$T/found") >= 150))" 1
is 'and 60 good ones' "$(($(grep -c '"Case":"good/' "$T/found") >= 60))" 1

# What is found about the files beside the one that a case is about is of no interest.
jq -r -n '
	foreach inputs as $r (null; if $r.Case then $r.Case else . end;
		if $r.Code and ($r.Suppressed | not) and (($r.File // "") | startswith("base/") | not)
		then [$r.File // ., $r.Code, $r.Line // 0, $r.Column // 0] | @tsv else empty end)' \
	"$T/found" | sort >"$T/findings"
grep -v '^#' findings.txt | sort >"$T/wanted"
ok 'the findings are those of findings.txt' diff -u "$T/wanted" "$T/findings"

# An error is status 1, and nothing else is.
is 'the statuses are right' "$(jq -r -n 'foreach inputs as $r ({};
		if $r.Case then {case: $r.Case, want: 0}
		elif $r.Severity == "error" then .want = 1 else . end;
		if $r.Status and $r.Status != .want then "\(.case): \($r.Status)" else empty end)' "$T/found")" ''

# Every code has its case.
idc-validate --explain all | cut -d ' ' -f 1 | sort >"$T/codes"
{
	cut -f 2 "$T/wanted"
	cut -d ' ' -f 1 "$T/exceptions"
} | sort -u >"$T/seen"
is 'every code has a bad template or a reason' "$(comm -3 "$T/codes" "$T/seen")" ''
is 'no reason is of a code that has one' \
	"$(cut -d ' ' -f 1 "$T/exceptions" | grep -F -w -f - "$T/wanted")" ''
