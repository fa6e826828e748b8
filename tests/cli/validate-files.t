#!/bin/sh
# idc-validate: which files are read, and files that are no templates.
. "${0%/*}/../lib.sh"
. "${0%/*}/validate.sh"

# Nothing there, and nothing in it.
run 1 idc-validate -q none
out_empty
err_is <<'X'
none: error: No such file or directory [IDC001]
X
run 1 idc-validate -q --allow-empty none
out_empty
mkdir empty
run 1 idc-validate empty
out_empty
err_is <<'X'
idc-validate: error: no permission set in the templates: every managed one would be deleted: --allow-empty if that is meant [IDC045]
idc-validate: error: no rule in the templates: every managed assignment would be deleted: --allow-empty if that is meant [IDC045]
idc-validate: 0 permission sets, 0 rules, 2 errors
X
run 0 idc-validate --allow-empty empty
err_is <<'X'
idc-validate: 0 permission sets, 0 rules, no errors
X
good
run 1 idc-validate -q s
out_empty
err_has 'no rule in the templates'
run 0 idc-validate -q --allow-empty s
err_empty

# A file that can't be read is never a file that is not there.
ln -s missing.json s/dangling.json
finds 's/dangling.json: error: No such file or directory [IDC001]'
rm s/dangling.json
run 1 idc-validate -q --allow-empty s a gone
out_empty
err_is <<'X'
gone: error: No such file or directory [IDC001]
X
ln -s /proc/self/mem s/mem.json
finds 's/mem.json: error: Input/output error [IDC001]'
rm s/mem.json
mkfifo s/pipe.json
finds 's/pipe.json: error: not a regular file [IDC001]'
rm s/pipe.json
if [ "$(id -u)" -ne 0 ]; then
	chmod 000 s/Admin.json
	finds 's/Admin.json: error: Permission denied'
else
	skip 'root may read everything'
fi
good
# What can't be read may be what seems to be missing: that is not guessed.
echo '{' >s/Admin.json
finds "s/Admin.json:2:1: error: expected a key in double quotes, found the end of the text [IDC003]"

# Links: what is reached twice is read once, loops end.
good
ln -s .. s/up
ln -s ../.. s/far-up
ln -s . a/self
ln -s Admin.json s/Again.json
ln -s loop s/loop
ln -s ../a s/assignments-too
passes
is 'each once' "$(record .Kind | tr '\n' ' ')" '"Begin" "PermissionSet" "AssignmentRule" "End" '
run 0 idc-validate -q a s s a/All.json ./s
err_empty
is 'each once' "$(record .Kind | tr '\n' ' ')" '"Begin" "PermissionSet" "AssignmentRule" "End" '

run 0 idc-validate -q s .
err_empty
is 'each once' "$(record .Kind | tr '\n' ' ')" '"Begin" "PermissionSet" "AssignmentRule" "End" '

# Names: only .json, and a near miss is told.
good
echo nonsense >s/notes.txt
cp s/Admin.json s/Other.JSON
run 0 idc-validate -q s a
err_is <<'X'
s/Other.JSON: warning: not read: only names that end in '.json' are [IDC002]
X
# An operand is read whatever its name, and from standard input.
good
mv s/Admin.json admin.txt
run 0 idc-validate -q a admin.txt
out_has '"File":"admin.txt"'
in=admin.txt
run 0 idc-validate -q a/ -
in=/dev/null
out_has '"File":"<stdin>"'
out_has '"File":"a/All.json"'

# Beside permissionsets/ and assignments/, what is in schema/, stacks/ and rules/ is not read;
# elsewhere folders may be called so.
good
mkdir t
mv s t/permissionsets
mv a t/assignments
for d in schema stacks rules; do
	mkdir t/$d
	echo '{' >t/$d/x.json
done
mkdir t/permissionsets/rules
mv t/permissionsets/Admin.json t/permissionsets/rules/
run 0 idc-validate -q t
err_empty
out_has '"File":"t/permissionsets/rules/Admin.json"'
run 1 idc-validate -q t t/stacks
out_empty
err_has 't/stacks/x.json:2:1: error: '

# What is no template by its content is skipped, and that is said.
good
# shellcheck disable=SC2016 # JSON's own dollar
echo '{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"}' >s/schema.json
echo '{"AWSTemplateFormatVersion": "2010-09-09", "Resources": {}}' >s/stack.json
run 0 idc-validate s a
err_is <<'X'
idc-validate: s/schema.json: a JSON Schema: not a template, skipped
idc-validate: s/stack.json: a CloudFormation template: not a template, skipped
idc-validate: 1 permission set, 1 rule, no errors
X
# But what names its schema is a template.
good
# shellcheck disable=SC2016 # likewise
set_file Admin '"$schema": "https://json-schema.org/draft/2020-12/schema"'
passes
out_lacks schema

# JSON that is none: where, and what was expected. One line each.
good
bad() {
	finds "s/bad.json:$1"
}
printf '' >s/bad.json
bad '1:1: error: nothing here: expected JSON [IDC003]'
printf '[]' >s/bad.json
bad '1:1: error: a list: write each permission set in a file of its own, or rules as {"Assignments": [...]} [IDC007]'
printf '"x"' >s/bad.json
bad '1:1: error: expected an object, a permission set or {"Assignments": [...]}, found a string [IDC007]'
printf '{\n"Name": "x",\n}' >s/bad.json
bad "2:12: error: a comma before '}': remove it [IDC003]"
printf "{'Name': 1}" >s/bad.json
bad "1:2: error: expected a key in double quotes, found a single quote: write \" [IDC003]"
printf '{"Name": "x" // a comment\n}' >s/bad.json
bad "1:14: error: expected ',' or '}', found a comment: JSON has none, remove it [IDC003]"
printf '{"Name": NaN}' >s/bad.json
bad "1:10: error: expected a value, found 'NaN': a text stands in double quotes [IDC003]"
printf '{"ManagedPolicies": [arn:aws:iam::aws:policy/Billing]}' >s/bad.json
bad "1:22: error: expected a value, found 'arn': a text stands in double quotes [IDC003]"
printf 'Name: Admin' >s/bad.json
bad "1:1: error: expected a value, found 'Name' [IDC003]"
printf '{"Name": ' >s/bad.json
bad "1:10: error: expected a value, found the end of the text [IDC003]"
printf '{"Name": "x", "Name": "y"}' >s/bad.json
bad '1:15: error: the key "Name" stands twice in this object: remove one [IDC004]'
printf '{"Name": "x"} {}' >s/bad.json
bad "1:15: error: expected the end after the value, found '{' [IDC003]"
printf '\357\273\277{"Name": "x"}' >s/bad.json
bad '1:1: error: a byte order mark: save the file as UTF-8 without it [IDC005]'
printf '\377\376{\000' >s/bad.json
bad '1:1: error: this is UTF-16: save the file as UTF-8 [IDC005]'
printf '{"Name": "x\000y"}' >s/bad.json
bad '1:12: error: a NUL byte in a string: remove it [IDC005]'
printf '{\000"Name": "xy"}' >s/bad.json
bad '1:2: error: expected a key in double quotes, found byte 0x00 [IDC003]'
printf '{"Name": "\351"}' >s/bad.json
bad '1:11: error: byte 0xe9 is not UTF-8: save the file as UTF-8 [IDC005]'
printf '{"Name": "\\ud800"}' >s/bad.json
bad '1:11: error: half of a surrogate pair in a string [IDC003]'
awk 'BEGIN { for (i = 0; i < 10000; i++) printf "["; for (i = 0; i < 10000; i++) printf "]" }' >s/bad.json
bad '1:129: error: nested deeper than 128 levels [IDC006]'

# Too much: one line, at once.
good
head -c 50000000 /dev/zero | tr '\0' ' ' >s/big.json
finds 's/big.json: error: larger than 4 MiB: split it [IDC006]'
good
awk 'BEGIN { printf "{\"Assignments\": ["; for (i = 0; i < 5000; i++) printf "{},"; print "{}]}" }' >a/many.json
run 1 idc-validate -q s a
out_empty
is 'a thousand errors and a last one' "$(wc -l <"$err" | tr -d ' ')" 1001
err_has 'a/many.json: error: more than can be listed: the rest is left out'
awk 'BEGIN { printf "{\"Name\": \"x\""; for (i = 0; i < 5000; i++) printf ",\"k%d\":1", i; print "}" }' >s/many.json
rm a/many.json
finds 's/many.json:1:1: error: 5001 fields where at most 12 are known: is this a template? [IDC006]'
# What people write that is nearly JSON, or a part of a template.
good
printf '{\n"Name": "x",\n<<<<<<< HEAD\n}' >s/bad.json
bad '3:1: error: expected a key in double quotes, found a mark of a merge conflict: settle it [IDC003]'
printf '{ # one\n}' >s/bad.json
bad '1:3: error: expected a key in double quotes, found a comment: JSON has none, remove it [IDC003]'
printf '{\342\200\234Name\342\200\235: 1}' >s/bad.json
bad '1:2: error: expected a key in double quotes, found a typographic quote: write " [IDC003]'
printf '{"Name": True}' >s/bad.json
bad "1:10: error: expected a value, found 'True': write true [IDC003]"
printf '{Name: 1}' >s/bad.json
bad "1:2: error: expected a key in double quotes, found 'Name' [IDC003]"
printf '{"Name" \303\251}' >s/bad.json
bad "1:9: error: expected ':' after a key, found 'é' [IDC003]"
printf '{"SID": "x", "Target": [], "PrincipalId": "x"}' >s/bad.json
bad '1:1: error: a rule alone: write {"Assignments": [...]} around it [IDC007]'
printf '{"Version": "2012-10-17", "Statement": []}' >s/bad.json
bad '1:1: error: an IAM policy alone: write it as the CustomPolicy of a permission set [IDC007]'
printf '{\302\240"Name": "x"}' >s/bad.json
bad '1:2: error: expected a key in double quotes, found a no-break space: write a plain one [IDC003]'
printf '{"Name": "x"\n"Tags": {}}' >s/bad.json
bad "2:1: error: expected ',' or '}', found '\"': is a ',' missing? [IDC003]"
printf '{"Name": "x", "ManagedPolicies": [1 2]}' >s/bad.json
bad "1:37: error: expected ',' or ']', found '2': is a ',' missing? [IDC003]"
printf '{"Name": "x"\n:1}' >s/bad.json
bad "2:1: error: expected ',' or '}', found ':' [IDC003]"
