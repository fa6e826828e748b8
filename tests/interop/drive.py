"""boto3 drives every operation of idc-sim: its own models check what is sent, its own parsers read what
comes back. idc-sim puts two items on a page."""
import datetime
import json
import os
import time
import traceback

import boto3
import botocore
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from checks import OPERATIONS, comment, equal, ok

# Older versions don't know the variable.
ENDPOINT = {} if tuple(map(int, botocore.__version__.split('.')[:2])) >= (1, 31) else {
    'endpoint_url': os.environ['AWS_ENDPOINT_URL']}
called = set()


def note(model, **_):
    called.add((model.service_model.service_name, model.name))


def new_client(name, config=None, **credentials):
    session = boto3.Session(**credentials)
    session.events.register('before-call', note)
    return session.client(name, config=config, **ENDPOINT)


sso, store, organizations = new_client('sso-admin'), new_client('identitystore'), new_client('organizations')
iam, analyzer, sts = new_client('iam'), new_client('accessanalyzer'), new_client('sts')
instance = sso.list_instances()['Instances'][0]
ARN, STORE = {'InstanceArn': instance['InstanceArn']}, {'IdentityStoreId': instance['IdentityStoreId']}
OWNER = '222233334444'
accounts = {}


def known(client, shape, member):
    """Whether the client's model has the member: older ones don't have all."""
    return member in client.meta.service_model.shape_for(shape).members


def is_time(text, value, ahead=0):
    """A time with a zone, about so many seconds ahead of now."""
    now = datetime.datetime.now(datetime.timezone.utc)
    ok(isinstance(value, datetime.datetime) and abs((value - now).total_seconds() - ahead) < 120, f'{text} is a time',
       repr(value))


def refused(code, call, status=400, **arguments):
    """The error comes as the exception that the service's model has, and with its status."""
    text = f'{call.__name__} is refused with {code}'
    try:
        call(**arguments)
        ok(False, text, 'nothing was refused')
    except ClientError as error:
        answer = error.response
        equal(text, (answer['Error']['Code'], answer['ResponseMetadata']['HTTPStatusCode']), (code, status))
        ok(answer['Error']['Message'] and answer['ResponseMetadata']['RequestId'], text + ', a message and a request id')
        return answer['Error']['Message']


def pages(client, operation, key, size=2, **arguments):
    """All items of a paginated operation, whose pages are as large as can be."""
    found = [page[key] for page in client.get_paginator(operation).paginate(**arguments)]
    sizes = [len(page) for page in found]
    ok(all(n == size for n in sizes[:-1]) and sizes[-1] <= size, f'{operation} comes in pages', str(sizes))
    return [item for page in found for item in page]


def wait(operation, key, name, request):
    """The status in which an assignment or provisioning ends."""
    while True:
        status = getattr(sso, operation)(**ARN, **{name: request})[key]
        if status['Status'] != 'IN_PROGRESS':
            return status
        time.sleep(0.02)


def drive_organizations():
    organization = organizations.describe_organization()['Organization']
    equal('the organization', (organization['Id'], organization['MasterAccountId'], organization['FeatureSet']),
          ('o-a1b2c3d4e5', '111122223333', 'ALL'))
    equal('its policy types are a list', type(organization['AvailablePolicyTypes']), list)
    root = pages(organizations, 'list_roots', 'Roots')[0]
    equal('the root', (root['Id'], root['Name'], root['PolicyTypes']), ('r-a1b2', 'Root', []))
    for account in pages(organizations, 'list_accounts', 'Accounts'):
        accounts[account['Name']] = account
    equal('accounts', len(accounts), 15)
    if known(organizations, 'Account', 'State'):
        equal('their states', [accounts[n]['State'] for n in ('old-shop', 'sandbox-1')], ['SUSPENDED', 'ACTIVE'])
        equal('the path of an account', accounts['sandbox-1']['Paths'],
              ['o-a1b2c3d4e5/r-a1b2/ou-a1b2-sandbox1/666677778888/'])
    joined = accounts['sandbox-1']['JoinedTimestamp']
    ok(isinstance(joined, datetime.datetime) and joined.year > 2000, 'an account joined at a time', repr(joined))
    units = pages(organizations, 'list_organizational_units_for_parent', 'OrganizationalUnits', ParentId='r-a1b2')
    equal('units', sorted(u['Name'] for u in units), ['Infrastructure', 'Sandbox', 'Security', 'Suspended', 'Workloads'])
    below = pages(organizations, 'list_accounts_for_parent', 'Accounts', ParentId='ou-a1b2-security')
    equal('accounts of a unit', sorted(a['Name'] for a in below), ['audit', 'identity', 'log-archive'])
    tags = pages(organizations, 'list_tags_for_resource', 'Tags', ResourceId=accounts['prod-orders']['Id'])
    equal('tags of an account', sorted((t['Key'], t['Value']) for t in tags), [('Env', 'prod'), ('Team', 'orders')])
    refused('ParentNotFoundException', organizations.list_accounts_for_parent, ParentId='r-zzzz')
    refused('TargetNotFoundException', organizations.list_tags_for_resource, ResourceId='999999999999')
    refused('InvalidInputException', organizations.list_accounts, NextToken='no token')


def drive_directory():
    groups = pages(store, 'list_groups', 'Groups', **STORE)
    equal('groups', sorted(g['DisplayName'] for g in groups), [
        'Billing', 'Database-Admins', 'Developers', 'Network-Team', 'Payments-OnCall', 'Platform-Admins',
        'Security-Auditors'])
    users = pages(store, 'list_users', 'Users', **STORE)
    equal('users', sorted(u['UserName'] for u in users), [n + '@example.com' for n in ('alex', 'kim', 'robin', 'sam')])
    for name, call, key, attribute, value in (
            ('group', store.list_groups, 'Groups', 'DisplayName', 'Developers'),
            ('user', store.list_users, 'Users', 'UserName', 'sam@example.com')):
        found = call(Filters=[{'AttributePath': attribute, 'AttributeValue': value}], **STORE)[key]
        equal(f'a filter finds the {name}', [f[attribute] for f in found], [value])
        found = call(Filters=[{'AttributePath': attribute, 'AttributeValue': 'Nobody'}], **STORE)[key]
        equal(f'or no {name}', found, [])
    for name, find, describe, key, attribute, value in (
            ('group', store.get_group_id, store.describe_group, 'GroupId', 'displayName', 'Developers'),
            ('user', store.get_user_id, store.describe_user, 'UserId', 'userName', 'sam@example.com')):
        answer = find(AlternateIdentifier={
            'UniqueAttribute': {'AttributePath': attribute, 'AttributeValue': value}}, **STORE)
        equal(f'the id of a {name}', answer[key], [p[key] for p in groups + users if value in p.values()][0])
        described = describe(**{key: answer[key]}, **STORE)
        equal(f'the {name} of an id', (described[attribute[0].upper() + attribute[1:]], described['IdentityStoreId']),
              (value, STORE['IdentityStoreId']))
        refused('ResourceNotFoundException', find, AlternateIdentifier={
            'UniqueAttribute': {'AttributePath': attribute, 'AttributeValue': 'Nobody'}}, **STORE)
        refused('ResourceNotFoundException', describe, **{key: '00000000-0000-0000-0000-000000000000'}, **STORE)


def new_set(name, **more):
    return sso.create_permission_set(Name=name, **ARN, **more)['PermissionSet']


def drive_sets():
    if known(sso, 'InstanceMetadata', 'Status'):
        equal('the instance', (instance['Status'], instance['OwnerAccountId']), ('ACTIVE', OWNER))
    equal('instances in pages', len(pages(sso, 'list_instances', 'Instances')), 1)
    made = new_set('Probe', Description='To probe', SessionDuration='PT2H', RelayState='https://example.com/',
                   Tags=[{'Key': 'SSOPipeline', 'Value': 'true'}])
    is_time('CreatedDate', made.pop('CreatedDate'))
    probe = {**ARN, 'PermissionSetArn': made.pop('PermissionSetArn')}
    equal('what was made', made, {'Name': 'Probe', 'Description': 'To probe', 'SessionDuration': 'PT2H',
                                  'RelayState': 'https://example.com/'})
    others = [new_set(f'Other{i}')['PermissionSetArn'] for i in range(2)]
    refused('ConflictException', sso.create_permission_set, Name='Probe', **ARN)
    equal('permission sets', sorted(pages(sso, 'list_permission_sets', 'PermissionSets', **ARN)),
          sorted([probe['PermissionSetArn']] + others))
    answer = sso.update_permission_set(Description='Still', SessionDuration='PT3H', **probe)
    equal('an update answers nothing', answer.keys(), {'ResponseMetadata'})
    changed = sso.describe_permission_set(**probe)['PermissionSet']
    equal('what was changed', (changed['Description'], changed['SessionDuration']), ('Still', 'PT3H'))
    is_time('CreatedDate', changed['CreatedDate'])
    refused('ValidationException', sso.describe_permission_set, PermissionSetArn='x' * 20, **ARN)

    resource = {**ARN, 'ResourceArn': probe['PermissionSetArn']}
    sso.tag_resource(Tags=[{'Key': k, 'Value': v} for k, v in (('a', '1'), ('b', ''), ('SSOPipeline', 'false'))],
                     **resource)
    sso.untag_resource(TagKeys=['a', 'never'], **resource)
    tags = pages(sso, 'list_tags_for_resource', 'Tags', **resource)
    equal('tags', sorted((t['Key'], t['Value']) for t in tags), [('SSOPipeline', 'false'), ('b', '')])
    return probe, others


def drive_policies(probe):
    equal('no inline policy', sso.get_inline_policy_for_permission_set(**probe).get('InlinePolicy', ''), '')
    policy = '{"Version":"2012-10-17","Statement":[]}'
    sso.put_inline_policy_to_permission_set(InlinePolicy=policy, **probe)
    equal('the inline policy', sso.get_inline_policy_for_permission_set(**probe)['InlinePolicy'], policy)
    sso.delete_inline_policy_from_permission_set(**probe)
    equal('is deleted', sso.get_inline_policy_for_permission_set(**probe).get('InlinePolicy', ''), '')
    refused('ResourceNotFoundException', sso.delete_inline_policy_from_permission_set, **probe)
    refused('ValidationException', sso.put_inline_policy_to_permission_set, InlinePolicy='no policy', **probe)

    for name in 'ReadOnlyAccess', 'SecurityAudit', 'PowerUserAccess', 'job-function/Billing':
        sso.attach_managed_policy_to_permission_set(ManagedPolicyArn='arn:aws:iam::aws:policy/' + name, **probe)
    once = {'ManagedPolicyArn': 'arn:aws:iam::aws:policy/SecurityAudit', **probe}
    refused('ConflictException', sso.attach_managed_policy_to_permission_set, **once)
    sso.detach_managed_policy_from_permission_set(**once)
    refused('ResourceNotFoundException', sso.detach_managed_policy_from_permission_set, **once)
    attached = pages(sso, 'list_managed_policies_in_permission_set', 'AttachedManagedPolicies', **probe)
    equal('managed policies', sorted((p['Name'], p['Arn'].rpartition(':')[2]) for p in attached), [
        ('Billing', 'policy/job-function/Billing'), ('PowerUserAccess', 'policy/PowerUserAccess'),
        ('ReadOnlyAccess', 'policy/ReadOnlyAccess')])

    references = [{'Name': 'One'}, {'Name': 'Two', 'Path': '/team/'}, {'Name': 'Three'}, {'Name': 'Four'}]
    for reference in references:
        sso.attach_customer_managed_policy_reference_to_permission_set(CustomerManagedPolicyReference=reference, **probe)
    sso.detach_customer_managed_policy_reference_from_permission_set(CustomerManagedPolicyReference=references[2], **probe)
    attached = pages(sso, 'list_customer_managed_policy_references_in_permission_set',
                     'CustomerManagedPolicyReferences', **probe)
    equal('customer managed policies', sorted((p['Name'], p['Path']) for p in attached),
          [('Four', '/'), ('One', '/'), ('Two', '/team/')])

    refused('ResourceNotFoundException', sso.get_permissions_boundary_for_permission_set, **probe)
    for boundary in {'CustomerManagedPolicyReference': {'Name': 'Edge', 'Path': '/'}}, {
            'ManagedPolicyArn': 'arn:aws:iam::aws:policy/PowerUserAccess'}:
        sso.put_permissions_boundary_to_permission_set(PermissionsBoundary=boundary, **probe)
        equal('the boundary', sso.get_permissions_boundary_for_permission_set(**probe)['PermissionsBoundary'], boundary)
    sso.delete_permissions_boundary_from_permission_set(**probe)
    refused('ResourceNotFoundException', sso.delete_permissions_boundary_from_permission_set, **probe)


def drive_assignments(probe, others):
    group = store.get_group_id(AlternateIdentifier={'UniqueAttribute': {
        'AttributePath': 'displayName', 'AttributeValue': 'Developers'}}, **STORE)['GroupId']
    user = store.get_user_id(AlternateIdentifier={'UniqueAttribute': {
        'AttributePath': 'userName', 'AttributeValue': 'sam@example.com'}}, **STORE)['UserId']
    names = 'sandbox-1', 'sandbox-2', 'dev-orders'
    created, deleted = ((f'describe_account_assignment_{what.lower()}_status', f'AccountAssignment{what}Status',
                         f'AccountAssignment{what}RequestId') for what in ('Creation', 'Deletion'))
    provisioned = ('describe_permission_set_provisioning_status', 'PermissionSetProvisioningStatus',
                   'ProvisionPermissionSetRequestId')

    def target(name, principal=('GROUP', group), **which):
        return {'TargetId': accounts[name]['Id'], 'TargetType': 'AWS_ACCOUNT', 'PrincipalType': principal[0],
                'PrincipalId': principal[1], **(which or probe)}

    targets = [target(n) for n in names] + [target(names[0], PermissionSetArn=o, **ARN) for o in others]
    targets += [target(names[0], ('USER', user))]
    for at in targets:
        status = sso.create_account_assignment(**at)[created[1]]
        equal('an assignment is under way', {k: status[k] for k in at if k != 'InstanceArn'},
              {k: at[k] for k in at if k != 'InstanceArn'})
        ok(status['Status'] in ('IN_PROGRESS', 'SUCCEEDED'), 'its status', repr(status))
        status = wait(*created, status['RequestId'])
        equal('and done', (status['Status'], 'FailureReason' in status), ('SUCCEEDED', False))
        is_time('CreatedDate', status['CreatedDate'])
    again = wait(*created, sso.create_account_assignment(**targets[0])[created[1]]['RequestId'])
    equal('what is there is made once more', again['Status'], 'SUCCEEDED')
    failed = wait(*created, sso.create_account_assignment(**target('old-shop'))[created[1]]['RequestId'])
    equal('an assignment in a suspended account', (failed['Status'], bool(failed['FailureReason'])), ('FAILED', True))

    here = {'AccountId': targets[0]['TargetId']}
    found = pages(sso, 'list_account_assignments', 'AccountAssignments', **here, **probe)
    equal('assignments', sorted((a['PrincipalType'], a['PrincipalId'], a['AccountId']) for a in found),
          [('GROUP', group, here['AccountId']), ('USER', user, here['AccountId'])])
    if hasattr(sso, 'list_account_assignments_for_principal'):
        principal = {'PrincipalId': group, 'PrincipalType': 'GROUP', **ARN}
        found = pages(sso, 'list_account_assignments_for_principal', 'AccountAssignments', **principal)
        equal('assignments of a group', sorted((a['AccountId'], a['PermissionSetArn']) for a in found),
              sorted((t['TargetId'], t['PermissionSetArn']) for t in targets[:-1]))
        found = pages(sso, 'list_account_assignments_for_principal', 'AccountAssignments', Filter=here, **principal)
        equal('in one account', {a['AccountId'] for a in found}, {here['AccountId']})
    reached = pages(sso, 'list_accounts_for_provisioned_permission_set', 'AccountIds', **probe)
    equal('accounts of a set', sorted(reached), sorted(accounts[n]['Id'] for n in names))
    found = pages(sso, 'list_permission_sets_provisioned_to_account', 'PermissionSets', **here, **ARN)
    equal('sets of an account', sorted(found), sorted([probe['PermissionSetArn']] + others))

    outdated = {'ProvisioningStatus': 'LATEST_PERMISSION_SET_NOT_PROVISIONED', **probe}
    sso.update_permission_set(SessionDuration='PT4H', **probe)
    equal('a changed set is not provisioned', len(pages(
        sso, 'list_accounts_for_provisioned_permission_set', 'AccountIds', **outdated)), 3)
    for arguments, left in ({'TargetType': 'AWS_ACCOUNT', 'TargetId': here['AccountId']}, 2), (
            {'TargetType': 'ALL_PROVISIONED_ACCOUNTS'}, 0):
        status = sso.provision_permission_set(**arguments, **probe)[provisioned[1]]
        equal('provisioning', (status['PermissionSetArn'], status.get('AccountId')),
              (probe['PermissionSetArn'], arguments.get('TargetId')))
        status = wait(*provisioned, status['RequestId'])
        equal('is done', status['Status'], 'SUCCEEDED')
        is_time('CreatedDate', status['CreatedDate'])
        found = pages(sso, 'list_accounts_for_provisioned_permission_set', 'AccountIds', **outdated)
        equal('and seen', len(found), left)

    refused('ConflictException', sso.delete_permission_set, **probe)
    for at in targets:
        status = wait(*deleted, sso.delete_account_assignment(**at)[deleted[1]]['RequestId'])
        equal('an assignment is deleted', status['Status'], 'SUCCEEDED')
        is_time('CreatedDate', status['CreatedDate'])
    refused('ResourceNotFoundException', sso.delete_account_assignment, **targets[0])

    for operation, key, many in (
            ('list_account_assignment_creation_status', 'AccountAssignmentsCreationStatus', (len(targets) + 1, 1)),
            ('list_account_assignment_deletion_status', 'AccountAssignmentsDeletionStatus', (len(targets), 0)),
            ('list_permission_set_provisioning_status', 'PermissionSetsProvisioningStatus', (2, 0))):
        for state, n in zip(('SUCCEEDED', 'FAILED'), many):
            found = pages(sso, operation, key, Filter={'Status': state}, **ARN)
            equal(f'{operation} of what has {state}', [s['Status'] for s in found], [state] * n)
        found = pages(sso, operation, key, **ARN)
        equal(f'{operation} without a filter', len({s['RequestId'] for s in found}), sum(many))
        is_time('CreatedDate', found[0]['CreatedDate'])

    sso.delete_permission_set(**probe)
    refused('ResourceNotFoundException', sso.describe_permission_set, **probe)


def drive_iam():
    policy = iam.get_policy(PolicyArn='arn:aws:iam::aws:policy/job-function/Billing')['Policy']
    equal('a managed policy', [policy[k] for k in ('PolicyName', 'Path', 'IsAttachable')],
          ['Billing', '/job-function/', True])
    equal('its AttachmentCount is a number', type(policy['AttachmentCount']), int)
    ok(isinstance(policy['CreateDate'], datetime.datetime), 'its CreateDate is a time', repr(policy))
    refused('NoSuchEntity', iam.get_policy, PolicyArn='arn:aws:iam::aws:policy/NoSuchPolicyHere', status=404)
    found = pages(iam, 'list_policies', 'Policies', Scope='AWS')
    ok(len({p['Arn'] for p in found}) == len(found) > 10, 'managed policies', str(len(found)))
    found = iam.list_policies(Scope='AWS', MaxItems=1)
    equal('there are more', (len(found['Policies']), found['IsTruncated'], type(found['Marker'])), (1, True, str))
    found = pages(iam, 'list_policies', 'Policies', PathPrefix='/job-function/')
    ok('Billing' in [p['PolicyName'] for p in found] and {p['Path'] for p in found} == {'/job-function/'},
       'policies below a path', str(found))


def drive_analyzer():
    bad = json.dumps({'Statement': {'Effect': 'Alow', 'Action': 's3', 'Resource': '*'}})
    found = pages(analyzer, 'validate_policy', 'findings', size=1, policyType='IDENTITY_POLICY', policyDocument=bad,
                  PaginationConfig={'PageSize': 1})
    equal('findings', [f['issueCode'] for f in found], ['MISSING_VERSION', 'INVALID_EFFECT', 'INVALID_ACTION'])
    equal('their types', [f['findingType'] for f in found], ['WARNING', 'ERROR', 'ERROR'])
    place = found[1]['locations'][0]
    equal('the path of a finding', place['path'], [{'value': 'Statement'}, {'value': 'Effect'}])
    equal('its start', (place['span']['start']['line'], type(place['span']['start']['column'])), (1, int))
    good = json.dumps({'Version': '2012-10-17', 'Statement': {'Effect': 'Allow', 'Action': 's3:Get*', 'Resource': '*'}})
    answer = analyzer.validate_policy(policyDocument=good, policyType='IDENTITY_POLICY', locale='DE')
    equal('a good policy', answer['findings'], [])


def drive_sts():
    identity = sts.get_caller_identity()
    equal('who calls', (identity['Account'], identity['Arn'].partition('/')[0]),
          (OWNER, f'arn:aws:sts::{OWNER}:assumed-role'))
    account = '666677778888'
    role, session_name = {'RoleArn': f'arn:aws:iam::{account}:role/deploy'}, {'RoleSessionName': 'here'}
    web = new_client('sts', Config(signature_version=UNSIGNED))
    token = {'WebIdentityToken': 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJyZXBvOmhlcmUifQ.c2ln'}
    for text, seconds, answer in (
            ('AssumeRole', 3600, lambda: sts.assume_role(**role, **session_name)),
            ('AssumeRole for 15 minutes', 900, lambda: sts.assume_role(DurationSeconds=900, **role, **session_name)),
            ('AssumeRoleWithWebIdentity', 3600, lambda: web.assume_role_with_web_identity(**token, **role, **session_name))):
        answer = answer()
        keys, user = answer['Credentials'], answer['AssumedRoleUser']
        equal(f'{text}: the key', keys['AccessKeyId'][:4], 'ASIA')
        is_time(f'{text}: Expiration', keys['Expiration'], seconds)
        equal(f'{text}: the user', user['Arn'], f'arn:aws:sts::{account}:assumed-role/deploy/here')
        ok(user['AssumedRoleId'].endswith(':here'), f'{text}: its id', user['AssumedRoleId'])
        other = {'aws_access_key_id': keys['AccessKeyId'], 'aws_secret_access_key': keys['SecretAccessKey'],
                 'aws_session_token': keys['SessionToken']}
        found = new_client('sts', **other).get_caller_identity()
        equal(f'{text}: who calls', (found['Account'], found['Arn'], found['UserId']),
              (account, user['Arn'], user['AssumedRoleId']))
        equal(f'{text}: calls other services', len(new_client('sso-admin', **other).list_instances()['Instances']), 1)
        other['aws_session_token'] = other['aws_session_token'][::-1]
        refused('InvalidClientTokenId', new_client('sts', **other).get_caller_identity, status=403)
    for name in 'SubjectFromWebIdentityToken', 'Provider', 'Audience':
        ok(answer.get(name), f'AssumeRoleWithWebIdentity: {name}', str(answer))
    nobody = {'RoleArn': 'arn:aws:iam::999999999999:role/deploy', **session_name}
    refused('AccessDenied', sts.assume_role, status=403, **nobody)
    refused('AccessDenied', web.assume_role_with_web_identity, status=403, **nobody, **token)
    refused('InvalidIdentityToken', web.assume_role_with_web_identity, WebIdentityToken='no token', **role, **session_name)


def part(drive, *arguments):
    """A part that breaks off fails, and the others go on."""
    try:
        return drive(*arguments)
    except Exception:
        ok(False, f'{drive.__name__} comes to its end', *traceback.format_exc().splitlines()[-6:])


part(drive_organizations)
part(drive_directory)
sets = part(drive_sets)
if sets:
    part(drive_policies, sets[0])
    part(drive_assignments, *sets)
part(drive_iam)
part(drive_analyzer)
part(drive_sts)
models = {(c.meta.service_model.service_name, o) for c in (sso, store, organizations, iam, analyzer, sts)
         for o in c.meta.service_model.operation_names}
comment(f'botocore {botocore.__version__}', *(f'not in this version: {o}' for o in OPERATIONS if o not in models))
equal('every operation was called', sorted(set(OPERATIONS) & models - called), [])
