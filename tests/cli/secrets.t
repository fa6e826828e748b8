#!/bin/sh
# No secret reaches standard output, standard error, a stream, a log or an argument, whatever goes wrong.
# shellcheck disable=SC2016 # the variables belong to the script below idc-sim
. "${0%/*}/../lib.sh"

org=$TOP/tests/data/org-seed.ndjson
templates=$TOP/tests/data/seed-like

cat >"$T/all.sh" <<'X'
cd "$T" || exit 1
# What must not be found: the credentials that idc-sim gave, and some that it does not know.
printf '%s\n' "$AWS_SECRET_ACCESS_KEY" "$AWS_SESSION_TOKEN" MARKER-SECRET MARKER-TOKEN 'Signature=' >secrets
sh "$TOP/tests/pipe.sh" "$T" "$templates"
every() {
	idc-validate --online -v --trace "$TRACE" "$templates"
	idc-resolve -v --trace "$TRACE" validate.out
	idc-plan -v --trace "$TRACE" resolve.out
	idc-apply -v --trace "$TRACE" plan.out
	idc-dump -v --trace "$TRACE"
	idc-show plan.out
}
TRACE=well.trace every >well.out 2>well.err
export AWS_MAX_ATTEMPTS=1
AWS_SECRET_ACCESS_KEY=MARKER-SECRET TRACE=secret.trace every >secret.out 2>secret.err
AWS_SESSION_TOKEN=MARKER-TOKEN TRACE=token.trace every >token.out 2>token.err
AWS_ENDPOINT_URL=http://127.0.0.1:1 AWS_SECRET_ACCESS_KEY=MARKER-SECRET TRACE=nobody.trace every >nobody.out 2>nobody.err
AWS_ENDPOINT_URL=http://192.0.2.1 AWS_SECRET_ACCESS_KEY=MARKER-SECRET TRACE=plain.trace every >plain.out 2>plain.err
AWS_ENDPOINT_URL=https://user:MARKER-SECRET@127.0.0.1:1 TRACE=url.trace every >url.out 2>url.err
AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:1/MARKER-SECRET AWS_CONTAINER_AUTHORIZATION_TOKEN=MARKER-TOKEN \
	AWS_ACCESS_KEY_ID='' AWS_SECRET_ACCESS_KEY='' TRACE=container.trace every >container.out 2>container.err
exit 0
X
export templates
run 0 idc-sim --state "$org" --log "$T/requests.log" --calls "$T/calls" --save "$T/save.ndjson" -- sh "$T/all.sh"
out_empty
err_empty
is 'five secrets are looked for' "$(grep -c . "$T/secrets")" 5
mv "$T/secrets" "$T/.secrets"
for f in "$T"/*.out "$T"/*.err "$T/requests.log" "$T/calls" "$T/save.ndjson"; do
	ok "${f##*/} was written" test -f "$f"
	ok "${f##*/} has no secret" sh -c '! grep -qF -f "$1" "$2"' - "$T/.secrets" "$f"
done
# A trace says that there was a signature.
sed 's/^Signature=$/Signature=[^[]/' "$T/.secrets" >"$T/.patterns"
for f in well secret token nobody plain url container; do
	ok "$f.trace was written" test -f "$T/$f.trace"
	ok "$f.trace has no secret" sh -c '! grep -q -f "$1" "$2"' - "$T/.patterns" "$T/$f.trace"
done
# It did go wrong where it was to.
for f in secret token nobody plain url container; do
	ok "$f: said by each that asks" test "$(grep -c ': error: ' "$T/$f.err")" -ge 4
done
is 'plain http leaves this machine for nobody' "$(grep -c 'must be https' "$T/plain.err")" 5
# The traces are worth something nevertheless, and for their owner only.
is 'requests in the trace' "$(grep -c '^> POST /.* HTTP/1.1$' "$T/well.trace")" \
	"$(grep -c ': attempt [0-9]*, [0-9]* ms, [0-9]* *[A-Za-z]*, request id ' "$T/well.err")"
ok 'bodies, too' grep -q '^< {"Instances":' "$T/well.trace"
ok 'what was signed, but not by whom' grep -q 'Credential=\[\.\.\.\]/[0-9]*/us-east-1/sso/aws4_request, SignedHeaders=.*, Signature=\[\.\.\.\]' "$T/well.trace"
is 'modes' "$(find "$T" -name '*.trace' ! -perm 600)" ''

# Credentials from an endpoint: not even where it is can be seen; and an AWS that tells what it was told.
mkdir "$T/canned"
cat >"$T/canned/unknown" <<'X'
{"AccessKeyId": "KEY-ID-0000", "SecretAccessKey": "MARKER/SECRET+0==", "Token": "MARKER/TOKEN+0==", "Expiration": "2100-01-01T00:00:00Z"}
X
cat >"$T/canned/default" <<'X'
HTTP 400
{"__type": "AccessDeniedException", "message": "it was MARKER\/TOKEN+0== of KEY-ID-0000"}
X
sh "$TOP/tests/pipe.sh" "$T" "$templates"
cat >"$T/container.sh" <<'X'
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
export AWS_CONTAINER_CREDENTIALS_FULL_URI="$AWS_ENDPOINT_URL/MARKER-PATH?x=MARKER-QUERY"
export AWS_CONTAINER_AUTHORIZATION_TOKEN=MARKER-BEARER
exec idc-resolve -v --trace "$T/told.trace" "$T/validated"
X
idc-validate -q "$templates" >"$T/validated" 2>/dev/null
run 5 perl "$TOP/tests/canned.pl" "$T/canned" sh "$T/container.sh"
err_has 'AccessDeniedException'
for f in "$out" "$err" "$T/told.trace"; do
	ok "no marker in ${f##*/}" sh -c '! grep -n MARKER "$1"' - "$f"
done
ok 'the endpoint was asked' grep -q '^> GET \[\.\.\.\] HTTP/1.1' "$T/told.trace"
ok 'its answer is not shown' grep -q 'answer body, [0-9]* bytes, not shown' "$T/told.trace"
ok 'what AWS said is, blotted out' grep -q 'it was \[\.\.\.\] of \[\.\.\.\]' "$T/told.trace"

# --- wherever they come from ------------------------------------------------------------------

# Each source once giving the simulator's own keys, by which the work is done, and once failing in an
# answer that repeats what it was asked with.
cat >"$T/sources.sh" <<'X'
cd "$T" || exit 1
key=$AWS_ACCESS_KEY_ID secret=$AWS_SECRET_ACCESS_KEY token=$AWS_SESSION_TOKEN
printf '%s\n' "$secret" "$token" simulated/ simulatedSessionToken MARKER >.all
role=arn:aws:iam::111122223333:role/deploy
json() { printf '{"Version": 1, "AccessKeyId": "%s", "SecretAccessKey": "%s", "%s": "%s", "Expiration": "2100-01-01T00:00:00Z"}' "$key" "$secret" "$1" "$token"; }
refused="HTTP 403
<ErrorResponse><Error><Code>AccessDenied</Code><Message>$secret and $token</Message></Error></ErrorResponse>"

# work NAME COMMAND...: the programs that ask, below COMMAND.
work() {
	name=$1
	shift
	"$@" sh -c 'idc-resolve -vv --trace "$1.trace" $options validated >"$1.out" 2>"$1.err" &&
		idc-plan -vv --trace "$1.trace" $options "$1.out" >"$1.plan.out" 2>>"$1.err" &&
		idc-apply -vv --trace "$1.trace" $options "$1.plan.out" >"$1.apply.out" 2>>"$1.err"
		echo $? >"$1.ended"' sh "source-$name"
}
# answers NAME TEXT...: a folder for answers.pl.
answers() {
	folder=answers-$1 n=0
	shift
	mkdir -p "$folder"
	for text; do
		n=$((n + 1))
		printf '%s' "$text" >"$folder/$n"
	done
}
server() { echo perl "$TOP/tests/answers.pl" "$1" "answers-$2"; }
export options=

AWS_MAX_ATTEMPTS=1 options="--assume-role $role" work role env
answers role "$refused" "$refused"
AWS_MAX_ATTEMPTS=1 options="--assume-role $role" work role-refused $(server AWS_ENDPOINT_URL_STS role)
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN

mkdir -p .aws/sso/cache
json SessionToken >process.json
printf '[default]\ncredential_process = cat process.json # MARKER-COMMAND\n' >.aws/config
work process env
printf 'MARKER-OUTPUT %s\n' "$secret" >process.json
work process-garbage env
printf '[default]\ncredential_process = echo MARKER-OUTPUT; exit 3\n' >.aws/config
work process-status env

: >.aws/config
echo header.MARKER-PAYLOAD.signature >web
AWS_ROLE_ARN=$role AWS_WEB_IDENTITY_TOKEN_FILE=web work web env
answers web "HTTP 400
<ErrorResponse><Error><Code>InvalidIdentityToken</Code><Message>header.MARKER-PAYLOAD.signature</Message></Error></ErrorResponse>"
AWS_ROLE_ARN=$role AWS_WEB_IDENTITY_TOKEN_FILE=web work web-refused $(server AWS_ENDPOINT_URL_STS web)

printf '[default]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = R\n[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n' >.aws/config
login() {
	printf '{"accessToken": "MARKER-ACCESS", "expiresAt": "%s", "clientId": "id", "clientSecret": "MARKER-CLIENT", "registrationExpiresAt": "2100-01-01T00:00:00Z", "refreshToken": "MARKER-REFRESH"}' "$1" \
		>.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json
}
given=$(printf '{"roleCredentials": {"accessKeyId": "%s", "secretAccessKey": "%s", "sessionToken": "%s", "expiration": 4102444800000}}' "$key" "$secret" "$token")
answers sso "$given" "$given" "$given"
answers oidc '{"accessToken": "MARKER-FRESH", "expiresIn": 3600, "refreshToken": "MARKER-NEXT"}'
login 2026-01-01T00:00:00Z
work sso $(server AWS_ENDPOINT_URL_SSO sso) $(server AWS_ENDPOINT_URL_SSO_OIDC oidc)
grep -q MARKER-NEXT .aws/sso/cache/*.json && echo refreshed >source-sso.refreshed
answers sso-refused 'HTTP 401
{"message": "MARKER-ACCESS"}'
login 2100-01-01T00:00:00Z
work sso-refused $(server AWS_ENDPOINT_URL_SSO sso-refused)
answers oidc-refused 'HTTP 400
{"error": "invalid_grant", "error_description": "MARKER-REFRESH"}'
login 2026-01-01T00:00:00Z
work oidc-refused $(server AWS_ENDPOINT_URL_SSO_OIDC oidc-refused)

rm .aws/config
answers container "$(json Token)" "$(json Token)" "$(json Token)"
AWS_CONTAINER_AUTHORIZATION_TOKEN=MARKER-BEARER work container $(server AWS_CONTAINER_CREDENTIALS_FULL_URI container)
echo MARKER-FILE >bearer
answers container-refused 'HTTP 403
MARKER-FILE'
AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE="$T/bearer" work container-refused $(server AWS_CONTAINER_CREDENTIALS_FULL_URI container-refused)
exit 0
X
rm -f "$T/requests.log"
run 0 idc-sim --state "$org" --log "$T/requests.log" -- sh "$T/sources.sh"
err_empty
for f in role process web sso container; do
	is "$f: the work was done" "$(cat "$T/source-$f.ended")" 0
done
ok 'and there was some' grep -q Succeeded "$T/source-role.apply.out"
is 'sso: refreshed' "$(cat "$T/source-sso.refreshed")" refreshed
for f in role-refused process-garbage process-status web-refused sso-refused oidc-refused container-refused; do
	is "$f: it was not" "$(cat "$T/source-$f.ended")" 5
	ok "$f: and that is said" grep -q ': error: no credentials: \|: error: .*: no credentials: ' "$T/source-$f.err"
done
is 'all five secrets are looked for' "$(grep -c . "$T/.all")" 5
for f in "$T"/source-* "$T/requests.log" "$out" "$err"; do
	ok "${f##*/} has none" sh -c '! grep -n -F -f "$1" "$2"' - "$T/.all" "$f"
done
is 'what was asked is in the traces' "$(find "$T" -name 'source-*.trace' -size +0 | wc -l)" 10

# A trace that can't be written stops a program before it asks or changes anything.
run 0 idc-sim -q --state "$org" --calls "$T/calls" -- sh -c 'sh "$TOP/tests/pipe.sh" "$T" "$templates"'
for program in 'idc-resolve validate.out' 'idc-plan resolve.out' 'idc-apply plan.out'; do
	run 1 idc-sim -q --state "$org" --calls "$T/calls" -- sh -c "cd '$T' && ${program% *} --trace /nonexistent/t ${program#* }"
	err_has "can't write a trace to '/nonexistent/t': No such file or directory"
	is 'nothing was asked' "$(awk '$2 == "total" { print $3 }' "$T/calls")" 0
done
