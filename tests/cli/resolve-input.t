#!/bin/sh
# idc-resolve: its command line and its input, for which AWS is never asked.
. "${0%/*}/../lib.sh"
. "${0%/*}/resolve.sh"

mkdir "$T/aws"
asked() { is "no request" "$(cat "$T/aws/calls" 2>/dev/null)" ''; }
canned() {
	status=$1
	shift
	run "$status" perl "$TOP/tests/canned.pl" "$T/aws" "$@"
}

run 0 idc-resolve --help
out_has 'usage: idc-resolve [OPTION]... [FILE]'
err_empty
run 0 idc-resolve --version
out_has 'idc-resolve '
err_empty
run 2 idc-resolve --no-such-option
out_empty
err_has 'usage: idc-resolve'
run 2 idc-resolve a b
out_empty
err_has "one file at most, got 'b' too"
run 2 idc-resolve --instance-arn ssoins-1111222233334444
out_empty
err_has 'is no ARN'
run 1 idc-resolve "$T/none"
out_empty
err_has 'none: No such file or directory'

# A stream that was cut anywhere is not a stream.
{
	rule One GROUP '["Root"]' '"team-001"'
	rule Two USER '["Root"]' '"ann@example.com"'
} | templates "$T/whole"
lines=$(wc -l <"$T/whole")
n=0
while [ "$n" -lt "$lines" ]; do
	head -n "$n" "$T/whole" >"$T/cut"
	in=$T/cut
	canned 4 idc-resolve
	out_empty
	n=$((n + 1))
done
err_has '<stdin>:4: error: incomplete input'
size=$(wc -c <"$T/whole")
head -c $((size - 20)) "$T/whole" >"$T/cut"
canned 4 idc-resolve
out_empty
err_has 'ends inside of a record'
in=/dev/null
asked

sed 's/"Count":3/"Count":4/' "$T/whole" >"$T/bad"
canned 4 idc-resolve "$T/bad"
out_empty
err_has 'the End record counts 4 records, 3 came'
sed 's/"Stream":"templates"/"Stream":"plan"/' "$T/whole" >"$T/bad"
canned 4 idc-resolve "$T/bad"
out_empty
err_has 'expected a templates stream, got plan'
sed 's/"Kind":"AssignmentRule"/"Kind":"Assignment"/' "$T/whole" >"$T/bad"
canned 4 idc-resolve "$T/bad"
out_empty
err_has "unknown Kind 'Assignment'"
asked

# Records that idc-validate would not write. All of them are said.
{
	rule A GROUP '["Root"]' '"g"' | sed 's/"SID":"A",//'
	rule B Group '["Root"]' '"g"'
	rule C GROUP '[]' '"g"'
	rule D GROUP '"Root"' '"g"'
	rule E GROUP '["Root", 7]' '"g"'
	rule F GROUP '["Root"]' '{}'
	rule G GROUP '["Root"]' '"g"' '"Expires":"soon",'
	rule H GROUP '["Root"]' '"g"' '"Exclude":[],'
	rule I GROUP '["Root"]' '"g"' | sed 's/"Source".*"Positions"/"Positions"/'
	set_record Twice
	set_record Twice | sed 's/PT1H/PT2H/'
	printf '{"Kind":"PermissionSet"}\n'
	rule J GROUP '["Root"]' '"g"'
	rule J USER '["Root"]' '"g"'
} | templates "$T/bad"
canned 1 idc-resolve "$T/bad"
out_empty
asked
sed -i 's,.*/bad:,bad:,' "$err"
err_is <<'EOF'
bad:3:1: error: an AssignmentRule without SID
bad:4:1: error: rule 'B': PrincipalType is neither GROUP nor USER
bad:5:1: error: rule 'C': Target is missing or no list of names
bad:6:1: error: rule 'D': Target is missing or no list of names
bad:7:1: error: rule 'E': Target is missing or no list of names
bad:8:1: error: rule 'F': PrincipalId is missing or no list of names
bad:9:1: error: rule 'G': Expires is no RFC 3339 date and time
bad:10:1: error: rule 'H': Exclude is missing or no list of names
bad:11:1: error: rule 'I': Source does not say which file it is from
bad:13:1: error: permission set 'Twice' is there twice, and the two differ
bad:14:1: error: a PermissionSet without Name
a.json:3:5: error: rule 'J' is there twice, and the two differ: give one of them another SID
EOF

# A permission set that is not there, targets that are none: each at its value.
{
	rule A GROUP '["Root", "x:1234567890123", "rooot"]' '"g"'
	rule B GROUP '["Root"]' '"g"' '"Exclude":["Root", "x:ou-1"],'
} | templates "$T/bad"
canned 1 idc-resolve "$T/bad"
out_empty
asked
err_has "a.json:4:31: error: '1234567890123' is no account id: it has 13 digits, not 12"
err_has "a.json:4:51: error: unknown target 'rooot'"
err_has "a.json:5:32: error: 'ou-1' is no OU id"
rule A GROUP '["Root"]' '"g"' | sed 's/"Admin"/["Admn","Other"]/' | templates "$T/bad"
canned 1 idc-resolve "$T/bad"
out_empty
asked
err_has "a.json:7:26: error: no permission set 'Admn' in the templates: did you mean 'Admin'?"
err_has "a.json:3:5: error: no permission set 'Other' in the templates"

# A managed policy of a partition where this is not.
{
	set_record Other | sed 's|"ManagedPolicies":\[\]|"ManagedPolicies":["arn:aws:iam::aws:policy/A","arn:aws-cn:iam::aws:policy/B"],"PermissionsBoundary":{"ManagedPolicyArn":"arn:aws-us-gov:iam::aws:policy/C"}|'
	rule one GROUP '["Root"]' '"admins"'
} | templates "$T/in"
resolve 1
out_empty
err_has "s.json:1:1: error: 'arn:aws-cn:iam::aws:policy/B' is of partition 'aws-cn', IAM Identity Center is in 'aws': permission set 'Other' can't have it"
err_has "'arn:aws-us-gov:iam::aws:policy/C' is of partition 'aws-us-gov'"
err_lacks 'policy/A'
