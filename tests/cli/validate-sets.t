#!/bin/sh
# idc-validate: permission sets.
. "${0%/*}/../lib.sh"
. "${0%/*}/validate.sh"
good

# bad MEMBERS MESSAGE...: what is found in a permission set with these members, from line 3 on.
bad() {
	set_file Admin "$1"
	shift
	finds "$@"
}

# fine MEMBERS FILTER WANTED: nothing is wrong with them, and what the record makes of them.
fine() {
	set_file Admin "$1"
	passes
	is "$2" "$(record "select(.Kind == \"PermissionSet\") | $2")" "$3"
}

repeat() {
	awk -v s="$1" -v n="$2" 'BEGIN { while (n-- > 0) printf "%s", s }'
}

# Everything there is, and the order in which it is written.
# shellcheck disable=SC2016 # JSON's own dollar
set_file Admin '"$schema": 7,
	"Was": "Administrator", "Description": "d", "SessionDuration": "PT1H30M", "RelayState": "https://example.com/x",
	"ManagedPolicies": ["arn:aws:iam::aws:policy/b", "arn:aws:iam::aws:policy/path/a"],
	"CustomerManagedPolicies": ["b", {"Name": "a"}, "/z/b", {"Name": "c", "Path": "/team/"}],
	"PermissionBoundary": {"PolicyType": "CUSTOMER", "Policy": "/team/B"},
	"CustomPolicy": {"Version": "2012-10-17", "Id": "x", "Statement": {"Effect": "Deny", "NotAction": ["a:b"], "NotResource": "*"}},
	"Tags": {"b": "2", "a": ""}'
passes
is 'the record' "$(record 'select(.Kind == "PermissionSet")')" \
	'{"Kind":"PermissionSet","Name":"Admin","Was":"Administrator","Description":"d","SessionDuration":"PT1H30M","RelayState":"https://example.com/x","ManagedPolicies":["arn:aws:iam::aws:policy/b","arn:aws:iam::aws:policy/path/a"],"CustomerManagedPolicies":[{"Name":"a","Path":"/"},{"Name":"b","Path":"/"},{"Name":"c","Path":"/team/"},{"Name":"b","Path":"/z/"}],"PermissionsBoundary":{"CustomerManagedPolicyReference":{"Name":"B","Path":"/team/"}},"InlinePolicy":{"Version":"2012-10-17","Id":"x","Statement":{"Effect":"Deny","NotAction":["a:b"],"NotResource":"*"}},"Tags":{"a":"","b":"2"},"Source":{"File":"s/Admin.json","Line":1,"Column":1}}'
# And next to nothing.
set_file Admin
passes
is 'the record' "$(record 'select(.Kind == "PermissionSet")')" \
	'{"Kind":"PermissionSet","Name":"Admin","SessionDuration":"PT1H","RelayState":"https://console.aws.amazon.com/","ManagedPolicies":[],"CustomerManagedPolicies":[],"Tags":{},"Source":{"File":"s/Admin.json","Line":1,"Column":1}}'
fine '"CustomPolicy": {}, "PermissionBoundary": {}, "ManagedPolicies": [], "CustomerManagedPolicies": [], "Tags": {}' \
	'[has("InlinePolicy"), has("PermissionsBoundary"), .Tags]' '[false,false,{}]'

# Fields that are not known, and of the wrong kind.
bad '"Nmae": "x", "ManagedPolices": [], "PermissionsBoundary": {}, "Notes": 1' \
	"s/Admin.json:3:2: error: unknown field 'Nmae': did you mean 'Name'? [IDC010]" \
	"s/Admin.json:3:15: error: unknown field 'ManagedPolices': did you mean 'ManagedPolicies'? [IDC010]" \
	"s/Admin.json:3:37: error: unknown field 'PermissionsBoundary': did you mean 'PermissionBoundary'? [IDC010]" \
	"s/Admin.json:3:64: error: unknown field 'Notes': the fields here are Name, Was, Description, SessionDuration, RelayState, ManagedPolicies, CustomerManagedPolicies, PermissionBoundary, CustomPolicy, Tags, \$schema, \$idc-ignore [IDC010]"
bad '"Description": 1, "SessionDuration": {}, "RelayState": [], "ManagedPolicies": "x",
	"CustomerManagedPolicies": {}, "PermissionBoundary": [], "CustomPolicy": "{}", "Tags": null, "Was": true' \
	's/Admin.json:3:17: error: Description: expected a string, found a number: write it in double quotes [IDC012]' \
	's/Admin.json:3:39: error: SessionDuration: expected a string, found an object [IDC012]' \
	's/Admin.json:3:57: error: RelayState: expected a string, found a list: write one, without brackets [IDC012]' \
	's/Admin.json:3:80: error: ManagedPolicies: expected a list, found a string: write it in brackets, as a list of one [IDC012]' \
	's/Admin.json:4:29: error: CustomerManagedPolicies: expected a list, found an object [IDC012]' \
	's/Admin.json:4:55: error: PermissionBoundary: expected an object, found a list: write it like {"PolicyType": "AWS", "Policy": "arn:aws:iam::aws:policy/PowerUserAccess"} [IDC012]' \
	's/Admin.json:4:75: error: CustomPolicy: expected an object, found a string: write it without the quotes around it and within it the backslashes [IDC012]' \
	's/Admin.json:4:89: error: Tags: expected an object, found null [IDC012]' \
	's/Admin.json:4:102: error: Was: expected a string, found true: write it in double quotes [IDC012]'
bad '"Tags": [{"Key": "Owner", "Value": "data"}]' \
	's/Admin.json:3:10: error: Tags: expected an object, found a list: write it like {"Owner": "platform"} [IDC012]'
printf '{"Nmae": "Admin"}' >s/Admin.json
finds "s/Admin.json:1:2: error: unknown field 'Nmae': did you mean 'Name'? [IDC010]"

# Names.
for name in '' 'a b' 'a/b' "$(repeat x 33)"; do
	printf '{"Name": "%s"}' "$name" >s/Bad.json
	run 1 idc-validate -q s a
	out_empty
	err_has "s/Bad.json:1:10: error: a permission set's name "
done
rm s/Bad.json
set_file Admin
long=$(repeat x 26)_+=,.@
set_file "$long"
passes
rm "s/$long.json"
set_file Admin
cp s/Admin.json s/Twin.json
finds "s/Twin.json:2:10: error: the permission set 'Admin' is at s/Admin.json:2:10 already: it can be there only once [IDC040]"
rm s/Twin.json

# Former names.
bad '"Was": "Admin"' \
	"s/Admin.json:3:9: error: 'Admin' is no former name: it is that of the permission set at s/Admin.json:2:10 [IDC042]"
set_file Admin '"Was": "Old"'
set_file Other '"Was": "Old"'
finds "s/Other.json:3:9: error: the former name 'Old' is at s/Admin.json:3:9 already: it can be there only once [IDC042]"
rm s/Other.json
rule_file Old 'PermissionSetName: "Old"'
finds "a/Old.json:10:25: error: no template defines the permission set 'Old': did you mean 'Admin'? [IDC043]"
rm a/Old.json

# Texts and their limits.
bad '"Description": ""' 's/Admin.json:3:17: error: Description is empty: leave it out instead [IDC014]'
bad '"Description": "10 €"' \
	"s/Admin.json:3:17: error: a description can't have '€' (U+20AC) in it: allowed are the printable characters of Latin-1, tab and line breaks [IDC013]"
bad "\"Description\": \"$(repeat x 701)\"" \
	's/Admin.json:3:17: error: a description has at most 700 characters, not 701: shorten it [IDC013]'
fine "\"Description\": \"$(repeat é 700)\"" '.Description | length' 700
for duration in '' 4h P1 PT59M PT12H1S PT13H P1D PT4 pt4h PT-4H; do
	set_file Admin "\"SessionDuration\": \"$duration\""
	run 1 idc-validate -q s a
	out_empty
	err_has "s/Admin.json:3:21: error: SessionDuration '$duration' is "
done
for duration in PT1H PT12H PT60M PT3600S PT1H30M; do
	fine "\"SessionDuration\": \"$duration\"" .SessionDuration "\"$duration\""
done
bad '"RelayState": "", "Was": ""' \
	"s/Admin.json:3:16: error: RelayState is empty: leave it out for 'https://console.aws.amazon.com/' [IDC014]" \
	"s/Admin.json:3:27: error: a permission set's name can't be empty: write one [IDC013]"
bad '"RelayState": "https://example.com/<x>"' \
	"s/Admin.json:3:16: error: a relay state can't have '<' (U+003C) in it: allowed are those of a URL [IDC013]"

# Managed policies.
bad '"ManagedPolicies": ["arn:aws:iam::111122223333:policy/x", "arn:aws:iam::111122223333:policy/team/x", 1,
	"arn:aws:iam::aws:role/x", "arn:aws:iam::aws:policy/", "arn:amazon:iam::aws:policy/x", "arn:aws:iam::aws:policy/a b", ""]' \
	"s/Admin.json:3:22: error: 'arn:aws:iam::111122223333:policy/x' is not managed by AWS: write 'x' in CustomerManagedPolicies [IDC022]" \
	"s/Admin.json:3:60: error: 'arn:aws:iam::111122223333:policy/team/x' is not managed by AWS: write '/team/x' in CustomerManagedPolicies [IDC022]" \
	's/Admin.json:3:103: error: expected a string, found a number: write it in double quotes [IDC012]' \
	"s/Admin.json:4:2: error: 'arn:aws:iam::aws:role/x' is no ARN of a policy of AWS: expected the form 'arn:aws:iam::aws:policy/NAME' [IDC022]" \
	"s/Admin.json:4:29: error: 'arn:aws:iam::aws:policy/' is no ARN of a policy of AWS: expected the form 'arn:aws:iam::aws:policy/NAME' [IDC022]" \
	"s/Admin.json:4:57: error: 'arn:amazon:iam::aws:policy/x' is no ARN of a policy of AWS: expected the form 'arn:aws:iam::aws:policy/NAME' [IDC022]" \
	"s/Admin.json:4:89: error: 'arn:aws:iam::aws:policy/a b' is no ARN of a policy of AWS: expected the form 'arn:aws:iam::aws:policy/NAME' [IDC022]" \
	"s/Admin.json:4:120: error: '' is no ARN: write 'arn:aws:iam::aws:policy/NAME', or name a policy of your own in CustomerManagedPolicies [IDC022]"
bad '"CustomerManagedPolicies": ["arn:aws:iam::111122223333:policy/team/x", "arn:aws:iam::aws:policy/x", "team/x", "/team//x",
	"/x/", {}, {"Name": "x", "Path": "team"}, {"Name": "/team/x"}, 1, {"Nam": "x"}]' \
	"s/Admin.json:3:30: error: an ARN where a name is expected, as each account has its own: write '/team/x' [IDC023]" \
	"s/Admin.json:3:73: error: 'arn:aws:iam::aws:policy/x' is managed by AWS: write it in ManagedPolicies [IDC023]" \
	"s/Admin.json:3:102: error: 'team/' is no path of a policy: it starts and ends with '/', and no part of it is empty [IDC023]" \
	"s/Admin.json:3:112: error: '/team//' is no path of a policy: it starts and ends with '/', and no part of it is empty [IDC023]" \
	"s/Admin.json:4:2: error: a policy's name can't be empty: write one [IDC013]" \
	"s/Admin.json:4:9: error: missing field 'Name': the name of the policy [IDC011]" \
	"s/Admin.json:4:35: error: 'team' is no path of a policy: it starts and ends with '/', and no part of it is empty [IDC023]" \
	"s/Admin.json:4:53: error: a policy's name can't have '/' (U+002F) in it: allowed are letters, digits and _+=,.@- [IDC013]" \
	's/Admin.json:4:65: error: expected a string or an object, found a number: write it in double quotes [IDC012]' \
	"s/Admin.json:4:69: error: unknown field 'Nam': did you mean 'Name'? [IDC010]"
arns=$(awk 'BEGIN { for (i = 1; i <= 15; i++) printf "%s\"arn:aws:iam::aws:policy/p%d\"", (i > 1 ? "," : ""), i }')
fine "\"ManagedPolicies\": [$arns], \"CustomerManagedPolicies\": [\"a\", \"b\", \"c\", \"d\", \"e\"]" \
	'(.ManagedPolicies + .CustomerManagedPolicies) | length' 20
bad "\"ManagedPolicies\": [$arns], \"CustomerManagedPolicies\": [\"a\", \"b\", \"c\", \"d\", \"e\", \"f\"]" \
	's/Admin.json:3:492: error: 21 managed policies: ManagedPolicies and CustomerManagedPolicies hold at most 20 together [IDC021]'
set_file Admin '"ManagedPolicies": ["arn:aws:iam::aws:policy/x", "arn:aws:iam::aws:policy/x"], "CustomerManagedPolicies": ["x", {"Name": "x"}]'
run 0 idc-validate s a
err_is <<'X'
s/Admin.json:3:51: warning: 'arn:aws:iam::aws:policy/x' is there twice: remove one [IDC015]
s/Admin.json:3:114: warning: '/x' is there twice: remove one [IDC015]
idc-validate: 1 permission set, 1 rule, no errors, 2 warnings
X
is 'once each' "$(record 'select(.Kind == "PermissionSet") | (.ManagedPolicies + .CustomerManagedPolicies) | length')" 2

# The permissions boundary.
fine '"PermissionBoundary": {"PolicyType": "AWS", "Policy": "arn:aws:iam::aws:policy/x"}' \
	.PermissionsBoundary '{"ManagedPolicyArn":"arn:aws:iam::aws:policy/x"}'
fine '"PermissionBoundary": {"PolicyType": "CUSTOMER", "Policy": {"Name": "x", "Path": "/a/b/"}}' \
	.PermissionsBoundary '{"CustomerManagedPolicyReference":{"Name":"x","Path":"/a/b/"}}'
bad '"PermissionBoundary": {"PolicyType": "aws", "Policy": "x"}' \
	"s/Admin.json:3:39: error: unknown PolicyType 'aws': write 'AWS' [IDC016]"
bad '"PermissionBoundary": {"PolicyType": "AWS"}' \
	"s/Admin.json:3:24: error: missing field 'Policy': the policy's ARN (AWS), or its name (CUSTOMER) [IDC011]"
bad '"PermissionBoundary": {"Policy": "x"}' \
	"s/Admin.json:3:24: error: missing field 'PolicyType': 'AWS' or 'CUSTOMER': who manages the policy [IDC011]"
bad '"PermissionBoundary": {"PolicyType": "AWS", "Policy": "PowerUserAccess"}' \
	"s/Admin.json:3:56: error: with PolicyType 'AWS', Policy is the ARN of a policy of AWS: write 'arn:aws:iam::aws:policy/PowerUserAccess' [IDC024]"
bad '"PermissionBoundary": {"PolicyType": "AWS", "Policy": "arn:aws:iam::111122223333:policy/a/b"}' \
	"s/Admin.json:3:56: error: 'arn:aws:iam::111122223333:policy/a/b' is not managed by AWS: write PolicyType 'CUSTOMER' and Policy '/a/b' [IDC024]"
bad '"PermissionBoundary": {"PolicyType": "CUSTOMER", "Policy": "arn:aws:iam::aws:policy/x"}' \
	"s/Admin.json:3:61: error: with PolicyType 'CUSTOMER', Policy is a name and no ARN: for this policy of AWS, write PolicyType 'AWS' [IDC024]"
bad '"PermissionBoundary": {"PolicyType": "CUSTOMER", "Policy": 7}' \
	's/Admin.json:3:61: error: Policy: expected a string or an object, found a number: write it in double quotes [IDC012]'

# Tags.
bad '"Tags": {"aws:x": "1", "a": 1, "b!": "", "": "", "c": "<"}' \
	"s/Admin.json:3:11: error: a tag's key can't start with 'aws:', which is AWS's own [IDC025]" \
	's/Admin.json:3:30: error: a: expected a string, found a number: write it in double quotes [IDC012]' \
	"s/Admin.json:3:33: error: a tag's key can't have '!' (U+0021) in it: allowed are letters, digits, spaces and _.:/=+-@ [IDC013]" \
	"s/Admin.json:3:43: error: a tag's key can't be empty: write one [IDC013]" \
	"s/Admin.json:3:56: error: a tag's value can't have '<' (U+003C) in it: allowed are letters, digits, spaces and _.:/=+-@ [IDC013]"
tags() {
	awk -v n="$1" 'BEGIN { for (i = 1; i <= n; i++) printf "%s\"k%d\": \"\"", (i > 1 ? "," : ""), i }'
}
bad "\"Tags\": {$(tags 51)}" 's/Admin.json:3:10: error: 51 tags: a permission set has at most 50 [IDC025]'
fine "\"Tags\": {$(tags 49)}" '.Tags | length' 49
set_file Admin "\"Tags\": {$(tags 50)}"
run 0 idc-validate -q s a
err_has 's/Admin.json:3:10: warning: 50 tags: with the one that idc-plan adds'

# ARNs where names are expected, and the other way round.
bad '"ManagedPolicies": ["ReadOnlyAccess"], "CustomerManagedPolicies": [{"Name": "arn:aws:iam::111122223333:policy/team/x"},
	{"Name": "arn:aws:iam::aws:policy/x"}, {"Name": "arn:x"}]' \
	"s/Admin.json:3:22: error: 'ReadOnlyAccess' is no ARN: write 'arn:aws:iam::aws:policy/ReadOnlyAccess' if AWS manages it, or name it in CustomerManagedPolicies [IDC022]" \
	"s/Admin.json:3:78: error: an ARN where a name is expected: write Name 'x' and Path '/team/' [IDC023]" \
	"s/Admin.json:4:11: error: 'arn:aws:iam::aws:policy/x' is managed by AWS: write it in ManagedPolicies [IDC023]" \
	"s/Admin.json:4:50: error: an ARN where a name is expected: write only its last part [IDC023]"
bad '"CustomPolicy": "{\"Version\": \"2012-10-17\"}"' \
	's/Admin.json:3:18: error: CustomPolicy: expected an object, found a string: write it without the quotes around it and within it the backslashes [IDC012]'
