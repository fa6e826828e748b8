#!/bin/sh
# idc-sim through the AWS CLI, every operation: what a person sees who types the commands.
. "${0%/*}/lib.sh"
[ -n "$aws" ] || skip_all 'the AWS CLI is not installed'
version=$("$aws" --version 2>&1) || skip_all "the AWS CLI does not start: $version"
echo "# $version"
export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_PAGER=

# The status of what a service refuses; and older versions don't know AWS_ENDPOINT_URL.
case $version in
aws-cli/1*) refused=255 ;;
*) refused=254 ;;
esac
case $version in
aws-cli/1.?.* | aws-cli/1.1* | aws-cli/1.2[0-8].* | aws-cli/2.?.* | aws-cli/2.1[0-2].*) old=yes ;;
*) old='' ;;
esac
aws() {
	if [ -n "$old" ]; then
		set -- "$@" --endpoint-url "$AWS_ENDPOINT_URL"
	fi
	"$aws" "$@"
}

: >"$T/variables"
idc-sim --state "$org" --page 2 --async 20ms >"$T/variables" &
sim=$!
stop() {
	status=$?
	kill $sim
	wait $sim
	return $status
}
trap 'stop; tap_end' EXIT
while ! grep -q IDC_TPS "$T/variables"; do
	kill -0 $sim || exit
	sleep 0.05
done
# shellcheck source=/dev/null
. "$T/variables"

# call SERVICE COMMAND [ARG]...: what it shows is in $out.
called=$T/called
call() {
	echo "$1 $2" >>"$called"
	run 0 aws "$@" --output json
}

# shows FILTER WANTED: what jq makes of that.
shows() {
	is "${last#aws }: $1" "$(jq -c "$1" "$out")" "$2"
}

account=666677778888
developers=b91048e4-5833-a3f9-42f6-742550d0e030
sam=1a9fe34c-f15b-b693-8367-5a497fdf1fb6
instance=arn:aws:sso:::instance/ssoins-7223d5a1c0e94b68
managed=arn:aws:iam::aws:policy

organization() {
	call organizations describe-organization
	shows '.Organization | [.Id, .MasterAccountId]' '["o-a1b2c3d4e5","111122223333"]'
	call organizations list-roots
	shows '.Roots | map(.Name)' '["Root"]'
	call organizations list-accounts --page-size 1
	shows '.Accounts | map(select(.Name == "sandbox-1").Email), length' '["aws+sandbox-1@example.com"]
15'
	call organizations list-accounts-for-parent --parent-id ou-a1b2-security
	shows '.Accounts | map(.Name) | sort' '["audit","identity","log-archive"]'
	call organizations list-organizational-units-for-parent --parent-id ou-a1b2-workload
	shows '.OrganizationalUnits | map(.Id) | sort' '["ou-a1b2-workdev1","ou-a1b2-workprod"]'
	call organizations list-tags-for-resource --resource-id 444455556666
	shows '.Tags | from_entries' '{"Env":"prod","Team":"orders"}'

	set -- --identity-store-id d-9067a1b2c3
	call identitystore list-groups "$@"
	shows '.Groups | length' 7
	call identitystore list-users "$@" --filters AttributePath=UserName,AttributeValue=sam@example.com
	shows '.Users | map(.UserId)' "[\"$sam\"]"
	call identitystore get-group-id "$@" \
		--alternate-identifier '{"UniqueAttribute":{"AttributePath":"displayName","AttributeValue":"Developers"}}'
	shows .GroupId "\"$developers\""
	call identitystore get-user-id "$@" \
		--alternate-identifier '{"UniqueAttribute":{"AttributePath":"userName","AttributeValue":"sam@example.com"}}'
	shows .UserId "\"$sam\""
	call identitystore describe-group "$@" --group-id "$developers"
	shows .DisplayName '"Developers"'
	call identitystore describe-user "$@" --user-id "$sam"
	shows '[.UserName, .DisplayName]' '["sam@example.com","Sam"]'
}

policies() {
	call iam get-policy --policy-arn "$managed/job-function/Billing"
	shows '.Policy | [.PolicyName, .Path, .IsAttachable]' '["Billing","/job-function/",true]'
	call iam list-policies --scope AWS --max-items 3
	shows '(.Policies | length), (.NextToken | type)' '3
"string"'
	call accessanalyzer validate-policy --policy-type IDENTITY_POLICY --policy-document '{"Version":"2012-10-17"}'
	shows '.findings | map([.findingType, .issueCode])' '[["ERROR","MISSING_STATEMENT"]]'

	call sts get-caller-identity
	shows .Account '"222233334444"'
	set -- --role-arn "arn:aws:iam::$account:role/deploy" --role-session-name here
	call sts assume-role-with-web-identity "$@" --web-identity-token eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSJ9.c2ln
	shows .AssumedRoleUser.Arn "\"arn:aws:sts::$account:assumed-role/deploy/here\""
	call sts assume-role "$@"
	shows .AssumedRoleUser.Arn "\"arn:aws:sts::$account:assumed-role/deploy/here\""
	eval "$(jq -r '.Credentials | @sh "export AWS_ACCESS_KEY_ID=\(.AccessKeyId)",
		@sh "export AWS_SECRET_ACCESS_KEY=\(.SecretAccessKey) AWS_SESSION_TOKEN=\(.SessionToken)"' "$out")"
	call sts get-caller-identity
	shows '[.Account, .Arn]' "[\"$account\",\"arn:aws:sts::$account:assumed-role/deploy/here\"]"
}

# new_set NAME ARG...: makes a permission set and leads to it by $set.
new_set() {
	name=$1
	shift
	call sso-admin create-permission-set --instance-arn $instance --name "$name" "$@"
	shows '.PermissionSet | [.Name, .SessionDuration]' "[\"$name\",\"PT2H\"]"
	set=$(jq -r .PermissionSet.PermissionSetArn "$out")
}

# sso COMMAND ARG...: a call about the permission set.
sso() {
	command=$1
	shift
	call sso-admin "$command" --instance-arn $instance --permission-set-arn "$set" "$@"
}

sets() {
	call sso-admin list-instances
	shows '.Instances | map(.InstanceArn)' "[\"$instance\"]"
	new_set Probe --session-duration PT2H --description 'To probe' --tags Key=SSOPipeline,Value=true
	run $refused aws sso-admin create-permission-set --instance-arn $instance --name Probe
	err_has 'An error occurred (ConflictException) when calling the CreatePermissionSet operation: '
	call sso-admin list-permission-sets --instance-arn $instance --page-size 1
	shows ".PermissionSets | index(\"$set\") != null" true
	sso update-permission-set --description Still --relay-state home
	out_empty
	sso describe-permission-set
	shows '.PermissionSet | [.Description, .RelayState, .SessionDuration]' '["Still","home","PT2H"]'

	set -- --instance-arn $instance --resource-arn "$set"
	call sso-admin tag-resource "$@" --tags Key=a,Value=1 Key=b,Value=
	call sso-admin untag-resource "$@" --tag-keys SSOPipeline
	call sso-admin list-tags-for-resource "$@"
	shows '.Tags | from_entries' '{"a":"1","b":""}'

	sso put-inline-policy-to-permission-set --inline-policy '{"Version":"2012-10-17","Statement":[]}'
	sso get-inline-policy-for-permission-set
	shows '.InlinePolicy | fromjson.Statement' '[]'
	sso delete-inline-policy-from-permission-set
	sso attach-managed-policy-to-permission-set --managed-policy-arn $managed/ReadOnlyAccess
	sso attach-managed-policy-to-permission-set --managed-policy-arn $managed/SecurityAudit
	sso detach-managed-policy-from-permission-set --managed-policy-arn $managed/ReadOnlyAccess
	sso list-managed-policies-in-permission-set
	shows '.AttachedManagedPolicies | map(.Name)' '["SecurityAudit"]'
	sso attach-customer-managed-policy-reference-to-permission-set \
		--customer-managed-policy-reference Name=Two,Path=/team/
	sso list-customer-managed-policy-references-in-permission-set
	shows '.CustomerManagedPolicyReferences | map([.Name, .Path])' '[["Two","/team/"]]'
	sso detach-customer-managed-policy-reference-from-permission-set \
		--customer-managed-policy-reference Name=Two,Path=/team/
	sso put-permissions-boundary-to-permission-set --permissions-boundary ManagedPolicyArn=$managed/PowerUserAccess
	sso get-permissions-boundary-for-permission-set
	shows .PermissionsBoundary "{\"ManagedPolicyArn\":\"$managed/PowerUserAccess\"}"
	sso delete-permissions-boundary-from-permission-set
	sso delete-permission-set
	out_empty
}

# request KEY: the id of the request that was answered with this status.
request() {
	shows ".$1.Status | IN(\"IN_PROGRESS\", \"SUCCEEDED\")" true
	id=$(jq -r ".$1.RequestId" "$out")
}

assignments() {
	new_set Given --session-duration PT2H
	set -- --target-id $account --target-type AWS_ACCOUNT --principal-type GROUP --principal-id $developers
	sso create-account-assignment "$@"
	request AccountAssignmentCreationStatus
	call sso-admin describe-account-assignment-creation-status --instance-arn $instance \
		--account-assignment-creation-request-id "$id"
	shows '.AccountAssignmentCreationStatus | [.Status, .TargetId]' "[\"SUCCEEDED\",\"$account\"]"
	call sso-admin list-account-assignment-creation-status --instance-arn $instance --filter Status=SUCCEEDED
	shows '.AccountAssignmentsCreationStatus | map(.RequestId)' "[\"$id\"]"
	sso list-account-assignments --account-id $account
	shows '.AccountAssignments | map(.PrincipalId)' "[\"$developers\"]"
	if aws sso-admin list-account-assignments-for-principal --generate-cli-skeleton >/dev/null 2>&1; then
		call sso-admin list-account-assignments-for-principal --instance-arn $instance \
			--principal-type USER --principal-id $sam
		shows '.AccountAssignments | map(.AccountId)' "[\"$account\"]"
	else
		echo sso-admin list-account-assignments-for-principal >>"$called"
		skip 'list-account-assignments-for-principal is not in this version'
	fi
	sso list-accounts-for-provisioned-permission-set
	shows .AccountIds "[\"$account\"]"
	call sso-admin list-permission-sets-provisioned-to-account --instance-arn $instance --account-id $account
	shows .PermissionSets "[\"$set\"]"
	sso provision-permission-set --target-type ALL_PROVISIONED_ACCOUNTS
	request PermissionSetProvisioningStatus
	call sso-admin describe-permission-set-provisioning-status --instance-arn $instance \
		--provision-permission-set-request-id "$id"
	shows .PermissionSetProvisioningStatus.Status '"SUCCEEDED"'
	call sso-admin list-permission-set-provisioning-status --instance-arn $instance
	shows '.PermissionSetsProvisioningStatus | map(.RequestId)' "[\"$id\"]"
	sso delete-account-assignment "$@"
	request AccountAssignmentDeletionStatus
	call sso-admin describe-account-assignment-deletion-status --instance-arn $instance \
		--account-assignment-deletion-request-id "$id"
	shows '.AccountAssignmentDeletionStatus | [.Status, .PrincipalId]' "[\"SUCCEEDED\",\"$developers\"]"
	call sso-admin list-account-assignment-deletion-status --instance-arn $instance
	shows '.AccountAssignmentsDeletionStatus | map(.RequestId)' "[\"$id\"]"
}

# part NAME: runs it in the background with a count of its own.
part() {
	dir=$T/$1
	mkdir "$dir"
	echo 0 >"$dir/.count"
	T=$dir out=$dir/.out err=$dir/.err "$1" >"$dir.tap" 2>&1 &
	parts="$parts $!"
}

parts=''
for name in organization policies sets assignments; do part $name; done
# shellcheck disable=SC2086 # a list
wait $parts
for name in organization policies sets assignments; do relay "$T/$name.tap"; done

sed 's/\([a-z]\)\([A-Z]\)/\1-\2/g' "$interop/ops.txt" | tr '[:upper:]' '[:lower:]' | sort >"$T/operations"
sort -u "$called" >"$T/called.sorted"
is 'every operation was called' "$(comm -23 "$T/operations" "$T/called.sorted")" ''
