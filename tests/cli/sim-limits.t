#!/bin/sh
# idc-sim's limits: rates, quotas, policies that AWS has, --legacy, and what is needed.
# shellcheck disable=SC2016 # the variables belong to the scripts that run below idc-sim
. "${0%/*}/../lib.sh"
. "${0%/*}/sim.sh"

# --- rates ---
# many SERVICE OPERATION NUMBER [INPUT]: so many at once, and how many of them were throttled.
cat >"$T/many" <<'X'
many() {
	i=0
	while [ $i -lt "$3" ]; do
		i=$((i + 1))
		echo "{\"s\":\"$1\",\"o\":\"$2\",\"i\":${4-"{}"}}"
	done | ask | jq -r '.__type // "done"' | sort | uniq -c | awk '{ print $2, $1 }'
}
directory="{\"IdentityStoreId\":\"$D\"}"
X
# by_the_log: which requests of the log a token a second and at most five of them (Identity
# Center), or one (Organizations), let pass: "RequestId Status" where that is not what was done.
by_the_log() {
	jq -rs '{ sso: 5, organizations: 1 } as $full |
		foreach .[] as $r ({ tokens: $full, at: {} };
			(if $r.Service == "identitystore" then "sso" else $r.Service end) as $s |
			.tokens[$s] = ([.tokens[$s] + ($r.Milliseconds - (.at[$s] // 0)) / 1000, $full[$s]] | min) |
			.at[$s] = $r.Milliseconds | .passes = (.tokens[$s] >= 1) |
			if .passes then .tokens[$s] -= 1 else . end;
			select(.passes != ($r.Status == 200)) | "\($r.RequestId) \($r.Status)")' "$T/log"
}
sim --tps 1 --burst 5 --tps organizations=1 <<'X'
. "$T/many"
echo "$IDC_TPS"
many sso ListInstances 20
many identitystore ListGroups 10 "$directory"
many organizations ListRoots 20
clock 2s
many identitystore ListGroups 20 "$directory"
clock 10h
many identitystore ListGroups 20 "$directory"
many organizations ListRoots 20
X
is 'they pass as there are tokens' "$(by_the_log)" ''
is 'five at once in the beginning' "$(jq -s 'map(.Status)[:5] | tostring' "$T/log")" '"[200,200,200,200,200]"'
n=$(jq -s 'map(select(.Status != 200)) | length' "$T/log")
ok "$n of 110 are throttled" test "$n" -gt 60
is 'in the words of the service' "$(jq -r 'select(.Code) | "\(.Service) \(.Code)"' "$T/log" | sort -u | tr '\n' ' ')" \
	'identitystore ThrottlingException organizations TooManyRequestsException sso ThrottlingException '
is 'all are counted' "$(count '# total')" 110
is 'and those that were throttled' "$(count '# throttled')" "$(jq -s 'map(select(.Code == "ThrottlingException" or .Code == "TooManyRequestsException")) | length' "$T/log")"
is 'those that passed were needed' "$(count '# needed')" 3
sim --tps organizations=1000 --burst organizations=3 --tps access-analyzer=1 --tps iam=1 --tps sts=1 <<'X'
. "$T/many"
echo "$IDC_TPS"
many sso ListInstances 30
many identitystore ListGroups 30 "$directory"
p='{"policyType":"IDENTITY_POLICY","policyDocument":"{}"}'
export AWS_MAX_ATTEMPTS=1
# until_refused CALL: asked until it is too often, at most a hundred times.
until_refused() {
	i=0
	while [ $i -lt 100 ] && "$@" >/dev/null 2>"$T/why"; do i=$((i + 1)); done
	sed 's/: .*//' "$T/why"
}
until_refused awscall accessanalyzer ValidatePolicy "$p"
until_refused awscall iam ListPolicies '{"MaxItems":1}'
until_refused awscall sts GetCallerIdentity
X
out_is <<'X'
0
done 30
done 30
ThrottlingException
Throttling
Throttling
X
for options in '--tps 20/20' '--tps sso=7/7' '--tps iam=5/0' '--tps 3 --tps 4/4' '--burst 9/0'; do
	# shellcheck disable=SC2086
	run 0 idc-sim ${options%/*} -- sh -c 'echo $IDC_TPS'
	is "IDC_TPS of ${options%/*}" "$(cat "$out")" "${options#*/}"
done

# --- values ---
for bad in '--tps s3=1' '--tps sso=' '--tps =1' '--tps sso=x' '--tps -1' '--burst 0' '--burst iam=0' '--burst s3=1' '--speed 0' '--speed 10001' \
	'--speed 1.5' '--lag x' '--latency 5' '--jitter x' '--async 5s-1s' '--async 1s-' '--async -1s' '--async 1s-2s-3s' '--skew x' '--skew --1m' \
	'--quota sets=1' '--quota policies' '--quota policies=x' '--quota =1' '--seed x' '--seed -1'; do
	# shellcheck disable=SC2086
	idc-sim $bad -- echo started >"$T/said" 2>&1
	echo "$? $(grep -c started "$T/said") $(grep -c "error: ${bad%% *}: '.*' is not" "$T/said") $bad"
done | grep -v '^2 0 1 ' >"$T/wrong"
is 'values that are none' "$(cat "$T/wrong")" ''

# --- quotas ---
sim --quota permission-sets=2 --quota permission-sets-per-account=1 --quota policies=3 --async 0 <<'X'
S=$(new_set One)
Z=$(new_set Two)
refused sso CreatePermissionSet '"Name":"Three"'
G=$(group Developers)
done_or() { "$@" >"$T/o" 2>"$T/e" && echo done || sed 's/: .*//' "$T/e"; }
done_or sso CreateAccountAssignment "$(assignment "$S" 555566667777 "$G")"
done_or sso CreateAccountAssignment "$(assignment "$S" 555566667777 "$(group Billing)")"
done_or sso CreateAccountAssignment "$(assignment "$Z" 555566667777 "$G")"
done_or sso CreateAccountAssignment "$(assignment "$Z" 555566668888 "$G")"
for g in Developers Billing; do
	done_or sso DeleteAccountAssignment "$(assignment "$S" 555566667777 "$(group $g)")"
done
done_or sso CreateAccountAssignment "$(assignment "$Z" 555566667777 "$G")"
for p in ReadOnlyAccess AdministratorAccess SecurityAudit PowerUserAccess; do
	done_or sso AttachManagedPolicyToPermissionSet "\"PermissionSetArn\":\"$S\",\"ManagedPolicyArn\":\"arn:aws:iam::aws:policy/$p\""
done
done_or sso DetachManagedPolicyFromPermissionSet "\"PermissionSetArn\":\"$S\",\"ManagedPolicyArn\":\"arn:aws:iam::aws:policy/ReadOnlyAccess\""
done_or sso AttachManagedPolicyToPermissionSet "\"PermissionSetArn\":\"$S\",\"ManagedPolicyArn\":\"arn:aws:iam::aws:policy/PowerUserAccess\""
sso DeletePermissionSet "\"PermissionSetArn\":\"$S\"" >/dev/null
done_or sso CreatePermissionSet '"Name":"Three"'
X
out_is <<'X'
ServiceQuotaExceededException
done
done
ServiceQuotaExceededException
done
done
done
done
done
done
done
ServiceQuotaExceededException
done
done
done
X

# --- what AWS may have ---
cat >"$T/policies" <<'X'
S=$(sso ListPermissionSets | jq -r '.PermissionSets[0]')
[ "$S" != null ] || S=$(new_set Ops)
done_or() { "$@" >"$T/o" 2>"$T/e" && echo done || sed 's/: .*//' "$T/e"; }
for p in ReadOnlyAccess job-function/Billing Billing NoSuchPolicy readonlyaccess OfThisState; do
	done_or sso AttachManagedPolicyToPermissionSet "\"PermissionSetArn\":\"$S\",\"ManagedPolicyArn\":\"arn:aws:iam::aws:policy/$p\""
done
done_or sso PutPermissionsBoundaryToPermissionSet "\"PermissionSetArn\":\"$S\",\"PermissionsBoundary\":{\"ManagedPolicyArn\":\"arn:aws:iam::aws:policy/NoSuchPolicy\"}"
X
none=ResourceNotFoundException
sim <"$T/policies"
is 'managed policies that AWS has' "$(tr '\n' ' ' <"$out")" "done done $none $none $none $none $none "
sim --any-policy <"$T/policies"
is 'any of them' "$(tr '\n' ' ' <"$out")" 'done done done done done done done '
sed '$d' "$sample" >"$T/known"
printf '{"Kind":"PermissionSet","Name":"%s","ManagedPolicies":[%s]}\n' \
	Old '"arn:aws:iam::aws:policy/OfThisState"' New '' >>"$T/known"
echo "{\"Kind\":\"End\",\"Stream\":\"state\",\"Count\":$(($(wc -l <"$T/known") - 1))}" >>"$T/known"
sample=$T/known
sim <"$T/policies"
is 'what the state has' "$(tr '\n' ' ' <"$out")" "done done $none $none $none done $none "
sample=$TOP/tests/data/org-sample.ndjson

# --- as it was before State ---
cat >"$T/legacy" <<'X'
shape() { jq -c '[.Status, .State, (.Paths | type)]'; }
org ListAccounts | jq -c '.Accounts[] | select(.Name == "old-shop" or .Name == "audit")' | shape
org ListAccountsForParent '"ParentId":"ou-a1b2-suspend1"' | jq '.Accounts[]' | shape
json organizations DescribeAccount '{"AccountId":"777788889999"}' | jq .Account | shape
json organizations ListDelegatedAdministrators '{}' | jq '.DelegatedAdministrators[0]' | jq -c '[.Status, .State]'
org ListOrganizationalUnitsForParent '"ParentId":"r-a1b2"' | jq -c '[.OrganizationalUnits[] | .Path | type] | unique'
X
sim <"$T/legacy"
out_is <<'X'
[null,"ACTIVE","array"]
[null,"SUSPENDED","array"]
[null,"SUSPENDED","array"]
[null,"SUSPENDED","array"]
[null,"ACTIVE"]
["string"]
X
sim --legacy <"$T/legacy"
sed -i '$d' "$out"
out_is <<'X'
["ACTIVE",null,"null"]
["SUSPENDED",null,"null"]
["SUSPENDED",null,"null"]
["SUSPENDED",null,"null"]
["ACTIVE",null]
X

# --- what nobody could do without ---
# needs WANTED TOTAL LABEL: by the calls of the script before.
needs() {
	is "$3" "$(count '# needed') of $(count '# total')" "$1 of $2"
}
sim <<'X'
for i in 1 2 3 4 5; do sso ListInstances >/dev/null; done
X
needs 1 5 'the same question'
sim <<'X'
for g in Developers Billing Developers; do group $g >/dev/null; done
for g in Nobody Nobody; do refused group $g; done
org ListAccounts >/dev/null
X
needs 4 6 'other questions, and one whose answer is that there is none'
sim <<'X'
for n in A B C; do new_set $n >/dev/null; done
refused sso CreatePermissionSet '"Name":"A"'
refused sso CreatePermissionSet '"Name":"a b"'
echo "{\"s\":\"sso\",\"o\":\"ListPermissionSets\",\"i\":{\"InstanceArn\":\"$I\",\"MaxResults\":1}}" | ask_all | wc -l
X
needs 4 8 'three writes that were done, three pages that could be one'
sim --async 0 --fault 'CreateAccountAssignment:nth=1:throttle' --fault 'ListGroups:nth=1:internal' --fault 'ListUsers:nth=1:denied' <<'X'
S=$(new_set Ops)
G=$(group Developers)
refused sso CreateAccountAssignment "$(assignment "$S" 555566667777 "$G")"
for a in 555566667777 555566668888; do
	R=$(sso CreateAccountAssignment "$(assignment "$S" $a "$G")" | jq -r .AccountAssignmentCreationStatus.RequestId)
	for i in 1 2 3; do
		sso DescribeAccountAssignmentCreationStatus "\"AccountAssignmentCreationRequestId\":\"$R\"" >/dev/null
	done
done
refused store ListGroups
refused store ListUsers
store ListGroups >/dev/null
X
needs 6 14 'a set, a group, two assignments, their outcomes, the groups'
run 0 idc-sim --generate accounts=120,groups=3,permission-sets=250 --save "$T/large" -- true
sample=$T/large
sim --async 0 <<'X'
echo "{\"s\":\"sso\",\"o\":\"ListPermissionSets\",\"i\":{\"InstanceArn\":\"$I\",\"MaxResults\":30}}" | ask_all | wc -l
echo '{"s":"organizations","o":"ListAccounts","i":{"MaxResults":15}}' | ask_all | wc -l
X
needs 9 17 'the pages of a large organization'
sim --async 0 --caller "$(jq -r 'select(.Kind == "Instance") | .ManagementAccountId' "$T/large")" <<'X'
jq -c --arg I "$I" -n '[inputs] as $all |
	[$all[] | select(.Kind == "Account") | .Id][:101][] |
	{ s: "sso", o: "CreateAccountAssignment", i: { InstanceArn: $I, TargetId: ., TargetType: "AWS_ACCOUNT", PrincipalType: "GROUP",
		PermissionSetArn: first($all[] | select(.Kind == "PermissionSet") | .PermissionSetArn),
		PrincipalId: first($all[] | select(.Kind == "Group") | .GroupId) } }' "$T/large" | ask | grep -c IN_PROGRESS
X
out_is <<'X'
101
X
needs 103 101 'outcomes by the hundred'
