#!/bin/sh
# Credentials from end to end: profiles, chains of roles, --profile and --assume-role, against idc-sim's STS.
# shellcheck disable=SC2016 # the variables belong to the scripts below idc-sim
. "${0%/*}/../lib.sh"

org=$TOP/tests/data/org-sample.ndjson
management=$(jq -r 'select(.Kind == "Instance").ManagementAccountId' "$org")
owner=$(jq -r 'select(.Kind == "Instance").OwnerAccountId' "$org")
export management owner

# What the scripts below idc-sim begin with. keys: the simulator's credentials, as a file has them,
# and no longer in the environment. who: whose credentials are used, or what is wrong with them.
cat >"$T/lib" <<'X'
cd "$T" || exit 1
printf '%s\n' "$AWS_SECRET_ACCESS_KEY" "$AWS_SESSION_TOKEN" MARKER simulatedSessionToken simulated/ 'Signature=' >.secrets
keys() {
	mkdir -p .aws
	{
		echo "[${1:-default}]"
		echo "aws_access_key_id = $AWS_ACCESS_KEY_ID"
		echo "aws_secret_access_key = $AWS_SECRET_ACCESS_KEY"
		echo "aws_session_token = $AWS_SESSION_TOKEN"
	} >.aws/credentials
	unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
}
who() { { awscall sts GetCallerIdentity | jq -r .Arn; } 2>&1 | sed 's/-1[0-9]\{9\}$/-TIME/; s/ \[request id .*//'; }
X

# sim <<script: runs the script under idc-sim; its output is then in $out.
sim() {
	{
		cat "$T/lib"
		cat
		echo exit 0
	} >"$T/script"
	rm -f "$T/log"
	run 0 idc-sim --state "$org" --log "$T/log" -- sh "$T/script"
	cat "$out" "$err" "$T/log" >>"$T/said"
}

# --- where they come from ---
sim <<'X'
who
AWS_PROFILE=none who
(unset AWS_ACCESS_KEY_ID && who)
keys base
who
AWS_PROFILE=nome who
AWS_PROFILE=base who
cat >.aws/config <<C
# Two hops, and others.
[profile deploy]
role_arn = arn:aws:iam::$owner:role/team/deploy
source_profile = base
duration_seconds = 900
role_session_name = nightly

[profile far]
role_arn = arn:aws:iam::$management:role/far
source_profile = deploy

[profile nobody]
role_arn = arn:aws:iam::999999999999:role/nobody
source_profile = base

[profile loop]
role_arn = arn:aws:iam::$management:role/far
source_profile = loop2
[profile loop2]
role_arn = arn:aws:iam::$management:role/far
source_profile = loop

[profile process]
credential_process = cat process.json
C
for profile in deploy far nobody loop; do
	AWS_PROFILE=$profile who
done
jq -Rn '[inputs | capture("^(?<key>[a-z_]+) = (?<value>.*)") | { (.key): .value }] | add |
	{ Version: 1, AccessKeyId: .aws_access_key_id, SecretAccessKey: .aws_secret_access_key, SessionToken: .aws_session_token }' \
	.aws/credentials >process.json
AWS_PROFILE=process who
sed 's/SecretAccessKey/MARKER/' process.json >marker.json
mv marker.json process.json
AWS_PROFILE=process who
echo 'header.payload.signature' >token
export AWS_WEB_IDENTITY_TOKEN_FILE="$T/token" AWS_ROLE_ARN="arn:aws:iam::$owner:role/pod" AWS_ROLE_SESSION_NAME=pod
who
echo MARKER >token
who
X
err_empty
out_is <<X
arn:aws:sts::$owner:assumed-role/pipeline/session
arn:aws:sts::$owner:assumed-role/pipeline/session
awscall: error: awscall: no credentials: environment: AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not
awscall: error: awscall: no credentials: environment: AWS_ACCESS_KEY_ID is not set; profile: there is no profile 'default' in ~/.aws/config (no such file) or ~/.aws/credentials; web identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set; container: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set; EC2 instance: AWS_EC2_METADATA_DISABLED is true
awscall: error: awscall: no credentials: profile: there is no profile 'nome' in ~/.aws/config (no such file) or ~/.aws/credentials
arn:aws:sts::$owner:assumed-role/pipeline/session
arn:aws:sts::$owner:assumed-role/deploy/nightly
arn:aws:sts::$management:assumed-role/far/awscall-TIME
awscall: error: awscall: no credentials: profile: 'nobody': AssumeRole: User: arn:aws:sts::$owner:assumed-role/pipeline/session is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::999999999999:role/nobody (AccessDenied)
awscall: error: awscall: no credentials: profile: 'loop': 'loop2': source_profile leads back to 'loop'
arn:aws:sts::$owner:assumed-role/pipeline/session
awscall: error: awscall: no credentials: profile: 'process': its credential_process: its answer has no AccessKeyId or no SecretAccessKey
arn:aws:sts::$owner:assumed-role/pod/pod
awscall: error: awscall: no credentials: web identity: AssumeRoleWithWebIdentity: The ID Token provided is not a valid JWT (InvalidIdentityToken)
X

# --- the programs ---
# callers: the accounts that asked Identity Center, the directory and the rest, from the log.
callers() { jq -r 'select(.Service != "sts") | .Account' "$T/log" | sort -u | tr '\n' ' '; }

cat >"$T/pipe.sh" <<'X'
idc-validate -q --online $options "$TOP/templates" >validate.out &&
	idc-resolve -q $options validate.out >resolve.out 2>resolve.err &&
	idc-plan -q $options resolve.out >plan.out &&
	idc-apply -q $options <plan.out >apply.out &&
	jq -r 'select(.Kind == "Result") | .Status' apply.out | sort | uniq -c | sed 's/^ *//'
X
sim <<'X'
options=
. ./pipe.sh
X
err_empty
cp "$out" "$T/plain"
is "what idc-resolve says" "$(grep -vc "the management account" "$T/resolve.err")" 0
ok 'the pipe does something' grep -q Succeeded "$T/plain"
is 'asked by the owner' "$(callers)" "$owner "

for options in '--profile far' '--profile base --assume-role arn:aws:iam::'"$management"':role/hop'; do
	export options
	sim <<'X'
keys base
cat >.aws/config <<C
[profile far]
role_arn = arn:aws:iam::$management:role/far
source_profile = base
C
# --profile wins.
export AWS_ACCESS_KEY_ID=AKIDWRONG AWS_SECRET_ACCESS_KEY=MARKER
. ./pipe.sh
X
	err_empty
	is "$options: the same is done" "$(cat "$out")" "$(cat "$T/plain")"
	is "$options: asked by the other account" "$(callers)" "$management "
done

# The process that gives credentials has none of the plan to read.
sim <<'X'
printf '%s\n' "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" "$AWS_SESSION_TOKEN" | jq -Rn '[inputs] |
	{ Version: 1, AccessKeyId: .[0], SecretAccessKey: .[1], SessionToken: .[2] }' >process.json
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
echo '[default]' >.aws/config
echo 'credential_process = echo seen >&2; cat - process.json' >>.aws/config
rm -f .aws/credentials
options=
. ./pipe.sh
X
err_is <<'X'
seen
seen
seen
X
is 'a credential_process: the same is done' "$(cat "$out")" "$(cat "$T/plain")"

# --- the region ---
sim <<'X'
printf '[default]\nregion = %s\n[profile bad]\nregion = x y\n[profile none]\n' "$AWS_REGION" >.aws/config
unset AWS_REGION AWS_DEFAULT_REGION
who
AWS_PROFILE=bad who
AWS_PROFILE=none who
AWS_PROFILE=other who
echo 'MARKER' >>.aws/config
who
AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID= AWS_SECRET_ACCESS_KEY= who
AWS_REGION=us-east-1 who
X
err_empty
out_is <<X
arn:aws:sts::$owner:assumed-role/pipeline/session
awscall: error: awscall: the profile's region is no name of a region
awscall: error: awscall: no region: set AWS_REGION to the one where Identity Center is
awscall: error: awscall: there is no profile 'other' in ~/.aws/config or ~/.aws/credentials (no such file)
awscall: error: awscall: ~/.aws/config:6: neither a [section], nor 'name = value'
awscall: error: awscall: ~/.aws/config:6: neither a [section], nor 'name = value'
awscall: error: awscall: ~/.aws/config:6: neither a [section], nor 'name = value'
X

# --- the command line ---
for program in validate resolve plan apply; do
	run 2 "idc-$program" --assume-role deploy
	if [ "$program" = validate ]; then
		err_has 'idc-validate: error: --assume-role is for --online'
		run 2 idc-validate --online --assume-role deploy
	fi
	err_has "'deploy' is no ARN of a role"
done
run 2 idc-validate --profile a
err_has 'idc-validate: error: --profile is for --online'

# --- secrets ---
ok 'secrets were looked for' test "$(grep -c . "$T/.secrets")" -eq 6
for f in "$T"/*.out "$T"/*.err "$T/said"; do
	ok "${f##*/} has no secret" sh -c '! grep -qF -f "$1" "$2"' - "$T/.secrets" "$f"
done

# --- what AWS does not know is looked for where it came from -------------------------------

cat >"$T/unknown" <<'X'
[profile old]
aws_access_key_id = AKIDUNKNOWN
aws_secret_access_key = nothing
X
printf '{"Kind":"Begin","Stream":"templates","Version":1}\n{"Kind":"End","Stream":"templates","Count":0}\n' >"$T/none"
run 5 idc-sim -q -- env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY -u AWS_SESSION_TOKEN \
	AWS_CONFIG_FILE="$T/unknown" idc-resolve --profile old "$T/none"
err_has 'AWS does not know these credentials: check the profile, and that AWS_REGION'

# --- a profile that is its own source, and has no keys ---
printf '[profile self]\nrole_arn = arn:aws:iam::222233334444:role/x\nsource_profile = self\n' >"$T/self"
run 5 env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY -u AWS_SESSION_TOKEN AWS_REGION=eu-west-1 \
	AWS_CONFIG_FILE="$T/self" idc-resolve --profile self "$T/none"
err_has 'its source_profile is the profile itself, which has no keys'
# A token that can't be read is not left out.
cat >"$T/token" <<'X'
[profile token]
credential_process = echo '{"Version":1,"AccessKeyId":"AKID","SecretAccessKey":"x","SessionToken":["t"]}'
X
run 5 env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY -u AWS_SESSION_TOKEN AWS_REGION=eu-west-1 \
	AWS_CONFIG_FILE="$T/token" idc-resolve --profile token "$T/none"
err_has 'its answer has an unreadable SessionToken'
