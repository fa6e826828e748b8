#!/bin/sh
# rates.sh STATE: the requests a second that the idc-sim around it answers, which has loaded
# STATE. A part of sim.sh. $pin is what the loader runs under.
set -eu

state=$1
load=${IDC_BIN%/bin}/tests/bench/load

# member KIND KEY: a member of the first record of a kind.
member() {
	grep -m 1 "^{\"Kind\":\"$1\"" "$state" | jq -r ".$2"
}

# rate SERVICE TARGET INPUT
rate() {
	# A list of words.
	# shellcheck disable=SC2154
	$pin "$load" "${BENCH_SECONDS:-3}" "${BENCH_CONNECTIONS:-16}" "$@" >rate
	read -r answers not_200 median high <rate
	printf '| %s | %s | %s | %s | %s |\n' "${2#*.}" "$answers" "$not_200" "$median" "$high"
}

instance=$(member Instance InstanceArn)
store=$(member Instance IdentityStoreId)
account=$(member AccountAssignment AccountId)
set=$(member AccountAssignment PermissionSetName)
set=$(grep -m 1 "^{\"Kind\":\"PermissionSet\",\"Name\":\"$set\"" "$state" |
	jq -r .PermissionSetArn)
group=$(member Group GroupId)
name=$(member Group DisplayName)

sso=SWBExternalService
rate sso $sso.DescribePermissionSet \
	"{\"InstanceArn\":\"$instance\",\"PermissionSetArn\":\"$set\"}"
rate sso $sso.ListAccountAssignments "{\"InstanceArn\":\"$instance\",\"PermissionSetArn\":\"$set\",\
\"AccountId\":\"$account\",\"MaxResults\":100}"
rate sso $sso.ListAccountAssignmentsForPrincipal "{\"InstanceArn\":\"$instance\",\
\"PrincipalId\":\"$group\",\"PrincipalType\":\"GROUP\",\"MaxResults\":100}"
rate sso $sso.ListAccountsForProvisionedPermissionSet \
	"{\"InstanceArn\":\"$instance\",\"PermissionSetArn\":\"$set\",\"MaxResults\":100}"
rate identitystore AWSIdentityStore.ListUsers \
	"{\"IdentityStoreId\":\"$store\",\"MaxResults\":100}"
rate identitystore AWSIdentityStore.GetGroupId "{\"IdentityStoreId\":\"$store\",\
\"AlternateIdentifier\":{\"UniqueAttribute\":{\"AttributePath\":\"displayName\",\
\"AttributeValue\":\"$name\"}}}"
rate organizations AWSOrganizationsV20161128.ListAccounts '{"MaxResults":20}'
