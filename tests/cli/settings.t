#!/bin/sh
# How AWS is spoken to: what the environment says, else what the profile does.
# shellcheck disable=SC2016 # the variables belong to the inner shells
. "${0%/*}/../lib.sh"

mkdir "$T/.aws"
cat >"$T/.aws/config" <<'X'
[default]
region = eu-west-1
[profile all]
region = eu-west-1
endpoint_url = https://all.example.com/base/
[profile each]
region = eu-west-1
endpoint_url = https://all.example.com
services = corp
[services corp]
sso_admin =
  endpoint_url = https://sso-admin.example.com
  comment
# A comment.
IdentityStore =
	endpoint_url = https://directory.example.com # and another
organizations =
    endpoint_url=https://organizations.example.com
accessanalyzer =
  endpoint_url = https://analyzer.example.com
iam =
  endpoint_url = https://iam.example.com
sts =
  endpoint_url = https://sts.example.com
[profile ignore]
endpoint_url = https://all.example.com
ignore_configured_endpoint_urls = true
[profile fips]
use_fips_endpoint = true
[profile dual]
use_dualstack_endpoint = true
[profile both]
endpoint_url = https://all.example.com
use_fips_endpoint = true
[profile none]
services = gone
[profile bad]
use_fips_endpoint = maybe
[profile plain]
endpoint_url = http://all.example.com
[profile legacy]
retry_mode = legacy
[profile many]
max_attempts = x
[profile two]
retry_mode = adaptive
max_attempts = 2
[profile bundle]
ca_bundle = ~/none.pem
X

# where PROFILE SERVICE [NAME=VALUE]...: the endpoint, or what is wrong.
where() {
	profile=$1 service=$2
	shift 2
	env AWS_PROFILE="$profile" "$@" awscall endpoints eu-west-1 >"$T/where" 2>&1
	sed -n "s/^$service:* \(.*\)/\1/p" "$T/where" | sed 's/ eu-west-1$//; s/ us-east-1$//'
}
every() { for s in sso-admin identitystore organizations accessanalyzer iam sts sso; do where "$1" $s; done | tr '\n' ' '; }

is 'nothing set' "$(where default sso-admin)" https://sso.eu-west-1.amazonaws.com
is 'one for all' "$(where all iam)" https://all.example.com/base
is 'each its own' "$(every each)" \
	'https://sso-admin.example.com https://directory.example.com https://organizations.example.com https://analyzer.example.com https://iam.example.com https://sts.example.com https://all.example.com '
is 'the environment comes first' "$(where each sts AWS_ENDPOINT_URL=https://env.example.com)" https://env.example.com
is 'and what it says of one service before what it says of all' \
	"$(where each sts AWS_ENDPOINT_URL=https://env.example.com AWS_ENDPOINT_URL_STS=https://one.example.com)" https://one.example.com
is 'ignored' "$(where ignore sts)" https://sts.eu-west-1.amazonaws.com
is 'that of the environment, too' "$(where ignore sts AWS_ENDPOINT_URL=https://env.example.com)" https://sts.eu-west-1.amazonaws.com
is 'ignored by the environment' "$(where each sts AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true)" https://sts.eu-west-1.amazonaws.com
is 'and not ignored' "$(where ignore sts AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=false)" https://all.example.com
is 'FIPS' "$(where fips sts)" https://sts-fips.eu-west-1.amazonaws.com
is 'not FIPS' "$(where fips sts AWS_USE_FIPS_ENDPOINT=false)" https://sts.eu-west-1.amazonaws.com
is 'dual-stack' "$(where dual sts)" https://sts.eu-west-1.api.aws
is 'a choice where there is none' "$(where both sts)" \
	"the profile's endpoint_url says where requests go, so the profile's use_fips_endpoint can't choose: unset one"
is 'no boolean' "$(where bad sts)" "the profile's use_fips_endpoint must be 'true' or 'false'"
is 'plain http' "$(where plain sts)" "the profile's endpoint_url must be https (plain http is only for this machine)"
where none sts >"$T/ignored"
is 'no such section' "$(cat "$T/where")" "profile 'none' refers to [services gone], which is not there"

# call STATUS PROFILE [NAME=VALUE]...
call() {
	want_status=$1 profile=$2
	shift 2
	run "$want_status" env AWS_PROFILE="$profile" AWS_REGION=eu-west-1 AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=y \
		AWS_MAX_ATTEMPTS=1 AWS_ENDPOINT_URL=http://127.0.0.1:1 "$@" awscall sts GetCallerIdentity
}
call 1 default
err_has 'nobody is listening'
call 2 legacy
err_has "the profile's retry_mode 'legacy' is not spoken here"
call 1 legacy AWS_RETRY_MODE=standard
err_has 'nobody is listening'
call 2 many AWS_MAX_ATTEMPTS=
err_has "the profile's max_attempts must be a number from 1 to 1000"

# How often, and whom to trust.
mkdir "$T/canned"
printf 'HTTP 500\n{}' >"$T/canned/default"
canned() { run 1 perl "$TOP/tests/canned.pl" "$T/canned" env "$@"; }
canned AWS_PROFILE=two awscall sso-admin ListInstances
err_has '(2 attempts)'
canned AWS_PROFILE=two AWS_MAX_ATTEMPTS=3 awscall sso-admin ListInstances
err_has '(3 attempts)'
canned AWS_PROFILE=bundle AWS_MAX_ATTEMPTS=1 \
	sh -c 'AWS_ENDPOINT_URL=https${AWS_ENDPOINT_URL#http} exec awscall sso-admin ListInstances'
err_has "can't use AWS_CA_BUNDLE or the profile's ca_bundle to verify '127.0.0.1:"

# A simulator is where it is, whatever a profile says.
cat >"$T/.aws/config" <<'X'
[default]
endpoint_url = https://all.example.com
ignore_configured_endpoint_urls = true
use_fips_endpoint = true
X
run 0 idc-sim -q -- awscall sts GetCallerIdentity
out_has '"Arn"'
