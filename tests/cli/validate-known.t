#!/bin/sh
# idc-validate: warnings that are known, by $idc-ignore and by a baseline; and --strict.
# shellcheck disable=SC2016 # JSON's own dollar
. "${0%/*}/../lib.sh"
. "${0%/*}/validate.sh"

twice='"ManagedPolicies": ["arn:aws:iam::aws:policy/A", "arn:aws:iam::aws:policy/A"]'
with_warnings() {
	good
	set_file Admin "$twice"
	rule_file All 'Target: ["Root", "Root"]'
}
baseline() {
	run 0 idc-validate -q --format json -o known s a
}

# --- --strict -----------------------------------------------------------------------

with_warnings
run 0 idc-validate s a
out_has '"Kind":"End"'
run 1 idc-validate --strict s a
out_empty
err_is <<'X'
a/All.json:7:5: warning: 'Root' is there twice: remove one [IDC015]
s/Admin.json:3:51: warning: 'arn:aws:iam::aws:policy/A' is there twice: remove one [IDC015]
idc-validate: 1 permission set, 1 rule, no errors, 2 warnings
X
good
run 0 idc-validate -q --strict s a
err_empty

# --- $idc-ignore --------------------------------------------------------------------

# At the top it is for the whole file, in a rule for that.
with_warnings
set_file Admin "$twice, \"\$idc-ignore\": [\"IDC015\"]"
rule_file All 'Target: ["Root", "Root"], "$idc-ignore": ["IDC015"]'
run 0 idc-validate --strict s a
out_has '"Kind":"End"'
out_lacks 'idc-ignore'
err_is <<'X'
idc-validate: 1 permission set, 1 rule, no errors, 2 ignored
X
cat >a/All.json <<'X'
{"$idc-ignore": ["IDC015"], "Assignments": [
	{"SID": "A", "Target": ["Root", "Root"], "PrincipalType": "GROUP", "PrincipalId": ["x", "x"], "PermissionSetName": "Admin"},
	{"SID": "B", "Target": ["name=b", "name=b"], "PrincipalType": "GROUP", "PrincipalId": "y", "PermissionSetName": "Admin"}]}
X
run 0 idc-validate --strict s a
err_is <<'X'
idc-validate: 1 permission set, 2 rules, no errors, 4 ignored
X
# One rule is not another.
sed 's/{"$idc-ignore": .*/{"Assignments": [/; s/"SID": "A"/"$idc-ignore": ["IDC015"], &/' a/All.json >new
mv new a/All.json
run 1 idc-validate -q --strict s a
err_is <<'X'
a/All.json:3:36: warning: 'name=b' is there twice: remove one [IDC015]
X
# What of the first file is no matter of the second.
rule_file All 'Target: ["Root", "Root"]'
run 1 idc-validate -q --strict s a
err_is <<'X'
a/All.json:7:5: warning: 'Root' is there twice: remove one [IDC015]
X

# Errors are not ignored, nor what is no code; and what ignores nothing is told of.
good
set_file Admin '"$idc-ignore": ["IDC020", "IDC009", "idc015", "IDC15", "IDC0015", "x", "*", "", 7,
	"IDC015", "ACME-1", "ACME_OF_23_CHARACTERS_X"], "SessionDuration": "4h"'
finds "s/Admin.json:3:18: error: IDC020 is an error and can't be ignored: mend what it tells of [IDC098]" \
	"s/Admin.json:3:28: error: 'IDC009' is no code of a warning: a code stands at the end of its message, such as 'IDC044' [IDC098]" \
	"s/Admin.json:3:38: error: 'idc015' is no code of a warning: a code stands at the end of its message, such as 'IDC044' [IDC098]" \
	"s/Admin.json:3:48: error: 'IDC15' is no code of a warning: a code stands at the end of its message, such as 'IDC044' [IDC098]" \
	"s/Admin.json:3:57: error: 'IDC0015' is no code of a warning: a code stands at the end of its message, such as 'IDC044' [IDC098]" \
	"s/Admin.json:3:68: error: 'x' is no code of a warning: a code stands at the end of its message, such as 'IDC044' [IDC098]" \
	"s/Admin.json:3:73: error: '*' is no code of a warning: a code stands at the end of its message, such as 'IDC044' [IDC098]" \
	"s/Admin.json:3:78: error: '' is no code of a warning: a code stands at the end of its message, such as 'IDC044' [IDC098]" \
	"s/Admin.json:3:82: error: expected the code of a warning, such as 'IDC044', found a number [IDC098]" \
	"s/Admin.json:4:2: warning: 'IDC015' is ignored here, and not found: remove it [IDC099]" \
	"s/Admin.json:4:69: error: SessionDuration '4h' is no ISO 8601 duration: write it like 'PT4H' or 'PT1H30M' [IDC020]"
# What only AWS knows is not missed without AWS.
good
set_file Admin '"$idc-ignore": ["IDC094", "IDC095", "IDC096"]'
passes

# --- the baseline -------------------------------------------------------------------

with_warnings
baseline
is 'two warnings' "$(wc -l <known)" 2
run 0 idc-validate --strict --baseline known s a
out_has '"Kind":"End"'
err_is <<'X'
idc-validate: 1 permission set, 1 rule, no errors, 2 in the baseline
X
# Paths are those of the same files, and places are of no interest.
printf '\n\n%s\n' "$(cat s/Admin.json)" >new
mv new s/Admin.json
run 0 idc-validate -q --strict --baseline known ./s ./a
err_empty
# One more of the same is one too many; another one too.
rule_file All 'Target: ["Root", "Root", "Root"], PrincipalId: ["x", "x"]'
run 1 idc-validate --strict --baseline known s a
err_is <<'X'
a/All.json:8:5: warning: 'Root' is there twice: remove one [IDC015]
a/All.json:13:5: warning: 'x' is there twice: remove one [IDC015]
idc-validate: 1 permission set, 1 rule, no errors, 2 warnings, 2 in the baseline
X
# What was mended is noted, and written anew it is gone.
good
rule_file All 'Target: ["Root", "Root"]'
run 0 idc-validate --baseline known --format json -o known s a
err_is <<'X'
idc-validate: 1 warning of known is not found any more: write it anew
idc-validate: 1 permission set, 1 rule, no errors, 1 in the baseline
X
run 0 idc-validate --strict --baseline known s a
err_is <<'X'
idc-validate: 1 permission set, 1 rule, no errors, 1 in the baseline
X
# Errors are no matter of a baseline, whether they are in it or not; nor is what $idc-ignore is for.
good
set_file Admin "$twice, \"SessionDuration\": \"4h\", \"\$idc-ignore\": [\"IDC015\"]"
run 1 idc-validate -q --format json -o known s a
is 'both are in it' "$(jq -r .Code known | tr '\n' ' ')" 'IDC015 IDC020 '
run 1 idc-validate --baseline known s a
err_is <<'X'
s/Admin.json:3:100: error: SessionDuration '4h' is no ISO 8601 duration: write it like 'PT4H' or 'PT1H30M' [IDC020]
idc-validate: 1 permission set, 1 rule, 1 error, 1 ignored
X
# The formats show what is left out, where they can.
with_warnings
baseline
run 0 idc-validate -q --baseline known --format json s a
is 'both are marked' "$(jq -r .Suppressed "$err" | tr '\n' ' ')" 'baseline baseline '
run 0 idc-validate -q --baseline known --format sarif s a
is 'both are marked' "$(jq -r '.runs[].results[].suppressions[].kind' "$err" | tr '\n' ' ')" 'external external '
run 0 idc-validate -q --strict --baseline known --format github s a
err_empty
run 0 idc-validate -q --strict --baseline known --format junit s a
err_lacks '<failure'

# One that is none, or damaged: one line, and nothing is left out.
damaged() {
	run 1 idc-validate -q --baseline "$1" s a
	out_empty
	sed 1q "$err" >first
	is "$1" "$(cat first)" "idc-validate: error: --baseline: $2"
	is 'that, and two warnings' "$(wc -l <"$err")" 3
}
damaged none 'none: No such file or directory'
damaged s 's: reading failed: Is a directory'
head -c 100 known >short
damaged short 'short:1:89: a string that is never closed: add the missing '\''"'\'''
{ cat known; echo '{"Code": "IDC015"}'; } >odd
damaged odd 'odd:3:1: no finding: a baseline is what --format json wrote'
{ head -n 1 known; echo '[]'; } >list
damaged list 'list:2:1: no finding: a baseline is what --format json wrote'
run 0 idc-validate -q -o known.sarif --format sarif s a
damaged known.sarif 'known.sarif:1:1: no finding: a baseline is what --format json wrote'
printf '\n\n' >blank
run 0 idc-validate -q --baseline blank s a
is 'an empty one leaves nothing out' "$(wc -l <"$err")" 2
