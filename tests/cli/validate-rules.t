#!/bin/sh
# idc-validate: assignments.
. "${0%/*}/../lib.sh"
. "${0%/*}/validate.sh"
good

# bad MEMBERS MESSAGE...: what is found in a rule with these members.
bad() {
	rule_file All "$1"
	shift
	finds "$@"
}

# fine MEMBERS FILTER WANTED: nothing is wrong with them, and what the record makes of them.
fine() {
	rule_file All "$1"
	passes
	is "$2" "$(record "select(.Kind == \"AssignmentRule\") | $2")" "$3"
}

# Everything there is, each value with its place.
cat >a/All.json <<'X'
{"$schema": "x", "Assignments": [
	{"Expires": "2027-01-01T00:00:00+01:00", "PermissionSetName": [
		"Admin"], "PrincipalId": ["a",
		"b"], "PrincipalType": "USER",
	"Exclude": ["name=x"], "Target": ["/Test",
		"/Prod"], "SID": "A rule"},
	{"SID": "B", "Target": ["Root"], "Exclude": [], "PrincipalType": "GROUP", "PrincipalId": "g g", "PermissionSetName": "Admin"}
]}
X
passes
is 'the records' "$(record 'select(.Kind == "AssignmentRule")')" \
	'{"Kind":"AssignmentRule","SID":"A rule","Target":["/Test","/Prod"],"Exclude":["name=x"],"PrincipalType":"USER","PrincipalId":["a","b"],"PermissionSetName":["Admin"],"Expires":"2027-01-01T00:00:00+01:00","Source":{"File":"a/All.json","Line":2,"Column":2},"Positions":{"Target":[[5,36],[6,3]],"Exclude":[[5,14]],"PrincipalId":[[3,29],[4,3]],"PermissionSetName":[[3,3]],"Expires":[[2,14]]}}
{"Kind":"AssignmentRule","SID":"B","Target":["Root"],"PrincipalType":"GROUP","PrincipalId":"g g","PermissionSetName":"Admin","Source":{"File":"a/All.json","Line":7,"Column":2},"Positions":{"Target":[[7,26]],"PrincipalId":[[7,91]],"PermissionSetName":[[7,119]]}}'

# Rules come in the order of their files, and in each file as they stand.
good
rule_file B 'PrincipalId: "b"'
mkdir a/10 a/9
mv a/B.json a/9/
rule_file C 'PrincipalId: "c"'
mv a/C.json a/10/
passes
is 'in order of path' "$(record 'select(.SID).SID' | tr '\n' ' ')" '"C" "B" "All" '
good

# The file.
for what in '{"Assignments": {}}' '{"Assignments": null}'; do
	echo "$what" >a/Bad.json
	run 1 idc-validate -q s a
	out_empty
	err_has 'a/Bad.json:1:17: error: Assignments: expected a list, found '
done
echo '{"Assignmnets": []}' >a/Bad.json
finds "a/Bad.json:1:2: error: unknown field 'Assignmnets': did you mean 'Assignments'? [IDC010]"
echo '{"Assignments": [], "Name": "x"}' >a/Bad.json
finds "a/Bad.json:1:21: error: unknown field 'Name': the fields here are Assignments, \$schema, \$idc-ignore [IDC010]"
echo '{"Assignments": [[], "x", {}]}' >a/Bad.json
finds 'a/Bad.json:1:18: error: expected an object, found a list [IDC012]' \
	'a/Bad.json:1:22: error: expected an object, found a string [IDC012]' \
	"a/Bad.json:1:27: error: missing field 'SID': the rule's name, which messages and plans refer to [IDC011]" \
	"a/Bad.json:1:27: error: missing field 'Target': the accounts and organizational units to grant access to [IDC011]" \
	"a/Bad.json:1:27: error: missing field 'PrincipalType': 'GROUP' or 'USER': what PrincipalId names [IDC011]" \
	"a/Bad.json:1:27: error: missing field 'PrincipalId': the group's display name or the user's user name [IDC011]" \
	"a/Bad.json:1:27: error: missing field 'PermissionSetName': the permission set to assign [IDC011]"
rm a/Bad.json

# Fields.
bad 'Sid: "x", Targets: [], PrincpalId: "x", Comment: 1' \
	"a/All.json:11:4: error: unknown field 'Sid': did you mean 'SID'? [IDC010]" \
	"a/All.json:12:4: error: unknown field 'Targets': did you mean 'Target'? [IDC010]" \
	"a/All.json:13:4: error: unknown field 'PrincpalId': did you mean 'PrincipalId'? [IDC010]" \
	"a/All.json:14:4: error: unknown field 'Comment': the fields here are SID, Target, Exclude, PrincipalType, PrincipalId, PermissionSetName, Expires, \$idc-ignore [IDC010]"
bad 'SID: 7, Target: "Root", Exclude: "x", PrincipalType: true, PrincipalId: 7, PermissionSetName: {}, Expires: 2027' \
	'a/All.json:4:11: error: SID: expected a string, found a number: write it in double quotes [IDC012]' \
	'a/All.json:5:14: error: Target: expected a list, found a string: write it in brackets, as a list of one [IDC012]' \
	'a/All.json:6:21: error: PrincipalType: expected a string, found true: write it in double quotes [IDC012]' \
	'a/All.json:7:19: error: PrincipalId: expected a string or a list, found a number: write it in double quotes [IDC012]' \
	'a/All.json:8:25: error: PermissionSetName: expected a string or a list, found an object [IDC012]' \
	'a/All.json:9:15: error: Exclude: expected a list, found a string: write it in brackets, as a list of one [IDC012]' \
	'a/All.json:10:15: error: Expires: expected a string, found a number: write it in double quotes [IDC012]'
bad 'Target: [], PrincipalId: [], PermissionSetName: []' \
	'a/All.json:5:14: error: Target is an empty list: name at least one target [IDC014]' \
	'a/All.json:7:19: error: PrincipalId is an empty list: name at least one group or user [IDC014]' \
	'a/All.json:8:25: error: PermissionSetName is an empty list: name at least one permission set [IDC014]'
bad 'Target: [1], PrincipalId: [null], PermissionSetName: [[]]' \
	'a/All.json:6:5: error: expected a string, found a number: write it in double quotes [IDC012]' \
	'a/All.json:10:5: error: expected a string, found null: remove it [IDC012]' \
	'a/All.json:13:5: error: expected a string, found a list: write one, without brackets [IDC012]'

# SIDs.
rule_file Twin 'SID: "All", PrincipalId: "others"'
good=$(cat a/Twin.json)
rule_file All
finds "a/Twin.json:4:11: error: the SID 'All' is at a/All.json:4:11 already: it can be there only once [IDC041]"
rm a/Twin.json
is 'the file was there' "$(printf '%s' "$good" | jq -r '.Assignments[0].SID')" All
bad 'SID: ""' "a/All.json:4:11: error: a SID can't be empty: write one [IDC013]"
bad 'SID: "a\nb"' "a/All.json:4:11: error: a SID can't have '\\x0a' (U+000A) in it: allowed are printable characters [IDC013]"

# Targets: every form there is. That some are part of others is only warned of.
rule_file All 'Target: ["Root", "Root:r-ab12", "Root:r-ab12:*", "a:111122223333", "111122223333", "a:ou-ab12-cdef3456",
	"a:b:ou-ab12-cdef3456:*", "ou-ab12-cdef3456", "pay:/Prod/Payments", "/Prod/Payments:*", "x:name=prod-*", "name=a b",
	"x:tag=Env=prod", "tag=aws:x=", ":111122224444"], Exclude: ["ou-ab12-abcd3456", "name=*-dr", "tag=Env=*"]'
run 0 idc-validate -q s a
err_lacks error
is 'all of them' "$(record 'select(.Kind == "AssignmentRule").Target | length')" 15
# And none of the others.
bad 'Target: ["", "root", "ROOT:r-ab12:**", "Root:r-AB12", "Root:*", "a:", "a:11112222333", "a:111122223333:*", "a:ou-ab12-cdef345",
	"a:ou-cdef3456", "a: ou-ab12-cdef3456", "/", "/a//b", "name=", "tag=x", "all"], Exclude: ["al:l"]' \
	"a/All.json:6:5: error: a target can't be empty: write one [IDC013]" \
	"a/All.json:7:5: error: unknown target 'root': for every account, write 'Root' or 'Root:r-xxxx' [IDC030]" \
	"a/All.json:8:5: error: unknown target 'ROOT:r-ab12:**': expected 'Root' or, after an optional label, an account id, an OU id ('ou-xxxx-yyyyyyyy') or path ('/Prod/Payments'), 'name=PATTERN' or 'tag=KEY=VALUE' [IDC030]" \
	"a/All.json:9:5: error: 'r-AB12' is no root id: expected the form 'r-xxxx' [IDC030]" \
	"a/All.json:10:5: error: unknown target 'Root:*': for every account, write 'Root' or 'Root:r-xxxx' [IDC030]" \
	"a/All.json:11:5: error: unknown target 'a:': expected 'Root' or, after an optional label, an account id, an OU id ('ou-xxxx-yyyyyyyy') or path ('/Prod/Payments'), 'name=PATTERN' or 'tag=KEY=VALUE' [IDC030]" \
	"a/All.json:12:5: error: '11112222333' is no account id: it has 11 digits, not 12 [IDC030]" \
	"a/All.json:13:5: error: an account has nothing below it: write '111122223333' without ':*' [IDC030]" \
	"a/All.json:14:5: error: 'ou-ab12-cdef345' is no OU id: expected the form 'ou-xxxx-yyyyyyyy' [IDC030]" \
	"a/All.json:15:5: error: 'ou-cdef3456' is no OU id: expected the form 'ou-xxxx-yyyyyyyy' [IDC030]" \
	"a/All.json:16:5: error: unknown target 'a: ou-ab12-cdef3456': expected 'Root' or, after an optional label, an account id, an OU id ('ou-xxxx-yyyyyyyy') or path ('/Prod/Payments'), 'name=PATTERN' or 'tag=KEY=VALUE' [IDC030]" \
	"a/All.json:17:5: error: '/' is no OU: write 'Root' for every account [IDC030]" \
	"a/All.json:18:5: error: '/a//b' is no OU path: write the names on the way to it, like '/Prod/Payments' [IDC030]" \
	"a/All.json:19:5: error: 'name=' without a name: write 'name=prod-*' [IDC030]" \
	"a/All.json:20:5: error: 'tag=x' is no tag: write 'tag=KEY=VALUE' [IDC030]" \
	"a/All.json:21:5: error: unknown target 'all': for every account, write 'Root' [IDC030]" \
	"a/All.json:27:5: error: unknown target 'al:l': expected 'Root' or, after an optional label, an account id, an OU id ('ou-xxxx-yyyyyyyy') or path ('/Prod/Payments'), 'name=PATTERN' or 'tag=KEY=VALUE' [IDC030]"
rule_file All 'Target: ["Root", "Root"], PrincipalId: ["a", "b", "a"]'
run 0 idc-validate -q s a
err_is <<'X'
a/All.json:7:5: warning: 'Root' is there twice: remove one [IDC015]
a/All.json:13:5: warning: 'a' is there twice: remove one [IDC015]
X

# Principals.
for type in Group group gruop; do
	bad "PrincipalType: \"$type\"" \
		"a/All.json:8:21: error: unknown PrincipalType '$type': write 'GROUP' [IDC016]"
done
bad 'PrincipalType: "Users"' "a/All.json:8:21: error: unknown PrincipalType 'Users': write 'USER' [IDC016]"
bad 'PrincipalType: "ROLE"' "a/All.json:8:21: error: unknown PrincipalType 'ROLE': write 'GROUP' or 'USER' [IDC016]"
bad 'PrincipalId: ["", "a\u0007"]' \
	"a/All.json:10:5: error: a group's name can't be empty: write one [IDC013]" \
	"a/All.json:11:5: error: a group's name can't have '\\x07' (U+0007) in it: allowed are printable characters [IDC013]"
bad 'PrincipalType: "USER", PrincipalId: "a b"' \
	"a/All.json:9:19: error: a user's name can't have ' ' (U+0020) in it: it is the name to sign in with, without spaces [IDC013]"
fine 'PrincipalId: "Équipe Réseau (Paris)"' .PrincipalId '"Équipe Réseau (Paris)"'

# Permission sets that no template defines.
bad 'PermissionSetName: ["Admin", "admin", "Something"]' \
	"a/All.json:12:5: error: no template defines the permission set 'admin': did you mean 'Admin'? [IDC043]" \
	"a/All.json:13:5: error: no template defines the permission set 'Something': add a file with that Name, or name another one [IDC043]"

# When rules end.
fine 'Expires: "2026-11-24T02:00:01Z"' .Expires '"2026-11-24T02:00:01Z"'
rule_file All 'Expires: "2026-11-24T02:00:00Z"'
run 0 idc-validate s a
err_is <<'X'
a/All.json:11:15: warning: expired at 2026-11-24T02:00:00Z: the rule grants nothing: remove it [IDC032]
idc-validate: 1 permission set, 1 rule, no errors, 1 warning
X
for when in '' tomorrow 2026-12-31 2026-02-30T00:00:00Z 2026-12-31T00:00:00 1798675200; do
	bad "Expires: \"$when\"" \
		"a/All.json:11:15: error: Expires '$when' is no RFC 3339 date and time: write it like '2026-12-31T18:00:00Z' [IDC031]"
done

# A rule that no line of a stream can hold.
awk 'BEGIN {
	printf "{\"Assignments\": [{\"SID\": \"Big\", \"PrincipalType\": \"GROUP\", \"PrincipalId\": \"x\","
	printf "\"PermissionSetName\": \"Admin\", \"Target\": [\"Root\""
	for (i = 0; i < 200000; i++) printf ",\"%012d\"", i
	print "]}]}" }' >a/All.json
finds 'a/All.json:1:18: error: a rule too large for a line of a stream: split it [IDC006]'

# Targets that look familiar.
good
bad 'Target: ["1111-2222-3333", "orders: 111122223333", "*", "arn:aws:organizations::111122223333:account/o-a1b2c3d4e5/222233334444",
	"name:prod-*", "tag:Env=prod", "OU-AB12-CDEF3456", "ou-ab12-cdef3456*", "Prod/Payments", "pay:Prod/Payments"]' \
	"a/All.json:6:5: error: '1111-2222-3333' is no account id: write '111122223333' [IDC030]" \
	"a/All.json:7:5: error: ' 111122223333' is no account id: write '111122223333' [IDC030]" \
	"a/All.json:8:5: error: unknown target '*': for every account, write 'Root' [IDC030]" \
	"a/All.json:9:5: error: unknown target 'arn:aws:organizations::111122223333:account/o-a1b2c3d4e5/222233334444': write the id that it ends in, '222233334444' [IDC030]" \
	"a/All.json:10:5: error: unknown target 'name:prod-*': write 'name=prod-*' [IDC030]" \
	"a/All.json:11:5: error: unknown target 'tag:Env=prod': write 'tag=Env=prod' [IDC030]" \
	"a/All.json:12:5: error: 'OU-AB12-CDEF3456' is no OU id: expected the form 'ou-xxxx-yyyyyyyy', in small letters [IDC030]" \
	"a/All.json:13:5: error: 'ou-ab12-cdef3456*' is no OU id: for an OU and all below it, write 'ou-xxxx-yyyyyyyy:*' [IDC030]" \
	"a/All.json:14:5: error: unknown target 'Prod/Payments': a path of OUs starts with '/', write '/Prod/Payments' [IDC030]" \
	"a/All.json:15:5: error: unknown target 'pay:Prod/Payments': a path of OUs starts with '/', write '/Prod/Payments' [IDC030]"
