#!/bin/sh
# shellcheck disable=SC2016 # $IDC_SIM and the like belong to the scripts that run below idc-sim
# idc-sim where it once was wrong: ends with something under way, ids that came twice, refusals
# that took effect, states that no idc-dump would write, and who may do what.
. "${0%/*}/../lib.sh"
. "${0%/*}/sim.sh"

# --- the end comes while answers are on their way ---
for rule in ListRoots:drip=1h ListRoots:stall ListRoots:delay=1h; do
	rm -f "$T/saved"
	run 7 idc-sim --state "$sample" --save "$T/saved" -f "$rule" -- sh -c "
		. '$TOP/tests/cli/sim.sh'
		json organizations ListRoots '{}' >/dev/null 2>&1 &
		while ! calls | grep -q ListRoots; do :; done
		exit 7"
	err_empty
	ok "$rule: the state is saved" test -s "$T/saved"
done

# --- a reset is one ---
sim -f ListRoots:reset-after <<'X'
json organizations ListRoots '{}' 2>/dev/null
echo "$?"
X
out_is <<'X'
56
X

# --- what is made again has another id, also after a state was saved and loaded ---
make='
edit_one() { printf "{\"Operation\":\"%s\",\"Request\":{%s}}\n" "$1" "$2" | edit; }
edit_one CreateGroup "\"DisplayName\":\"New\""
edit_one CreateOrganizationalUnit "\"ParentId\":\"$1\",\"Name\":\"Team\""
new_set Made'
run 0 idc-sim --state "$sample" --save "$T/first" -- sh -c ". '$TOP/tests/cli/sim.sh'; $make" sh r-a1b2
cp "$out" "$T/ids"
run 0 idc-sim --state "$T/first" --save "$T/second" -- sh -c ". '$TOP/tests/cli/sim.sh'
	printf '{\"Operation\":\"DeleteGroup\",\"Request\":{\"GroupId\":\"%s\"}}\n' \"\$(group New)\" | edit >/dev/null
	sso DeletePermissionSet '\"PermissionSetArn\":\"$(tail -n 1 "$T/ids")\"' >/dev/null
	$make" sh ou-a1b2-sandbox1
err_empty
cat "$out" >>"$T/ids"
is 'six ids' "$(grep -oE '"(GroupId|Id)":"[^"]*"|^arn:.*' "$T/ids" | sort -u | wc -l | tr -d ' ')" 6
run 0 idc-sim --state "$T/second" -- true
err_empty

# --- what is refused has no effect, and reads that lag stay with the truth ---
tags=$(awk 'BEGIN { for (i = 0; i < 60; i++) printf "%s{\"Key\":\"k%d\",\"Value\":\"v\"}", (i ? "," : ""), i }')
sim --lag 1s <<X
printf '{"Operation":"CreateOrganizationalUnit","Request":{"ParentId":"r-a1b2","Name":"Many","Tags":[$tags]}}\n' | edit | jq -r .Error.Code
state | grep -c Many
refused sso CreatePermissionSet '"Name":"Many","Tags":[$tags]'
S=\$(new_set Few)
clock 2s
sso DescribePermissionSet "\"PermissionSetArn\":\"\$S\"" | jq -r .PermissionSet.Name
sso UpdatePermissionSet "\"PermissionSetArn\":\"\$S\",\"SessionDuration\":null,\"Description\":\"d\""
clock 2s
sso DescribePermissionSet "\"PermissionSetArn\":\"\$S\"" | jq -c '.PermissionSet | [.Description, .SessionDuration]'
X
out_is <<'X'
ConstraintViolationException
0
ServiceQuotaExceededException
Few
{}
["d","PT1H"]
X

# --- a rule is not spent on what the rate refuses ---
sim --tps 1 --burst 1 --fault ListInstances:nth=2:error=Second <<'X'
export IDC_TPS=0
sso ListInstances >/dev/null
refused sso ListInstances
clock 1s
refused sso ListInstances
X
out_is <<'X'
ThrottlingException
Second
X
sim --outstanding 1 --async 1h <<'X'
S=$(new_set Ops)
sso CreateAccountAssignment "$(assignment "$S" 555566667777 "$(group Developers)")" >/dev/null
refused sso CreateAccountAssignment "$(assignment "$S" 555566668888 "$(group Developers)")"
X
is 'an operation too many counts as throttled' "$(count '# throttled')" 1

# --- time has an end ---
sim <<'X'
clock 99999999h
clock 870000h
clock 870000h
X
out_is <<'X'
line 1: the body has to be a duration, such as 50ms, 3s, 2m or 8h; 100 years in all
line 1: the body has to be a duration, such as 50ms, 3s, 2m or 8h; 100 years in all
X
run 2 idc-sim --skew 99999999h -- true
err_has 'a year at the most'
run 2 idc-sim --outstanding 0 -- true
err_has 'from 1 to 1000'

# --- who was deleted is nowhere any more; what was under way for him fails, as over a quota ---
sim --quota permission-sets-per-account=1 --async 1h <<'X'
U=$(user kim@example.com)
G=$(group Developers)
S=$(new_set One)
R=$(new_set Two)
sso CreateAccountAssignment "$(assignment "$S" 555566667777 "$U" USER)" >/dev/null
sso CreateAccountAssignment "$(assignment "$S" 555566668888 "$G")" >/dev/null
sso CreateAccountAssignment "$(assignment "$R" 555566668888 "$G")" >/dev/null
printf '{"Operation":"DeleteUser","Request":{"UserId":"%s"}}\n' "$U" | edit >/dev/null
clock 1h
sso ListAccountAssignmentCreationStatus | jq -c '.AccountAssignmentsCreationStatus | map(.Status)'
json identitystore ListGroupMemberships "{\"IdentityStoreId\":\"$D\",\"GroupId\":\"$G\"}" -H 'X-Amz-Target: AWSIdentityStore.ListGroupMemberships' | grep -c "$U"
X
out_is <<'X'
["FAILED","SUCCEEDED","FAILED"]
0
X

# --- a member account administers nothing ---
sim --caller 555566667777 <<'X'
refused sso ListPermissionSets
refused store ListGroups
refused org ListAccounts
awscall sts GetCallerIdentity | jq -r .Account
X
out_is <<'X'
AccessDeniedException
AccessDeniedException
AccessDeniedException
555566667777
X

# --- Authorization is read to the letter ---
sim <<'X'
json sso ListInstances '{}' -v >/dev/null 2>"$T/trace"
authorization=$(sed -n 's/^> Authorization: //p' "$T/trace" | tr -d '\r')
date=$(sed -n 's/^> X-Amz-Date: //p' "$T/trace" | tr -d '\r')
again() {
	curl -sS -H "Authorization: $1" -H "X-Amz-Date: $date" -H "X-Amz-Security-Token: $AWS_SESSION_TOKEN" \
		-H 'Content-Type: application/x-amz-json-1.1' -H 'X-Amz-Target: SWBExternalService.ListInstances' \
		--data-raw '{}' "$AWS_ENDPOINT_URL/" | jq -r '.__type // "taken", .message // ""'
}
again "$authorization"
again "$(echo "$authorization" | sed 's/AWS4-HMAC-SHA256/BOGUS/')" | head -n 1
again "$(echo "$authorization" | sed 's/host;//')"
again "$(echo "$authorization" | sed 's|/20[0-9]*/|/20010101/|')"
AWS_REGION=eu-west-3 json organizations ListRoots '{}' | jq -r .message
X
sed -i 's/ version of date.*//' "$out"
out_is <<'X'
taken

IncompleteSignatureException
InvalidSignatureException
'host' must be a 'SignedHeader' in the AWS Authorization.
InvalidSignatureException
Date in Credential scope does not match YYYYMMDD from ISO-8601
Credential should be scoped to a valid region, not 'eu-west-3'.
X

# --- states that nobody would dump ---
begin='{"Kind":"Begin","Stream":"state","Version":1}'
root='{"Kind":"Root","Id":"r-a1b2"}'
while IFS='|' read -r record wanted; do
	printf '%s\n' "$begin" "$root" "$record" '{"Kind":"End","Stream":"state","Count":2}' >"$T/odd"
	run 4 idc-sim --state "$T/odd" -- true
	err_has "$wanted"
done <<'X'
{"Kind":"Instance","InstanceArn":"x"}|InstanceArn is not of AWS's form: 'x'
{"Kind":"Instance","Region":"x$(touch here)"}|Region is not of AWS's form
{"Kind":"OrganizationalUnit","Id":"ou"}|Id is not of AWS's form: 'ou'
{"Kind":"Account","AccountId":"111122223333"}|no Id that is a string
{"Kind":"Account","Id":"12"}|Id is not of AWS's form: '12'
{"Kind":"Account","Id":"111122223333","State":"FUNNY"}|State is not of AWS's form: 'FUNNY'
{"Kind":"User","UserName":"u","UserId":"u1"}|UserId is not of AWS's form: 'u1'
{"Kind":"PermissionSet","Name":"a b"}|Name is not of AWS's form: 'a b'
{"Kind":"PermissionSet","Name":"a","ManagedPolicies":["x"]}|no ARN of a managed policy: 'x'
{"Kind":"PermissionSet","Name":"a","ManagedPolicies":[7]}|no ARN of a managed policy
{"Kind":"PermissionSet","Name":"a","CustomerManagedPolicies":["x"]}|a customer managed policy without 'Name'
X

# --- where things are written ---
run 1 idc-sim --save /nonexistent/x -- touch "$T/ran"
err_has "can't write /nonexistent/x"
ok 'and the command was not run' test ! -e "$T/ran"
run 1 idc-sim --save /dev/full -- true
err_has 'No space left on device'
ok '/dev/full is what it was' test -c /dev/full
run 1 idc-sim --log /dev/full -- sh -c 'curl -s -d x "$AWS_ENDPOINT_URL" >/dev/null'
err_has "can't write /dev/full"
: >"$T/real"
ln -s real "$T/link"
run 0 idc-sim --save "$T/link" -- true
ok 'what the link leads to was written' test -s "$T/real" -a -L "$T/link"
run 0 idc-sim --save - -- true
ok 'a state on standard output' grep -q '"Kind":"Root"' "$out"

# --- one request can't stop it ---
sim <<'X'
form="Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn:aws:iam::111122223333:role/x&RoleSessionName=ab&WebIdentityToken=e30.e30.e30"
i=1
while [ $i -le 8000 ]; do
	echo "&PolicyArns.member.$i.arn=arn:aws:iam::aws:policy/ReadOnlyAccess"
	i=$((i + 1))
done | tr -d '\n' >"$T/form"
{ printf %s "$form"; cat "$T/form"; } | curl -sS -m 20 -o /dev/null -w '%{http_code}\n' --data-binary @- "$AWS_ENDPOINT_URL/"
X
out_is <<'X'
200
X

# --- only hex digits are hex digits in a form ---
sim <<'X'
for a in '%%61' '%%6\021'; do
	printf "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn:aws:iam::111122223333:role/x&RoleSessionName=a${a}b&WebIdentityToken=e30.e30.e30" |
		curl -sS -o /dev/null -w '%{http_code}\n' --data-binary @- "$AWS_ENDPOINT_URL/"
done
X
out_is <<'X'
200
400
X
