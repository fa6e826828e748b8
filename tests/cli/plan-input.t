#!/bin/sh
# idc-plan: its command line and its input. Where these are wrong, AWS is never asked.
. "${0%/*}/../lib.sh"
. "${0%/*}/plan.sh"

mkdir "$T/aws"
asked() { is "no request" "$(cat "$T/aws/calls" 2>/dev/null)" ''; }
canned() {
	status=$1
	shift
	run "$status" perl "$TOP/tests/canned.pl" "$T/aws" "$@"
}

run 0 idc-plan --help
out_has 'usage: idc-plan [OPTION]... [FILE]'
err_empty
run 0 idc-plan --version
out_has 'idc-plan '
err_empty
run 2 idc-plan --no-such-option
out_empty
err_has 'usage: idc-plan'
run 2 idc-plan a b
out_empty
err_has "one file at most, got 'b' too"
run 1 idc-plan "$T/none"
out_empty
err_has 'none: No such file or directory'
for n in x -1 101% 5%% '' % 1.5; do
	run 2 idc-plan --max-delete "$n"
	out_empty
	err_has "--max-delete '$n' is neither a number nor a percentage"
done
run 2 idc-plan --tag =x
err_has 'has no key'
run 2 idc-plan --ignore '.PrincipalName |'
out_empty
err_has 'idc-plan: error: --ignore: syntax error'
run 2 idc-plan --ignore 'no_such_function'
err_has 'no_such_function/0 is not defined'

# A stream that was cut anywhere is not a stream.
{
	echo "$instance"
	wanted_set Admin
	wanted Admin 1 admins
	wanted Admin 2 ann
} | stream resolved "$T/whole"
lines=$(wc -l <"$T/whole")
n=0
while [ "$n" -lt "$lines" ]; do
	head -n "$n" "$T/whole" >"$T/cut"
	in=$T/cut
	canned 4 idc-plan
	out_empty
	n=$((n + 1))
done
err_has '<stdin>:5: error: incomplete input'
size=$(wc -c <"$T/whole")
head -c $((size - 20)) "$T/whole" >"$T/cut"
canned 4 idc-plan
out_empty
err_has 'ends inside of a record'
in=/dev/null
canned 4 idc-plan
err_is <<'EOF'
<stdin>: error: incomplete input: empty, expected a resolved stream from idc-resolve
EOF
# A last run that is half there is as bad.
head -n 4 "$T/whole" >"$T/cut"
canned 4 idc-plan --last-applied "$T/cut" "$T/whole"
out_empty
: >"$T/empty"
canned 4 idc-plan --last-applied "$T/empty" "$T/whole"
out_empty
canned 1 idc-plan --last-applied "$T/none" "$T/whole"
out_empty
asked

# spoil SED: the stream, damaged; status 4 and no request.
spoil() {
	sed "$1" "$T/whole" >"$T/bad"
	canned "${3:-4}" idc-plan "$T/bad"
	out_empty
	err_has "$2"
}
spoil 's/"Count":4/"Count":5/' 'the End record counts 5 records, 4 came'
spoil 's/"Stream":"resolved"/"Stream":"templates"/' 'expected a resolved stream, got templates: is idc-resolve missing from the pipe?'
spoil 's/"Kind":"AccountAssignment"/"Kind":"AssignmentRule"/' "unknown Kind 'AssignmentRule'"
spoil 's/"AccountId":"222222220001"/"AccountId":"22222222001"/' 'bad:4:1: error: an AccountAssignment with a bad AccountId'
spoil 's/"PrincipalType":"USER"/"PrincipalType":"ROLE"/' 'bad:5:1: error: an AccountAssignment with a bad PrincipalType'
spoil 's/"PrincipalId":"[^"]*"/"PrincipalId":""/' 'an AccountAssignment with a bad PrincipalId'
spoil 's/"PermissionSetName":"Admin"/"PermissionSetName":7/' 'an AccountAssignment with a bad PermissionSetName'
spoil 's/"Name":"Admin"/"Name":null/' 'bad:3:1: error: a PermissionSet with a bad Name'
spoil 's/"SessionDuration":"PT1H"/"SessionDuration":"soon"/' 'a PermissionSet with a bad SessionDuration'
spoil 's/"ManagedPolicies":\[\]/"ManagedPolicies":[1]/' 'a PermissionSet with a bad ManagedPolicies'
spoil 's/"CustomerManagedPolicies":\[\]/"CustomerManagedPolicies":["x"]/' 'a PermissionSet with a bad CustomerManagedPolicies'
spoil 's/"Tags":{}/"Tags":{"a":1}/' 'a PermissionSet with a bad Tags'
spoil 's/"Tags":{}/"Tags":{},"PermissionsBoundary":{}/' 'a PermissionSet with a bad PermissionsBoundary'
spoil 's/"Tags":{}/"Tags":{},"InlinePolicy":"{}"/' 'a PermissionSet with a bad InlinePolicy'
spoil 's/"IdentityStoreId"/"Store"/' 'bad:2:1: error: an Instance without IdentityStoreId'
grep -v '"Kind":"Instance"' "$T/whole" | sed 's/"Count":4/"Count":3/' >"$T/bad"
canned 4 idc-plan "$T/bad"
out_empty
err_has 'a resolved stream without its Instance record'
asked

# Streams that were put together are one; what they both ask for is asked for once.
{
	echo "$instance"
	wanted_set Admin | sed 's/permissionsets/more/'
	wanted Admin 2 ann Other
	wanted Admin 3 ann Third
} | stream resolved "$T/more"
organization | stream state "$T/now"
cat "$T/whole" "$T/more" >"$T/in"
plan 0 -q
actions_are <<'EOF'
1 [] CreatePermissionSet Admin - -
2 [1] CreateAccountAssignment Admin acct-1 admins
3 [1] CreateAccountAssignment Admin acct-2 ann
4 [1] CreateAccountAssignment Admin acct-3 ann
EOF
is 'by both rules' "$(field 3 '[.Rules,.Reason]')" \
	'[["Admin","Other"],"rules Admin and Other ask for it (templates/assignments/a.json:12)"]'
sed 's/PT1H/PT2H/' "$T/more" >"$T/differs"
cat "$T/whole" "$T/differs" >"$T/in"
canned 1 idc-plan "$T/in"
out_empty
err_has "permission set 'Admin' is there twice, and the two differ"
sed 's/ssoins-1111222233334444/ssoins-9999222233334444/' "$T/more" >"$T/differs"
cat "$T/whole" "$T/differs" >"$T/in"
canned 1 idc-plan "$T/in"
out_empty
err_has 'this is of instance arn:aws:sso:::instance/ssoins-9999222233334444, the rest of'
canned 1 idc-plan --last-applied "$T/differs" "$T/whole"
out_empty
err_has 'this is of instance arn:aws:sso:::instance/ssoins-9999222233334444, the rest of'
asked

# The output: a full disk, and the same bytes every time.
cp "$T/whole" "$T/in"
plan 0 -q
cp "$out" "$T/first"
plan 0 -q
ok 'deterministic' cmp "$T/first" "$out"
# shellcheck disable=SC2016 # for the inner shell
run 1 idc-sim -q --state "$T/now" -- sh -c 'idc-plan "$1" >/dev/full' sh "$T/in"
err_has 'standard output: No space left on device'

# --exit-code
plan 3 -q --exit-code
cp "$out" "$T/plan"
ok 'which has its End record' grep -q '"Kind":"End"' "$out"
{
	organization
	live_set 1 Admin
	live Admin 1 admins
	live Admin 2 ann
} | stream state "$T/now"
plan 0 -q --exit-code
actions_are </dev/null

# An assignment to a set that nobody defines, and --adopt of what is not there.
{
	echo "$instance"
	wanted_set Admin
	wanted None 1 admins
	wanted None 2 admins
} | stream resolved "$T/in"
plan 1 --adopt Nothing
out_empty
err_is <<'EOF'
templates/assignments/a.json:11:5: error: no template defines permission set 'None'
idc-plan: error: --adopt 'Nothing': no template defines it
EOF
