#!/bin/sh
# idc-resolve and answers that are no answers: never "empty", never "not found".
. "${0%/*}/../lib.sh"
. "${0%/*}/resolve.sh"

aws=$T/aws
# A small organization, told by canned answers; each case spoils one of them.
good() {
	rm -rf "$aws"
	mkdir "$aws"
	cat >"$aws/ListInstances" <<'EOF'
{"Instances":[{"InstanceArn":"arn:aws:sso:::instance/ssoins-1111222233334444","IdentityStoreId":"d-1234567890","OwnerAccountId":"111111111111"}]}
EOF
	cat >"$aws/DescribeOrganization" <<'EOF'
{"Organization":{"Id":"o-exampleorg","MasterAccountId":"111111111111"}}
EOF
	cat >"$aws/ListAccounts" <<'EOF'
{"Accounts":[{"Id":"111111111111","Name":"Management","State":"ACTIVE","Paths":["o-exampleorg/r-ab12/111111111111/"]},
{"Id":"222222222222","Name":"prod","State":"ACTIVE","Paths":["o-exampleorg/r-ab12/ou-ab12-prod0000/222222222222/"]}]}
EOF
	cat >"$aws/GetGroupId" <<'EOF'
{"GroupId":"00000000-0000-0000-0000-000000000001","IdentityStoreId":"d-1234567890"}
EOF
	cat >"$aws/ListOrganizationalUnitsForParent" <<'EOF'
{"OrganizationalUnits":[{"Id":"ou-ab12-prod0000","Name":"Prod"}]}
EOF
}
canned() {
	status=$1
	shift
	export AWS_MAX_ATTEMPTS=1
	run "$status" perl "$TOP/tests/canned.pl" "$aws" "$@" "$T/in"
}

rule A GROUP '["Prod:ou-ab12-prod0000"]' '"admins"' | templates "$T/in"
good
canned 0 idc-resolve -q
err_empty
is 'what is assigned' "$(assigned)" '222222222222 GROUP admins A'
is 'five requests, and which' "$(sed 's/ .*//' "$aws/calls" | sort | tr '\n' ' ')" \
	'DescribeOrganization GetGroupId ListAccounts ListInstances ListOrganizationalUnitsForParent '
ok 'the look-up is by unique attribute' grep -q \
	'"UniqueAttribute":{"AttributePath":"displayName","AttributeValue":"admins"}' "$aws/calls"

# spoil OPERATION MESSAGE ANSWER: one answer is that instead, and the run ends with status 5.
spoil() {
	good
	printf '%s' "$3" >"$aws/$1"
	message=$2
	canned 5 idc-resolve
	out_empty
	err_has "$message"
	is 'one error' "$(grep -c 'error: ' "$err")" 1
}
html='HTTP 200 text/html
<html><body>Please log in to the proxy</body></html>'
for operation in ListInstances DescribeOrganization ListAccounts GetGroupId \
	ListOrganizationalUnitsForParent; do
	spoil $operation $operation "$html"
	spoil $operation $operation '{}'
	spoil $operation $operation '[]'
	spoil $operation $operation '{"Accounts":[{"Id":"1111'
	spoil $operation $operation ''
done

spoil ListInstances ListInstances '{"Instances":{}}'
spoil ListInstances 'an instance without InstanceArn' '{"Instances":[{"InstanceArn":7}]}'
spoil ListInstances 'no IAM Identity Center instance in region eu-west-1: set AWS_REGION' \
	'{"Instances":[]}'
spoil DescribeOrganization 'no valid MasterAccountId' '{"Organization":{"MasterAccountId":"1"}}'
spoil ListAccounts 'an organization without any account' '{"Accounts":[]}'
spoil ListAccounts 'an account without a valid Id' '{"Accounts":[7]}'
spoil ListAccounts 'an account without a valid Id' \
	'{"Accounts":[{"Id":"22222222222","Name":"x","State":"ACTIVE"}]}'
spoil ListAccounts 'account 222222222222 has no Name' \
	'{"Accounts":[{"Id":"222222222222","State":"ACTIVE"}]}'
spoil ListAccounts 'account 222222222222 has no State' \
	'{"Accounts":[{"Id":"222222222222","Name":"x"}]}'
for paths in '7' '[7]' '["nonsense"]' '["o-exampleorg"]' '["o-exampleorg/ou-ab12-prod0000/"]' \
	'["o-exampleorg//"]' '["o-exampleorg/r-ab12/333333333333/"]' \
	'["o-exampleorg/r-ab12/ou-a/ou-b/ou-a/"]' '["o-exampleorg/r-ab12/", "o-exampleorg/r-cd34/"]'; do
	spoil ListAccounts 'ListAccounts: unexpected answer' \
		'{"Accounts":[{"Id":"222222222222","Name":"x","State":"ACTIVE","Paths":'"$paths"'}]}'
done
spoil GetGroupId "no GroupId for 'admins'" '{"GroupId":null}'
spoil ListOrganizationalUnitsForParent 'an organizational unit without Id or Name' \
	'{"OrganizationalUnits":[{"Id":"ou-ab12-prod0000"}]}'
spoil ListOrganizationalUnitsForParent ListOrganizationalUnitsForParent \
	'{"OrganizationalUnits":[{"Id":"ou-ab12-prod0000","Name":"Prod"}],"NextToken":"again"}'

# Refusals: AWS's own words, status 5.
denied='HTTP 400
{"__type":"AccessDeniedException","Message":"you may not"}'
for operation in ListInstances DescribeOrganization ListAccounts ListOrganizationalUnitsForParent; do
	spoil $operation 'you may not' "$denied"
done
# A name is looked for in the list then, which is not there either.
spoil GetGroupId "can't look up groups one by one, nor list them: ListGroups: " "$denied"
rm -rf "$aws"
mkdir "$aws"
printf 'HTTP 400\n{"__type":"ExpiredTokenException","message":"the token has expired"}\n' >"$aws/default"
canned 5 idc-resolve
out_empty
err_has 'the credentials have expired'
is 'one error' "$(grep -c 'error: ' "$err")" 1

# That an OU does not exist is not the same as that AWS would not tell.
rule A GROUP '["x:ou-ab12-other000"]' '"admins"' | templates "$T/in"
spoil ListAccountsForParent \
	"can't list the accounts in ou-ab12-other000: ListAccountsForParent: you may not" "$denied"
good
printf 'HTTP 400\n{"__type":"ParentNotFoundException","Message":"no such parent"}\n' \
	>"$aws/ListAccountsForParent"
canned 1 idc-resolve
out_empty
err_has "a.json:4:11: error: OU 'ou-ab12-other000' is not in the organization"

# Status, as State was called, still counts where State is absent.
rule A GROUP '["Root"]' '"admins"' | templates "$T/in"
good
sed -i 's/"State"/"Status"/g' "$aws/ListAccounts"
canned 0 idc-resolve
is 'what is assigned' "$(assigned)" '222222222222 GROUP admins A'

# Several instances need a choice.
good
cat >"$aws/ListInstances" <<'EOF'
{"Instances":[{"InstanceArn":"arn:aws:sso:::instance/ssoins-1111222233334444","IdentityStoreId":"d-1234567890","OwnerAccountId":"111111111111"},
{"InstanceArn":"arn:aws:sso:::instance/ssoins-5555666677778888","IdentityStoreId":"d-9999999999","OwnerAccountId":"222222222222"}]}
EOF
canned 5 idc-resolve
out_empty
err_has '2 instances in region eu-west-1: choose one with --instance-arn: arn:aws:sso:::instance/ssoins-1111222233334444, arn'
canned 0 idc-resolve --instance-arn arn:aws:sso:::instance/ssoins-5555666677778888
out_has '"InstanceArn":"arn:aws:sso:::instance/ssoins-5555666677778888","IdentityStoreId":"d-9999999999","OwnerAccountId":"222222222222"'
canned 5 idc-resolve --instance-arn arn:aws:sso:::instance/ssoins-0000666677778888
out_empty
err_has "no instance 'arn:aws:sso:::instance/ssoins-0000666677778888' in region eu-west-1, which has arn"

# Nothing to ask with, nowhere to ask.
run 5 env AWS_REGION=eu-west-1 idc-resolve "$T/in"
out_empty
err_has 'AWS_ACCESS_KEY_ID'
export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=not-a-key AWS_MAX_ATTEMPTS=1
run 5 idc-resolve "$T/in"
out_empty
err_has 'AWS_REGION'
run 5 env AWS_REGION=eu-west-1 AWS_ENDPOINT_URL=http://127.0.0.1:1 idc-resolve "$T/in"
out_empty
err_lacks not-a-key
is 'one error' "$(grep -c 'error: ' "$err")" 1

# Credentials that have expired, a region that has no instance.
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_MAX_ATTEMPTS
sim='--fault *:expired'
resolve 5
out_empty
err_has 'expired'
is 'one error' "$(grep -c 'error: ' "$err")" 1
sim=
run 5 idc-sim --state "$org" -- env AWS_REGION=us-east-1 idc-resolve "$T/in"
out_empty
err_is <<'EOF'
idc-resolve: error: no IAM Identity Center instance in region us-east-1: set AWS_REGION to the one where it was enabled
EOF

# A full disk is not a stream.
good
# shellcheck disable=SC2016 # for the inner shell
canned 1 sh -c 'idc-resolve "$1" >/dev/full' sh
err_has 'No space left on device'
