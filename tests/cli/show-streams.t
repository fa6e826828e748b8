# shellcheck shell=sh
# idc-show on the other streams, on the command line, and on input that is not whole.
. "${0%/*}/show.sh"

data=$TOP/tests/data/show

for name in templates resolved state; do
	run 0 idc-show "$data/$name.ndjson"
	err_empty
	out_is <"$data/$name.txt"
done

# Nothing is shown of a stream that is not whole: a cut plan must not look like a short one.
for n in 1 5 20; do
	head -n $n "$data/plan.ndjson" >"$T/in"
	run 4 idc-show "$T/in"
	out_empty
	err_has 'incomplete input'
done
head -c 3000 "$data/plan.ndjson" >"$T/in"
run 4 idc-show "$T/in"
out_empty
err_has 'it ends inside of a record'
sed 4d "$data/plan.ndjson" >"$T/in"
run 4 idc-show "$T/in"
out_empty
err_has 'the stream was damaged'

# What can't be shown is not left out in silence.
while read -r type missing record; do
	stream "$type" "$record"
	run 4 idc-show "$T/in"
	out_empty
	err_is <<E
$T/in:2:1: error: a record without $missing
E
done <<'E'
plan Operation {"Kind":"Action","PermissionSetName":"Ops"}
plan PermissionSetName {"Kind":"Action","Operation":"TagResource"}
plan AccountId {"Kind":"Action","PermissionSetName":"Ops","Operation":"DeleteAccountAssignment","PrincipalType":"USER","PrincipalId":"u"}
plan PrincipalId {"Kind":"Action","PermissionSetName":"Ops","Operation":"CreateAccountAssignment","PrincipalType":"USER","AccountId":"1"}
plan Code {"Kind":"Notice"}
results Status {"Kind":"Result","PermissionSetName":"Ops","Operation":"TagResource"}
templates SID {"Kind":"AssignmentRule"}
state Name {"Kind":"PermissionSet","Name":7}
resolved PrincipalType {"Kind":"AccountAssignment","AccountId":"1","PermissionSetName":"Ops","PrincipalId":"u"}
E

# Records of an odd shape: no crash, no silence.
for record in \
	'{"Kind":"Action","Operation":"PutInlinePolicyToPermissionSet","PermissionSetName":"a","Changes":{"InlinePolicy":{"From":7,"To":[1]}}}' \
	'{"Kind":"Action","Operation":"PutInlinePolicyToPermissionSet","PermissionSetName":"a","Changes":[1]}' \
	'{"Kind":"Action","Operation":"UpdatePermissionSet","PermissionSetName":"a","Changes":{"Description":7,"New":{"From":{"a":1},"To":null}}}' \
	'{"Kind":"Action","Operation":"AttachManagedPolicyToPermissionSet","PermissionSetName":"a","Request":7,"Changes":{"ManagedPolicies":{"To":{"Name":7}},"Tags":{"From":3}}}' \
	'{"Kind":"Action","Operation":"TagResource","PermissionSetName":"a","Reason":3,"Source":{"File":4},"Rules":[7,"x"]}' \
	'{"Kind":"Action","Operation":"Unheard","PermissionSetName":"a"}' \
	'{"Kind":"Action","Operation":"CreatePermissionSet","PermissionSetName":"a","Request":{"InlinePolicy":[],"PermissionsBoundary":"x"}}'; do
	stream plan "$record"
	run 0 idc-show "$T/in"
	err_empty
	out_has '1 permission set to'
done
stream templates '{"Kind":"AssignmentRule","SID":"s","PrincipalType":"X","PrincipalId":[7],"PermissionSetName":["a",7],"Target":{"b":1}}'
run 0 idc-show "$T/in"
err_empty

run 2 idc-show --width 39
err_has "'39' is not a number from 40 to 1000"
run 2 idc-show --color=sometimes
err_has "'sometimes' is not auto, always or never"
run 2 idc-show a b
err_has "one FILE at most, not 'b'"
run 1 idc-show "$T/none"
err_has "$T/none"
out_empty
