#!/bin/sh
# idc-validate: statements of an inline policy that others make idle.
# shellcheck disable=SC2016 # the variables are those of policies
. "${0%/*}/../lib.sh"
. "${0%/*}/validate-policy.sh"
. "${0%/*}/validate.sh"
good

condition=', "Condition": {"Bool": {"aws:SecureTransport": "true"}}'
bucket='"arn:aws:s3:::b/*"'

# IDC063: what a Deny covers.
dead="4:1: warning: statement 2 denies all that this statement allows: remove one of the two [IDC063]"
warns "$(s Allow '"s3:GetObject"' "$bucket"),
$(s Deny '"s3:*"' '"*"')" "$dead"
warns "$(s Allow '["S3:getobject", "sqs:SendMessage"]' "$bucket" "$condition"),
$(s Deny '["s3:Get*", "sqs:*"]' '["arn:aws:s3:::b*", "arn:aws:sqs:*:*:*"]')" "$dead"
warns "$(s Allow '"s3:GetObject"' "$bucket"),
{\"Sid\": \"NoS3\", \"Effect\": \"Deny\", \"NotAction\": [\"iam:*\", \"sts:*\"], \"NotResource\": \"arn:aws:iam::*:role/x\"}" \
	"4:1: warning: 'NoS3' denies all that this statement allows: remove one of the two [IDC063]"
# Not when there is a condition, or something that is not denied, or may not be.
clean "$(s Allow '"s3:GetObject"' "$bucket"),
$(s Deny '"s3:*"' '"*"' "$condition")"
clean "$(s Allow '["s3:GetObject", "sqs:SendMessage"]' "$bucket"),
$(s Deny '"s3:*"' '"*"')"
clean "$(s Allow '"s3:Get*"' "$bucket"),
$(s Deny '"s3:Get?*"' '"*"')"
clean "$(s Allow '"s3:GetObject"' '"arn:aws:s3:::b*"'),
$(s Deny '"s3:*"' "$bucket")"
clean "$(s Allow '"s3:GetObject"' '"arn:aws:s3:::B/*"'),
$(s Deny '"s3:*"' "$bucket")"
clean "$(s Allow '"s3:GetObject"' "$bucket"),
{\"Effect\": \"Deny\", \"NotAction\": \"s3:*Object\", \"Resource\": \"*\"}"

# IDC064: what another of the same effect covers.
warns "$(s Allow '"s3:Get*"' "$bucket"),
$(s Allow '"s3:GetObject"' '"arn:aws:s3:::b/x"')" \
	"5:1: warning: statement 1 allows all that this statement allows: remove this one [IDC064]"
warns "$(s Deny '"s3:GetObject"' "$bucket" "$condition"),
$(s Deny '"s3:Get*"' '"*"')" \
	"4:1: warning: statement 2 denies all that this statement denies: remove this one [IDC064]"
# Of two that are the same, the second.
warns "$(s Allow '"s3:Get*"' "$bucket"),
$(s Allow '"S3:get*"' "$bucket")" \
	"5:1: warning: statement 1 allows all that this statement allows: remove this one [IDC064]"
warns "$(s Deny '"s3:Get**"' '"arn:aws:s3:::${aws:username}/*"'),
$(s Deny '["s3:Get?*", "s3:Get*"]' '"arn:aws:s3:::${aws:username}/*"')" \
	"5:1: warning: statement 1 denies all that this statement denies: remove this one [IDC064]"
warns "{\"Effect\": \"Deny\", \"NotAction\": \"s3:*\", \"Resource\": \"*\"},
{\"Effect\": \"Deny\", \"NotAction\": [\"s3:*\", \"sts:*\"], \"Resource\": $bucket}" \
	"5:1: warning: statement 1 denies all that this statement denies: remove this one [IDC064]"
clean "$(s Allow '"s3:Get*"' "$bucket"),
$(s Deny '"s3:Put*"' "$bucket")"
clean "$(s Allow '"s3:Get*"' "$bucket" "$condition"),
$(s Allow '"s3:Get*"' "$bucket" "$condition")"
clean "$(s Allow '["s3:GetObject", "s3:PutObject"]' "$bucket"),
$(s Allow '["s3:GetObject", "s3:ListBucket"]' "$bucket")"
# A variable may be anything; a * within a part of an ARN may end with the part.
clean "$(s Deny '"s3:*"' '"arn:aws:s3:::????/*"'),
$(s Deny '"s3:*"' '"arn:aws:s3:::${a:}/*"')"
clean "$(s Deny '"s3:*"' '"arn:aws:s3:::${aws:username}/x"'),
$(s Deny '"s3:*"' '"arn:aws:s3:::${aws:userid}/x"')"
clean "$(s Deny '"sns:*"' '"arn:aws:sns:eu*1:*:x"'),
$(s Deny '"sns:*"' '"arn:aws:sns:eu-west-2:111122223331:*:x"')"
# What AWS completes is larger than it looks.
warns "$(s Deny '"sqs:*"' '"arn:aws:sqs:*:*:x"'),
$(s Deny '"sqs:*"' '"arn:aws:sqs"')" \
	"4:1: warning: statement 2 denies all that this statement denies: remove this one [IDC064]" \
	"5:51: warning: 'arn:aws:sqs' has 3 of the 6 parts of an ARN: AWS takes '*' for the others: write 'arn:aws:sqs:*:*:*', if that is meant [IDC065]"
# A dead statement covers nothing more.
warns "$(s Allow '"s3:Get*"' "$bucket"),
$(s Allow '"s3:GetObject"' "$bucket"),
$(s Deny '"s3:*"' '"*"')" \
	"4:1: warning: statement 3 denies all that this statement allows: remove one of the two [IDC063]" \
	"5:1: warning: statement 3 denies all that this statement allows: remove one of the two [IDC063]"
# With an error, nothing is said of the whole.
wrong "$(s Allow '"s3:GetObject"' "$bucket"),
$(s Deny '["s3:*", ""]' '"*"')" "5:39: error: an empty string: name something, or remove it [IDC014]"
