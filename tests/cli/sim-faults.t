#!/bin/sh
# idc-sim --fault and /faults: every condition, every action, and what was done for all that.
# shellcheck disable=SC2016 # the variables belong to the scripts that run below idc-sim
. "${0%/*}/../lib.sh"
. "${0%/*}/sim.sh"

# --- conditions ---
# hits RULE CALLS: the rule alone, and a letter for each call: x is the rule's.
cat >"$T/hits" <<'X'
hits() {
	alone "$1"
	i=0
	while [ $i -lt "$2" ]; do
		i=$((i + 1))
		echo '{"s":"sso","o":"ListInstances","i":{}}'
	done | ask | jq -rj 'if .__type == "Hit" then "x" elif .Instances then "." else "?" end'
	echo
}
X
sim <<'X'
. "$T/hits"
hits ListInstances:error=Hit 3
hits ListInstances:nth=1:error=Hit 4
hits ListInstances:nth=3:error=Hit 6
hits ListInstances:nth=2-4:error=Hit 6
hits ListInstances:nth=2-2:error=Hit 6
hits ListInstances:nth=4-:error=Hit 6
hits ListInstances:every=1:error=Hit 4
hits ListInstances:every=3:error=Hit 7
hits ListInstances:every=2:nth=3-6:error=Hit 8
hits ListInstances:nth=3-6:every=2:error=Hit 8
hits ListInstances:p=1:error=Hit 4
hits ListInstances:p=0:error=Hit 4
hits ListInstances:p=0.0:every=2:error=Hit 4
X
out_is <<'X'
xxx
x...
..x...
.xxx..
.x....
...xxx
xxxx
..x..x.
...x.x..
...x.x..
xxxx
....
....
X
sim <<'X'
. "$T/hits"
for rule in '*' 'List*' '*Instances' 'L*I*s' 'L?stInstances' '?????????????' 'sso/ListInstances' 'sso/*'; do
	hits "$rule:error=Hit" 1
done
for rule in 'ListGroups' '?istUsers' '*Resource' 'identitystore/*' 'organizations/List*'; do
	hits "$rule:error=Hit" 1
done
X
is 'patterns and services' "$(tr -d '\n' <"$out")" xxxxxxxx.....

# Chance comes from the seed.
chance() {
	sim --seed "$1" <<'X'
. "$T/hits"
hits ListInstances:p=0.5:error=Hit 60
X
	cp "$out" "$T/$2"
}
chance 7 first
chance 7 second
chance 8 third
ok 'the same seed, the same calls' cmp "$T/first" "$T/second"
ok 'another seed, others' sh -c '! cmp -s "$1" "$2"' - "$T/first" "$T/third"
n=$(tr -cd x <"$T/first" | wc -c)
ok "about half of sixty: $n" test "$n" -ge 15 -a "$n" -le 45

# Since the start: the clock's time.
sim --fault 'ListInstances:after=1h:error=Late' --fault 'ListInstances:until=30m:error=Early' \
	--fault 'ListRoots:after=30m:until=1h:error=Between' <<'X'
for ahead in 0 20m 20m 30m; do
	clock $ahead
	echo "$(refused sso ListInstances).$(refused org ListRoots)."
done
X
out_is <<'X'
Early..
Early..
.Between.
Late..
X
sim --speed 10000 --fault 'ListInstances:after=10m:error=Late' <<'X'
i=0
while [ $i -lt 1000 ] && sso ListInstances >/dev/null 2>&1; do i=$((i + 1)); done
refused sso ListInstances
X
out_is <<'X'
Late
X

# In the body of the request.
sim --fault 'ListTagsForResource:input=444455558888:error=Account' --fault 'ListTagsForResource:input="ResourceId":nth=2:error=Second' \
	--fault 'ListTagsForResource:input="ResourceId":nth=2:error=Third' --fault 'Get*Id:input=Nobody:error=Name' <<'X'
for id in 444455558888 444455559999 555566667777 r-a1b2; do
	refused org ListTagsForResource "\"ResourceId\":\"$id\""
done
refused sso ListTagsForResource "\"ResourceArn\":\"$I\""
refused group Nobody
refused group Developers
X
out_has Account

# --- actions ---
# try ACTION [CURL-OPTION...]: a set is created with the fault, and: what curl ends with, the
# HTTP status, the error's code, and how many sets of the name there are.
cat >"$T/try" <<'X'
n=0
try() {
	n=$((n + 1))
	alone "CreatePermissionSet:$1"
	action=$1
	shift
	: >"$T/headers"
	: >"$T/body"
	json sso CreatePermissionSet "{\"InstanceArn\":\"$I\",\"Name\":\"Set$n\"}" -D "$T/headers" -o "$T/body" "$@" 2>/dev/null
	ended=$?
	[ $ended -ne 52 ] || ended=56 # nothing came, or a reset
	said=$(jq -r '.__type // "-"' "$T/body" 2>/dev/null) || said=unreadable
	echo "$action: $ended $(sed -n '1s/^HTTP[^ ]* \([0-9]*\).*/\1/p' "$T/headers") ${said:-nothing} $(state | grep -c "\"Name\":\"Set$n\"")"
}
X
sim --fault '*:error=Gone' <<'X'
. "$T/try"
try error=MyException
try error=MyException/599
try error=MyException/400
try throttle
try throttle=3
try internal
try denied
try expired
try unavailable
try reset
try reset-after
try stall -m 0.3
try stall-after -m 0.3
try truncate
try garbage
try delay=1ms
try drip=1ms
try drip=0
try async
X
out_is <<'X'
error=MyException: 0 400 MyException 0
error=MyException/599: 0 599 MyException 0
error=MyException/400: 0 400 MyException 0
throttle: 0 400 ThrottlingException 0
throttle=3: 0 400 ThrottlingException 0
internal: 0 500 InternalServerException 0
denied: 0 400 AccessDeniedException 0
expired: 0 400 ExpiredTokenException 0
unavailable: 0 503 unreadable 0
reset: 56  nothing 0
reset-after: 56  nothing 1
stall: 28  nothing 0
stall-after: 28  nothing 1
truncate: 18 200 unreadable 1
garbage: 0 200 unreadable 1
delay=1ms: 0 200 - 1
drip=1ms: 0 200 - 1
drip=0: 0 200 - 1
async: 0 200 - 1
X
is 'each of them is counted' "$(count '# faults')" 19
is 'as throttled, too' "$(count '# throttled')" 2
is 'the log has the rules' "$(jq -rs 'map(.Fault | sub("CreatePermissionSet:"; "")) | join(" ")' "$T/log")" \
	'error=MyException error=MyException/599 error=MyException/400 throttle throttle=3 internal denied expired unavailable reset reset-after stall stall-after truncate garbage delay=1ms drip=1ms drip=0 async'
is 'and the codes' "$(jq -rs '.[:9] | map("\(.Status)/\(.Code)") | join(" ")' "$T/log")" \
	'400/MyException 599/MyException 400/MyException 400/ThrottlingException 400/ThrottlingException 500/InternalServerException 400/AccessDeniedException 400/ExpiredTokenException 503/ServiceUnavailable'

# Nothing of the kind without a rule.
sim --fault 'ListRoots:error=X' <<'X'
sso ListInstances >/dev/null
refused org ListRoots
org ListAccounts >/dev/null
X
is 'Fault stands where a rule was carried out' "$(jq -c '[.Operation, .Fault]' "$T/log" | tr -d '\n')" \
	'["ListInstances",null]["ListRoots","ListRoots:error=X"]["ListAccounts",null]'
is 'no member Fault without one' "$(grep -c '"Fault"' "$T/log")" 1

# Each service in its own words.
sim <<'X'
iam='Action=GetPolicy&Version=2010-05-08&PolicyArn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FReadOnlyAccess'
sts='Action=GetCallerIdentity&Version=2011-06-15'
policy='{"policyType":"IDENTITY_POLICY","policyDocument":"{}"}'
xml() { grep -o '<Code>.*</Code>' | sed 's/<[^>]*>//g'; }
for action in throttle internal denied expired error=Mine/418; do
	alone "*:$action"
	echo "$action" $(
		json sso ListInstances '{}' | jq -r .__type
		json identitystore ListGroups '{}' | jq -r .__type
		json organizations ListRoots '{}' | jq -r .__type
		AWS_MAX_ATTEMPTS=1 refused awscall accessanalyzer ValidatePolicy "$policy"
		query iam "$iam" | xml
		query sts "$sts" | xml
	)
done
X
out_is <<'X'
throttle ThrottlingException ThrottlingException TooManyRequestsException ThrottlingException Throttling Throttling
internal InternalServerException InternalServerException ServiceException InternalServerException ServiceFailure InternalFailure
denied AccessDeniedException AccessDeniedException AccessDeniedException AccessDeniedException AccessDenied AccessDenied
expired ExpiredTokenException ExpiredTokenException ExpiredTokenException ExpiredTokenException ExpiredToken ExpiredToken
error=Mine/418 Mine Mine Mine Mine Mine Mine
X
is 'their HTTP statuses' "$(jq -rs 'map(.Status | tostring) | join(" ")' "$T/log")" \
	'400 400 400 429 400 400 500 500 500 500 500 500 400 400 400 403 403 403 400 400 400 403 403 403 418 418 418 418 418 418'

# What the answers look like.
sim <<'X'
iam='Action=ListPolicies&Version=2010-05-08'
answer() {
	echo $(tr -d '\r' <"$T/headers" | grep -i -e '^HTTP' -e '^Retry' -e '^Content-Type' -e ErrorType | tr '[:upper:]' '[:lower:]')
}
for action in throttle throttle=30 unavailable; do
	alone "*:$action"
	json sso ListInstances '{}' -D "$T/headers" -o /dev/null
	answer
	query iam "$iam" -D "$T/headers" -o /dev/null
	answer
done
X
out_is <<'X'
http/1.1 400 bad request content-type: application/x-amz-json-1.1 x-amzn-errortype: throttlingexception
http/1.1 400 bad request content-type: text/xml
http/1.1 400 bad request content-type: application/x-amz-json-1.1 x-amzn-errortype: throttlingexception retry-after: 30
http/1.1 400 bad request content-type: text/xml retry-after: 30
http/1.1 503 service unavailable content-type: text/html
http/1.1 503 service unavailable content-type: text/html
X

# Slow answers are the same answers, and a half is the first one.
sim <<'X'
json organizations ListAccounts '{}' -o "$T/plain"
faults 'ListAccounts:nth=1:drip=0'
faults 'ListAccounts:nth=2:truncate'
json organizations ListAccounts '{}' -o "$T/dripped"
cmp "$T/plain" "$T/dripped" && echo same
json organizations ListAccounts '{}' -o "$T/half" 2>/dev/null
echo $?
all=$(wc -c <"$T/plain")
half=$(wc -c <"$T/half")
echo $((all / 2 - half))
head -c "$half" "$T/plain" | cmp - "$T/half" && echo 'the beginning of it'
alone 'iam/List*:garbage'
query iam 'Action=ListPolicies&Version=2010-05-08' -o "$T/garbage"
grep -c ListPolicies "$T/garbage"
X
out_is <<'X'
same
18
0
the beginning of it
0
X

# A delay is of the simulator's time; the others are served meanwhile.
sim --fault 'ListInstances:delay=10h' <<'X'
json sso ListInstances '{}' -m 60 >"$T/late" &
while [ ! -s "$T/log" ]; do sleep 0.02; done
org ListRoots | jq -r '.Roots[0].Id'
clock 9h
wc -c <"$T/late"
clock 1h
wait
jq -r '.Instances | length' "$T/late"
X
out_is <<'X'
r-a1b2
0
1
X

# Who never gets an answer does not keep it from its end.
sim --fault 'ListInstances:stall' --fault 'ListRoots:delay=10h' --fault 'DescribeOrganization:stall-after' <<'X'
for o in sso/ListInstances organizations/ListRoots organizations/DescribeOrganization; do
	json "${o%/*}" "${o#*/}" '{}' -m 300 >/dev/null 2>&1 &
done
while [ ! -s "$T/log" ] || [ "$(wc -l <"$T/log")" -lt 3 ]; do sleep 0.02; done
echo done
X
out_is <<'X'
done
X

# --- what is started fails ---
sim --async 0 --fault 'CreateAccountAssignment:nth=1:async=Received a 404: NoSuchEntity: "role": 1=2' \
	--fault 'CreateAccountAssignment:nth=2:async' --fault 'DeleteAccountAssignment:nth=1:async=Not now' \
	--fault 'ProvisionPermissionSet:nth=1:async=a:b' --fault 'CreatePermissionSet:async=nothing' <<'X'
S=$(new_set Ops)
G=$(group Developers)
A=555566667777
create() { sso CreateAccountAssignment "$(assignment "$S" $A "$G")" | jq -r .AccountAssignmentCreationStatus.RequestId; }
created() { sso DescribeAccountAssignmentCreationStatus "\"AccountAssignmentCreationRequestId\":\"$1\"" | jq -r '.[] | .Status, .FailureReason // "-"'; }
delete() { sso DeleteAccountAssignment "$(assignment "$S" $A "$G")" | jq -r .AccountAssignmentDeletionStatus.RequestId; }
deleted() { sso DescribeAccountAssignmentDeletionStatus "\"AccountAssignmentDeletionRequestId\":\"$1\"" | jq -r '.[] | .Status, .FailureReason // "-"'; }
provision() { sso ProvisionPermissionSet "\"PermissionSetArn\":\"$S\",\"TargetType\":\"ALL_PROVISIONED_ACCOUNTS\"" | jq -r .PermissionSetProvisioningStatus.RequestId; }
provisioned() { sso DescribePermissionSetProvisioningStatus "\"ProvisionPermissionSetRequestId\":\"$1\"" | jq -r '.[] | .Status, .FailureReason // "-"'; }
there() { sso ListAccountAssignments "\"PermissionSetArn\":\"$S\",\"AccountId\":\"$A\"" | jq '.AccountAssignments | length'; }
outdated() { sso ListAccountsForProvisionedPermissionSet "\"PermissionSetArn\":\"$S\",\"ProvisioningStatus\":\"LATEST_PERMISSION_SET_NOT_PROVISIONED\"" | jq '.AccountIds | length'; }
created "$(create)"
there
created "$(create)" | sed 's/ .*//'
there
created "$(create)"
there
sso UpdatePermissionSet "\"PermissionSetArn\":\"$S\",\"SessionDuration\":\"PT2H\"" >/dev/null
provisioned "$(provision)"
outdated
provisioned "$(provision)"
outdated
deleted "$(delete)"
there
deleted "$(delete)"
there
X
out_is <<'X'
FAILED
Received a 404: NoSuchEntity: "role": 1=2
0
FAILED
Received
0
SUCCEEDED
-
1
FAILED
a:b
1
SUCCEEDED
-
0
FAILED
Not now
1
SUCCEEDED
-
0
X

# --- several rules, and rules that come and go ---
sim --fault 'List*:nth=2:error=First' --fault 'ListInstances:error=Second' --fault '*:error=Third' <<'X'
refused sso ListInstances
refused sso ListInstances
refused sso ListInstances
refused org ListRoots
refused org DescribeOrganization
curl -sS "$IDC_SIM/faults"
no_faults
curl -sS "$IDC_SIM/faults"
refused sso ListInstances
printf 'ListInstances:nth=1:error=One\n\nListInstances:error=Two\r\n' | curl -sS --data-binary @- "$IDC_SIM/faults"
curl -sS "$IDC_SIM/faults"
refused sso ListInstances
refused sso ListInstances
faults ListRoots:error=More
refused org ListRoots
curl -sS "$IDC_SIM/faults"
X
out_is <<'X'
Second
First
Second
Third
Third
List*:nth=2:error=First matched=4 fired=1
ListInstances:error=Second matched=3 fired=2
*:error=Third matched=5 fired=2
ListInstances:nth=1:error=One matched=0 fired=0
ListInstances:error=Two matched=0 fired=0
One
Two
More
ListInstances:nth=1:error=One matched=2 fired=1
ListInstances:error=Two matched=2 fired=1
ListRoots:error=More matched=1 fired=1
X
sim <<'X'
printf 'ListInstances:error=One\nListInstances:nowhere\nListRoots:error=Two\n' | curl -sS -w '%{http_code}\n' --data-binary @- "$IDC_SIM/faults"
curl -sS "$IDC_SIM/faults"
X
out_has "'nowhere' is no condition and no action"
out_has 400
out_lacks 'matched'
out_lacks ListRoots

# --- the programs get through ---
cd "$T" || exit 1
cp -R "$TOP/templates/permissionsets" "$TOP/templates/assignments" .
assigned() { jq -c 'select(.Kind == "AccountAssignment") | [.AccountId, .PermissionSetName, .PrincipalId]' "$1"; }
sim --speed 100 --save after --fault 'ListPermissionSets:nth=1:truncate' <<'X'
idc-validate -q permissionsets assignments | idc-resolve -q >resolved 2>warnings
idc-plan -q resolved >plan
idc-apply -q plan >results
X
assigned after >wanted
ok 'something is assigned' grep -q 555566667777 wanted
for rule in '*:every=10:throttle' '*:every=7:reset' 'Create*:every=3:reset-after'; do
	sim --speed 100 --save after --fault "$rule" <<'X'
idc-apply -q plan >results
X
	assigned after >got
	ok "$rule: all was done" cmp wanted got
	ok "$rule: it was carried out" test "$(count '# faults')" -gt 0
done

# --- what is wrong with a rule ---
# bad TEXT RULE...: each of the rules is refused with TEXT, in which RULE stands for it.
bad() {
	text=$1
	shift
	: >"$T/wrong"
	for rule in "$@"; do
		said=$text
		case $text in
		*RULE*) said=${text%%RULE*}${rule#\*:}${text#*RULE} ;;
		esac
		idc-sim --fault "$rule" -- echo started >"$T/said" 2>&1
		status=$?
		if [ $status -ne 2 ] || grep -q '^started' "$T/said" || ! grep -qF -e "$said" "$T/said"; then
			{
				echo "$rule: $status"
				cat "$T/said"
			} >>"$T/wrong"
		fi
	done
	is "refused: $text" "$(cat "$T/wrong")" ''
}
bad "is no operation" Nope:reset 'nope*:reset' listinstances:reset ListInstance:reset 'sso/ListRoots:reset' \
	'sso-admin/ListInstances:reset' 's3/*:reset' /ListRoots:reset sso/:reset :reset ''
bad "--fault: an action has to follow, as in RULE:throttle" ListInstances 'sso/List*'
bad "'RULE': an action has to follow" '*:nth=1' '*:after=1h'
bad "'every=2': an action has to follow" '*:nth=1:every=2'
bad "'RULE': the condition has no such value" '*:nth=0:reset' '*:nth=:reset' '*:nth:reset' '*:nth=x:reset' '*:nth=-3:reset' \
	'*:nth=2-x:reset' '*:nth=1.5:reset' '*:every=0:reset' '*:every=:reset' '*:every:reset' '*:every=-1:reset' '*:p=2:reset' \
	'*:p=-1:reset' '*:p=x:reset' '*:p=:reset' '*:p:reset' '*:p=nan:reset' '*:p=0.5x:reset' '*:after=5:reset' '*:after=:reset' \
	'*:after:reset' '*:until=x:reset' '*:until=-1h:reset' '*:input=:reset' '*:input:reset'
bad "'RULE': the action has no such form" '*:error' '*:error=' '*:error=X/200' '*:error=X/399' '*:error=X/600' '*:error=X/' \
	'*:error=X/y' '*:error=/500' '*:throttle=' '*:throttle=x' '*:throttle=-1' '*:throttle=1.5' '*:internal=1' \
	'*:unavailable=503' '*:denied=x' '*:expired=' '*:reset=1' '*:reset-after=1' '*:stall=1s' '*:stall-after=1s' \
	'*:truncate=1' '*:garbage=x' '*:drip=' '*:drip=5' '*:delay' '*:delay=' '*:delay=5' '*:async=' '*:reset:nth=1' \
	'*:throttle:every=2' '*:denied:'
bad "'RULE' is no condition and no action: conditions are nth, every, p, after, until and input, actions error, throttle, internal, unavailable, denied, expired, unseen, reset, reset-after, stall, stall-after, truncate, garbage, drip, delay and async" \
	'*:now' '*:nth =1' '*:RESET' '*:resets' '*:'
