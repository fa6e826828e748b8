#!/bin/sh
# What comes over the wire packed, and how large it may be then.
. "${0%/*}/../lib.sh"

mkdir "$T/canned"
# canned NAME: standard input, packed, as the answer.
canned() {
	printf 'HTTP 200 application/x-amz-json-1.1 gzip\n' >"$T/canned/$1"
	gzip -c >>"$T/canned/$1"
}
# ask STATUS: one call.
ask() {
	: >"$T/canned/calls"
	run "$1" perl "$TOP/tests/canned.pl" "$T/canned" awscall sso-admin ListInstances
}
export AWS_MAX_ATTEMPTS=2

echo '{"Instances": [{"Status": "ACTIVE"}]}' | canned default
ask 0
out_has '{"Instances":[{"Status":"ACTIVE"}]}'

# A bomb: 80 KB on the wire, 80 MB unpacked.
{
	printf '{"Instances":['
	head -c 80000000 /dev/zero | tr '\0' ' '
	printf ']}'
} | canned default
ok 'it is small' test "$(wc -c <"$T/canned/default")" -lt 200000
ask 1
err_has 'too large an answer'
is 'and it is not asked for again' "$(wc -l <"$T/canned/calls")" 1

# Not packed at all, and cut: a fault on the way, tried again.
printf 'HTTP 200 application/x-amz-json-1.1 gzip\n{"Instances": []}' >"$T/canned/default"
echo '{"Instances": []}' | canned ListInstances.2
ask 0
is 'a second try' "$(wc -l <"$T/canned/calls")" 2
rm "$T/canned/ListInstances.2"
head -c 300 /dev/urandom | od -An -tx1 | tr -d ' \n' | sed 's/.*/{"Instances": [{"Name": "&"}]}/' | canned whole
head -c 250 "$T/canned/whole" >"$T/canned/default"
ask 1
err_has 'answer from'

# --- a proxy's password is a secret ---
for proxy in 'http://user:hunter2@127.0.0.1:999999' 'http://user:hun#ter2@127.0.0.1:1' 'socks9://u:hunter2@x' hunter2:pw; do
	rm -f "$T/trace"
	run 5 env HTTPS_PROXY="$proxy" AWS_MAX_ATTEMPTS=1 AWS_REGION=eu-west-1 AWS_ACCESS_KEY_ID=AKIDEXAMPLE \
		AWS_SECRET_ACCESS_KEY=nothing idc-dump -v --trace "$T/trace"
	err_lacks hunter2
	err_lacks ter2
	err_lacks 'hun'
	is 'nor has the trace it' "$(grep -c hunter2 "$T/trace")" 0
done
run 5 env HTTPS_PROXY=http://127.0.0.1:1 AWS_MAX_ATTEMPTS=1 AWS_REGION=eu-west-1 AWS_ACCESS_KEY_ID=AKIDEXAMPLE \
	AWS_SECRET_ACCESS_KEY=nothing idc-dump
err_has ', or at the proxy on the way to it'
