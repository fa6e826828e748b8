"""Requests as AWS's clients send them, signed by botocore but checked by nobody before they leave."""
import datetime
import http.client
import json
import os
import urllib.parse
import xml.etree.ElementTree

import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

URL = os.environ['AWS_ENDPOINT_URL']
REGION = os.environ['AWS_REGION']
KEYS = {'access_key': os.environ['AWS_ACCESS_KEY_ID'], 'secret_key': os.environ['AWS_SECRET_ACCESS_KEY'],
        'token': os.environ['AWS_SESSION_TOKEN']}
UNSIGNED = 'AssumeRoleWithWebIdentity'

session = botocore.session.get_session()


class Answer:
    """Status, code and message of any protocol; members: the parsed body of a JSON answer."""

    def __init__(self, protocol, response):
        self.status, self.headers, text = response.status, response.headers, response.read()
        self.members, self.code = {}, None
        try:
            if protocol == 'query':
                root = xml.etree.ElementTree.fromstring(text)
                find = {e.tag.rpartition('}')[2]: e.text or '' for e in root.iter()}.get
                self.code, self.message = find('Code'), find('Message') or ''
            else:
                self.members = json.loads(text) if text else {}
                code = self.members.get('__type') or self.headers.get('x-amzn-ErrorType') or ''
                self.code = code.rpartition('#')[2].partition(':')[0] or None
                self.message = self.members.get('message') or self.members.get('Message') or ''
        except (ValueError, xml.etree.ElementTree.ParseError):
            self.status, self.message = 999, f'an answer that can not be read: {text[:200]}'

    def __str__(self):
        return f'{self.status} {self.code} {self.message[:300]}'


class Signer(SigV4Auth):
    def sign(self, request, when):
        """add_auth of every version, with the time given."""
        request.context['timestamp'] = when.strftime('%Y%m%dT%H%M%SZ')
        self._modify_request_before_signing(request)
        text = self.string_to_sign(request, self.canonical_request(request))
        self._inject_signature_to_request(request, self.signature(text, request))


def form(shape, value, name, to):
    """The query protocol's names of value's parts, into the dictionary to."""
    if shape.type_name == 'structure':
        for key, part in value.items():
            form(shape.members[key], part, f'{name}.{key}' if name else key, to)
    elif shape.type_name == 'list' and value:
        for i, part in enumerate(value, 1):
            form(shape.member, part, f'{name}.member.{i}', to)
    else:
        to[name] = str(value).lower() if isinstance(value, bool) else '' if value == [] else value


class Service:
    """One service, over the connection that all services share."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(URL).netloc)
    sent = 0

    def __init__(self, name):
        self.model = session.get_service_model(name)
        self.name, self.protocol, meta = name, self.model.protocol, self.model.metadata
        self.signing_name = meta.get('signingName') or meta['endpointPrefix']
        self.prefix, self.version = meta.get('targetPrefix'), meta['apiVersion']

    def encode(self, operation, members):
        """Path, headers and body of a call."""
        escaped = Service.sent % 2 == 0  # clients escape what is not ASCII; others may send it as it is
        if self.protocol == 'json':
            headers = {'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': f'{self.prefix}.{operation}'}
            return '/', headers, json.dumps(members, ensure_ascii=escaped).encode()
        shape = self.model.operation_model(operation).input_shape
        if self.protocol == 'query':
            fields = {'Action': operation, 'Version': self.version}
            form(shape, members, '', fields)
            headers = {'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8'}
            return '/', headers, urllib.parse.urlencode(fields).encode()
        in_query = {k for k, s in shape.members.items() if s.serialization.get('location') == 'querystring'}
        query = urllib.parse.urlencode({k: v for k, v in members.items() if k in in_query},
                                       quote_via=urllib.parse.quote)
        body = json.dumps({k: v for k, v in members.items() if k not in in_query}, ensure_ascii=escaped)
        path = self.model.operation_model(operation).http['requestUri'] + ('?' + query if query else '')
        return path, {'Content-Type': 'application/json'}, body.encode()

    def call(self, operation, members, **how):
        return self.send(*self.encode(operation, members), signed=operation != UNSIGNED, **how)

    def send(self, path, headers, body, signed=True, keys=(), late=0, scope=None, sent_body=None):
        """late: seconds that the date is behind; scope: the service that is signed for."""
        Service.sent += 1
        if signed:
            request = AWSRequest(method='POST', url=URL + path, data=body, headers=headers)
            credentials = Credentials(**{**KEYS, **dict(keys)})
            now = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=late)
            Signer(credentials, scope or self.signing_name, REGION).sign(request, now)
            headers = dict(request.headers.items())
        try:
            Service.connection.request('POST', path, body if sent_body is None else sent_body, headers)
            return Answer(self.protocol, Service.connection.getresponse())
        except BaseException:
            Service.connection.close()
            raise
