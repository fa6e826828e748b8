#!/bin/sh
# idc-validate: rules that grant the same, rules that grant nothing, and permission sets that no
# rule assigns.
# shellcheck disable=SC2016 # $idc-ignore is a name in JSON
. "${0%/*}/../lib.sh"
. "${0%/*}/validate.sh"

# rules RULE...: a/All.json with these rules, one a line, for the group devs and the permission
# set Admin, where a rule's members say nothing else.
rules() {
	good
	printf '{"Assignments": [\n' >a/All.json
	n=0
	for rule in "$@"; do
		n=$((n + 1))
		case $rule in *PrincipalId*) ;; *) rule="$rule, \"PrincipalId\": \"devs\"" ;; esac
		case $rule in *PrincipalType*) ;; *) rule="$rule, \"PrincipalType\": \"GROUP\"" ;; esac
		case $rule in *PermissionSetName*) ;; *) rule="$rule, \"PermissionSetName\": \"Admin\"" ;; esac
		printf '%s{"SID": "R%d", %s}\n' "$([ "$n" -eq 1 ] || echo ,)" "$n" "$rule" >>a/All.json
	done
	echo ']}' >>a/All.json
}

# warns MESSAGE...: exactly these warnings, and the stream is written.
warns() {
	run 0 idc-validate -q s a
	out_has '"Kind":"End"'
	printf '%s\n' "$@" >.lines
	err_is <.lines
}

# --- IDC033: the same grant twice ---------------------------------------------------------

same="'Admin' for the group 'devs' in"
rules '"Target": ["a:111122223333"]' '"Target": ["b:111122223333"]'
warns "a/All.json:3:27: warning: $same 'b:111122223333' is granted by the rule 'R1' at a/All.json:2:26, too: keep one of the two [IDC033]"
rules '"Target": ["111122223333"]' '"Target": ["111122223334"]'
passes
rules '"Target": ["111122223333"]' '"Target": ["111122223333"], "PrincipalType": "USER"'
passes
rules '"Target": ["111122223333"]' '"Target": ["111122223333"], "PrincipalId": "Devs"'
passes

# In two files, and every form of a target.
for target in Root 111122223333 ou-ab12-cdef3456 ou-ab12-cdef3456:\* /A/B /A/B:\* name=x-\* tag=A=\*; do
	rules "\"Target\": [\"$target\"]"
	jq '.Assignments[0].SID = "S"' a/All.json >a/Other.json
	warns "a/Other.json:6:9: warning: $same '$target' is granted by the rule 'R1' at a/All.json:2:26, too: keep one of the two [IDC033]"
done
rm a/Other.json
rules '"Target": ["Root:r-ab12"]' '"Target": ["Root"]'
warns "a/All.json:3:27: warning: $same 'Root' is granted by the rule 'R1' at a/All.json:2:26, too: keep one of the two [IDC033]"
rules '"Target": ["/A/B", "ou-ab12-cdef3456", "name=x", "tag=A=B"]' \
	'"Target": ["/A/b", "ou-ab12-cdef3457", "name=X", "tag=A=C"]'
passes

# Several rules that grant the same: each but the first is told, once, however much it is.
rules '"Target": ["/A", "/B"], "PrincipalId": ["x", "y"]' \
	'"Target": ["/B", "/A"], "PrincipalId": ["y", "x"]' \
	'"Target": ["/A", "/B"], "PrincipalId": ["x", "y"]'
warns "a/All.json:3:27: warning: 'Admin' for the group 'x' in '/B' (and 3 more of this rule) is granted by the rule 'R1' at a/All.json:2:32, too: keep one of the two [IDC033]" \
	"a/All.json:4:27: warning: 'Admin' for the group 'x' in '/A' (and 3 more of this rule) is granted by the rule 'R1' at a/All.json:2:26, too: keep one of the two [IDC033]"

# A part of two rules: at the narrower target, or the later rule.
rules '"Target": ["/A", "/B"], "PrincipalId": ["x", "y"]' \
	'"Target": ["/C", "/B"], "PrincipalId": ["z", "y"], "PrincipalType": "GROUP"'
warns "a/All.json:3:33: warning: 'Admin' for the group 'y' in '/B' is granted by the rule 'R1' at a/All.json:2:32, too: keep one of the two [IDC033]"
rules '"Target": ["/A/B", "/C"], "PrincipalType": "USER"' '"Target": ["/D", "/A:*"], "PrincipalType": "USER"'
warns "a/All.json:2:26: warning: 'Admin' for the user 'devs' in '/A/B' is granted by the rule 'R2' at a/All.json:3:33, too: keep one of the two [IDC033]"
rules '"Target": ["/A/B", "/C"]' '"Target": ["/D", "/A"]'
passes

# Within one rule; the same text is another warning's.
rules '"Target": ["a:111122223333", "b:111122223333", "/A:*", "/A/B"]'
warns "a/All.json:2:44: warning: 'b:111122223333' is the same as 'a:111122223333' at a/All.json:2:26: remove it [IDC033]" \
	"a/All.json:2:70: warning: '/A/B' is part of '/A:*' at a/All.json:2:62: remove it [IDC033]"
rules '"Target": ["/A:*", "/AB", "/B/A"]'
passes
rules '"Target": ["/A", "/A"]'
run 0 idc-validate -q s a
err_has 'IDC015'
err_lacks 'IDC033'

# --- IDC034: a rule that another one covers -----------------------------------------------

# covers RULE RULE: the first covers the second, in either order.
covers() {
	rules "$1" "$2"
	warns "a/All.json:3:10: warning: the rule 'R1' at a/All.json:2:9 grants all that 'R2' does: remove this one, or narrow that one [IDC034]"
	rules "$2" "$1"
	warns "a/All.json:2:9: warning: the rule 'R2' at a/All.json:3:10 grants all that 'R1' does: remove this one, or narrow that one [IDC034]"
}
# apart RULE RULE: neither covers the other.
apart() {
	rules "$1" "$2"
	passes
	rules "$2" "$1"
	passes
}
set2='"PermissionSetName": ["Admin", "Other"]'
covers '"Target": ["/A", "/B"]' '"Target": ["/B"]'
covers '"Target": ["/A"], "PrincipalId": ["devs", "x"]' '"Target": ["/A"]'
covers '"Target": ["Root"]' '"Target": ["/A", "name=x", "tag=A=b", "111122223333", "ou-ab12-cdef3456:*"]'
covers '"Target": ["ou-ab12-cdef3456:*"]' '"Target": ["x:ou-ab12-cdef3456"]'
covers '"Target": ["/A:*"]' '"Target": ["/A", "/A/B", "/A/C/D:*"]'
apart '"Target": ["/A/B:*"]' '"Target": ["/A", "/AB", "/A/BC:*", "/a/b"]'
apart '"Target": ["ou-ab12-cdef3456"]' '"Target": ["ou-ab12-cdef3457:*"]'
rules '"Target": ["/A"], '"$set2" '"Target": ["/A"]'
set_file Other
warns "a/All.json:3:10: warning: the rule 'R1' at a/All.json:2:9 grants all that 'R2' does: remove this one, or narrow that one [IDC034]"

# Not when a target, a principal or a permission set is the covered rule's own.
apart '"Target": ["/A"], "PrincipalId": "x"' '"Target": ["/A"], "PrincipalId": "y"'
rules '"Target": ["/A", "/B"]' '"Target": ["/B", "/C"]'
run 0 idc-validate -q s a
err_has 'IDC033'
err_lacks 'IDC034'

# Exclude: the covering one has none that the other lacks.
covers '"Target": ["Root"]' '"Target": ["Root"], "Exclude": ["name=x"]'
covers '"Target": ["/A"], "Exclude": ["/A/B"]' '"Target": ["/A"], "Exclude": ["/A/B", "name=x"]'
covers '"Target": ["/A:*"], "Exclude": ["/A/B"]' '"Target": ["/A:*"], "Exclude": ["/A/B:*"]'
apart '"Target": ["/A:*"], "Exclude": ["name=x"]' '"Target": ["/A"]'
apart '"Target": ["/A"], "Exclude": ["name=x"]' '"Target": ["/A"], "Exclude": ["name=y"]'

# Expires: it lasts as long; one that has expired covers nothing and is covered by nothing.
covers '"Target": ["/A"]' '"Target": ["/A"], "Expires": "2027-01-01T00:00:00Z"'
covers '"Target": ["/A"], "Expires": "2027-01-01T00:00:00Z"' '"Target": ["/A"], "Expires": "2027-01-01T00:00:00+01:00"'
apart '"Target": ["Root"], "Expires": "2027-01-01T00:00:00Z"' '"Target": ["/A"]'
rules '"Target": ["/A"], "Expires": "2026-01-01T00:00:00Z"' '"Target": ["/A"]'
run 0 idc-validate -q s a
err_has 'IDC032'
err_lacks 'IDC033'
err_lacks 'IDC034'

# It is not told twice: neither of a part, nor by the rule that covers.
rules '"Target": ["/A", "/B"]' '"Target": ["/B"]' '"Target": ["/B", "/C"]'
warns "a/All.json:3:10: warning: the rule 'R1' at a/All.json:2:9 grants all that 'R2' does: remove this one, or narrow that one [IDC034]" \
	"a/All.json:4:27: warning: $same '/B' is granted by the rule 'R1' at a/All.json:2:32, too: keep one of the two [IDC033]"

# A rule with an error of its own is not looked at.
rules '"Target": ["Root"], "Expires": "soon"' '"Target": ["/A"]'
run 1 idc-validate -q s a
err_lacks 'IDC034'

# --- IDC035: an Exclude that leaves nothing -----------------------------------------------

excluded='warning: every target is excluded: the rule grants nothing: remove it, or exclude less than all of the target at'
rules '"Target": ["a:111122223333"], "Exclude": ["b:111122223333"]'
warns "a/All.json:2:57: $excluded a/All.json:2:26 [IDC035]"
rules '"Target": ["/A/B", "/C"], "Exclude": ["/C:*", "/A:*"]'
warns "a/All.json:2:52: $excluded a/All.json:2:26 [IDC035]"
rules '"Target": ["/A/B", "/C"], "Exclude": ["/C:*", "/A"]'
passes
rules '"Target": ["Root"], "Exclude": ["/A:*", "name=*-*", "tag=Env=*"]'
passes
rules '"Target": ["Root"], "Exclude": ["/A:*", "name=*"]'
warns "a/All.json:2:46: $excluded a/All.json:2:26 [IDC035]"
# It covers nothing.
rules '"Target": ["/A"], "Exclude": ["Root"]' '"Target": ["/A"]'
warns "a/All.json:2:45: $excluded a/All.json:2:26 [IDC035]"

# --- IDC044: a permission set that no rule assigns ----------------------------------------

good
set_file Auditor
warns "s/Auditor.json:2:10: warning: no rule assigns the permission set 'Auditor': add a rule for it, or remove it [IDC044]"
rule_file B 'Target: ["111122223333"], PrincipalId: "auditors", PermissionSetName: ["Admin", "Auditor"]'
passes
# Also by a rule that has expired, which is said of itself.
rule_file B 'Target: ["111122223333"], PermissionSetName: "Auditor", Expires: "2026-01-01T00:00:00Z"'
run 0 idc-validate -q s a
err_lacks 'IDC044'
# Not when it can't be known: rules that can't be read, have errors, or a name misspelt.
for rule in '{"Assignments": [' '{"Assignments": {}}' '{"Assignments": [{"PermissionSetName": [1]}]}' \
	'{"Assignments": [{"SID": "B", "Target": ["/A"], "PrincipalType": "GROUP", "PrincipalId": "x", "PermissionSetName": "Auditr"}]}'; do
	echo "$rule" >a/B.json
	run 1 idc-validate -q s a
	err_lacks 'IDC044'
done
run 0 idc-validate -q --allow-empty s
err_empty

# --- $idc-ignore --------------------------------------------------------------------------

good
set_file Auditor '"$idc-ignore": ["IDC044"]'
passes
# Errors hide what else there would be: nothing is said to be ignored in vain.
echo '{' >a/B.json
run 1 idc-validate -q s a
err_lacks 'IDC099'
rules '"Target": ["/A"]' '"Target": ["/A"], "$idc-ignore": ["IDC033"]'
passes
rules '"Target": ["/A"]' '"Target": ["/B"], "$idc-ignore": ["IDC034"]'
run 0 idc-validate -q s a
err_has "a/All.json:3:50: warning: 'IDC034' is ignored here, and not found: remove it [IDC099]"

# --- the samples, and many rules ----------------------------------------------------------

run 0 idc-validate -q "$TOP/templates"
err_empty

good
jq -nc '{Assignments: [range(10000) | {SID: "r\(.)", Target: ["/A"], PrincipalType: "GROUP", PrincipalId: "x",
	PermissionSetName: "Admin", Exclude: ["name=\(.)"]}]}' >a/All.json
start=$(date +%s)
passes
jq -nc '{Assignments: [range(10000) | {SID: "r\(.)", Target: ["/A"], PrincipalType: "GROUP", PrincipalId: "x",
	PermissionSetName: "Admin"}]}' >a/All.json
run 0 idc-validate -q s a
is 'warnings end somewhere' "$(grep -c 'IDC033' "$err")" 1000
err_has 'a/All.json: warning: more than can be listed: the rest is left out [IDC006]'
ok 'many rules take little time' test $(($(date +%s) - start)) -le 10
