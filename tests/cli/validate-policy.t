#!/bin/sh
# idc-validate: the form of inline policies.
. "${0%/*}/../lib.sh"
. "${0%/*}/validate.sh"
good

# policy JSON: a permission set with that policy, which starts on line 3 in column 18.
policy() {
	set_file Admin "\"CustomPolicy\": $1"
}
# statement JSON: the same with that Statement, which starts in column 57.
statement() {
	policy "{\"Version\": \"2012-10-17\", \"Statement\": $1}"
}
# bad STATEMENT MESSAGE...
bad() {
	statement "$1"
	shift
	finds "$@"
}
# fine STATEMENT: it passes and comes out as it is.
fine() {
	statement "$1"
	passes
	is 'as it is' "$(record 'select(.InlinePolicy).InlinePolicy.Statement')" \
		"$(printf '%s' "$1" | jq -c .)"
}

fine '{"Effect": "Deny", "Action": "*", "Resource": "*"}'
fine '[{"Sid": "A1", "Effect": "Deny", "NotAction": ["iam:*", "sts:*"], "NotResource": ["arn:aws:s3:::a", "arn:aws:s3:::b"]},
	{"Sid": "a1", "Effect": "Allow", "Action": ["sts:Get*"], "Resource": ["arn:aws:s3:::é"], "Condition": {
		"StringEquals": {"a:b": "c", "d": ["e", "f"]}, "Bool": {"g": true}, "NumericLessThan": {"h": 7}, "Null": {}}}]'
policy '{"Version": "2008-10-17", "Id": "x", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}'
passes

# The policy.
policy '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'
finds "s/Admin.json:3:18: error: missing field 'Version': the version of the policy language, '2012-10-17' [IDC011]"
policy '{"Version": "2012-10-17"}'
finds "s/Admin.json:3:18: error: missing field 'Statement': what is allowed or denied [IDC011]"
policy '{"Version": "2012-10-18", "Statment": {}, "Id": 7}'
finds "s/Admin.json:3:30: error: unknown Version '2012-10-18': write '2012-10-17' [IDC016]" \
	"s/Admin.json:3:44: error: unknown field 'Statment': did you mean 'Statement'? [IDC010]" \
	's/Admin.json:3:66: error: Id: expected a string, found a number: write it in double quotes [IDC012]'
policy '{"Version": 20121017, "Statement": "x"}'
finds 's/Admin.json:3:30: error: Version: expected a string, found a number: write it in double quotes [IDC012]' \
	's/Admin.json:3:53: error: Statement: expected a list or an object, found a string [IDC012]'
policy '{"Version": "latest", "Statement": []}'
finds "s/Admin.json:3:30: error: unknown Version 'latest': write '2012-10-17' or '2008-10-17' [IDC016]" \
	's/Admin.json:3:53: error: a policy without a statement: leave the policy out instead [IDC055]'

# Statements.
bad '["x", {}]' 's/Admin.json:3:58: error: expected an object, found a string [IDC012]' \
	"s/Admin.json:3:63: error: missing field 'Effect': 'Allow' or 'Deny' [IDC011]" \
	"s/Admin.json:3:63: error: missing field 'Action' (or 'NotAction'): which actions it is about [IDC011]" \
	"s/Admin.json:3:63: error: missing field 'Resource' (or 'NotResource'): which resources it is about [IDC011]"
bad '{"Effect": "allow", "Action": "*", "Resource": "*"}' \
	"s/Admin.json:3:68: error: unknown Effect 'allow': write 'Allow' [IDC016]"
bad '{"Effect": "Grant", "Action": "*", "Resource": "*"}' \
	"s/Admin.json:3:68: error: unknown Effect 'Grant': write 'Allow' or 'Deny' [IDC016]"
bad '{"Effect": "Allow", "Action": "*", "NotAction": "*",
	"Resource": "*", "NotResource": "*"}' \
	"s/Admin.json:3:92: error: 'Action' and 'NotAction' in one statement: keep one, or make two statements [IDC052]" \
	"s/Admin.json:4:19: error: 'Resource' and 'NotResource' in one statement: keep one, or make two statements [IDC052]"
bad '{"Effect": "Allow", "Actions": "*", "Resource": "*"}' \
	"s/Admin.json:3:77: error: unknown field 'Actions': did you mean 'Action'? [IDC010]"
bad '{"Effect": "Allow", "Action": {}, "Resource": [1, ""]}' \
	's/Admin.json:3:87: error: Action: expected a string or a list, found an object [IDC012]' \
	's/Admin.json:3:104: error: expected a string, found a number: write it in double quotes [IDC012]' \
	's/Admin.json:3:107: error: an empty string: name something, or remove it [IDC014]'
bad '{"Effect": "Allow", "Action": "", "Resource": ""}' \
	's/Admin.json:3:87: error: an empty string: name something, or remove it [IDC014]' \
	's/Admin.json:3:103: error: an empty string: name something, or remove it [IDC014]'
statement '{"Effect": "Allow", "Action": [], "Resource": "*"}'
run 0 idc-validate -q s a
err_is <<'X'
s/Admin.json:3:87: warning: Action is an empty list: the statement does nothing [IDC056]
X
bad '{"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*", "NotPrincipal": {}}' \
	's/Admin.json:3:109: error: Principal can'\''t be in the policy of a permission set: remove it, as the policy applies to whoever has the permission set [IDC050]' \
	's/Admin.json:3:127: error: NotPrincipal can'\''t be in the policy of a permission set: remove it, as the policy applies to whoever has the permission set [IDC050]'
bad '[{"Sid": "A", "Effect": "Allow", "Action": "*", "Resource": "*"},
	{"Sid": "A", "Effect": "Deny", "Action": "*", "Resource": "*"},
	{"Sid": "with-dash", "Effect": "Deny", "Action": "*", "Resource": "*"},
	{"Sid": "", "Effect": "Deny", "Action": "*", "Resource": "*"},
	{"Sid": "", "Effect": "Deny", "Action": "*", "Resource": "*"}]' \
	"s/Admin.json:4:10: error: another statement of this policy has the Sid 'A' already [IDC051]" \
	"s/Admin.json:5:10: error: the Sid of a statement can't have '-' (U+002D) in it: allowed are letters and digits [IDC013]"
bad '{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": []}' \
	's/Admin.json:3:122: error: Condition: expected an object, found a list [IDC012]'
bad '{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {
	"StringEquals": "x",
	"StringLike": {"a:b": null, "c:d": {}},
	"Bool": {"e": [true, [], null]}}}' \
	's/Admin.json:4:18: error: StringEquals: expected an object, found a string [IDC012]' \
	's/Admin.json:5:24: error: a:b: expected a string or a list or a number or true or false, found null [IDC012]' \
	's/Admin.json:5:37: error: c:d: expected a string or a list or a number or true or false, found an object [IDC012]' \
	's/Admin.json:6:23: error: expected a string or a number or true or false, found a list [IDC012]' \
	's/Admin.json:6:27: error: expected a string or a number or true or false, found null: remove it [IDC012]'

# Its size: white space around values does not count, nor within them for the second limit.
sized() {
	awk -v n="$1" -v c="$2" 'BEGIN {
		printf "{\"Effect\": \"Deny\",       \"Action\": \"*\", \"Resource\": \"arn:aws:s3:::"
		while (n-- > 0) printf "%s", c
		printf "\"}" }'
}
around=$(printf '%s' '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"arn:aws:s3:::"}}' | wc -c)
statement "$(sized $((10240 - around)) x)"
passes
bad "$(sized $((10241 - around)) x)" \
	's/Admin.json:3:18: error: a policy of 10241 characters without white space: an inline policy has at most 10240; move statements to a customer managed policy [IDC053]'
statement "$(sized $((32768 - around)) ' ')"
passes
bad "$(sized $((32769 - around)) ' ')" \
	's/Admin.json:3:18: error: a policy of 32769 bytes without white space around its values: an inline policy has at most 32768 [IDC053]'
# Its characters.
bad '{"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::\u0100"}' \
	"s/Admin.json:3:18: error: 'Ā' (U+0100) can't be in an inline policy: it may hold characters up to U+00FF [IDC054]"
