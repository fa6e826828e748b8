#!/bin/sh
# idc-validate: the actions and ARNs of inline policies.
# shellcheck disable=SC2016 # the variables are those of policies
. "${0%/*}/../lib.sh"
. "${0%/*}/validate-policy.sh"
. "${0%/*}/validate.sh"
good

# IDC059: resources. resource JSON: a statement with it; it starts in column 58.
resource() {
	printf '{"Effect": "Deny", "Action": "s3:GetObject", "Resource": %s}' "$1"
}
clean "$(resource '["*", "arn:aws:s3:::x", "arn:aws:s3:::x/*", "arn:*:iam::*:role/?", "arn:aws:ec2:eu-*:*:*",
	"arn:aws:iam::aws:policy/X", "arn:aws:ec2:us-east-1::image/ami-1", "arn:aws:sns:us-east-1:111122223333:a:b:c"]')"
form='an ARN is arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE'
wrong "$(resource '"my-bucket"')" "4:58: error: 'my-bucket' is no ARN and not '*': $form [IDC059]"
wrong "$(resource '["**", "ARN:aws:s3:::x", " arn:aws:s3:::x"]')" \
	"4:59: error: '**' is no ARN and not '*': $form [IDC059]" \
	"4:65: error: 'ARN:aws:s3:::x' is no ARN and not '*': $form [IDC059]" \
	"4:83: error: ' arn:aws:s3:::x' is no ARN and not '*': $form [IDC059]"
wrong "$(resource '["arn:aws", "arn:aws::", "arn:aws::::x", "arn:aws:*:::x", "arn:aws:S3:::x"]')" \
	"4:59: error: 'arn:aws' is no whole ARN: $form [IDC059]" \
	"4:70: error: 'arn:aws::' is no whole ARN: $form [IDC059]" \
	"4:83: error: 'arn:aws::::x' names no service: $form [IDC059]" \
	"4:99: error: 'arn:aws:*:::x' has a wildcard in the place of the service, which AWS refuses: $form [IDC059]" \
	"4:116: error: 'arn:aws:S3:::x' has a service in capitals, which matches nothing: $form [IDC059]"
# What is missing at the end is a * to AWS, also where a part before it is empty.
warns "$(resource '["arn:aws:iam::*"]')" \
	"4:59: warning: 'arn:aws:iam::*' has 5 of the 6 parts of an ARN: AWS takes '*' for the others: write 'arn:aws:iam::*:*', if that is meant [IDC065]"
wrong "$(resource '["arn:aws:iam::11112222333:role/x", "arn:aws:iam::1111-2222-3333:role/x"]')" \
	"4:59: error: '11112222333' in 'arn:aws:iam::11112222333:role/x' is no account id: it has 12 digits [IDC059]" \
	"4:94: error: '1111-2222-3333' in 'arn:aws:iam::1111-2222-3333:role/x' is no account id: it has 12 digits [IDC059]"
wrong '{"Effect": "Deny", "Action": "s3:GetObject", "NotResource": "x"}' \
	"4:61: error: 'x' is no ARN and not '*': $form [IDC059]"

# IDC065: what AWS completes.
warns "$(resource '["arn:aws:sqs", "arn:aws:s3:x", "arn:aws:sqs:*:*", "arn:aws:sqs:*:*:*"]')" \
	"4:59: warning: 'arn:aws:sqs' has 3 of the 6 parts of an ARN: AWS takes '*' for the others: write 'arn:aws:sqs:*:*:*', if that is meant [IDC065]" \
	"4:74: warning: 'arn:aws:s3:x' has 4 of the 6 parts of an ARN: AWS takes '*' for the others: write 'arn:aws:s3:x:*:*', if that is meant [IDC065]" \
	"4:90: warning: 'arn:aws:sqs:*:*' has 5 of the 6 parts of an ARN: AWS takes '*' for the others: write 'arn:aws:sqs:*:*:*', if that is meant [IDC065]"

# IDC060: partitions.
for partition in aws aws-cn aws-us-gov aws-iso aws-iso-b aws-iso-e aws-iso-f aws-eusc '*' 'aws*'; do
	clean "$(resource "\"arn:$partition:s3:::x\"")"
done
wrong "$(resource '["arn:asw:s3:::x", "arn:azure:s3:::x", "arn::s3:::x", "arn:gcp*:s3:::x"]')" \
	"4:59: error: AWS has no partition 'asw': did you mean 'aws'? [IDC060]" \
	"4:77: error: AWS has no partition 'azure': mostly it is 'aws': $form [IDC060]" \
	"4:97: error: the partition of 'arn::s3:::x' is none of AWS's: $form [IDC060]" \
	"4:112: error: AWS has no partition 'gcp*': mostly it is 'aws': $form [IDC060]"
wrong "$(resource '["arn:*:s3:::x", "arn:aws-cn:s3:::x", "arn:aws:s3:::x", "arn:aws:s3:::y"]')" \
	"4:96: error: an ARN of the partition 'aws', where others are of 'aws-cn': one permission set is in one partition [IDC060]"
set_file Admin '"ManagedPolicies": ["arn:aws-cn:iam::aws:policy/X"],
	"PermissionBoundary": {"PolicyType": "AWS", "Policy": "arn:aws:iam::aws:policy/Y"}'
finds "s/Admin.json:4:56: error: an ARN of the partition 'aws', where others are of 'aws-cn': one permission set is in one partition [IDC060]"
# A condition may compare with any.
clean '{"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::x",
	"Condition": {"ArnNotLike": {"aws:PrincipalArn": ["arn:aws-cn:iam::*:role/x", "arn:aws:iam::*:role/x"]}}}'

# IDC062: actions. action JSON: a statement with it; it starts in column 30.
action() {
	printf '{"Effect": "Deny", "Action": %s, "Resource": "*"}' "$1"
}
clean "$(action '["*:*", "s3:*", "s3:Get*", "S3:getobject", "s3:?et*Acl", "execute-api:Invoke", "rds-db:connect",
	"vpc-lattice:AssociateViaAWSService-EventsAndStates"]')"
clean '{"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"}'
wrong "$(action '"s3.GetObject"')" "4:30: error: 's3.GetObject' is no action: did you mean 's3:GetObject'? [IDC062]"
wrong "$(action '["s3/GetObject", " s3:GetObject", "s3: GetObject", "s3::GetObject", "s3 GetObject"]')" \
	"4:31: error: 's3/GetObject' is no action: did you mean 's3:GetObject'? [IDC062]" \
	"4:47: error: ' s3:GetObject' is no action: did you mean 's3:GetObject'? [IDC062]" \
	"4:64: error: 's3: GetObject' is no action: did you mean 's3:GetObject'? [IDC062]" \
	"4:81: error: 's3::GetObject' is no action: did you mean 's3:GetObject'? [IDC062]" \
	"4:98: error: 's3 GetObject' is no action: did you mean 's3:GetObject'? [IDC062]"
wrong "$(action '["GetObject", "s3:", "s*:GetObject", "${a:b}:GetObject", "s3:Get:Object", "*:GetObject", ":x"]')" \
	"4:31: error: 'GetObject' names no service: write it like 's3:GetObject' [IDC062]" \
	"4:44: error: 's3:' names no action: write 's3:*' if all are meant [IDC062]" \
	"4:51: error: a wildcard in the service of 's*:GetObject': name the service, as AWS takes none there [IDC062]" \
	"4:67: error: a variable in the action '\${a:b}:GetObject': actions have none: name the action [IDC062]" \
	"4:87: error: 's3:Get:Object' is no action: write it like 's3:GetObject' [IDC062]" \
	"4:104: error: a wildcard in the service of '*:GetObject': name the service, as AWS takes none there [IDC062]" \
	"4:119: error: ':x' is no action: write it like 's3:GetObject' [IDC062]"
wrong '{"Effect": "Deny", "NotAction": ["iam"], "Resource": "*"}' \
	"4:34: error: 'iam' names no service: write it like 's3:GetObject' [IDC062]"
