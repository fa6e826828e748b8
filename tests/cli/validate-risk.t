#!/bin/sh
# idc-validate: what a security reviewer asks of an inline policy.
# shellcheck disable=SC2016 # the variables are those of policies
. "${0%/*}/../lib.sh"
. "${0%/*}/validate-policy.sh"
. "${0%/*}/validate.sh"
good


# IDC080: everything on everything.
everything="everything is allowed on everything: name what is needed, or use AWS's AdministratorAccess, which says what it is [IDC080]"
warns "$(s Allow '"*"' '"*"')" "4:31: warning: $everything"
warns "$(s Allow '["s3:GetObject", "*:*"]' '["arn:aws:s3:::x", "*"]')" "4:48: warning: $everything"
warns "$(s Allow '"*"' '"*"'),
$(s Deny '"s3:*"' '"*"')" "4:31: warning: $everything"
clean "$(s Deny '"*"' '"*"')"
clean "$(s Allow '"*"' '"arn:aws:s3:::x"')"
clean "$(s Allow '"s3:*"' '"*"')"
warns "$(s Allow '"*"' '"*"'),
$(s Deny '"*"' '"*"')" \
	"4:1: warning: statement 2 denies all that this statement allows: remove one of the two [IDC063]"

# IDC081: any role passed.
pass="'iam:PassRole' lets any role be passed to a service: name the roles, or ask for iam:PassedToService in a Condition [IDC081]"
warns "$(s Allow '"iam:PassRole"' '"*"')" "4:31: warning: $pass"
warns "$(s Allow '["iam:GetRole", "iam:PassRole"]' '["arn:aws:iam::*:role/x", "arn:aws:iam::*:role/*"]')" \
	"4:47: warning: $pass"
warns "$(s Allow '"iam:PassRole"' '"arn:aws:iam::111122223333:*"' ', "Condition": {"Bool": {"aws:SecureTransport": "true"}}')" \
	"4:31: warning: $pass"
clean "$(s Allow '"iam:PassRole"' '["arn:aws:iam::*:role/app-*", "arn:aws:iam::*:role/app/*", "arn:aws:s3:::*"]')"
clean "$(s Allow '"iam:PassRole"' '"*"' ', "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}')"
clean "$(s Allow '"iam:PassRole"' '"arn:aws:iam::*:role/${aws:PrincipalTag/team}"')"
clean "$(s Allow '"iam:*Role"' '"*"'),
$(s Deny '["iam:PassRole"]' '"arn:aws:iam::*:role/*"')"

# IDC082: more rights.
more() {
	printf "'%s' lets its holder get more rights, by %s: name the resources it is meant for, or ask for a permissions boundary in a Condition [IDC082]" "$1" "$2"
}
for action in iam:CreatePolicyVersion iam:SetDefaultPolicyVersion iam:AttachUserPolicy iam:AttachGroupPolicy \
	iam:AttachRolePolicy iam:PutUserPolicy iam:PutGroupPolicy iam:PutRolePolicy iam:AddUserToGroup \
	iam:UpdateAssumeRolePolicy iam:CreateAccessKey iam:CreateLoginProfile iam:UpdateLoginProfile \
	lambda:UpdateFunctionCode sso:CreateAccountAssignment sso:PutInlinePolicyToPermissionSet \
	identitystore:CreateGroupMembership; do
	warns "$(s Allow "[\"s3:GetObject\", \"$action\"]" '"*"')" "4:48: warning: $(more $action $action)"
done
warns "$(s Allow '"iam:*"' '"*"')" "4:31: warning: $(more 'iam:*' 'iam:CreatePolicyVersion (and 16 more in this statement)')"
warns "$(s Allow '"iam:Put*Policy"' '"arn:aws:iam::*:user/*"')" \
	"4:31: warning: $(more 'iam:Put*Policy' 'iam:PutUserPolicy (and 2 more in this statement)')"
clean "$(s Allow '"iam:CreatePolicyVersion"' '"arn:aws:iam::*:policy/app/*"')"
clean "$(s Allow '"iam:CreateAccessKey"' '"arn:aws:iam::*:user/${aws:username}"')"
clean "$(s Allow '"iam:PutRolePolicy"' '"*"' ', "Condition": {"StringEquals": {"iam:PermissionsBoundary": "arn:aws:iam::111122223333:policy/b"}}')"
clean "$(s Allow '["iam:Get*", "iam:List*", "sso:List*"]' '"*"')"
clean "$(s Allow '["iam:CreateAccessKey", "iam:GetUser"]' '"*"'),
$(s Deny '"iam:Create*"' '"*"')"
# Code that runs under a role that is passed.
warns "$(s Allow '["s3:GetObject", "lambda:CreateFunction"]' '"*"'),
$(s Allow '"iam:PassRole"' '"*"')" \
	"4:48: warning: 'lambda:CreateFunction' makes code run under any role, by lambda:CreateFunction: statement 2 lets every role be passed: name the roles that iam:PassRole is meant for [IDC082]" \
	"5:31: warning: $pass"
for action in ec2:RunInstances glue:CreateDevEndpoint cloudformation:CreateStack codebuild:CreateProject ecs:RunTask \
	sagemaker:CreateNotebookInstance datapipeline:CreatePipeline; do
	warns "$(s Allow "[\"$action\", \"iam:PassRole\"]" '"*"')" \
		"4:32: warning: '$action' makes code run under any role, by $action: this statement lets every role be passed: name the roles that iam:PassRole is meant for [IDC082]" \
		"4:$((36 + ${#action})): warning: $pass"
done
clean "$(s Allow '["lambda:CreateFunction", "ec2:RunInstances"]' '"*"'),
$(s Allow '"iam:PassRole"' '"arn:aws:iam::*:role/app"')"

# IDC083, IDC084: the forms with Not.
not_action="NotAction with Allow allows all that is not listed, whatever AWS adds: list what is needed as Action [IDC083]"
not_resource="NotResource with Allow allows all that is not listed, whatever is made: list what is needed as Resource [IDC084]"
warns '{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}' "4:21: warning: $not_action"
warns '{"Effect": "Allow", "NotAction": ["iam:*"], "NotResource": "arn:aws:s3:::x"}' \
	"4:21: warning: $not_action" "4:45: warning: $not_resource"
warns '{"Effect": "Allow", "Action": "s3:GetObject", "NotResource": "arn:aws:s3:::x"}' "4:47: warning: $not_resource"
clean '{"Effect": "Deny", "NotAction": "iam:*", "NotResource": "arn:aws:s3:::x"}'
clean '{"Effect": "Allow", "NotAction": "s3:Delete*", "Resource": "arn:aws:s3:::x"}'

# IDC085: MFA, where it is asked for.
options="--require-mfa iam:* --require-mfa s3:Delete*"
without() {
	printf "'%s' is allowed without MFA, which --require-mfa '%s' asks for: add \"Bool\": {\"aws:MultiFactorAuthPresent\": \"true\"} to the Condition [IDC085]" "$1" "$2"
}
# with CONDITION: a statement that allows iam:GetUser under that condition.
with() {
	s Allow '"iam:GetUser"' '"*"' ", \"Condition\": $1"
}
warns "$(s Allow '["s3:GetObject", "iam:GetUser", "s3:*"]' '"*"')" "4:48: warning: $(without iam:GetUser 'iam:*')"
warns "$(s Allow '"s3:*"' '"*"')" "4:31: warning: $(without 's3:*' 's3:Delete*')"
warns "$(s Allow '"*"' '"arn:aws:s3:::x"')" "4:31: warning: $(without '*' 'iam:*')"
warns '{"Effect": "Allow", "NotAction": "iam:*", "Resource": "arn:aws:s3:::x"}' \
	"4:21: warning: $(without NotAction 's3:Delete*')"
warns "$(with '{"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}')" "4:31: warning: $(without iam:GetUser 'iam:*')"
warns "$(with '{"Bool": {"aws:MultiFactorAuthPresent": ["true", "false"]}}')" "4:31: warning: $(without iam:GetUser 'iam:*')"
warns "$(with '{"NumericGreaterThan": {"aws:MultiFactorAuthAge": 1}}')" "4:31: warning: $(without iam:GetUser 'iam:*')"
warns "$(s Allow '"iam:GetUser"' '"*"'),
$(s Deny '"iam:*"' '"*"' ', "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}')" \
	"4:31: warning: $(without iam:GetUser 'iam:*')"
clean "$(with '{"Bool": {"aws:MultiFactorAuthPresent": "true"}}')"
clean "$(with '{"Bool": {"AWS:multifactorauthpresent": true}, "StringEquals": {"aws:RequestedRegion": "eu-west-1"}}')"
clean "$(with '{"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}')"
clean "$(s Allow '["s3:GetObject", "ec2:*"]' '"*"')"
clean "$(s Deny '"iam:*"' '"*"')"
clean "$(s Allow '["s3:*", "iam:GetUser"]' '"*"'),
$(s Deny '["iam:*", "s3:Delete*"]' '"*"')"
clean "$(s Allow '["s3:*", "iam:GetUser"]' '"*"'),
{\"Effect\": \"Deny\", \"NotAction\": [\"sts:*\", \"s3:Get*\"], \"Resource\": \"*\",
	\"Condition\": {\"BoolIfExists\": {\"aws:MultiFactorAuthPresent\": \"false\"}}}"
unset options
clean "$(s Allow '["s3:*", "iam:GetUser"]' '"*"')"
run 2 idc-validate --require-mfa iam
out_empty
err_has "--require-mfa 'iam' is no pattern of actions: write it like 'iam:*'"
