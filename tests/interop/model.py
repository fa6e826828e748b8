"""Walks the installed service models and holds idc-sim to them, operation by operation."""
import copy
import http.client
import re

import botocore

from checks import OPERATIONS, comment, equal, ok
from rules import KINDS, REASONS, SAID, WIDE, bounds, fits, of_length, pattern_of, sample, violations
from wire import KEYS, Service

# The simulator is as the models of botocore 1.43; in older ones these shapes are otherwise.
OLDER = tuple(int(n) for n in botocore.__version__.split('.')[:2]) < (1, 43)
CHANGED = {'AttributePath', 'ExternalIdIssuer', 'InstanceArn', 'ManagedPolicyArn', 'NextToken', 'PermissionSetArn',
           'PermissionSetDescription', 'PermissionSetPolicyDocument', 'TagKeyList', 'TagList', 'TaggableResourceArn',
           'TaggableResourceId', 'sessionPolicyDocumentType'}

CODES = {'organizations': 'InvalidInputException', 'iam': 'ValidationError', 'sts': 'ValidationError'}
CLAUSE = re.compile(r"Value (null |'.*?' |)at '([\w.]*)' failed to satisfy constraint: (Member must [^;]*)", re.S)
NEVER = {'SerializationException', 'UnknownOperationException', 'InvalidAction', 'InvalidSignatureException',
         'SignatureDoesNotMatch', 'UnrecognizedClientException', 'InvalidClientTokenId',
         'MissingAuthenticationTokenException', 'MissingAuthenticationToken', 'MalformedInput', None}

# Characters that patterns tell apart.
CHARACTERS = [chr(c) for c in range(0x80)] + list('\x85\xa0\xa1\xad\xbf\xe9\xff\u0101\u0301\u0416\u0660\u200b\u2014\u2028'
                                                  '\u20ac\u2160\u3000\u6f22\ud55c\ufffd\U00010400\U0001f600')
MISSING = object()

services = {name: Service(name) for name, _ in OPERATIONS}
examined = set()  # shapes whose pattern was looked at closely


def put(shape, base, place, value, values):
    """A copy of base with value at place, made room for where base has nothing."""
    result = at = copy.deepcopy(base)
    for i, step in enumerate(place):
        is_list = shape.type_name == 'list'
        inner = shape.member if is_list else shape.members[step]
        if shape.metadata.get('union') and step not in at:
            at.clear()
        if i == len(place) - 1:
            if value is MISSING:
                at.pop(step, None)
            elif is_list:
                at[step:] = [value]
            else:
                at[step] = value
        else:
            while is_list and len(at) <= step:
                at.append(sample(inner, values, place[i - 1], len(at)))
            if not is_list and step not in at:
                at[step] = sample(inner, values, step)
            shape, at = inner, at[step]
    return result


def places(shape, place=(), name='', required=False):
    """Every member below shape: its place, its name, its shape, whether it is required."""
    if place:
        yield place, name, shape, required
    if shape.metadata.get('document'):
        return
    if shape.type_name == 'structure':
        for key, member in shape.members.items():
            yield from places(member, place + (key,), key, key in shape.required_members)
    elif shape.type_name == 'list':
        yield from places(shape.member, place + (0,), name)
        if shape.member.type_name == 'structure':  # also in the second element
            key = list(shape.member.members)[0]
            yield place + (1, key), key, shape.member.members[key], key in shape.member.required_members


def strings(shape, valid):
    """Strings at the bounds and beyond; with a NUL only where it can't be."""
    low, high = bounds(shape)
    if 'enum' in shape.metadata:
        enum = shape.metadata['enum']
        return enum + ['NO_SUCH_VALUE', enum[0] + ' ', enum[0].swapcase(), '']
    found = [valid, valid + '\n', valid + '\0', ' ' + valid, valid[:-1] + '!', '!' + valid[1:]]
    for n in {low, low - 1, high, high + 1} - {-1, float('inf')}:
        found += [of_length(shape, n) or 'a' * n]
        found += [of_length(shape, n, WIDE) or WIDE[0] * n] if n > 1 else []
    if high == float('inf') and not shape.serialization:
        found.append('a' * 200000)
    if pattern_of(shape) and (shape.name, shape.metadata['pattern']) not in examined:
        examined.add((shape.name, shape.metadata['pattern']))
        found += characters(shape, valid)
    return [s for s in found if '\0' not in s or not fits(shape, s)]


def characters(shape, valid):
    """Each character that the pattern refuses, in the middle of valid; all that it allows, together; and
    every place of valid with another character, or none."""
    middle = len(valid) // 2
    unsure = '\0\U00010400\U0001f600' if r'\u10000' in shape.metadata['pattern'] else '\0'  # is read in two ways
    tried = {c: valid[:middle] + c + valid[middle + 1:] for c in CHARACTERS if c not in unsure}
    allowed = [c for c in tried if fits(shape, tried[c])]
    found = [tried[c] for c in tried if c not in allowed]
    together = valid[:middle] + ''.join(allowed) + valid[middle + 1:]
    if fits(shape, together) and len(together) <= bounds(shape)[1]:
        found.append(together)
    else:
        found += [tried[c] for c in allowed]
    for i in range(len(valid)):
        changed = [valid[:i] + c + valid[i + 1:] for c in ('!', 'z', '0', '/', '-', '')]
        found += [s for s in changed if not fits(shape, s) or i < 4]
    return found


def candidates(service, shape, name, required, values):
    """Values for a member, good and bad."""
    valid, kind = sample(shape, values, name), KINDS[shape.type_name]
    low, high = bounds(shape)
    found = [MISSING] if name and required else []
    if service.protocol != 'query' and not shape.serialization:
        found += [None] if name else []
        found += [v for v in (7, True, 'x', [], {}) if type(v) is not kind and not (kind is int and v is True)]
    elif kind in (int, bool):
        found += ['x']
    if shape.metadata.get('document'):
        return [valid]
    if kind is str:
        found += strings(shape, valid)
    elif kind is int:
        found += [n for n in (low, low - 1, high, high + 1) if 'max' in shape.metadata] or [valid]
    elif kind is list:
        for n in {low, low - 1, high, high + 1} - {-1, float('inf')}:
            found.append([sample(shape.member, values, name, i) for i in range(n)])
    else:
        found.append(valid)
    return found


def refusal(service, members, answer, found):
    """What is wrong with the refusal of an input with these violations, or None."""
    kinds = {kind for _, kind, _, _ in found}
    if answer.status != 400:
        return 'status 400'
    if 'type' in kinds:
        wanted = {'json': ['SerializationException'], 'rest-json': ['SerializationException', 'ValidationException']}
        return service.protocol in wanted and answer.code not in wanted[service.protocol] and 'SerializationException'
    if answer.code == 'SerializationException' and r'\x00' in repr(members):
        return None
    if answer.code != CODES.get(service.name, 'ValidationException'):
        return CODES.get(service.name, 'ValidationException')
    if service.name == 'organizations':
        reasons = {REASONS[kind] for kind in kinds}
        return answer.members.get('Reason') not in reasons and f'a Reason of {reasons}'
    if service.name == 'accessanalyzer':
        return None
    clauses = CLAUSE.findall(answer.message)
    head = f'{len(clauses)} validation error{"s" * (len(clauses) > 1)} detected: Value '
    if not clauses or not answer.message.startswith(head):
        return "'N validation errors detected: Value ... at ... failed to satisfy constraint: ...'"
    for value, path, text in clauses:
        if not any(path == at and text.startswith(SAID[kind].format(bound)) and (kind == 'null') == (value == 'null ')
                   or path == holder and text.startswith('Member must satisfy constraint: [')
                   for at, kind, bound, holder in found):
            return f'one of {[f"{at}: {SAID[kind].format(bound)}" for at, kind, bound, _ in found]}'
    if kinds == {'null'} and len(clauses) != len(found):
        return f'all of {[at for at, *_ in found]}'
    return None


def complaint(service, shape, members, answer):
    """What the simulator should have answered, or None when all is well."""
    kinds = {'json': 'application/x-amz-json-1.1', 'rest-json': 'application/json', 'query': 'text/xml'}
    if kinds[service.protocol] != answer.headers['Content-Type'] or not answer.headers['x-amzn-RequestId']:
        return f'{kinds[service.protocol]} and a request id'
    found = violations(shape, members) if shape else []
    if found:
        return refusal(service, members, answer, found)
    bad = answer.status != 200 and answer.code in NEVER or answer.status >= 500
    bad |= 'failed to satisfy constraint' in answer.message or answer.members.get('Reason') in REASONS.values()
    return 'no constraint to be violated' if bad else None


def shown(members):
    return re.sub(r'(.)\1{40,}', lambda m: f'{m[1]}*{len(m[0])}', repr(members))[:400]


def walk(service, operation, values):
    """All of one operation; how many requests were skipped."""
    if operation not in service.model.operation_names:
        ok(OLDER, f'{service.name} {operation} # SKIP not in this model')
        return 0
    shape = service.model.operation_model(operation).input_shape
    base = {k: sample(shape.members[k], values, k) for k in shape.required_members} if shape else {}
    tried, faults, skipped = [(base, 'as it is', None)], [], 0
    if shape and shape.required_members:
        tried.append(({}, 'nothing', None))
    if service.protocol != 'query':
        tried.append(({**base, 'NoSuchMember': {'a': [1]}}, 'an unknown member', None))
    for place, name, member, required in places(shape) if shape else []:
        for value in candidates(service, member, name if place[-1] != 0 else '', required, values):
            tried.append((put(shape, base, place, value, values), '.'.join(map(str, place)), member.name))
    for members, place, name in tried:
        try:
            answer = service.call(operation, members)
        except (OSError, http.client.HTTPException) as error:
            faults.append(f'{place} {shown(members)}: {error!r}')
            break
        wanted = complaint(service, shape, members, answer)
        if wanted and OLDER and (name in CHANGED or place == 'nothing' or place.endswith('InstanceArn')):
            skipped += 1
        elif wanted:
            faults.append(f'{place} {shown(members)}: {answer}; wanted {wanted}')
    ok(not faults, f'{service.name} {operation}', f'{len(faults)} of {len(tried)} requests', *faults[:12])
    return skipped


def find_values():
    """Values of members by their names: ids of the sample organization, and of what is made in it."""
    def get(service, operation, **members):
        answer = services[service].call(operation, members)
        assert answer.status == 200, answer
        return answer.members

    instance = get('sso-admin', 'ListInstances')['Instances'][0]
    store = {'IdentityStoreId': instance['IdentityStoreId']}
    group = get('identitystore', 'ListGroups', **store)['Groups'][0]['GroupId']
    user = get('identitystore', 'ListUsers', **store)['Users'][0]['UserId']
    root = get('organizations', 'ListRoots')['Roots'][0]['Id']
    account = get('organizations', 'ListAccounts')['Accounts'][-1]['Id']
    arn = {'InstanceArn': instance['InstanceArn']}
    made = get('sso-admin', 'CreatePermissionSet', Name='Walked', **arn)['PermissionSet']['PermissionSetArn']
    request = get('sso-admin', 'CreateAccountAssignment', PermissionSetArn=made, TargetId=account, PrincipalId=group,
                  TargetType='AWS_ACCOUNT', PrincipalType='GROUP', **arn)['AccountAssignmentCreationStatus']['RequestId']
    return {
        **arn, **store, 'PermissionSetArn': made, 'ResourceArn': made, 'AccountId': account, 'TargetId': account,
        'PrincipalId': group, 'PrincipalType': 'GROUP', 'GroupId': group, 'UserId': user, 'ParentId': root,
        'ResourceId': root, 'AccountAssignmentCreationRequestId': request, 'AttributePath': 'displayName',
        'AttributeValue': 'Developers', 'ManagedPolicyArn': 'arn:aws:iam::aws:policy/ReadOnlyAccess',
        'PolicyArn': 'arn:aws:iam::aws:policy/ReadOnlyAccess', 'arn': 'arn:aws:iam::aws:policy/ReadOnlyAccess',
        'policyDocument': '{}', 'RoleArn': f'arn:aws:iam::{account}:role/deploy', 'WebIdentityToken': 'e30.e30.e30',
        'InlinePolicy': '{"Version":"2012-10-17","Statement":[]}', 'SessionDuration': 'P1DT1H1M1S'}


def protocols():
    """Requests that are no operation's."""
    def refused(text, codes, statuses, answer):
        ok(answer.code in codes and answer.status in statuses, text, str(answer), f'wanted {statuses} {codes}')

    unknown = {'UnknownOperationException'}, {400, 404}
    for name, operation in ('sso-admin', 'ListInstances'), ('identitystore', 'ListGroups'), ('organizations', 'ListRoots'):
        service = services[name]
        path, headers, _ = service.encode(operation, {})
        for text, changed in (('an unknown operation', {'X-Amz-Target': service.prefix + '.ListNothing'}),
                              ('a wrong target prefix', {'X-Amz-Target': 'Other.' + operation}),
                              ('a target without a prefix', {'X-Amz-Target': operation}),
                              ('a wrong content type', {'Content-Type': 'text/plain'})):
            refused(f'{name}: {text}', *unknown, service.send(path, {**headers, **changed}, b'{}'))
        for body in (b'nothing', b'{"MaxResults":', b'[1]', b'"x"', b'7', b'{"NextToken":"\xff"}', b'{} {}',
                     b"{'MaxResults':1}"):
            refused(f'{name}: a body that is no JSON object: {body}', {'SerializationException'}, {400},
                    service.send(path, headers, body))
    for name, operation in ('iam', 'ListPolicies'), ('sts', 'GetCallerIdentity'):
        service = services[name]
        path, headers, _ = service.encode(operation, {})
        for text, body in (('an unknown Action', f'Action=ListNothing&Version={service.version}'),
                           ("another service's Action", f'Action=ListRoots&Version={service.version}'),
                           ('an unknown Version', f'Action={operation}&Version=2001-01-01'),
                           ('no Version', f'Action={operation}'), ('no Action', f'Version={service.version}')):
            refused(f'{name}: {text}', {'InvalidAction', 'MissingAction'}, {400}, service.send(path, headers, body.encode()))
    service = services['accessanalyzer']
    path, headers, _ = service.encode('ValidatePolicy', {})
    for body in b'nothing', b'[1]', b'{"policyDocument":"\xff"}':
        refused(f'accessanalyzer: a body that is no JSON object: {body}',
                {'SerializationException', 'ValidationException'}, {400}, service.send(path, headers, body))


def signatures(values):
    """Requests that are signed badly; and with a clock that is off, but not too much."""
    unknown = 'UnrecognizedClientException', 'InvalidClientTokenId', 'security token included in the request is invalid'
    wrong = 'InvalidSignatureException', 'SignatureDoesNotMatch'
    differs, scoped = 'signature we calculated does not match', 'Credential should be scoped to correct service'
    cases = [
        ('no Authorization', {'signed': False}, ('MissingAuthenticationTokenException', 'MissingAuthenticationToken', '')),
        ('an unknown access key', {'keys': {'access_key': 'AKIAIOSFODNN7EXAMPLE'}}, unknown),
        ('no session token', {'keys': {'token': None}}, unknown),
        ('a wrong session token', {'keys': {'token': KEYS['token'][::-1]}}, unknown),
        ('a wrong secret', {'keys': {'secret_key': KEYS['secret_key'][::-1]}}, wrong + (differs,)),
        ('a date ten minutes ago', {'late': 600}, wrong + ('Signature expired',)),
        ('a date in ten minutes', {'late': -600}, wrong + ('Signature not yet current',)),
        ('the scope of ec2', {'scope': 'ec2'}, wrong + (scoped,)),
    ]
    for name, operation, scopes in (
            ('sso-admin', 'ListInstances', ('identitystore', 'iam')), ('identitystore', 'ListGroups', ('sso', 'sts')),
            ('organizations', 'ListRoots', ('sso', 'access-analyzer')), ('iam', 'GetPolicy', ('sts', 'organizations')),
            ('sts', 'GetCallerIdentity', ('iam', 'access-analyzer')), ('accessanalyzer', 'ValidatePolicy', ('sso', 'iam'))):
        service = services[name]
        shape = service.model.operation_model(operation).input_shape
        members = {k: sample(shape.members[k], values, k) for k in shape.required_members}
        request = service.encode(operation, members)
        status, query = 400 if service.protocol == 'json' else 403, service.protocol == 'query'
        here = [(f'the scope of {scope}', {'scope': scope}, wrong + (scoped,)) for scope in scopes]
        here.append(('a body that was changed', {'sent_body': request[2] + b' '}, wrong + (differs,)))
        for text, how, (json_code, query_code, message) in cases + here:
            answer, code = service.send(*request, **how), query_code if query else json_code
            ok((answer.status, answer.code) == (status, code) and message in answer.message, f'{name}: {text}', str(answer),
               f'wanted {status} {code} {message}')
        for late in 240, -240:
            equal(f'{name}: a clock that is four minutes off', service.send(*request, late=late).status, 200)


def main():
    comment(f'botocore {botocore.__version__}')
    values = find_values()
    protocols()
    signatures(values)
    # Last what deletes the permission set that all others speak of.
    order = sorted(OPERATIONS, key=lambda o: o[1] == 'DeletePermissionSet')
    skipped = sum(walk(services[name], operation, values) for name, operation in order)
    comment(f'{Service.sent} requests sent')
    if skipped:
        comment(f'{skipped} that an older model has otherwise were skipped')


main()
