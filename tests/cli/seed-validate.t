#!/bin/sh
# What the pipeline that this project replaces does wrong with hard input, and what idc-validate
# does with it. Every case is one row of the list of its defects.
. "${0%/*}/../lib.sh"
. "${0%/*}/validate.sh"

# row: malformed JSON in a template
good
printf '{\n\t"Name": "Other",\n\t"ManagedPolicies": [\n\t\t"a" "b"\n\t]\n}\n' >s/Other.json
finds "s/Other.json:4:7: error: expected ',' or ']', found '\"': is a ',' missing? [IDC003]"

# row: a README.md, a sub-folder, an editor backup in a template folder
good
echo '# Not JSON' >s/README.md
echo '{' >s/Admin.json~
echo '{' >s/.#Admin.json
echo '{' >'s/#Admin.json#'
echo '{' >s/.Admin.json.swp
mkdir s/team
mv s/Admin.json s/team/
passes
is 'the sub-folder is walked' "$(record 'select(.Name == "Admin").Source.File')" '"s/team/Admin.json"'

# row: permission set without Name; assignment without SID
good
printf '{"Description": "x"}\n' >s/Nameless.json
jq --tab 'del(.Assignments[0].SID)' a/All.json >a/b.json
rm a/All.json
finds "a/b.json:3:3: error: missing field 'SID': the rule's name, which messages and plans refer to [IDC011]" \
	"s/Nameless.json:1:1: error: missing field 'Name': the permission set's name, which rules refer to [IDC011]"

# row: permission set without SessionDuration or Description
good
passes
is "the service's own duration, no description" \
	"$(record 'select(.Name == "Admin") | [.SessionDuration, has("Description")]')" '["PT1H",false]'

# row: permission set with only an inline policy
good
set_file Admin '"CustomPolicy": {"Version": "2012-10-17", "Statement": [
	{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'
passes
is 'it is in the record' "$(record 'select(.Name == "Admin").InlinePolicy.Statement[0].Action')" '"s3:*"'

# row: the word CustomPolicy in a description
good
set_file Admin '"Description": "No CustomPolicy, no \"PermissionBoundary\": none"'
passes
is 'nothing special' "$(record 'select(.Name == "Admin") | has("InlinePolicy")')" false

# row: an Access Analyzer ERROR on the second page of findings
good
set_file Admin '"CustomPolicy": {"Version": "2012-10-17", "Statement": [
	{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
	{"Effect": "Allow", "Action": ["s3:GetObject",
		"s3:GetNothing"], "Resource": "*"}]}'
mkdir aws
echo '{"findings": [{"findingType": "WARNING", "issueCode": "ALLOW_WITH_NOT_ACTION", "findingDetails": "d",
	"locations": [{"path": [{"value": "Statement"}, {"index": 0}]}]}], "nextToken": "2"}' >aws/unknown.1
echo '{"findings": [{"findingType": "ERROR", "issueCode": "INVALID_ACTION", "findingDetails": "no such action",
	"locations": [{"path": [{"value": "Statement"}, {"index": 1}, {"value": "Action"}, {"index": 1}]}]}]}' >aws/unknown.2
run 1 perl "$TOP/tests/canned.pl" aws idc-validate -q --online s a
out_empty
err_has 's/Admin.json:4:2: warning: IAM Access Analyzer, warning ALLOW_WITH_NOT_ACTION: '
err_has 's/Admin.json:6:3: error: IAM Access Analyzer, error INVALID_ACTION: '
is 'two pages were read' "$(wc -l <aws/calls | tr -d ' ')" 2

# row: validation started without arguments
run 1 idc-validate
out_empty
err_is <<'X'
templates: error: No such file or directory [IDC001]
idc-validate: 0 permission sets, 0 rules, 1 error
X
good
mkdir templates
mv s templates/permissionsets
mv a templates/assignments
run 0 idc-validate
out_has '"File":"templates/permissionsets/Admin.json"'
err_is <<'X'
idc-validate: 1 permission set, 1 rule, no errors
X

# row: PermissionBoundary of type CUSTOMER with an ARN
good
set_file Admin '"PermissionBoundary": {"PolicyType": "CUSTOMER",
	"Policy": "arn:aws:iam::111122223333:policy/team/Boundary"}'
finds "s/Admin.json:4:12: error: with PolicyType 'CUSTOMER', Policy is a name and no ARN: write '/team/Boundary' [IDC024]"

# row: managed policy ARN that does not exist
good
set_file Admin '"ManagedPolicies": ["arn:aws:iam::aws:policy/IAMFullAccess",
	"arn:aws:iam::aws:policy/IAMFulAccess"]'
passes
run 1 idc-sim -q -- idc-validate -q --online s a
out_empty
err_is <<'X'
s/Admin.json:4:2: error: AWS has no managed policy 'arn:aws:iam::aws:policy/IAMFulAccess': is its name right? [IDC090]
X
set_file Admin '"ManagedPolicies": ["IAMFullAccess"]'
finds "s/Admin.json:3:22: error: 'IAMFullAccess' is no ARN: write 'arn:aws:iam::aws:policy/IAMFullAccess' if AWS manages it, or name it in CustomerManagedPolicies [IDC022]"

# row: empty permissionsets folder, empty assignments folder
good
rm s/*
finds "a/All.json:10:25: error: no template defines the permission set 'Admin': add a file with that Name, or name another one [IDC043]" \
	'idc-validate: error: no permission set in the templates: every managed one would be deleted: --allow-empty if that is meant [IDC045]'
good
rm a/*
finds 'idc-validate: error: no rule in the templates: every managed assignment would be deleted: --allow-empty if that is meant [IDC045]'
rm s/*
finds 'idc-validate: error: no permission set in the templates: every managed one would be deleted: --allow-empty if that is meant [IDC045]' \
	'idc-validate: error: no rule in the templates: every managed assignment would be deleted: --allow-empty if that is meant [IDC045]'
run 0 idc-validate --allow-empty s a
out_is <<'X'
{"Kind":"Begin","Stream":"templates","Version":1,"Program":"idc-validate 0.1.0","Time":"2026-11-24T02:00:00Z"}
{"Kind":"End","Stream":"templates","Count":0}
X

# row: target `Root` without a colon, as in the seed's own sample
good
passes
out_has '"Target":["Root"]'

# row: a target whose second part merely contains `root` (a typo)
good
rule_file All 'Target: ["Root:root-ab12", "all:Rooot", "Root:Root"]'
finds "a/All.json:6:5: error: unknown target 'Root:root-ab12': for every account, write 'Root' or 'Root:r-xxxx' [IDC030]" \
	"a/All.json:7:5: error: unknown target 'all:Rooot': for every account, write 'Root' or 'Root:r-xxxx' [IDC030]" \
	"a/All.json:8:5: error: unknown target 'Root:Root': for every account, write 'Root' or 'Root:r-xxxx' [IDC030]"

# row: account name with a colon in the label
good
rule_file All 'Target: ["shop: orders:111122223333", "a:b:ou-ab12-cdef3456:*"]'
passes

# row: an id of 13 digits; an id followed by text
good
rule_file All 'Target: ["a:1111222233334", "a:111122223333x", "a:ou-ab12-cdef3456/x"]'
finds "a/All.json:6:5: error: '1111222233334' is no account id: it has 13 digits, not 12 [IDC030]" \
	"a/All.json:7:5: error: '111122223333x' is no account id: something follows its 12 digits [IDC030]" \
	"a/All.json:8:5: error: 'ou-ab12-cdef3456/x' is no OU id: expected the form 'ou-xxxx-yyyyyyyy' [IDC030]"

# row: PrincipalType `Group` (case)
good
rule_file All 'PrincipalType: "Group"'
finds "a/All.json:8:21: error: unknown PrincipalType 'Group': write 'GROUP' [IDC016]"

# row: assignment for a permission set that no template defines
good
rule_file All 'PermissionSetName: ["Admin", "Admim"]'
finds "a/All.json:12:5: error: no template defines the permission set 'Admim': did you mean 'Admin'? [IDC043]"

# Its own templates go through as they are, and so do others that use the same features.
run 0 idc-validate "$TOP/tests/data/seed-like"
assigned
err_is <<'X'
idc-validate: 7 permission sets, 4 rules, no errors, 4 warnings
X
is 'all of them' "$(record .Kind | sort | uniq -c | tr -s ' \n' ' ')" \
	' 4 "AssignmentRule" 1 "Begin" 1 "End" 7 "PermissionSet" '
if [ -d "$SHARED/seed/templates" ]; then
	run 0 idc-validate "$SHARED/seed/templates"
	err_has 'idc-validate: 7 permission sets, 4 rules, no errors, '
	is 'what is worth a look' "$(sed -n 's/.*\/\([A-Za-z]*\)\.json:.* \[\(IDC[0-9]*\)\]$/\1 \2/p' "$err")" "$(cat <<'X'
AWSAdministrator IDC044
NetworkAdministrator IDC044
OperationEngineer IDC044
OperationEngineer IDC081
OperationEngineer IDC082
ProductionAccess IDC044
ProductionAccess IDC082
ProductionAccess IDC081
SecurityEngineer IDC082
X
)"
	is 'a bare Root is one of the targets' "$(record 'select(.SID == "PersonalAdmin").Target')" '["Root"]'
else
	skip 'the templates of the seed are not in ../shared'
fi
