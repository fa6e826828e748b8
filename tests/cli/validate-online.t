#!/bin/sh
# idc-validate --online: what AWS says, and what becomes of it when AWS does not.
. "${0%/*}/../lib.sh"
. "${0%/*}/validate.sh"

# online STATUS [IDC-SIM-OPTION]...: against a simulated AWS; the requests are counted in calls.
online() {
	status=$1
	shift
	run "$status" idc-sim -q --calls calls "$@" -- idc-validate -q --online s a
	assigned
}
called() {
	is "$1 requests of $2" "$(awk -v o="$2" '$(NF - 1) == o { print $NF }' calls)" "$1"
}

allow='{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}'
star='{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
	"Action": "*", "Resource": "*"}]}'

# Every ARN and every policy is asked about once, however many sets have it.
good
for n in 1 2 3 4 5; do
	set_file "Set$n" "\"CustomPolicy\": $allow, \"ManagedPolicies\": [\"arn:aws:iam::aws:policy/ReadOnlyAccess\", \"arn:aws:iam::aws:policy/IAMFullAccess\"],
	\"PermissionBoundary\": {\"PolicyType\": \"AWS\", \"Policy\": \"arn:aws:iam::aws:policy/PowerUserAccess\"}"
done
online 0
err_empty
is 'the stream is whole' "$(record 'select(.Kind == "End").Count')" 7
called 3 GetPolicy
called 1 ValidatePolicy
cp "$out" offline
run 0 idc-validate -q s a
ok 'and the same as without AWS' cmp "$out" offline

# Nothing to ask about: no credentials are needed.
good
run 0 idc-validate -q --online s a
err_empty

# A policy that does not exist, at every place that names it.
good
set_file Admin '"ManagedPolicies": ["arn:aws:iam::aws:policy/Nothing", "arn:aws:iam::aws:policy/ReadOnlyAccess"]'
set_file Other '"PermissionBoundary": {"PolicyType": "AWS", "Policy": "arn:aws:iam::aws:policy/Nothing"}'
online 1
out_empty
err_is <<'X'
s/Admin.json:3:22: error: AWS has no managed policy 'arn:aws:iam::aws:policy/Nothing': is its name right? [IDC090]
s/Other.json:3:56: error: AWS has no managed policy 'arn:aws:iam::aws:policy/Nothing': is its name right? [IDC090]
X
called 2 GetPolicy

# One of another partition is not asked about.
good
set_file Admin '"ManagedPolicies": ["arn:aws-cn:iam::aws:policy/ReadOnlyAccess"]'
online 1
err_is <<'X'
s/Admin.json:3:22: error: 'arn:aws-cn:iam::aws:policy/ReadOnlyAccess' is of partition 'aws-cn': region 'us-east-1' is in 'aws' [IDC092]
X

# Findings at their places; only errors fail the run.
good
set_file Admin "\"CustomPolicy\": $star"
online 0
out_has '"Kind":"End"'
err_is <<'X'
s/Admin.json:4:12: warning: everything is allowed on everything: name what is needed, or use AWS's AdministratorAccess, which says what it is [IDC080]
s/Admin.json:4:12: warning: IAM Access Analyzer, security warning PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE: Using wildcards (*) in the action and the resource can be overly permissive. [IDC094]
X
set_file Other "\"CustomPolicy\": $star"
online 0
is 'in both files' "$(grep Analyzer "$err" | cut -d: -f 1 | tr '\n' ' ')" 's/Admin.json s/Other.json '
called 1 ValidatePolicy
rm s/Other.json
set_file Admin '"CustomPolicy": {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": ["s3:*",
	"nonsense"], "Resource": "*"}}'
online 1
out_empty
err_is <<'X'
s/Admin.json:4:2: error: 'nonsense' names no service: write it like 's3:GetObject' [IDC062]
X
called '' ValidatePolicy

# What is wrong without AWS is said together with what AWS says; a set with an error is not asked about.
set_file Admin "\"CustomPolicy\": $star"
set_file Bad '"SessionDuration": "4h", "ManagedPolicies": ["arn:aws:iam::aws:policy/Nothing"]'
online 1
out_empty
err_has 's/Admin.json:4:12: warning: IAM Access Analyzer'
err_has "s/Bad.json:3:21: error: SessionDuration '4h' is"
is 'one line each' "$(grep -vc IDC080 "$err" | tr -d ' ')" 2

# That AWS could not be asked is never an answer.
good
set_file Admin '"ManagedPolicies": ["arn:aws:iam::aws:policy/Nothing", "arn:aws:iam::aws:policy/ReadOnlyAccess"]'
run 5 env AWS_REGION=eu-west-1 idc-validate -q --online s a
out_empty
err_has 'AWS_ACCESS_KEY_ID'
is 'one line' "$(wc -l <"$err" | tr -d ' ')" 1
export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=not-a-key
run 5 idc-validate -q --online s a
out_empty
err_has AWS_REGION
run 5 env AWS_REGION=eu-west-1 AWS_MAX_ATTEMPTS=1 AWS_ENDPOINT_URL=http://127.0.0.1:1 idc-validate -q --online s a
out_empty
err_has "idc-validate: error: can't tell whether 'arn:aws:iam::aws:policy/"
err_lacks not-a-key
is 'one line' "$(wc -l <"$err" | tr -d ' ')" 1
run 5 env AWS_REGION=eu-west-1 AWS_MAX_ATTEMPTS=1 AWS_ENDPOINT_URL=http://127.0.0.1:1 idc-validate --online s a
err_has 'no errors without AWS, which could not be asked'
online 5 --fault '*:expired'
out_empty
err_has "can't tell whether"
err_lacks 'AWS has no managed policy'

# canned STATUS: the answer to every request is aws/unknown, as the operations of IAM and IAM Access
# Analyzer have no header that names them.
mkdir aws
canned() {
	run "$1" perl "$TOP/tests/canned.pl" aws env AWS_MAX_ATTEMPTS=1 idc-validate -q --online s a
	[ "$1" -eq 0 ] || out_empty
}
cat >aws/unknown <<'X'
HTTP 403 text/xml
<ErrorResponse><Error><Code>AccessDenied</Code><Message>you may not</Message></Error><RequestId>r1</RequestId></ErrorResponse>
X
canned 5
err_has 'you may not'
err_lacks 'AWS has no managed policy'
cat >aws/unknown <<'X'
HTTP 404 text/html
<html><body>Policy NoSuchEntity</body></html>
X
canned 5
err_lacks 'AWS has no managed policy'
printf '' >aws/unknown
canned 5
cat >aws/unknown <<'X'
HTTP 404 text/xml
<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>gone</Message></Error><RequestId>r1</RequestId></ErrorResponse>
X
canned 1
err_has "s/Admin.json:3:57: error: AWS has no managed policy 'arn:aws:iam::aws:policy/ReadOnlyAccess'"
cat >aws/unknown <<'X'
HTTP 200 text/xml
<GetPolicyResponse><GetPolicyResult><Policy><IsAttachable>false</IsAttachable></Policy></GetPolicyResult></GetPolicyResponse>
X
canned 1
err_has "s/Admin.json:3:22: error: AWS does not let 'arn:aws:iam::aws:policy/Nothing' be attached"

set_file Admin "\"CustomPolicy\": $allow"
echo '{"findings": []}' >aws/unknown
canned 0
echo '{}' >aws/unknown
canned 5
echo '{"findings": [{"findingType": "SURPRISE"}]}' >aws/unknown
canned 5
err_has "IAM Access Analyzer's answer is not understood"
echo '{"findings": [7]}' >aws/unknown
canned 5
echo 'HTTP 403 application/json
{"__type": "AccessDeniedException", "message": "no, not you"}' >aws/unknown
canned 5
err_has "idc-validate: error: IAM Access Analyzer can't be asked: "
err_has 'no, not you'
# A place that is not there is as near as can be; control bytes do not reach the terminal.
echo '{"findings": [{"findingType": "ERROR", "issueCode": "X", "findingDetails": "a\u001bb",
"locations": [{"path": [{"value": "Statement"}, {"index": 9}]}]}, {"findingType": "ERROR", "locations": 7}]}' >aws/unknown
canned 1
err_is <<'X'
s/Admin.json:3:18: error: IAM Access Analyzer, error without a code: no details [IDC093]
s/Admin.json:3:57: error: IAM Access Analyzer, error X: a\x1bb [IDC093]
X
