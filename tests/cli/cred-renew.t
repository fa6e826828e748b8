#!/bin/sh
# A session of 15 minutes that ends during an apply of hours: renewed from where it came, and nothing is lost.
# shellcheck disable=SC2016 # the variables belong to the scripts below idc-sim
. "${0%/*}/../lib.sh"

org=$TOP/tests/data/org-seed.ndjson
templates=$TOP/tests/data/seed-like
export templates

# prepare: the plan; then the simulator's credentials in a profile, and no longer in the environment.
cat >"$T/lib" <<'X'
cd "$T" || exit 1
idc-validate -q "$templates" 2>/dev/null | idc-resolve -q 2>/dev/null | idc-plan -q >plan.ndjson 2>/dev/null
mkdir -p .aws
cat >.aws/credentials <<C
[base]
aws_access_key_id = $AWS_ACCESS_KEY_ID
aws_secret_access_key = $AWS_SECRET_ACCESS_KEY
aws_session_token = $AWS_SESSION_TOKEN
C
cat >.aws/config <<C
[default]
role_arn = arn:aws:iam::111122223333:role/deploy
source_profile = base
duration_seconds = 900
[profile far]
role_arn = arn:aws:iam::111122223333:role/far
source_profile = default
duration_seconds = 900
C
key=$AWS_ACCESS_KEY_ID secret=$AWS_SECRET_ACCESS_KEY token=$AWS_SESSION_TOKEN
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
X

# sim [OPTION]... <<script
sim() {
	cat "$T/lib" - >"$T/script"
	rm -f "$T/log"
	run 0 idc-sim --state "$org" --save "$T/then.ndjson" --log "$T/log" "$@" -- sh "$T/script"
}

# asked OPERATION: how often; expired: how many requests came too late.
asked() { jq -r --arg o "$1" 'select(.Operation == $o) | .Operation' "$T/log" | grep -c .; }
expired() { jq -r '.Code // empty' "$T/log" | grep -c Expired; }
statuses() { jq -r 'select(.Kind == "Result") | .Status' "$1" | sort | uniq -c | sed 's/^ *//'; }
assignments() { jq -c 'select(.Kind == "AccountAssignment") | [.AccountId, .PermissionSetName, .PrincipalId]' "$1" | sort; }

# As it ought to be.
sim <<'X'
AWS_ACCESS_KEY_ID=$key AWS_SECRET_ACCESS_KEY=$secret AWS_SESSION_TOKEN=$token idc-apply -q plan.ndjson >plain.ndjson
X
plain=$(assignments "$T/then.ndjson")
ok 'something is done' test "$(jq -c 'select(.Kind == "Result")' "$T/plain.ndjson" | grep -c Succeeded)" -ge 5

for profile in default far; do
	export profile
	sim --async 20m --speed 2000 <<'X'
idc-apply -q --profile "$profile" plan.ndjson >results.ndjson
X
	err_empty
	is "$profile: all is done" "$(statuses "$T/results.ndjson")" "$(statuses "$T/plain.ndjson")"
	is "$profile: and right" "$(assignments "$T/then.ndjson")" "$plain"
	ok "$profile: the session ended on the way" test "$(expired)" -ge 1
	ok "$profile: and was renewed" test "$(asked AssumeRole)" -ge 2
done

# A second hop, from credentials that do not end.
sim --async 50m --speed 4000 <<'X'
idc-apply -q --wait 9h --profile base --assume-role arn:aws:iam::111122223333:role/hop plan.ndjson >results.ndjson
X
err_empty
is '--assume-role: all is done' "$(statuses "$T/results.ndjson")" "$(statuses "$T/plain.ndjson")"
ok '--assume-role: the session ended on the way' test "$(expired)" -ge 1
ok '--assume-role: and was renewed' test "$(asked AssumeRole)" -ge 2

# What can't be renewed ends the run, and says so; the credentials of the environment are not looked for
# again elsewhere, though there is a profile.
sim --async 20m --speed 2000 <<'X'
AWS_PROFILE=base awscall sts AssumeRole '{"RoleArn":"arn:aws:iam::111122223333:role/deploy","RoleSessionName":"once","DurationSeconds":900}' >.session
AWS_ACCESS_KEY_ID=$(jq -r .Credentials.AccessKeyId .session)
AWS_SECRET_ACCESS_KEY=$(jq -r .Credentials.SecretAccessKey .session)
AWS_SESSION_TOKEN=$(jq -r .Credentials.SessionToken .session)
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
idc-apply -q plan.ndjson >failed.ndjson
echo $? >status
exit 0
X
is 'no renewal: status' "$(cat "$T/status")" 5
err_has 'the credentials have expired'
is 'no renewal: the profile was not asked' "$(asked AssumeRole)" 1
