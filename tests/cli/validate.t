#!/bin/sh
# idc-validate: its options, its stream, and the samples.
. "${0%/*}/../lib.sh"
. "${0%/*}/validate.sh"
good

run 0 idc-validate --help
out_has 'usage: idc-validate [OPTION]... [PATH]...'
out_has '--allow-empty'
err_empty
run 0 idc-validate -V
out_is <<'X'
idc-validate 0.1.0
X
err_empty
run 2 idc-validate --onlin s a
out_empty
err_has "unknown option '--onlin': did you mean '--online'?"
run 2 idc-validate --rules
out_empty
run 2 idc-validate s ''
out_empty
err_has 'PATH is empty'

# The stream, whole; -q leaves only findings to say.
run 0 idc-validate s a
err_is <<'X'
idc-validate: 1 permission set, 1 rule, no errors
X
out_is <<'X'
{"Kind":"Begin","Stream":"templates","Version":1,"Program":"idc-validate 0.1.0","Time":"2026-11-24T02:00:00Z"}
{"Kind":"PermissionSet","Name":"Admin","SessionDuration":"PT1H","RelayState":"https://console.aws.amazon.com/","ManagedPolicies":[],"CustomerManagedPolicies":[],"Tags":{},"Source":{"File":"s/Admin.json","Line":1,"Column":1}}
{"Kind":"AssignmentRule","SID":"All","Target":["Root"],"PrincipalType":"GROUP","PrincipalId":"admins","PermissionSetName":"Admin","Source":{"File":"a/All.json","Line":3,"Column":3},"Positions":{"Target":[[6,5]],"PrincipalId":[[9,19]],"PermissionSetName":[[10,25]]}}
{"Kind":"End","Stream":"templates","Count":2}
X
cp "$out" first
run 0 idc-validate -q a s
err_empty
ok 'the order of operands does not matter' cmp "$out" first
set_file Zebra
set_file Aardvark
set_file a
passes
is 'sets are sorted by name' "$(record 'select(.Name).Name' | tr '\n' ' ')" '"Aardvark" "Admin" "Zebra" "a" '

# An error anywhere: nothing at all on standard output, and a count of what was found.
set_file Bad '"SessionDuration": "4h", "Description": ""'
run 1 idc-validate s a
out_empty
assigned
err_is <<'X'
s/Bad.json:3:21: error: SessionDuration '4h' is no ISO 8601 duration: write it like 'PT4H' or 'PT1H30M' [IDC020]
s/Bad.json:3:42: error: Description is empty: leave it out instead [IDC014]
idc-validate: 5 permission sets, 1 rule, 2 errors, 4 warnings
X
rm s/Bad.json

# Output that can't be written is a failure.
# shellcheck disable=SC2016 # for the inner shell
run 1 sh -c 'idc-validate s a >/dev/full'
err_has 'No space left on device'
run 1 sh -c 'idc-validate -q s a >&-'
# A reader that has enough ends it quietly, as any filter.
awk 'BEGIN { printf "{\"Assignments\": ["
	for (i = 0; i < 5000; i++)
		printf "%s{\"SID\":\"r%d\",\"Target\":[\"Root\"],\"PrincipalType\":\"GROUP\",\"PrincipalId\":\"x%d\",\"PermissionSetName\":\"Admin\"}", (i ? "," : ""), i, i
	print "]}" }' >a/many.json
# shellcheck disable=SC2016 # for the inner shell
run 0 sh -c '{ idc-validate s a; echo $? >status; } | head -n 1'
is 'killed by SIGPIPE' "$(cat status)" 141
assigned
err_empty

# The samples pass, and show what there is.
cd "$TOP" || exit 1
run 0 idc-validate
err_is <<'X'
idc-validate: 6 permission sets, 8 rules, no errors
X
cp "$out" "$T/samples"
for feature in .Was .Description .PermissionsBoundary.ManagedPolicyArn \
	.PermissionsBoundary.CustomerManagedPolicyReference .InlinePolicy '.Tags.Owner' \
	'.CustomerManagedPolicies[1]' .Exclude '.PrincipalId[1]' '.PermissionSetName[1]' .Expires; do
	ok "$feature is used" jq -e -n "[inputs | $feature?] | any" "$T/samples"
done
run 0 idc-sim -q --state tests/data/org-sample.ndjson -- idc-validate -q --online
run 0 idc-sim -q --state tests/data/org-sample.ndjson -- idc-resolve -q "$T/samples"
err_lacks error
run 0 idc-validate -q tests/data/seed-like
cp "$out" "$T/seed-like"
run 0 idc-sim -q --state tests/data/org-seed.ndjson -- idc-resolve -q "$T/seed-like"
err_lacks error

# A time has four digits for its year, whatever it is; what is no time is not taken.
run 0 env IDC_TIME=0999-01-01T00:00:00Z idc-validate -q
out_has '"Time":"0999-01-01T00:00:00Z"'
run 0 env IDC_TIME=99999999999999999999 idc-validate -q
ok 'the clock is taken instead' grep -q '"Time":"2[0-9]\{3\}-' "$out"

# The examples of idc-templates(5) pass.
mkdir "$T/examples"
awk -v dir="$T/examples" '
	/^\.Bd -literal/ { n++; inside = 1; next }
	/^\.Ed/ { inside = 0 }
	inside && !/^\$ / { print > (dir "/" n ".json") }' man/idc-templates.5
run 0 idc-validate "$T/examples"
err_is <<'X'
idc-validate: 1 permission set, 2 rules, no errors
X
