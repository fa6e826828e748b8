#!/bin/sh
# idc-sim as AWS: every operation, what it answers, and what it refuses.
# shellcheck disable=SC2016 # $I, $S and the like belong to the scripts that run below idc-sim
. "${0%/*}/../lib.sh"

org=$TOP/tests/data/org-sample.ndjson

# What the scripts below idc-sim use: call gives the output, refused the error's code.
cat >"$T/lib" <<'X'
I=arn:aws:sso:::instance/ssoins-7223d5a1c0e94b68
D=d-9067a1b2c3
export AWS_MAX_ATTEMPTS=1
sso() { awscall sso-admin "$1" "{\"InstanceArn\":\"$I\"${2:+,$2}}"; }
refused() { "$@" 2>&1 >/dev/null | sed 's/: .*//'; }
why() { "$@" 2>&1 >/dev/null; }
field() { jq -r "$1"; }
new_set() { sso CreatePermissionSet "\"Name\":\"$1\"" | field .PermissionSet.PermissionSetArn; }
group() { awscall identitystore GetGroupId "{\"IdentityStoreId\":\"$D\",\"AlternateIdentifier\":{\"UniqueAttribute\":{\"AttributePath\":\"displayName\",\"AttributeValue\":\"$1\"}}}" | field .GroupId; }
user() { awscall identitystore GetUserId "{\"IdentityStoreId\":\"$D\",\"AlternateIdentifier\":{\"UniqueAttribute\":{\"AttributePath\":\"userName\",\"AttributeValue\":\"$1\"}}}" | field .UserId; }
# assignment SET ACCOUNT PRINCIPAL [TYPE]
assignment() { echo "\"PermissionSetArn\":\"$1\",\"TargetId\":\"$2\",\"TargetType\":\"AWS_ACCOUNT\",\"PrincipalType\":\"${4:-GROUP}\",\"PrincipalId\":\"$3\""; }
X

# sim [OPTION]... <<script: runs the script under idc-sim; its output is then in $out.
sim() {
	{
		cat "$T/lib"
		cat
		echo exit 0
	} >"$T/script"
	run 0 idc-sim --state "$org" --async 1s --calls "$T/calls" "$@" -- sh "$T/script"
	err_empty
}

# --- permission sets ---
sim <<'X'
S=$(new_set Ops)
refused sso CreatePermissionSet '"Name":"Ops"'
refused sso CreatePermissionSet '"Name":"Short","SessionDuration":"PT59M"'
sso UpdatePermissionSet "\"PermissionSetArn\":\"$S\",\"Description\":\"d\",\"SessionDuration\":\"PT2H\",\"RelayState\":\"https://example.com/\""
sso UpdatePermissionSet "\"PermissionSetArn\":\"$S\",\"SessionDuration\":\"PT3H\""
sso DescribePermissionSet "\"PermissionSetArn\":\"$S\"" | field '.PermissionSet | [.Name, .Description, .SessionDuration, .RelayState] | @csv'
sso TagResource "\"ResourceArn\":\"$S\",\"Tags\":[{\"Key\":\"a\",\"Value\":\"1\"},{\"Key\":\"b\",\"Value\":\"2\"}]"
sso UntagResource "\"ResourceArn\":\"$S\",\"TagKeys\":[\"a\"]"
sso ListTagsForResource "\"ResourceArn\":\"$S\"" | jq -c .Tags
refused sso DeleteInlinePolicyFromPermissionSet "\"PermissionSetArn\":\"$S\""
refused sso PutInlinePolicyToPermissionSet "\"PermissionSetArn\":\"$S\",\"InlinePolicy\":\"{}\""
sso PutInlinePolicyToPermissionSet "\"PermissionSetArn\":\"$S\",\"InlinePolicy\":\"{\\\"Statement\\\":[]}\""
sso GetInlinePolicyForPermissionSet "\"PermissionSetArn\":\"$S\"" | field .InlinePolicy
sso DeleteInlinePolicyFromPermissionSet "\"PermissionSetArn\":\"$S\""
sso GetInlinePolicyForPermissionSet "\"PermissionSetArn\":\"$S\"" | jq -c .
P='"ManagedPolicyArn":"arn:aws:iam::aws:policy/ReadOnlyAccess"'
sso AttachManagedPolicyToPermissionSet "\"PermissionSetArn\":\"$S\",$P"
refused sso AttachManagedPolicyToPermissionSet "\"PermissionSetArn\":\"$S\",$P"
sso ListManagedPoliciesInPermissionSet "\"PermissionSetArn\":\"$S\"" | jq -c .AttachedManagedPolicies
sso DetachManagedPolicyFromPermissionSet "\"PermissionSetArn\":\"$S\",$P"
refused sso DetachManagedPolicyFromPermissionSet "\"PermissionSetArn\":\"$S\",$P"
C='"CustomerManagedPolicyReference":{"Name":"Deploy"}'
sso AttachCustomerManagedPolicyReferenceToPermissionSet "\"PermissionSetArn\":\"$S\",$C"
refused sso DetachCustomerManagedPolicyReferenceFromPermissionSet "\"PermissionSetArn\":\"$S\",\"CustomerManagedPolicyReference\":{\"Name\":\"Deploy\",\"Path\":\"/corp/\"}"
sso ListCustomerManagedPolicyReferencesInPermissionSet "\"PermissionSetArn\":\"$S\"" | jq -c .CustomerManagedPolicyReferences
sso DetachCustomerManagedPolicyReferenceFromPermissionSet "\"PermissionSetArn\":\"$S\",$C"
refused sso GetPermissionsBoundaryForPermissionSet "\"PermissionSetArn\":\"$S\""
refused sso PutPermissionsBoundaryToPermissionSet "\"PermissionSetArn\":\"$S\",\"PermissionsBoundary\":{}"
sso PutPermissionsBoundaryToPermissionSet "\"PermissionSetArn\":\"$S\",\"PermissionsBoundary\":{\"CustomerManagedPolicyReference\":{\"Name\":\"Edge\"}}"
sso GetPermissionsBoundaryForPermissionSet "\"PermissionSetArn\":\"$S\"" | jq -c .PermissionsBoundary
sso DeletePermissionsBoundaryFromPermissionSet "\"PermissionSetArn\":\"$S\""
sso DeletePermissionSet "\"PermissionSetArn\":\"$S\""
refused sso DescribePermissionSet "\"PermissionSetArn\":\"$S\""
sso ListPermissionSets | jq -c .
[ "$(new_set Ops)" != "$S" ] && echo 'made again, it has another ARN'
X
out_is <<'X'
ConflictException
ValidationException
{}
{}
"Ops","d","PT3H",
{}
{}
[{"Key":"b","Value":"2"}]
ResourceNotFoundException
ValidationException
{}
{"Statement":[]}
{}
{"InlinePolicy":""}
{}
ConflictException
[{"Name":"ReadOnlyAccess","Arn":"arn:aws:iam::aws:policy/ReadOnlyAccess"}]
{}
ResourceNotFoundException
{}
ResourceNotFoundException
[{"Name":"Deploy","Path":"/"}]
{}
ResourceNotFoundException
ValidationException
{}
{"CustomerManagedPolicyReference":{"Name":"Edge","Path":"/"}}
{}
{}
ResourceNotFoundException
{"PermissionSets":[]}
made again, it has another ARN
X

# --- quotas and shapes ---
sim --any-policy <<'X'
S=$(new_set Ops)
i=0
while [ $i -lt 20 ]; do
	sso AttachManagedPolicyToPermissionSet "\"PermissionSetArn\":\"$S\",\"ManagedPolicyArn\":\"arn:aws:iam::aws:policy/Policy$i\"" >/dev/null
	i=$((i + 1))
done
refused sso AttachManagedPolicyToPermissionSet "\"PermissionSetArn\":\"$S\",\"ManagedPolicyArn\":\"arn:aws:iam::aws:policy/OneMore\""
sso ListManagedPoliciesInPermissionSet "\"PermissionSetArn\":\"$S\"" | field '.AttachedManagedPolicies | length'
long=$(printf '%010300d' 0)
refused sso PutInlinePolicyToPermissionSet "\"PermissionSetArn\":\"$S\",\"InlinePolicy\":\"{\\\"Statement\\\":{\\\"Effect\\\":\\\"Allow\\\",\\\"Action\\\":\\\"s3:*\\\",\\\"Resource\\\":\\\"$long\\\"}}\""
why sso CreatePermissionSet '"Name":"a b"'
why sso CreatePermissionSet '"Description":"x"'
why sso CreatePermissionSet '"Name":"123456789012345678901234567890123"'
why sso CreateAccountAssignment "$(assignment "$S" 1 x)"
why sso ProvisionPermissionSet "\"PermissionSetArn\":\"$S\",\"TargetType\":\"ACCOUNT\""
why awscall identitystore ListGroups '{"IdentityStoreId":"x"}'
why awscall organizations ListAccountsForParent '{"ParentId":"x"}'
X
out_has 'ServiceQuotaExceededException'
is 'two quotas were met' "$(grep -c '^ServiceQuotaExceededException' "$out")" 2
for member in "'a b' at 'name' failed" "null at 'name' failed" "at 'name' failed to satisfy constraint: Member must have length less than or equal to 32" \
	"'1' at 'targetId' failed" "[AWS_ACCOUNT, ALL_PROVISIONED_ACCOUNTS]" "'x' at 'identityStoreId' failed" "does not match the required pattern"; do
	out_has "$member"
done
out_has 'InvalidInputException'

# --- assignments take their time ---
sim <<'X'
S=$(new_set Ops)
G=$(group Developers)
U=$(user kim@example.com)
A=555566667777
status() { sso "DescribeAccountAssignment$1Status" "\"AccountAssignment$1RequestId\":\"$2\"" | field ".AccountAssignment$1Status.Status"; }
accounts() { sso ListAccountsForProvisionedPermissionSet "\"PermissionSetArn\":\"$S\"$1" | jq -c .AccountIds; }
R=$(sso CreateAccountAssignment "$(assignment "$S" $A "$G")" | field .AccountAssignmentCreationStatus.RequestId)
status Creation "$R"
refused sso CreateAccountAssignment "$(assignment "$S" $A "$U" USER)"
sso ListAccountAssignmentCreationStatus '"Filter":{"Status":"IN_PROGRESS"}' | field '.AccountAssignmentsCreationStatus | length'
sleep 1.2
status Creation "$R"
# AWS takes what is there already.
sso CreateAccountAssignment "$(assignment "$S" $A "$G")" | field .AccountAssignmentCreationStatus.Status
sleep 1.2
refused sso DeletePermissionSet "\"PermissionSetArn\":\"$S\""
sso ListAccountAssignments "\"PermissionSetArn\":\"$S\",\"AccountId\":\"$A\"" | field '.AccountAssignments[] | .PrincipalType'
sso ListAccountAssignmentsForPrincipal "\"PrincipalType\":\"USER\",\"PrincipalId\":\"$U\"" | field '.AccountAssignments[] | .PrincipalType'
sso ListPermissionSetsProvisionedToAccount "\"AccountId\":\"$A\"" | field '.PermissionSets | length'
accounts ',"ProvisioningStatus":"LATEST_PERMISSION_SET_NOT_PROVISIONED"'
sso PutInlinePolicyToPermissionSet "\"PermissionSetArn\":\"$S\",\"InlinePolicy\":\"{\\\"Statement\\\":[]}\"" >/dev/null
accounts ',"ProvisioningStatus":"LATEST_PERMISSION_SET_NOT_PROVISIONED"'
R=$(sso ProvisionPermissionSet "\"PermissionSetArn\":\"$S\",\"TargetType\":\"ALL_PROVISIONED_ACCOUNTS\"" | field .PermissionSetProvisioningStatus.RequestId)
refused sso DeleteAccountAssignment "$(assignment "$S" $A "$G")"
sleep 1.2
sso DescribePermissionSetProvisioningStatus "\"ProvisionPermissionSetRequestId\":\"$R\"" | field .PermissionSetProvisioningStatus.Status
sso ListPermissionSetProvisioningStatus | field '.PermissionSetsProvisioningStatus[] | .Status'
accounts ',"ProvisioningStatus":"LATEST_PERMISSION_SET_NOT_PROVISIONED"'
accounts ''
refused sso DeleteAccountAssignment "$(assignment "$S" $A "$U" USER)"
R=$(sso DeleteAccountAssignment "$(assignment "$S" $A "$G")" | field .AccountAssignmentDeletionStatus.RequestId)
sleep 1.2
status Deletion "$R"
sso ListAccountAssignmentDeletionStatus | field '.AccountAssignmentsDeletionStatus[] | .Status'
accounts ''
sso DeletePermissionSet "\"PermissionSetArn\":\"$S\""
X
out_is <<'X'
IN_PROGRESS
ConflictException
1
SUCCEEDED
IN_PROGRESS
ConflictException
GROUP
GROUP
1
[]
["555566667777"]
ConflictException
SUCCEEDED
SUCCEEDED
[]
["555566667777"]
ResourceNotFoundException
SUCCEEDED
SUCCEEDED
[]
{}
X

# --- failures, limits, places ---
sim --fault CreateAccountAssignment:nth=2:async --outstanding 2 <<'X'
S=$(new_set Ops)
G=$(group Developers)
one() { sso CreateAccountAssignment "$(assignment "$S" "$1" "$G")" | field .AccountAssignmentCreationStatus.RequestId; }
A=$(one 555566667777)
B=$(one 555566668888)
refused sso CreateAccountAssignment "$(assignment "$S" 666677778888 "$G")"
sleep 1.2
for r in "$A" "$B"; do
	sso DescribeAccountAssignmentCreationStatus "\"AccountAssignmentCreationRequestId\":\"$r\"" |
		field '.AccountAssignmentCreationStatus | .Status, (.FailureReason != null)'
done
C=$(one 777788889999)
sleep 1.2
sso DescribeAccountAssignmentCreationStatus "\"AccountAssignmentCreationRequestId\":\"$C\"" |
	field '.AccountAssignmentCreationStatus | .Status, .FailureReason'
refused sso CreateAccountAssignment "$(assignment "$S" 999999999999 "$G")"
refused sso CreateAccountAssignment "$(assignment "$S" 555566667777 00000000-0000-4000-8000-000000000000)"
refused sso CreateAccountAssignment "$(assignment "$S" 111122223333 "$G")"
X
out_is <<'X'
ThrottlingException
SUCCEEDED
false
FAILED
true
FAILED
The account is suspended.
ResourceNotFoundException
ResourceNotFoundException
AccessDeniedException
X
is 'the most that were outstanding' "$(sed -n 's/^# peak-outstanding //p' "$T/calls")" 2

# --- the directory ---
sim --page 3 <<'X'
awscall identitystore ListGroups "{\"IdentityStoreId\":\"$D\"}" | jq -c '[(.Groups | length), (.NextToken | type)]'
N=$(awscall identitystore ListGroups "{\"IdentityStoreId\":\"$D\"}" | field .NextToken)
awscall identitystore ListGroups "{\"IdentityStoreId\":\"$D\",\"NextToken\":\"$N\"}" | field '.Groups[0].DisplayName'
refused awscall identitystore ListUsers "{\"IdentityStoreId\":\"$D\",\"NextToken\":\"$N\"}"
refused awscall identitystore ListGroups "{\"IdentityStoreId\":\"$D\",\"NextToken\":\"abc\"}"
awscall identitystore ListUsers "{\"IdentityStoreId\":\"$D\"}" | field '.Users[0].UserName'
awscall identitystore DescribeGroup "{\"IdentityStoreId\":\"$D\",\"GroupId\":\"$(group Billing)\"}" | field .DisplayName
awscall identitystore DescribeUser "{\"IdentityStoreId\":\"$D\",\"UserId\":\"$(user sam@example.com)\"}" | field .UserName
refused awscall identitystore DescribeUser "{\"IdentityStoreId\":\"$D\",\"UserId\":\"$(group Billing)\"}"
refused group Nobody
refused awscall identitystore ListGroups '{"IdentityStoreId":"d-0000000000"}'
X
out_is <<'X'
[3,"string"]
Network-Team
ValidationException
ValidationException
alex@example.com
Billing
sam@example.com
ResourceNotFoundException
ResourceNotFoundException
ResourceNotFoundException
X

# --- the organization ---
sim <<'X'
awscall organizations DescribeOrganization | field '.Organization | .Id, .MasterAccountId'
awscall organizations ListRoots | field '.Roots[0].Id'
awscall organizations ListAccounts | jq -c '.Accounts | map(select(.Name == "prod-payments")) | .[0] | [.Id, .State, .Paths, .Status]'
awscall organizations ListAccountsForParent '{"ParentId":"ou-a1b2-prodpay1"}' | field '.Accounts[].Name'
awscall organizations ListOrganizationalUnitsForParent '{"ParentId":"ou-a1b2-workload"}' | field '.OrganizationalUnits[].Name'
awscall organizations ListTagsForResource '{"ResourceId":"444455558888"}' | jq -c .Tags
refused awscall organizations ListAccountsForParent '{"ParentId":"ou-a1b2-nothere1"}'
refused awscall organizations ListTagsForResource '{"ResourceId":"999999999999"}'
X
out_is <<'X'
o-a1b2c3d4e5
111122223333
r-a1b2
["444455558888","ACTIVE",["o-a1b2c3d4e5/r-a1b2/ou-a1b2-workload/ou-a1b2-workprod/ou-a1b2-prodpay1/444455558888/"],null]
prod-payments
prod-payments-dr
Dev
Prod
[{"Key":"Env","Value":"prod"},{"Key":"Team","Value":"payments"}]
ParentNotFoundException
TargetNotFoundException
X
sim --legacy <<'X'
awscall organizations ListAccounts | jq -c '.Accounts | map(select(.Name == "old-shop")) | .[0] | [.Status, .State, .Paths]'
X
out_is <<'X'
["SUSPENDED",null,null]
X

# --- policies ---
sim --page 1 <<'X'
awscall iam GetPolicy '{"PolicyArn":"arn:aws:iam::aws:policy/job-function/Billing"}' | field '.Policy | .PolicyName, .Path'
refused awscall iam GetPolicy '{"PolicyArn":"arn:aws:iam::aws:policy/NoSuchPolicyHere"}'
awscall iam ListPolicies '{"Scope":"AWS"}' | field '(.Policies | length), .IsTruncated'
awscall sts GetCallerIdentity | field .Account
V='{"policyType":"IDENTITY_POLICY","policyDocument":"{\"Statement\":{\"Effect\":\"Alow\",\"Action\":\"s3\",\"Resource\":\"*\"}}"'
N=$(awscall accessanalyzer ValidatePolicy "$V}" | field .nextToken)
awscall accessanalyzer ValidatePolicy "$V,\"nextToken\":\"$N\"}" | field '.findings[] | .findingType, .issueCode, (.locations[0].path | map(.value // .index) | tostring)'
refused awscall accessanalyzer ValidatePolicy '{"policyType":"MY_POLICY","policyDocument":"{}"}'
awscall accessanalyzer ValidatePolicy '{"policyType":"IDENTITY_POLICY","policyDocument":"{\n \"a"}' | jq -c '.findings[0] | [.issueCode, .locations[0].span.start.line]'
X
out_is <<'X'
Billing
/job-function/
NoSuchEntity
1
true
222233334444
ERROR
INVALID_EFFECT
["Statement","Effect"]
ValidationException
["JSON_SYNTAX_ERROR",2]
X

# --- who may ask, from where, how often ---
sim <<'X'
AWS_SECRET_ACCESS_KEY=wrong refused awscall sso-admin ListInstances
AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE refused awscall sso-admin ListInstances
AWS_SESSION_TOKEN=other refused awscall sso-admin ListInstances
AWS_SECRET_ACCESS_KEY=wrong refused awscall iam ListPolicies
AWS_REGION=eu-west-1 awscall sso-admin ListInstances
AWS_REGION=eu-west-1 refused sso ListPermissionSets
X
out_is <<'X'
InvalidSignatureException
UnrecognizedClientException
UnrecognizedClientException
SignatureDoesNotMatch
{"Instances":[]}
ResourceNotFoundException
X
is 'refused signatures are counted' "$(sed -n 's/^# refused //p' "$T/calls")" 4
sim --fault '*:expired' <<'X'
refused awscall organizations ListRoots
X
out_is <<'X'
ExpiredTokenException
X
sim --tps 1 --tps organizations=1 --log "$T/log" <<'X'
export IDC_TPS=0
awscall organizations ListRoots >/dev/null
refused awscall organizations ListRoots
awscall sso-admin ListInstances >/dev/null
refused awscall sso-admin ListInstances
X
out_is <<'X'
TooManyRequestsException
ThrottlingException
X
is 'the log has a line for each request' "$(jq -r '"\(.Service) \(.Operation) \(.Status)"' "$T/log" | tr '\n' ',')" \
	'organizations ListRoots 200,organizations ListRoots 400,sso ListInstances 200,sso ListInstances 400,'
is 'throttled answers are counted' "$(sed -n 's/^# throttled //p' "$T/calls")" 2

# --- what no client of ours would send ---
sim <<'X'
post() { curl -s -o /dev/null -w '%{http_code}\n' "$@" "$AWS_ENDPOINT_URL/"; }
post -X POST -d '{}'
post -X POST -H 'Authorization: AWS4-HMAC-SHA256 Credential=x' -d '{'
post -X POST -H 'Authorization: AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request, SignedHeaders=host, Signature=0' -H 'X-Amz-Date: yesterday' -d ''
post -X GET -H "X-Amz-Target: $(printf '%08000d' 0)"
head -c 3000000 /dev/zero | post -X POST --data-binary @-
post -X DELETE
X
out_is <<'X'
403
403
403
400
413
400
X
