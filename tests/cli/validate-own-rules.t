#!/bin/sh
# idc-validate: a company's own rules, programs for jq.
# shellcheck disable=SC2016 # $names are those of jq and of JSON
. "${0%/*}/../lib.sh"
. "${0%/*}/validate.sh"
good

# check STATUS PROGRAM [MESSAGE...]: what a program for each record says, and no more. Its file
# has a comment at the head, so that it starts in the second line.
check() {
	want=$1
	printf '# A rule.\n%s\n' "$2" >r.jq
	shift 2
	run "$want" idc-validate -q --rules r.jq s a
	if [ "$#" -gt 0 ]; then
		printf '%s\n' "$@" >.lines
		err_is <.lines
	else
		err_empty
	fi
	[ "$want" -eq 0 ] || out_empty
}
# check_all: the same for all records at once.
check_all() {
	want=$1
	printf '# A rule.\n%s\n' "$2" >r.jq
	shift 2
	run "$want" idc-validate -q --rules-all r.jq s a
	if [ "$#" -gt 0 ]; then
		printf '%s\n' "$@" >.lines
		err_is <.lines
	else
		err_empty
	fi
	[ "$want" -eq 0 ] || out_empty
}
# finding: the program that finds something in every rule, with these members more.
finding() {
	printf 'select(.SID) | {Code: "CORP001", Message: "no"%s}' "${1:+, $1}"
}

# --- findings -----------------------------------------------------------------------------

check 0 "$(finding)" 'a/All.json:3:3: warning: no [CORP001]'
out_has '"Kind":"End"'
check 0 "$(finding 'Severity: "warning", Hint: "do it"')" 'a/All.json:3:3: warning: no: do it [CORP001]'
check 1 "$(finding 'Severity: "error", Path: ["SID"]')" 'a/All.json:4:11: error: no [CORP001]'
check 0 "$(finding 'Severity: null, Hint: null, Path: null')" 'a/All.json:3:3: warning: no [CORP001]'
check 0 "$(finding 'Message: "a\nb", Hint: "c\nd"')" 'a/All.json:3:3: warning: a b: c d [CORP001]'
check 0 '{Code: "CORP1", Message: .Kind}, {Code: "X-Y_9", Message: "two"}' \
	'a/All.json:3:3: warning: AssignmentRule [CORP1]' 'a/All.json:3:3: warning: two [X-Y_9]' \
	's/Admin.json:1:1: warning: PermissionSet [CORP1]' 's/Admin.json:1:1: warning: two [X-Y_9]'
for none in null empty 'null, empty, null'; do
	check 0 "$none"
	check_all 0 "$none"
done
check 0 'select(.SID == "all") | {Code: "CORP001", Message: "no"}'

# The records are those of the stream, in its order.
run 0 idc-validate -q s a
jq -cS 'select(.Source)' "$out" >records
printf '{Code: "CORP001", Message: (map(.Source = "x") | tojson)}' >r.jq
run 0 idc-validate -q --format json --rules-all r.jq s a
is 'all records' "$(jq -r .Message "$err" | jq -cS '.[]')" "$(jq -cS '.Source = "x"' records)"

# --- places -------------------------------------------------------------------------------

cat >s/Full.json <<'X'
{"Name": "Full", "Description": "d", "Tags": {"b/c": "x", "a": "y"},
	"ManagedPolicies": ["arn:aws:iam::aws:policy/Z",
		"arn:aws:iam::aws:policy/A"],
	"CustomerManagedPolicies": ["/z/z",
		{"Path": "/a/", "Name": "a"}, "m"],
	"PermissionBoundary": {"PolicyType": "CUSTOMER",
		"Policy": {"Name": "n", "Path": "/p/"}},
	"CustomPolicy": {"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Action": ["s3:GetObject",
			"s3:PutObject"], "Resource": "*"}]}}
X
cat >a/All.json <<'X'
{"Assignments": [ {"SID": "A", "Target": ["Root"], "PrincipalType": "GROUP", "PrincipalId": "x", "PermissionSetName": "Admin"},
	{"SID": "B", "Target": ["/A",
		"/B"], "Exclude": ["/C"],
	"PrincipalType": "USER", "PrincipalId": ["p",
		"q"], "PermissionSetName": "Full", "Expires": "2027-01-01T00:00:00Z"}]}
X
# at RECORD PATH LINE:COLUMN: where a path into the record is in the file.
at() {
	case $1 in Full) file=s/Full.json ;; *) file=a/All.json ;; esac
	check 0 "select(.Name == \"$1\" or .SID == \"$1\") | {Code: \"CORP001\", Message: \"m\", Path: $2}" \
		"$file:$3: warning: m [CORP001]"
}
at Full '[]' 1:1
at Full '["Name"]' 1:10
at Full '["Description"]' 1:33
at Full '["Tags", "b/c"]' 1:54
at Full '["SessionDuration"]' 1:1
at Full '["Kind"]' 1:1
at Full '["Source", "Line"]' 1:1
at Full '["ManagedPolicies"]' 2:21
at Full '["ManagedPolicies", 0]' 3:3
at Full '["ManagedPolicies", -1]' 2:22
at Full '["CustomerManagedPolicies", 2]' 4:30
at Full '["CustomerManagedPolicies", 2, "Path"]' 4:30
at Full '["CustomerManagedPolicies", 0, "Path"]' 5:12
at Full '["CustomerManagedPolicies", 1, "Name"]' 5:33
at Full '["PermissionsBoundary"]' 6:24
at Full '["PermissionsBoundary", "CustomerManagedPolicyReference"]' 7:13
at Full '["PermissionsBoundary", "CustomerManagedPolicyReference", "Path"]' 7:35
at Full '["InlinePolicy"]' 8:18
at Full '["InlinePolicy", "Statement", 0, "Action", 1]' 10:4
at B '["SID"]' 2:10
at B '["Target"]' 2:25
at B '["Target", 1]' 3:3
at B '["Target", -2]' 2:26
at B '["Exclude", 0]' 3:22
at B '["PrincipalType"]' 4:19
at B '["PrincipalId", 1]' 5:3
at B '["PermissionSetName"]' 5:30
at B '["Expires"]' 5:49
# What leads nowhere is at the record.
at B '["Target", 2]' 2:2
at B '["Target", "x"]' 2:2
at B '["Nothing"]' 2:2
at B '[{}]' 2:2
at B '[0]' 2:2
at B '["Positions", "Target"]' 2:2
at Full '["ManagedPolicies", 2]' 1:1

# --- all records at once ------------------------------------------------------------------

all='{Code: "CORP001", Message: "m"'
check_all 0 "$all}" 'idc-validate: warning: m [CORP001]'
check_all 0 "$all, Record: 0}" 's/Admin.json:1:1: warning: m [CORP001]'
check_all 1 "$all, Record: 3, Path: [\"SID\"], Severity: \"error\"}" 'a/All.json:2:10: error: m [CORP001]'
check_all 0 ".[] | select(.SID == \"B\") | $all, Record: .Source}" 'a/All.json:2:2: warning: m [CORP001]'
check_all 0 "$all, Record: null}" 'idc-validate: warning: m [CORP001]'
for record in 4 -1 0.5; do
	check_all 2 "$all, Record: $record}" "r.jq: error: there is no Record $record: there are 4, from 0 on"
done
for record in '"A"' '{}' '{File: "a/All.json", Line: 2, Column: 3}' '[0]' true; do
	check_all 2 "$all, Record: $record}" 'r.jq: error: the Record of a finding is neither the index of one nor its Source'
done
check_all 2 'range(2000) | '"$all}" 'r.jq: error: more findings about no record than can be listed' \
	"$(yes 'idc-validate: warning: m [CORP001]' | head -n 1001)"

# Templates with errors: what is there is checked, and nothing is said of what is not.
good
set_file Bad '"SessionDuration": "x"'
printf '%s' "$all}" >all.jq
finding >each.jq
run 1 idc-validate --rules-all all.jq --rules each.jq s a
err_has 'a/All.json:3:3: warning: no [CORP001]'
err_lacks 'warning: m '
err_has 'idc-validate: the rules of --rules-all are for templates without an error, and were not run'
good

# --- what is no finding -------------------------------------------------------------------

the="for the rule 'All' at a/All.json:3:3"
nope() {
	check 2 "select(.SID) | $1" "r.jq: error: $2, $the"
}
nope '"x"' 'expected a finding, an object with Code and Message, or null, found a string'
nope true 'expected a finding, an object with Code and Message, or null, found true'
nope '[]' 'expected a finding, an object with Code and Message, or null, found a list'
nope '{Message: "x"}' "a finding without a Code: write one such as 'CORP001'"
nope '{Code: "CORP001"}' 'a finding without a Message: say what is wrong'
nope '{Code: "CORP001", Message: ""}' 'a finding without a Message: say what is wrong'
nope '{Code: "CORP001", Message: ["x"]}' 'the Message of a finding is a list, not a string'
nope '{Code: 7, Message: "x"}' 'the Code of a finding is a number, not a string'
nope '{Code: "IDC044", Message: "x"}' "the Code 'IDC044' is not yours: 'IDC' is what idc-validate's own start with"
for code in corp001 C1 123 '-AB' 'A B' ABCDEFGHIJKLMNOPQRSTUVWX; do
	nope "{Code: \"$code\", Message: \"x\"}" \
		"the Code '$code' is none: write 3 to 23 capital letters, digits, '-' and '_', a letter first"
done
check 0 'select(.SID) | {Code: "ABCDEFGHIJKLMNOPQRSTUVW", Message: "x"}' \
	'a/All.json:3:3: warning: x [ABCDEFGHIJKLMNOPQRSTUVW]'
nope '{Code: "CORP001", Message: "x", Severity: "fatal"}' "the Severity 'fatal' is neither 'error' nor 'warning'"
nope '{Code: "CORP001", Message: "x", Hint: 1}' 'the Hint of a finding is a number, not a string'
nope '{Code: "CORP001", Message: "x", Path: "SID"}' 'the Path of a finding is a string, not a list such as ["Target", 0]'
nope '{Code: "CORP001", Message: "x", Hnit: "y"}' "a finding has no 'Hnit': did you mean 'Hint'?"
nope '{Code: "CORP001", Message: "x", Somewhere: 1}' \
	"a finding has no 'Somewhere': it has Code, Severity, Message, Hint, Path"
nope '{Code: "CORP001", Message: "x", Record: 0}' \
	"a finding has no 'Record': it has Code, Severity, Message, Hint, Path"
check_all 2 '{Code: "CORP001", Message: "x", Somewhere: 1}' \
	"r.jq: error: a finding has no 'Somewhere': it has Code, Severity, Message, Hint, Path and Record"
# One file stops there; the others go on, and what was found is shown.
printf 'select(.SID) | {Code: "CORP001", Message: "x"}, 1, 2' >bad.jq
run 2 idc-validate -q --rules bad.jq --rules each.jq s a
err_is <<'X'
bad.jq: error: expected a finding, an object with Code and Message, or null, found a number, for the rule 'All' at a/All.json:3:3
a/All.json:3:3: warning: x [CORP001]
a/All.json:3:3: warning: no [CORP001]
X
out_empty

# --- programs that fail -------------------------------------------------------------------

# libjq 1.7 has another word for the end.
end=\$end
jq -n '.a |' 2>&1 | grep -q 'unexpected end of file' && end='end of file'
check 2 '.SID |' "r.jq:2: error: syntax error, unexpected $end"
check 2 '.SID |
foo | bar(1)' "r.jq:3: error: foo/0 is not defined" "r.jq:3: error: bar/1 is not defined"
check 2 '$nothing' "r.jq:2: error: \$nothing is not defined"
nope '.SID + 1' 'string ("All") and number (1) cannot be added'
nope 'error("so not")' 'so not'
nope 'error({a: 1})' '{"a":1}'
nope 'halt' 'the program stopped itself'
nope '"x" | halt_error' 'the program stopped itself'
check_all 2 '.SID' 'r.jq: error: Cannot index array with string "SID"'
run 2 idc-validate -q --rules nothing.jq s a
out_empty
err_is <<'X'
nothing.jq: error: No such file or directory
X
run 2 idc-validate -q --rules s s a
err_is <<'X'
s: error: Is a directory
X
printf '.\0' >r.jq
run 2 idc-validate -q --rules r.jq s a
err_is <<'X'
r.jq: error: no program for jq: it has a NUL byte
X
head -c 1048577 /dev/zero | tr '\0' ' ' >r.jq
run 2 idc-validate -q --rules r.jq s a
err_is <<'X'
r.jq: error: larger than 1 MiB
X
run 2 idc-validate --rules
err_has '--rules'
run 2 idc-validate --rules-all
err_has '--rules-all'

# One that never ends.
check 2 'def f: f; f' 'r.jq: error: takes longer than 5 seconds, which is too long'

# --- what programs see --------------------------------------------------------------------

mkdir -p lib
echo 'def foo: "from outside";' >lib/m.jq
cp lib/m.jq .jq
for word in 'include "m" {search: "lib"}; foo' 'import "m" as m {search: "lib"}; m::foo' 'module {}; .'; do
	check 2 "$word" "r.jq:2: error: '${word%% *}' can't be used here: a file of rules stands alone"
done
# ~/.jq is not read: HOME is where that file is.
check 2 'foo' 'r.jq:2: error: foo/0 is not defined'
nope input "there is no input: '.' is all there is"
nope '[inputs]' "there is no input: '.' is all there is"
nope '"m" | modulemeta' 'module not found: m'
export SECRET=x
check 0 'select(.SID) | {Code: "CORP001", Message: ([env, $ENV] | tojson)}' 'a/All.json:3:3: warning: [{},{}] [CORP001]'
unset SECRET
check 0 'select(.SID) | {Code: "CORP001", Message: ($now | todate)}' \
	'a/All.json:3:3: warning: 2026-11-24T02:00:00Z [CORP001]'
printf 'select(.SID) | .SID | debug | empty' >r.jq
run 0 idc-validate --rules r.jq s a
err_has 'r.jq: debug: "All"'
check 0 'select(.SID) | .SID | debug | empty'

# --- $idc-ignore --------------------------------------------------------------------------

rule_file All '"$idc-ignore": ["CORP001"]'
check 0 "$(finding)"
check 1 "$(finding 'Severity: "error"')" 'a/All.json:3:3: error: no [CORP001]' \
	"a/All.json:12:5: warning: 'CORP001' is ignored here, and not found: remove it [IDC099]"
check 0 empty "a/All.json:12:5: warning: 'CORP001' is ignored here, and not found: remove it [IDC099]"
# Without the rules, nobody knows.
passes

# --- the samples of rules -----------------------------------------------------------------

rules=$TOP/templates/rules
good
for sid in 'all' 'All-of-them' '2nd'; do
	rule_file All "SID: \"$sid\""
	run 0 idc-validate -q --rules "$rules/sid-pattern.jq" s a
	printf "a/All.json:4:11: warning: the SID '%s' is not in CamelCase: write it like 'DevelopersInDevelopment' [CORP001]\n" "$sid" >.lines
	err_is <.lines
done
rule_file All 'SID: "AllOfThem2"'
run 0 idc-validate -q --rules "$rules/sid-pattern.jq" s a
err_empty

set_file Boss '"ManagedPolicies": ["arn:aws:iam::aws:policy/AdministratorAccess"]'
rule_file All 'PrincipalType: "USER", PermissionSetName: ["Admin", "Boss"]'
run 1 idc-validate -q --rules-all "$rules/no-administrator-for-users.jq" s a
err_is <<'X'
a/All.json:12:5: error: a rule for users has 'Boss', which is AdministratorAccess: make it a rule for a group [CORP002]
X
rule_file All 'PrincipalType: "GROUP", PermissionSetName: ["Admin", "Boss"]'
run 0 idc-validate -q --rules-all "$rules/no-administrator-for-users.jq" s a
err_empty

good
short() {
	set_file Admin "\"SessionDuration\": \"$1\""
	rule_file All "Target: [\"$2\"]"
	run 0 idc-validate -q --rules-all "$rules/short-sessions-in-production.jq" s a
}
for target in Prod:ou-ab12-cdef3456 my-label:/Prod/Payments:\* /Workloads/Production; do
	for session in PT2H1M PT12H PT7201S; do
		short $session "$target"
		printf "a/All.json:10:25: warning: '%s' is production, and sessions of 'Admin' last %s: two hours, PT2H, is the most there [CORP003]\n" \
			"$target" "$session" >.lines
		err_is <.lines
	done
	short PT2H "$target"
	err_empty
done
short PT4H /Dev/Reproduction
err_empty
short PT4H prod:111122223333
err_empty

# The samples of templates keep to the first two, and the folder of rules is no template.
run 0 idc-validate -q --rules "$rules/sid-pattern.jq" --rules-all "$rules/no-administrator-for-users.jq" "$TOP/templates"
err_empty

# --- many rules ---------------------------------------------------------------------------

good
jq -nc '{Assignments: [range(10000) | {SID: "R\(.)", Target: ["name=\(.)"], PrincipalType: "GROUP", PrincipalId: "x",
	PermissionSetName: "Admin"}]}' >a/All.json
start=$(date +%s)
run 0 idc-validate -q --rules "$rules/sid-pattern.jq" --rules-all "$rules/no-administrator-for-users.jq" \
	--rules-all "$rules/short-sessions-in-production.jq" s a
err_empty
ok 'many rules take little time' test $(($(date +%s) - start)) -le 10
