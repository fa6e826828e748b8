#!/bin/sh
# idc-sim through boto3: its own models check what is sent, its own parsers read what comes back.

# Found before lib.sh takes HOME away: some installations need it.
python=$(python3 -c 'import sys, boto3; print(sys.executable)' 2>/dev/null)
. "${0%/*}/../lib.sh"
[ -n "$python" ] || skip_all 'boto3 is not installed'

cat >"$T/drive.py" <<'X'
import time
import boto3
from botocore.exceptions import ClientError

def refused(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return error.response['Error']['Code']
    return 'nothing was refused'

sso, store = boto3.client('sso-admin'), boto3.client('identitystore')
organizations = boto3.client('organizations')
instance = sso.list_instances()['Instances'][0]
arn, directory = instance['InstanceArn'], instance['IdentityStoreId']
print(instance['Status'], instance['OwnerAccountId'])

pages = organizations.get_paginator('list_accounts').paginate()
accounts = {a['Name']: a for p in pages for a in p['Accounts']}
print(len(accounts), accounts['old-shop']['State'], accounts['sandbox-1']['Paths'][0])
print(organizations.describe_organization()['Organization']['MasterAccountId'])

group = store.get_group_id(IdentityStoreId=directory, AlternateIdentifier={
    'UniqueAttribute': {'AttributePath': 'displayName', 'AttributeValue': 'Developers'}})['GroupId']
print(store.describe_group(IdentityStoreId=directory, GroupId=group)['DisplayName'])
print(len(store.list_users(IdentityStoreId=directory)['Users']))

created = sso.create_permission_set(InstanceArn=arn, Name='Probe', SessionDuration='PT2H',
    Tags=[{'Key': 'SSOPipeline', 'Value': 'true'}])['PermissionSet']
probe = {'InstanceArn': arn, 'PermissionSetArn': created['PermissionSetArn']}
print(created['Name'], created['SessionDuration'], created['CreatedDate'].year > 2000)
print(refused(sso.create_permission_set, InstanceArn=arn, Name='Probe'))
sso.put_inline_policy_to_permission_set(InlinePolicy='{"Version":"2012-10-17","Statement":[]}', **probe)
print(sso.get_inline_policy_for_permission_set(**probe)['InlinePolicy'])
for name in 'ReadOnlyAccess', 'SecurityAudit', 'PowerUserAccess':
    sso.attach_managed_policy_to_permission_set(ManagedPolicyArn='arn:aws:iam::aws:policy/' + name, **probe)
pages = sso.get_paginator('list_managed_policies_in_permission_set').paginate(**probe)
print(sorted(p['Name'] for page in pages for p in page['AttachedManagedPolicies']))

target = {'TargetId': accounts['sandbox-1']['Id'], 'TargetType': 'AWS_ACCOUNT', 'PrincipalType': 'GROUP',
    'PrincipalId': group}
status = sso.create_account_assignment(**probe, **target)['AccountAssignmentCreationStatus']
while status['Status'] == 'IN_PROGRESS':
    time.sleep(0.05)
    status = sso.describe_account_assignment_creation_status(InstanceArn=arn,
        AccountAssignmentCreationRequestId=status['RequestId'])['AccountAssignmentCreationStatus']
print(status['Status'])
print(refused(sso.delete_permission_set, **probe))
print(refused(sso.describe_permission_set, InstanceArn=arn, PermissionSetArn='x' * 20))

iam, analyzer = boto3.client('iam'), boto3.client('accessanalyzer')
print(iam.get_policy(PolicyArn='arn:aws:iam::aws:policy/ReadOnlyAccess')['Policy']['IsAttachable'])
print(refused(iam.get_policy, PolicyArn='arn:aws:iam::aws:policy/NoSuchPolicyHere'))
pages = analyzer.get_paginator('validate_policy').paginate(policyType='IDENTITY_POLICY',
    policyDocument='{"Statement":{"Effect":"Alow","Action":"s3","Resource":"*"}}', PaginationConfig={'PageSize': 1})
print([f['issueCode'] for page in pages for f in page['findings']])
print(boto3.client('sts').get_caller_identity()['Account'])
X
run 0 idc-sim --state "$TOP/tests/data/org-sample.ndjson" --page 2 --async 100ms -- "$python" "$T/drive.py"
out_is <<'X'
ACTIVE 222233334444
15 SUSPENDED o-a1b2c3d4e5/r-a1b2/ou-a1b2-sandbox1/666677778888/
111122223333
Developers
2
Probe PT2H True
ConflictException
{"Version":"2012-10-17","Statement":[]}
['PowerUserAccess', 'ReadOnlyAccess', 'SecurityAudit']
SUCCEEDED
ConflictException
ValidationException
True
NoSuchEntity
['MISSING_VERSION', 'INVALID_EFFECT', 'INVALID_ACTION']
222233334444
X
