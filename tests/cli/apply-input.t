#!/bin/sh
# idc-apply: a plan that is not whole and sound changes nothing, and no request is sent.
. "${0%/*}/../lib.sh"
. "${0%/*}/apply.sh"

{
	create 1 New
	grant 2 "$(account 1)" "$(ref New)" 1 '"1"'
	revoke 3 "$(account 2)" "\"$old\"" 2
} | plan
cp "$T/plan" "$T/whole"

# refused STATUS MESSAGE: $T/plan is refused with that message, and AWS hears nothing.
refused() {
	message=$2
	apply "$1"
	err_has "$message"
	is 'no request' "$(calls total)" 0
	out_empty
}

# --- cut ---
lines=$(wc -l <"$T/whole")
n=0
while [ $n -lt "$lines" ]; do
	head -n $n "$T/whole" >"$T/plan"
	refused 4 'incomplete input'
	n=$((n + 1))
done
size=$(wc -c <"$T/whole")
for cut in 1 40 400 700 $((size - 20)) $((size - 2)); do
	head -c "$cut" "$T/whole" >"$T/plan"
	refused 4 'incomplete input'
done
head -c $((size - 1)) "$T/whole" >"$T/plan"
in=$T/plan
run 0 idc-apply -n
in=/dev/null

# --- lines lost, doubled, out of place ---
sed 4d "$T/whole" >"$T/plan"
refused 4 'the End record counts 4 records, 3 came'
sed 4p "$T/whole" >"$T/plan"
refused 4 "plan:5:1: error: a second Action with the Id '2'"
sed '2d; s/"Count":4/"Count":3/' "$T/whole" >"$T/plan"
refused 4 "an Action before the plan's Instance"
sed 's/"Reason":"[^"]*"/"Reason":"another plan"/' "$T/whole" | cat "$T/whole" - >"$T/plan"
refused 4 "a second Action with the Id '1'"
# The same plan behind itself is that plan.
cat "$T/whole" "$T/whole" >"$T/plan"
run 0 idc-apply --dry-run "$T/plan"
is 'each action stands once' "$(grep -c '"Kind":"Result"' "$out")" 3
sed '3s/"Kind":"Action"/"Kind":"Acton"/' "$T/whole" >"$T/plan"
refused 4 "unknown Kind 'Acton'"

# --- damaged by hand ---
# spoil LINE SED MESSAGE
spoil() {
	sed "$1$2" "$T/whole" >"$T/plan"
	refused 4 "plan:$1:1: error: $3"
}
spoil 3 's/CreatePermissionSet/DeleteOrganization/' "'DeleteOrganization' is no operation"
spoil 3 's/"Name":"New",//' "the Request of a CreatePermissionSet lacks its 'Name'"
spoil 3 's/"Request":{[^}]*}[^}]*}/"Request":7/' 'an Action whose Request is no object'
spoil 3 's/"DependsOn":\[\]/"DependsOn":["2"]/' "action '1' waits for actions that wait for each other"
spoil 4 's/"DependsOn":\["1"\]/"DependsOn":["7"]/' "action '2' depends on '7', which is not in the plan"
spoil 4 's/Set\/New/Set\/Nev/' "action '2' refers to permission set 'Nev', which no action creates"
spoil 5 's/"DependsOn":\[\]/"DependsOn":[3]/' 'an Id in DependsOn is no string'
spoil 5 's/"DependsOn":\[\],//' 'an Action whose DependsOn is no list of Ids'
spoil 5 's/"Effect":"revoke"/"Effect":"harm"/' 'the Effect is none of'
spoil 5 's/ssoins-1111111111111111"/ssoins-2222222222222222"/' 'the Request is for another instance'
spoil 5 's/"TargetId":"300000000002"/"TargetId":"3"/' "the TargetId '3' is no account id"
sed '3s/{/[/' "$T/whole" >"$T/plan"
refused 4 'plan:3:'

# --- more than one stream ---
{
	create 1 New
	revoke 2 "$(account 1)" "\"$old\"" 1
} | plan
cat "$T/plan" "$T/plan" >"$T/twice"
run 0 idc-apply --dry-run "$T/twice"
is 'a plan behind itself is one plan' "$(jq -r 'select(.Kind == "Result").Id' "$out" | tr '\n' ' ')" '1 2 '
sed 's/"TargetId":"300000000001"/"TargetId":"300000000002"/' "$T/plan" >"$T/other"
cat "$T/plan" "$T/other" >"$T/two"
run 4 idc-apply --dry-run "$T/two"
err_has "two:9:1: error: a second Action with the Id '2': is this two plans?"
sed '3{p;}; s/"Count":3/"Count":4/' "$T/plan" >"$T/doubled"
run 4 idc-apply --dry-run "$T/doubled"
err_has "doubled:4:1: error: a second Action with the Id '1': is this two plans?"

# --- another stream ---
: | stream resolved >"$T/plan"
refused 4 'expected a plan stream, got resolved: is idc-plan missing from the pipe?'
: >"$T/plan"
refused 4 'incomplete input: empty'

# --- another region ---
sed 's/eu-west-1/eu-west-2/' "$T/whole" >"$T/plan"
apply 6
err_is <<'EOF'
idc-apply: error: the input is for Identity Center in 'eu-west-2', AWS_REGION says 'eu-west-1'
EOF
is 'no request' "$(calls total)" 0
out_empty

# --- another organization: there, nothing is found, which must not pass for "is gone already" ---
sed 's/ssoins-1111111111111111/ssoins-3333333333333333/g' "$T/whole" >"$T/plan"
apply 5
err_has 'Instance not found: arn:aws:sso:::instance/ssoins-3333333333333333'
is 'nothing was called that writes' "$(grep -cE '^sso (Create|Delete|Update|Put|Attach|Detach|Tag)[A-Z]' "$T/calls")" 0
is 'nothing is said to be done' "$(grep -c '"Status":"Succeeded"' "$out")" 0
edit 1 DeletePermissionSet "\"$old\"" | stream plan |
	sed 's/ssoins-1111111111111111/ssoins-3333333333333333/g' >"$T/plan"
apply 5
is 'a deletion alone is not said to be done either' "$(grep -c '"Status":"Succeeded"' "$out")" 0
cp "$T/whole" "$T/plan"
sim='env -u AWS_REGION -u AWS_DEFAULT_REGION'
# shellcheck disable=SC2086 # a list of words
run 0 idc-sim --state "$org" --save "$T/after" -- $sim idc-apply -q "$T/plan"
err_empty
is 'without AWS_REGION it is the plan that says where' "$(live)" "$(account 1) New 01"

# --- a plan that is larger than what is kept in memory ---
grant N "$(account 1)" "$(ref New)" 1 '"1"' >"$T/one"
{
	create 1 New
	awk '{ for (i = 2; i <= 4000; i++) { line = $0; gsub(/"N"/, "\"" i "\"", line); print line } }' "$T/one"
} | plan
ok 'it is larger than that' test "$(wc -c <"$T/plan")" -gt 1500000
# Valgrind keeps its own files there.
if [ -z "${IDC_VALGRIND-}" ]; then
	run 1 env TMPDIR="$T/none" idc-apply --dry-run "$T/plan"
	err_has "a temporary file in $T/none can't keep the plan: No such file or directory (TMPDIR names another place)"
	is 'nothing is written' "$(grep -c '"Kind":"Result"' "$out")" 0
fi
mkdir "$T/kept"
run 0 env TMPDIR="$T/kept" idc-apply --dry-run "$T/plan"
is 'all of it is there' "$(jq -r 'select(.Kind == "Result") | [.Id, .Effect, .AccountName] | @tsv' "$out" | sort -n | uniq | wc -l)" 4000
is 'and each action once' "$(jq -r 'select(.Kind == "Result").Id' "$out" | sort -n | tr '\n' ' ')" "$(seq -s ' ' 4000) "
is 'no file is left' "$(ls "$T/kept")" ''
sed 's/"DependsOn":\["1"\]/"DependsOn":["5000"]/' "$T/plan" >"$T/bad"
run 4 idc-apply --dry-run "$T/bad"
err_has "bad:4:1: error: action '2' depends on '5000', which is not in the plan"
