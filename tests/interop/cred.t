#!/bin/sh
# The same profiles through botocore and through lib/cred, against idc-sim's STS: whoever one is, the other is.
# shellcheck disable=SC2016 # the variables belong to the script below idc-sim
. "${0%/*}/lib.sh"
[ -n "$python" ] || skip_all 'boto3 is not installed'

mkdir "$T/.aws"
cat >"$T/.aws/config" <<'X'
; Things that both have to read alike.
[default]
region = us-east-1
s3 =
    max_concurrent_requests = 20
    addressing_style = path
role_session_name = unused

[profile keys]
    aws_access_key_id = KEY
    aws_secret_access_key = SECRET
    aws_session_token = TOKEN

[profile "quoted name"]
ROLE_ARN = arn:aws:iam::111122223333:role/quoted
Source_Profile=keys
role_session_name = quoted

[plain]
aws_access_key_id = KEY
aws_secret_access_key = SECRET
aws_session_token = TOKEN

[profile role]
role_arn = arn:aws:iam::222233334444:role/path/of/role
source_profile = shared
role_session_name = a=b
external_id = x1
duration_seconds = 900

[profile chain]
role_arn = arn:aws:iam::111122223333:role/chain
source_profile = role
role_session_name = chain
# a comment
	; and another

[profile self]
role_arn = arn:aws:iam::111122223333:role/self
source_profile = self
role_session_name = self
aws_access_key_id = KEY
aws_secret_access_key = SECRET
aws_session_token = TOKEN

[profile of-self]
role_arn = arn:aws:iam::111122223333:role/of-self
source_profile = self
role_session_name = of-self

[profile process]
credential_process = cat
    HOME/process.json

[profile of-process]
role_arn = arn:aws:iam::111122223333:role/of-process
source_profile = process
role_session_name = of-process

[profile web]
role_arn = arn:aws:iam::111122223333:role/web
web_identity_token_file = HOME/token
role_session_name = web

[profile of-web]
role_arn = arn:aws:iam::222233334444:role/of-web
source_profile = web
role_session_name = of-web

[profile both]
aws_access_key_id = WRONG
aws_secret_access_key = WRONG

[profile credentials-first]
role_arn = arn:aws:iam::111122223333:role/config
source_profile = keys
role_session_name = config

[profile environment]
role_arn = arn:aws:iam::111122223333:role/environment
credential_source = Environment
role_session_name = environment

[profile loop]
role_arn = arn:aws:iam::111122223333:role/loop
source_profile = loop2
[profile loop2]
role_arn = arn:aws:iam::111122223333:role/loop
source_profile = loop
[profile no-source]
role_arn = arn:aws:iam::111122223333:role/x
[profile two-sources]
role_arn = arn:aws:iam::111122223333:role/x
source_profile = keys
credential_source = Environment
[profile gone]
role_arn = arn:aws:iam::111122223333:role/x
source_profile = nowhere
[profile half]
aws_access_key_id = KEY
[profile nothing]
output = json
X
cat >"$T/.aws/credentials" <<'X'
[shared]
aws_access_key_id=KEY
aws_secret_access_key=SECRET
aws_session_token=TOKEN
[both]
aws_access_key_id = KEY
aws_secret_access_key = SECRET
aws_session_token = TOKEN
[credentials-first]
role_session_name = credentials
X
cat >"$T/who.py" <<'X'
import os, sys
import botocore.session
for name in open(sys.argv[1]).read().splitlines():
    try:
        os.environ['AWS_PROFILE'] = name
        session = botocore.session.Session()
        sts = session.create_client('sts', endpoint_url=os.environ['AWS_ENDPOINT_URL'])
        print(sts.get_caller_identity()['Arn'])
    except Exception as e:
        print('refused')
        print(name, repr(e), file=sys.stderr)
X
sed -n 's/^\[profile \(.*\)\]/\1/p' "$T/.aws/config" | tr -d '"' >"$T/names"
printf '%s\n' plain shared default missing >>"$T/names"
cat >"$T/script" <<'X'
cd "$T" || exit 1
sed "s|KEY|$AWS_ACCESS_KEY_ID|; s|SECRET|$AWS_SECRET_ACCESS_KEY|; s|TOKEN|$AWS_SESSION_TOKEN|; s|HOME|$HOME|" .aws/config >c
sed "s|KEY|$AWS_ACCESS_KEY_ID|; s|SECRET|$AWS_SECRET_ACCESS_KEY|; s|TOKEN|$AWS_SESSION_TOKEN|" .aws/credentials >.aws/k
mv c .aws/config
mv .aws/k .aws/credentials
printf '{"Version":1,"AccessKeyId":"%s","SecretAccessKey":"%s","SessionToken":"%s"}' \
	"$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" "$AWS_SESSION_TOKEN" >process.json
printf header.payload.signature >token
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
"$python" who.py names >theirs 2>theirs.err
while read -r name; do
	{ AWS_PROFILE="$name" awscall sts GetCallerIdentity 2>>ours.err || echo '{"Arn":"refused"}'; } | jq -r .Arn
done <names >ours
X
export python
run 0 idc-sim --state "$org" -- sh "$T/script"
err_empty
paste "$T/names" "$T/theirs" "$T/ours" >"$T/all"
while IFS="$(printf '\t')" read -r name theirs ours; do
	is "$name" "$ours" "$theirs"
done <"$T/all"
ok 'some are somebody' test "$(grep -c 'arn:aws:sts' "$T/ours")" -ge 13
