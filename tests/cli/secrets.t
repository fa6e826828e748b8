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
	idc-validate --online "$templates"
	idc-resolve -v validate.out
	idc-plan -v resolve.out
	idc-apply -v plan.out
	idc-show plan.out
}
every >well.out 2>well.err
export AWS_MAX_ATTEMPTS=1
AWS_SECRET_ACCESS_KEY=MARKER-SECRET every >secret.out 2>secret.err
AWS_SESSION_TOKEN=MARKER-TOKEN every >token.out 2>token.err
AWS_ENDPOINT_URL=http://127.0.0.1:1 AWS_SECRET_ACCESS_KEY=MARKER-SECRET every >nobody.out 2>nobody.err
AWS_ENDPOINT_URL=http://192.0.2.1 AWS_SECRET_ACCESS_KEY=MARKER-SECRET every >plain.out 2>plain.err
AWS_ENDPOINT_URL=https://user:MARKER-SECRET@127.0.0.1:1 every >url.out 2>url.err
AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:1/MARKER-SECRET AWS_CONTAINER_AUTHORIZATION_TOKEN=MARKER-TOKEN \
	AWS_ACCESS_KEY_ID='' AWS_SECRET_ACCESS_KEY='' every >container.out 2>container.err
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
# It did go wrong where it was to.
for f in secret token nobody plain url container; do
	ok "$f: said by each that asks" test "$(grep -c ': error: ' "$T/$f.err")" -ge 4
done
is 'plain http leaves this machine for nobody' "$(grep -c 'must be https' "$T/plain.err")" 4
