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

# A trace that can't be written stops a program before it asks or changes anything.
run 0 idc-sim -q --state "$org" --calls "$T/calls" -- sh -c 'sh "$TOP/tests/pipe.sh" "$T" "$templates"'
for program in 'idc-resolve validate.out' 'idc-plan resolve.out' 'idc-apply plan.out'; do
	run 1 idc-sim -q --state "$org" --calls "$T/calls" -- sh -c "cd '$T' && ${program% *} --trace /nonexistent/t ${program#* }"
	err_has "can't write a trace to '/nonexistent/t': No such file or directory"
	is 'nothing was asked' "$(awk '$2 == "total" { print $3 }' "$T/calls")" 0
done
