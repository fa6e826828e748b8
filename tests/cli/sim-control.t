#!/bin/sh
# idc-sim's own interface: the state, edits as in the console, faults, calls and the clock.
# shellcheck disable=SC2016 # the variables belong to the scripts that run below idc-sim
. "${0%/*}/../lib.sh"
. "${0%/*}/sim.sh"

# What all scripts below use: edit_one OPERATION MEMBERS [SERVICE] shows the answer's Response or
# the code of its Error, and saved the record of the state that jq selects.
cat >"$T/edits" <<'X'
edit_one() {
	echo "{\"Operation\":\"$1\",\"Request\":{$2}${3:+,\"Service\":\"$3\"}}" | edit >"$T/edited"
	jq -c 'if .Operation then .Response // .Error.Code else . end' "$T/edited"
}
response() { jq -r ".Response.$1" "$T/edited"; }
saved() { state | jq -c "$1"; }
X

# --- the state ---
sim --save "$T/saved" <<'X'
S=$(new_set Ops)
sso TagResource "\"ResourceArn\":\"$S\",\"Tags\":[{\"Key\":\"a\",\"Value\":\"1\"}]" >/dev/null
for a in 444455556666 555566667777; do
	printf '{"Operation":"CreateAccountAssignment","Request":{%s}}\n' "$(assignment "$S" $a "$(group Developers)")"
done | edit >/dev/null
curl -sS -D "$T/headers" "$IDC_SIM/state" >"$T/state"
tr -d '\r' <"$T/headers" | grep -i '^content-type'
X
out_is <<'X'
Content-Type: application/x-ndjson
X
rest() { jq -c 'del(select(.Kind == "Begin").Time)' "$1"; }
rest "$T/saved" >"$T/a"
rest "$T/state" >"$T/b"
ok 'GET /state is what --save writes' cmp "$T/a" "$T/b"
is 'the assignments are in it' "$(grep -c '"Kind":"AccountAssignment"' "$T/b")" 2
run 0 idc-sim --state "$T/state" --save "$T/again" -- true
rest "$T/again" >"$T/b"
ok 'it can be loaded' cmp "$T/a" "$T/b"

# What is under way is no part of it yet.
sim --async 1h --save "$T/saved" <<'X'
S=$(new_set Ops)
sso CreateAccountAssignment "$(assignment "$S" 555566667777 "$(group Developers)")" >/dev/null
state | grep -c AccountAssignment
clock 1h
state | grep -c AccountAssignment
sso CreateAccountAssignment "$(assignment "$S" 555566668888 "$(group Developers)")" >/dev/null
state | grep -c AccountAssignment
X
out_is <<'X'
0
1
1
X
is 'but what is saved in the end' "$(grep -c AccountAssignment "$T/saved")" 2

# --- edits: the directory ---
sim <<'X'
. "$T/edits"
edit_one CreateGroup '"DisplayName":"Guests"' | jq -c keys
G=$(response GroupId)
edit_one CreateUser '"UserName":"guest@example.com","DisplayName":"Guest"' | jq -c keys
U=$(response UserId)
[ "$G" = "$(group Guests)" ] && [ "$U" = "$(user guest@example.com)" ] && echo found
edit_one CreateGroup '"DisplayName":"Guests"'
edit_one CreateUser '"UserName":"guest@example.com"'
edit_one CreateGroup '"IdentityStoreId":"d-0000000000","DisplayName":"Elsewhere"'
edit_one CreateGroupMembership "\"GroupId\":\"$G\",\"MemberId\":{\"UserId\":\"$U\"}" | jq -c keys
M=$(response MembershipId)
edit_one CreateGroupMembership "\"GroupId\":\"$G\",\"MemberId\":{\"UserId\":\"$U\"}"
edit_one CreateGroupMembership "\"GroupId\":\"$U\",\"MemberId\":{\"UserId\":\"$U\"}"
saved "select(.UserName == \"guest@example.com\") | [.DisplayName, .Groups == [\"$G\"]]"
edit_one DeleteGroupMembership "\"MembershipId\":\"$M\""
edit_one DeleteGroupMembership "\"MembershipId\":\"$M\""
saved 'select(.UserName == "guest@example.com") | .Groups'
edit_one DeleteUser "\"UserId\":\"$U\""
edit_one DeleteUser "\"UserId\":\"$U\""
edit_one DeleteGroup "\"GroupId\":\"$G\""
edit_one DeleteGroup "\"GroupId\":\"$G\""
refused group Guests
refused user guest@example.com
state | grep -c -i guest
# A group takes its memberships with it.
edit_one DeleteGroup "\"GroupId\":\"$(group Developers)\""
saved 'select(.Kind == "User") | select(.Groups | length != 1) | [.UserName, .Groups]'
X
out_is <<'X'
["GroupId","IdentityStoreId"]
["IdentityStoreId","UserId"]
found
"ConflictException"
"ConflictException"
"ResourceNotFoundException"
["IdentityStoreId","MembershipId"]
"ConflictException"
"ResourceNotFoundException"
["Guest",true]
{}
"ResourceNotFoundException"
null
{}
"ResourceNotFoundException"
{}
"ResourceNotFoundException"
ResourceNotFoundException
ResourceNotFoundException
0
{}
["sam@example.com",null]
X

# Deleted and made again: another one, and what was assigned stays behind.
sim --save "$T/orphaned" <<'X'
. "$T/edits"
S=$(new_set Ops)
A=555566667777
for round in 1 2; do
	G=$(group Developers)
	edit_one CreateAccountAssignment "$(assignment "$S" $A "$G")" >/dev/null
	edit_one DeleteGroup "\"GroupId\":\"$G\""
	refused store DescribeGroup "\"GroupId\":\"$G\""
	edit_one CreateGroup '"DisplayName":"Developers"' >/dev/null
	[ "$(group Developers)" != "$G" ] && echo "another one $round"
done
edit_one CreateAccountAssignment "$(assignment "$S" $A "$(group Developers)")" >/dev/null
U=$(user kim@example.com)
edit_one CreateAccountAssignment "$(assignment "$S" $A "$U" USER)" >/dev/null
edit_one DeleteUser "\"UserId\":\"$U\""
sso ListAccountAssignments "\"PermissionSetArn\":\"$S\",\"AccountId\":\"$A\"" | jq -c '.AccountAssignments | map(.PrincipalType)'
sso ListAccountAssignmentsForPrincipal "\"PrincipalId\":\"$U\",\"PrincipalType\":\"USER\"" | jq -c '.AccountAssignments | map(.AccountId)'
refused sso CreateAccountAssignment "$(assignment "$S" 666677778888 "$U" USER)"
saved 'select(.Kind == "AccountAssignment") | [.PrincipalType, .PrincipalName]' | sort
# An orphan can be taken away.
edit_one DeleteAccountAssignment "$(assignment "$S" $A "$U" USER)" | jq -r .AccountAssignmentDeletionStatus.Status
X
out_is <<'X'
{}
ResourceNotFoundException
another one 1
{}
ResourceNotFoundException
another one 2
{}
["GROUP","GROUP","GROUP","USER"]
["555566667777"]
ResourceNotFoundException
["GROUP","Developers"]
["GROUP",null]
["GROUP",null]
["USER",null]
SUCCEEDED
X
is 'the orphans are saved without a name' "$(jq -c 'select(.Kind == "AccountAssignment") | .PrincipalName' "$T/orphaned" | sort | tr '\n' ' ')" \
	'"Developers" null null '

# --- edits: the organization ---
sim <<'X'
. "$T/edits"
edit_one CreateOrganizationalUnit '"ParentId":"ou-a1b2-workload","Name":"Test","Tags":[{"Key":"a","Value":"b"}]' | jq -c '.OrganizationalUnit | [.Name, (.Path | sub("ou-a1b2-[0-9a-f]{8}/$"; ""))]'
U=$(response OrganizationalUnit.Id)
edit_one CreateOrganizationalUnit '"ParentId":"ou-a1b2-workload","Name":"Test"'
edit_one CreateOrganizationalUnit '"ParentId":"ou-a1b2-nothere1","Name":"Test"'
org ListTagsForResource "\"ResourceId\":\"$U\"" | jq -c .Tags
edit_one UpdateOrganizationalUnit "\"OrganizationalUnitId\":\"$U\",\"Name\":\"Dev\""
edit_one UpdateOrganizationalUnit "\"OrganizationalUnitId\":\"$U\",\"Name\":\"Try\"" | jq -r .OrganizationalUnit.Name
org ListOrganizationalUnitsForParent '"ParentId":"ou-a1b2-workload"' | jq -c '.OrganizationalUnits | map(.Name) | sort'
move() { edit_one MoveAccount "\"AccountId\":\"$1\",\"SourceParentId\":\"$2\",\"DestinationParentId\":\"$3\""; }
move 666677778888 ou-a1b2-sandbox1 "$U"
move 666677778888 ou-a1b2-sandbox1 "$U"
move 666677778888 "$U" ou-a1b2-nothere1
move 999999999999 "$U" ou-a1b2-sandbox1
move 666677778888 "$U" "$U"
org ListAccountsForParent "\"ParentId\":\"$U\"" | jq -r '.Accounts[] | .Name, .Paths[0]' | sed "s/$U/NEW/"
edit_one DeleteOrganizationalUnit "\"OrganizationalUnitId\":\"$U\""
edit_one DeleteOrganizationalUnit '"OrganizationalUnitId":"ou-a1b2-workload"'
move 666677778888 "$U" r-a1b2
edit_one DeleteOrganizationalUnit "\"OrganizationalUnitId\":\"$U\""
edit_one DeleteOrganizationalUnit "\"OrganizationalUnitId\":\"$U\""
saved 'select(.Id == "666677778888") | .ParentId'
state | grep -c '"Name":"Try"'
X
out_is <<'X'
["Test","o-a1b2c3d4e5/r-a1b2/ou-a1b2-workload/"]
"DuplicateOrganizationalUnitException"
"ParentNotFoundException"
[{"Key":"a","Value":"b"}]
"DuplicateOrganizationalUnitException"
Try
["Dev","Prod","Try"]
{}
"SourceParentNotFoundException"
"DestinationParentNotFoundException"
"AccountNotFoundException"
"DuplicateAccountException"
sandbox-1
o-a1b2c3d4e5/r-a1b2/ou-a1b2-workload/NEW/666677778888/
"OrganizationalUnitNotEmptyException"
"OrganizationalUnitNotEmptyException"
{}
{}
"OrganizationalUnitNotFoundException"
"r-a1b2"
0
X
sim <<'X'
. "$T/edits"
edit_one CreateAccount '"AccountName":"new","Email":"aws+new@example.com","Tags":[{"Key":"Env","Value":"test"}]' | jq -c '.CreateAccountStatus | [.State, .AccountName, (.AccountId | length)]'
A=$(response CreateAccountStatus.AccountId)
edit_one CreateAccount '"AccountName":"newer","Email":"aws+newer@example.com"' >/dev/null
[ "$(response CreateAccountStatus.AccountId)" != "$A" ] && echo 'another id'
saved "select(.Id == \"$A\") | [.Name, .Email, .State, .ParentId, .Tags]"
S=$(new_set Ops)
G=$(group Developers)
edit_one CreateAccountAssignment "$(assignment "$S" "$A" "$G")" | jq -r .AccountAssignmentCreationStatus.Status
edit_one CloseAccount "\"AccountId\":\"$A\""
edit_one CloseAccount "\"AccountId\":\"$A\""
edit_one CloseAccount '"AccountId":"111122223333"'
edit_one CloseAccount '"AccountId":"999999999999"'
saved "select(.Id == \"$A\") | .State != \"ACTIVE\""
edit_one CreateAccountAssignment "$(assignment "$S" "$A" "$(group Billing)")" | jq -r .AccountAssignmentCreationStatus.Status
saved 'select(.Kind == "AccountAssignment") | .PrincipalName'
edit_one CloseAccount '"AccountId":"1"'
# Tags of the organization, and those of Identity Center, by their Service.
edit_one TagResource '"ResourceId":"555566667777","Tags":[{"Key":"Env","Value":"none"},{"Key":"X","Value":""}]' organizations
edit_one TagResource '"ResourceId":"r-a1b2","Tags":[{"Key":"R","Value":"1"}]' organizations
edit_one TagResource '"ResourceId":"ou-a1b2-workload","Tags":[{"Key":"O","Value":"1"}]' organizations
edit_one UntagResource '"ResourceId":"555566667777","TagKeys":["Team"]' organizations
edit_one TagResource "\"ResourceArn\":\"$S\",\"Tags\":[{\"Key\":\"S\",\"Value\":\"1\"}]" sso
edit_one TagResource "\"ResourceArn\":\"$I\",\"Tags\":[{\"Key\":\"I\",\"Value\":\"1\"}]"
edit_one TagResource '"ResourceId":"999999999999","Tags":[]' organizations
edit_one TagResource '"ResourceId":"r-a1b2","Tags":[{"Key":"aws:R","Value":"1"}]' organizations
saved 'select(.Tags and (.Id == "555566667777" or .Kind == "Root" or .Kind == "Instance" or .Name == "Workloads" or .Name == "Ops")) | .Tags'
X
out_is <<'X'
["SUCCEEDED","new",12]
another id
["new","aws+new@example.com","ACTIVE","r-a1b2",{"Env":"test"}]
SUCCEEDED
{}
"AccountAlreadyClosedException"
"ConstraintViolationException"
"AccountNotFoundException"
true
FAILED
"Developers"
"InvalidInputException"
{}
{}
{}
{}
{}
{}
"TargetNotFoundException"
"InvalidInputException"
{"I":"1"}
{"R":"1"}
{"O":"1"}
{"Env":"none","X":""}
{"S":"1"}
X

# --- edits: Identity Center, at once whatever --async says, by the management account ---
sim --async 10h <<'X'
. "$T/edits"
edit_one CreatePermissionSet '"Name":"Ops","Description":"d","SessionDuration":"PT2H","Tags":[{"Key":"a","Value":"b"}]' | jq -c '.PermissionSet | [.Name, .SessionDuration]'
S=$(response PermissionSet.PermissionSetArn)
edit_one CreatePermissionSet '"Name":"Ops"'
P="\"PermissionSetArn\":\"$S\""
edit_one AttachManagedPolicyToPermissionSet "$P,\"ManagedPolicyArn\":\"arn:aws:iam::aws:policy/ReadOnlyAccess\""
edit_one AttachCustomerManagedPolicyReferenceToPermissionSet "$P,\"CustomerManagedPolicyReference\":{\"Name\":\"Deploy\"}"
edit_one PutInlinePolicyToPermissionSet "$P,\"InlinePolicy\":\"{\\\"Statement\\\":[]}\""
edit_one PutPermissionsBoundaryToPermissionSet "$P,\"PermissionsBoundary\":{\"ManagedPolicyArn\":\"arn:aws:iam::aws:policy/ReadOnlyAccess\"}"
G=$(group Developers)
edit_one CreateAccountAssignment "$(assignment "$S" 111122223333 "$G")" | jq -r .AccountAssignmentCreationStatus.Status
edit_one CreateAccountAssignment "$(assignment "$S" 111122223333 "$G")" | jq -r .AccountAssignmentCreationStatus.Status
saved 'select(.Kind == "AccountAssignment") | [.AccountName, .PrincipalName]'
edit_one UpdatePermissionSet "$P,\"SessionDuration\":\"PT3H\""
saved 'select(.Name == "Ops") | [.SessionDuration, .OutdatedAccounts, .ManagedPolicies, .CustomerManagedPolicies, .InlinePolicy, .PermissionsBoundary]'
edit_one ProvisionPermissionSet "$P,\"TargetType\":\"ALL_PROVISIONED_ACCOUNTS\"" | jq -r .PermissionSetProvisioningStatus.Status
saved 'select(.Name == "Ops") | .OutdatedAccounts'
edit_one DeletePermissionSet "$P"
edit_one DeleteAccountAssignment "$(assignment "$S" 111122223333 "$G")" | jq -r .AccountAssignmentDeletionStatus.Status
edit_one DeletePermissionSet "$P"
edit_one DeletePermissionSet "$P"
edit_one CreatePermissionSet '"InstanceArn":"arn:aws:sso:::instance/ssoins-0000000000000000","Name":"Else"'
state | grep -c -e '"PermissionSet"' -e AccountAssignment
X
out_is <<'X'
["Ops","PT2H"]
"ConflictException"
{}
{}
{}
{}
SUCCEEDED
SUCCEEDED
["management","Developers"]
{}
["PT3H",["111122223333"],["arn:aws:iam::aws:policy/ReadOnlyAccess"],[{"Name":"Deploy","Path":"/"}],{"Statement":[]},{"ManagedPolicyArn":"arn:aws:iam::aws:policy/ReadOnlyAccess"}]
SUCCEEDED
null
"ConflictException"
SUCCEEDED
{}
"ResourceNotFoundException"
"ResourceNotFoundException"
0
X
is 'edits are not calls' "$(count '# total')" 1
is 'nor in the log' "$(wc -l <"$T/log")" 1

# --- what ends the edits ---
sim <<'X'
group_named() { echo "{\"Operation\":\"CreateGroup\",\"Request\":{\"DisplayName\":\"$1\"}}"; }
post() { curl -sS -w '%{http_code}\n' --data-binary @- "$IDC_SIM/edits" | sed 's/"GroupId":"[^"]*"/"GroupId":"..."/'; }
{ group_named First; group_named Billing; group_named Third; } | post
{ group_named Second; echo 'no JSON'; group_named Third; } | post | tail -n 1
{ echo '{"Operation":"ListGroups","Request":{}}'; group_named Third; } | post | tail -n 1
{ echo '{"Operation":"CreateGroup","Service":"sso","Request":{"DisplayName":"Third"}}'; group_named Third; } | post | tail -n 1
{ echo '["CreateGroup"]'; group_named Third; } | post | tail -n 1
{ echo '{"Operation":"CreateGroup"}'; group_named Third; } | post | grep -o -e ValidationException -e '^400'
{ echo; printf '%s\r\n' "$(group_named Fourth)"; echo; } | post | tail -n 1
printf '%s' "$(group_named Fifth)" | post | tail -n 1
post </dev/null
state | jq -r 'select(.Kind == "Group") | .DisplayName' | grep -e First -e Second -e Third -e Fourth -e Fifth
X
out_is <<'X'
{"Operation":"CreateGroup","Response":{"GroupId":"...","IdentityStoreId":"d-9067a1b2c3"}}
{"Operation":"CreateGroup","Error":{"Code":"ConflictException","Message":"Duplicate DisplayName"}}
400
400
400
400
400
ValidationException
400
200
200
200
Fifth
First
Fourth
Second
X

# --- no such thing ---
sim <<'X'
as() { curl -sS -o "$T/said" -w '%{http_code}' "$@"; echo " $(grep -c 'GET /_sim/state' "$T/said")"; }
as "$IDC_SIM"
as "$IDC_SIM/"
as "$IDC_SIM/nothing"
as "$IDC_SIM/state/"
as -X POST -d x "$IDC_SIM/state"
as -X DELETE "$IDC_SIM/state"
as "$IDC_SIM/edits"
as -X PUT -d 'ListRoots:reset' "$IDC_SIM/faults"
as -X POST -d x "$IDC_SIM/calls"
as "$IDC_SIM/clock"
as -X DELETE "$IDC_SIM/clock"
X
is 'paths and methods that are none' "$(sort -u "$out")" '404 1'
is 'eleven of them' "$(wc -l <"$out")" 11

# --- calls, from nothing ---
sim <<'X'
. "$T/edits"
sso ListInstances >/dev/null
refused org ListTagsForResource '"ResourceId":"999999999999"'
curl -sS -o /dev/null "$AWS_ENDPOINT_URL/"
calls >"$T/before"
head -n 6 "$T/before"
curl -sS -X DELETE "$IDC_SIM/calls"
calls | head -n 5
sso ListInstances >/dev/null
calls | head -n 2
calls | grep needed
calls >"$T/now"
X
out_is <<'X'
TargetNotFoundException
organizations ListTagsForResource 1
sso ListInstances 1
# total 2
# throttled 0
# refused 1
# faults 0
# total 0
# throttled 0
# refused 0
# faults 0
# peak-outstanding 0
sso ListInstances 1
# total 1
# needed 1
X
ok 'GET /calls is what --calls writes' cmp "$T/now" "$T/calls"

# --- the clock ---
sim --async 1h <<'X'
S=$(new_set Ops)
R=$(sso CreateAccountAssignment "$(assignment "$S" 555566667777 "$(group Developers)")" | jq -r .AccountAssignmentCreationStatus.RequestId)
status() { sso DescribeAccountAssignmentCreationStatus "\"AccountAssignmentCreationRequestId\":\"$R\"" | jq -r .AccountAssignmentCreationStatus.Status; }
status
clock 59m
status
clock 1m
status
for bad in '' soon 5 -1h 1d '1 h' '1h 1h'; do
	[ "$(curl -sS -o "$T/said" -w '%{http_code}' --data-binary "$bad" "$IDC_SIM/clock")" = 400 ] && grep -q duration "$T/said" && echo no
done
clock 0
clock 500ms
X
out_is <<'X'
IN_PROGRESS
IN_PROGRESS
SUCCEEDED
no
no
no
no
no
no
X
sim <<'X'
for h in 1 1 1; do
	org ListRoots >/dev/null
	clock ${h}h
done
org ListRoots >/dev/null
S=$(new_set Ops)
sso DescribePermissionSet "\"PermissionSetArn\":\"$S\"" | jq -r .PermissionSet.CreatedDate >"$T/created"
X
is 'the log has the time' "$(jq -s 'map(.Milliseconds / 3600000 | floor) | tostring' "$T/log")" '"[0,1,2,3,3,3]"'
ahead=$(($(cat "$T/created") - $(date +%s)))
ok "so have dates: $ahead" test "$ahead" -gt 10700 -a "$ahead" -le 10800

# Credentials of roles come to their end.
sim <<'X'
assume() {
	AWS_MAX_ATTEMPTS=1 awscall sts AssumeRole "{\"RoleArn\":\"arn:aws:iam::$1:role/Deploy\",\"RoleSessionName\":\"test\",\"DurationSeconds\":$2}" >"$T/role"
	AWS_ACCESS_KEY_ID=$(jq -r .Credentials.AccessKeyId "$T/role")
	AWS_SECRET_ACCESS_KEY=$(jq -r .Credentials.SecretAccessKey "$T/role")
	AWS_SESSION_TOKEN=$(jq -r .Credentials.SessionToken "$T/role")
	export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
}
who() { awscall sts GetCallerIdentity | jq -c '[.Account, .Arn]'; }
said() { json organizations ListRoots '{}' | jq -r '.__type // .Roots[0].Id'; }
(
	assume 111122223333 900
	who
	said
	clock 14m
	said
	clock 1m
	said
	query sts 'Action=GetCallerIdentity&Version=2011-06-15' | grep -o '<Code>.*</Code>'
	AWS_MAX_ATTEMPTS=1 refused awscall organizations ListRoots
)
who
said
AWS_MAX_ATTEMPTS=1 refused assume 999999999999 900
X
out_is <<'X'
["111122223333","arn:aws:sts::111122223333:assumed-role/Deploy/test"]
r-a1b2
r-a1b2
ExpiredTokenException
<Code>ExpiredToken</Code>
ExpiredTokenException
["222233334444","arn:aws:sts::222233334444:assumed-role/pipeline/session"]
r-a1b2
AccessDenied
X

# --- who may do that without this interface ---
cat >"$T/others" <<'X'
said() { json "$@" | jq -r '.__type // "done"'; }
said organizations MoveAccount '{"AccountId":"666677778888","SourceParentId":"ou-a1b2-sandbox1","DestinationParentId":"r-a1b2"}'
said organizations CreateOrganizationalUnit '{"ParentId":"r-a1b2","Name":"New"}'
said organizations UpdateOrganizationalUnit '{"OrganizationalUnitId":"ou-a1b2-sandbox1","Name":"Else"}'
said organizations DeleteOrganizationalUnit '{"OrganizationalUnitId":"ou-a1b2-sandbox1"}'
said organizations CreateAccount '{"AccountName":"new","Email":"aws+new@example.com"}'
said organizations CloseAccount '{"AccountId":"666677779999"}'
said organizations TagResource '{"ResourceId":"666677779999","Tags":[{"Key":"a","Value":"b"}]}'
said organizations UntagResource '{"ResourceId":"444455556666","TagKeys":["Env"]}'
said identitystore CreateGroup "{\"IdentityStoreId\":\"$D\",\"DisplayName\":\"New\"}"
S=$(new_set Ops)
said sso CreateAccountAssignment "{\"InstanceArn\":\"$I\",$(assignment "$S" 111122223333 "$(group New)")}"
printf '{"Operation":"CreateAccountAssignment","Request":{%s}}\n' "$(assignment "$S" 111122223333 "$(group Billing)")" | edit >/dev/null
P="\"InstanceArn\":\"$I\",\"PermissionSetArn\":\"$S\""
said sso UpdatePermissionSet "{$P,\"SessionDuration\":\"PT2H\"}"
said sso ProvisionPermissionSet "{$P,\"TargetType\":\"ALL_PROVISIONED_ACCOUNTS\"}"
said sso CreateAccountAssignment "{\"InstanceArn\":\"$I\",$(assignment "$S" 666677778888 "$(group New)")}"
said sso DeleteAccountAssignment "{\"InstanceArn\":\"$I\",$(assignment "$S" 111122223333 "$(group Billing)")}"
X
denied=AccessDeniedException
sim --async 0 --save "$T/saved" <"$T/others"
is 'what a delegated administrator may do' "$(tr '\n' ' ' <"$out")" \
	"$denied $denied $denied $denied $denied $denied $denied $denied done $denied $denied $denied $denied $denied "
places() { jq -c 'select(.Kind == "Account" or .Kind == "OrganizationalUnit") | [.Id, .Name, .ParentId, .Tags, .State // "ACTIVE"]' "$1" | sort; }
is 'nothing but that was done' "$(places "$T/saved")" "$(places "$sample")"
sim --async 0 --caller 111122223333 <"$T/others"
is 'what the management account may do' "$(tr '\n' ' ' <"$out")" \
	'done done done OrganizationalUnitNotEmptyException done done done done done done done done done done '
