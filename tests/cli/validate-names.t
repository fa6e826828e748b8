#!/bin/sh
# idc-validate: the services, actions and condition keys of inline policies, by a small part of the
# data that "make iam-data" fetches.
# shellcheck disable=SC2016 # the variables are those of policies
. "${0%/*}/../lib.sh"
. "${0%/*}/validate-policy.sh"
. "${0%/*}/validate.sh"
good
export IDC_IAM_DATA="$TOP/tests/data/iam-data"
ok 'the data is sorted' env LC_ALL=C sort -c "$IDC_IAM_DATA"

# action ACTION [RESOURCE [CONDITION]]: a statement, whose Action starts in column 30.
action() {
	printf '{"Effect": "Deny", "Action": %s, "Resource": %s%s}' "$1" "${2:-\"*\"}" "${3:+, \"Condition\": $3}"
}

# IDC070: services.
clean "$(action '["s3:*", "S3:GetObject", "rds-db:connect", "*", "*:*"]')"
warns "$(action '["s4:GetObject", "cloudwatchlogs:PutLogEvents", "srs:*", "nothinglikeit:X?z"]')" \
	"4:31: warning: AWS has no service 's4': did you mean 's3'? [IDC070]" \
	"4:47: warning: AWS has no service 'cloudwatchlogs': did you mean 'logs'? [IDC070]" \
	"4:78: warning: AWS has no service 'srs': did you mean 'sqs'? [IDC070]" \
	"4:87: warning: AWS has no service 'nothinglikeit': the statement does nothing for it: see the Service Authorization Reference [IDC070]"

# IDC071: actions.
clean "$(action '["s3:GetObject", "s3:getobject", "s3:Get*", "s3:*ACL", "s3:????bjec*", "sqs:S*dM?ssage",
	"vpc-lattice:associateviaawsservice-eventsandstates"]')"
warns "$(action '["s3:ListBuckets", "s3:GetObjects*", "sqs:Receive?", "sqs:Purge", "s3:Get?"]')" \
	"4:31: warning: AWS has no action 's3:ListBuckets': did you mean 's3:ListBucket'? [IDC071]" \
	"4:49: warning: no action of 's3' fits 's3:GetObjects*': it does nothing: remove it, or mend it [IDC071]" \
	"4:67: warning: no action of 'sqs' fits 'sqs:Receive?': it does nothing: remove it, or mend it [IDC071]" \
	"4:83: warning: AWS has no action 'sqs:Purge': it does nothing: remove it [IDC071]" \
	"4:96: warning: no action of 's3' fits 's3:Get?': it does nothing: remove it, or mend it [IDC071]"
warns '{"Effect": "Deny", "NotAction": ["s3:GetObject", "s3:GetObjekt"], "Resource": "*"}' \
	"4:50: warning: AWS has no action 's3:GetObjekt': did you mean 's3:GetObject'? [IDC071]"

# IDC072: condition keys.
clean "$(action '"s3:GetObject"' '"*"' '{"StringEquals": {"aws:RequestTag/team": "a", "AWS:principalorgid": "b",
	"s3:prefix": "c", "s3:ExistingObjectTag/x/y": "d", "kms:EncryptionContext:a:b": "e", "saml:aud": "f",
	"token.actions.example.ghe.com:actor": "g", "token.actions.githubusercontent.com:sub": "g", "aws:RequestTag/${aws:PrincipalTag/x}": "h"}, "Null": {"aws:TagKeys": "true"}}')"
warns "$(action '"s3:GetObject"' '"*"' '{"StringEquals": {"aws:PrincipalOrgIDs": "a", "aws:ResourceTag": "b", "s3:prefx": "c", "nothing:likeit": "d"},
	"Bool": {"aws:MultiFactorAuthPresnt": "true"}, "Null": {"team": "true"}}')" \
	"4:94: warning: AWS has no condition key 'aws:PrincipalOrgIDs': did you mean 'aws:PrincipalOrgID'? [IDC072]" \
	"4:122: warning: AWS has no condition key 'aws:ResourceTag': did you mean 'aws:ResourceTag/\${TagKey}'? [IDC072]" \
	"4:146: warning: AWS has no condition key 's3:prefx': did you mean 's3:prefix'? [IDC072]" \
	"4:163: warning: AWS has no condition key 'nothing:likeit': it is never there: see the Service Authorization Reference [IDC072]" \
	"5:11: warning: AWS has no condition key 'aws:MultiFactorAuthPresnt': did you mean 'aws:MultiFactorAuthPresent'? [IDC072]" \
	"5:58: warning: AWS has no condition key 'team': it is never there: see the Service Authorization Reference [IDC072]"

# IDC073: actions that never work on the resources.
b='"arn:aws:s3:::b"'
o='"arn:aws:s3:::b/*"'
clean "$(action '["s3:ListBucket", "s3:GetObject", "s3:*Object"]' "[$b, $o]")"
clean "$(action '["s3:ListAllMyBuckets", "iam:ListRoles"]' '["arn:aws:s3:::*", "arn:aws:iam::*:role/*"]')"
clean "$(action '["s3:ListAllMyBuckets", "s3:GetObject"]' '["arn:aws:s3:::b", "*"]')"
clean "$(action '["s3:*", "iam:GetRole"]' "[$o, \"arn:aws:iam::111122223333:role/\${aws:PrincipalTag/team}\"]")"
clean "$(action '["s3:GetObject", "sqs:Newest"]' '"arn:aws:s3:::${aws:PrincipalTag/team}"')"
clean '{"Effect": "Deny", "Action": "s3:ListAllMyBuckets", "NotResource": "arn:aws:s3:::b"}'
clean '{"Effect": "Deny", "NotAction": "s3:ListAllMyBuckets", "Resource": "arn:aws:s3:::b"}'
warns "$(action '["s3:ListAllMyBuckets", "s3:ListBucket"]' "$b")" \
	"4:31: warning: 's3:ListAllMyBuckets' works on no single resource: put it into a statement with Resource '*' [IDC073]"
warns "$(action '["s3:ListBucket", "s3:GetObject", "sqs:SendMessage"]' "$b")" \
	"4:48: warning: 's3:GetObject' works on no resource of this statement: it takes accesspointobject (arn:aws:s3:*:*:accesspoint/*/object/*) or object (arn:aws:s3:::*/*) [IDC073]" \
	"4:64: warning: 'sqs:SendMessage' works on no resource of this statement: it takes queue (arn:aws:sqs:*:*:* without '/') [IDC073]"
warns "$(action '"s3:ListBucket"' "$o")" \
	"4:30: warning: 's3:ListBucket' works on no resource of this statement: it takes accesspoint (arn:aws:s3:*:*:accesspoint/*) or bucket (arn:aws:s3:::* without '/') [IDC073]"
warns "$(action '["s3:ListBucket", "sqs:*Message", "s3:GetObjec?"]' "$b")" \
	"4:48: warning: none of the actions that fit 'sqs:*Message' works on a resource of this statement: put them into one with their own resources [IDC073]" \
	"4:64: warning: none of the actions that fit 's3:GetObjec?' works on a resource of this statement: put them into one with their own resources [IDC073]"
# An error elsewhere in the policy leaves all that for later.
wrong "$(action '["s4:GetObject", ""]')" "4:47: error: an empty string: name something, or remove it [IDC014]"

# What is ignored is looked for only with the data.
set_file Admin '"$idc-ignore": ["IDC071"], "CustomPolicy": {"Version": "2012-10-17", "Statement": '"$(action '"s3:ListBuckets"')}"
run 0 idc-validate s a
err_is <<'X'
idc-validate: 1 permission set, 1 rule, no errors, 1 ignored
X
IDC_IAM_DATA=
run 0 idc-validate s a
err_is <<'X'
idc-validate: 1 permission set, 1 rule, no errors
X

# Without the data there is a note, once, and only where a policy is.
programs=$T/programs/bin
mkdir -p "$programs" "$T/programs/share/idc"
cp "$IDC_BIN/idc-validate" "$programs"
unset IDC_IAM_DATA
if [ ! -e /usr/local/share/idc/iam-data ]; then
	rule_file Other 'PermissionSetName: "Other"'
	set_file Other "$(sed -n 's/^\t\("$idc.*\)/\1/p' s/Admin.json)"
	run 0 "$programs/idc-validate" s a
	err_has "idc-validate: services, actions and condition keys in policies are not checked without AWS's names of them: see 'make iam-data' in idc-validate(1)"
	is 'once' "$(grep -c 'make iam-data' "$err")" 1
	run 0 "$programs/idc-validate" -q s a
	err_empty
	rm s/Other.json a/Other.json
	set_file Admin
	run 0 "$programs/idc-validate" s a
	err_lacks 'iam-data'
fi
# It is found beside the program.
cp "$TOP/tests/data/iam-data" "$T/programs/share/idc"
statements "$(action '"s3:ListBuckets"')"
run 0 "$programs/idc-validate" -q s a
err_has '[IDC071]'

# A file that is not there, or is something else.
export IDC_IAM_DATA="$T/none"
run 1 idc-validate s a
out_empty
err_is <<X
idc-validate: error: AWS's names of actions can't be read: $T/none: No such file or directory
X
echo 'something else' >none
run 1 idc-validate s a
out_empty
err_is <<X
idc-validate: error: AWS's names of actions can't be read: $T/none: no such data as 'make iam-data' makes
X
for text in '' '#idc-iam-data 1' '#idc-iam-data 2
' '#idc-iam-data 1
a	s3:getobject'; do
	printf '%s' "$text" >none
	run 1 idc-validate s a
	err_has 'no such data'
done
# Lines that are not whole are no lines of anything.
printf '#idc-iam-data 1\n\na\na\ts3:listbuckets\ns\ts3\nz' | sed '$s/$/\n/' >none
run 0 idc-validate -q s a
err_empty
