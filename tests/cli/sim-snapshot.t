#!/bin/sh
# idc-sim: what is saved can be loaded, is saved the same again, and answers the same.
# shellcheck disable=SC2016 # the variables belong to the scripts that run below idc-sim
. "${0%/*}/../lib.sh"
. "${0%/*}/sim.sh"
cd "$T" || exit 1
cp -R "$TOP/templates/permissionsets" "$TOP/templates/assignments" .

# asked NAME [OPTION]...: everything is asked of the state $sample, and the state saved again.
asked() {
	name=$1
	shift
	sim --save "$name.ndjson" "$@" <<'X'
state >now
everything now >answers
X
	mv answers "$name.answers"
}

# --- the templates applied, and a person who did more ---
sim --save live.ndjson --async 0 <<'X'
idc-validate -q permissionsets assignments | idc-resolve -q >resolved 2>warnings
idc-plan -q resolved >plan && idc-apply -q plan >results
line() { printf '{"Operation":"%s","Request":{%s}%s}\n' "$1" "$2" "${3:+,\"Service\":\"$3\"}"; }
arn() { state | jq -r "select(.Kind == \"PermissionSet\" and .Name == \"$1\") | .PermissionSetArn"; }
{
	line CreatePermissionSet '"Name":"Mine","Description":"made by hand","SessionDuration":"PT8H","RelayState":"https://example.com/","Tags":[{"Key":"b","Value":"2"},{"Key":"a","Value":""}]'
	line CreatePermissionSet '"Name":"Empty"'
	line CreateGroup '"DisplayName":"Leaving"'
	line CreateGroup '"DisplayName":"Guests"'
	line CreateUser '"UserName":"leaving@example.com","DisplayName":"Somebody"'
	line CreateOrganizationalUnit '"ParentId":"ou-a1b2-workload","Name":"Test","Tags":[{"Key":"x","Value":"y"}]'
	line CreateAccount '"AccountName":"new","Email":"aws+new@example.com","Tags":[{"Key":"Env","Value":"test"}]'
	line MoveAccount '"AccountId":"666677778888","SourceParentId":"ou-a1b2-sandbox1","DestinationParentId":"r-a1b2"'
	line TagResource '"ResourceId":"r-a1b2","Tags":[{"Key":"of","Value":"the root"}]' organizations
	line TagResource '"ResourceId":"ou-a1b2-infra001","Tags":[{"Key":"of","Value":"a unit"}]' organizations
	line UntagResource '"ResourceId":"444455556666","TagKeys":["Team"]' organizations
	line UpdateOrganizationalUnit '"OrganizationalUnitId":"ou-a1b2-security","Name":"Safety"'
	line TagResource "\"ResourceArn\":\"$I\",\"Tags\":[{\"Key\":\"of\",\"Value\":\"the instance\"}]" sso
} | edit >edited
S=$(arn Mine)
P="\"PermissionSetArn\":\"$S\""
L=$(group Leaving)
U=$(user leaving@example.com)
{
	line PutInlinePolicyToPermissionSet "$P,\"InlinePolicy\":\"{\\\"Statement\\\":[{\\\"Effect\\\":\\\"Allow\\\",\\\"Action\\\":\\\"s3:Get*\\\",\\\"Resource\\\":\\\"*\\\"}]}\""
	line AttachManagedPolicyToPermissionSet "$P,\"ManagedPolicyArn\":\"arn:aws:iam::aws:policy/ReadOnlyAccess\""
	line AttachCustomerManagedPolicyReferenceToPermissionSet "$P,\"CustomerManagedPolicyReference\":{\"Name\":\"Deploy\",\"Path\":\"/corp/\"}"
	line PutPermissionsBoundaryToPermissionSet "$P,\"PermissionsBoundary\":{\"CustomerManagedPolicyReference\":{\"Name\":\"Edge\"}}"
	line CreateGroupMembership "\"GroupId\":\"$L\",\"MemberId\":{\"UserId\":\"$(user alex@example.com)\"}"
	line CreateGroupMembership "\"GroupId\":\"$(group Guests)\",\"MemberId\":{\"UserId\":\"$(user alex@example.com)\"}"
	line CreateAccountAssignment "$(assignment "$S" 111122223333 "$L")"
	for a in 444455556666 555566667777 666677778888; do
		line CreateAccountAssignment "$(assignment "$S" $a "$L")"
		line CreateAccountAssignment "$(assignment "$S" $a "$U" USER)"
		line CreateAccountAssignment "$(assignment "$S" $a "$(user kim@example.com)" USER)"
		line CreateAccountAssignment "$(assignment "$S" $a "$(group Guests)")"
	done
	line CloseAccount '"AccountId":"666677778888"'
	line UpdatePermissionSet "$P,\"SessionDuration\":\"PT4H\""
	line ProvisionPermissionSet "$P,\"TargetType\":\"AWS_ACCOUNT\",\"TargetId\":\"555566667777\""
	line AttachManagedPolicyToPermissionSet "\"PermissionSetArn\":\"$(arn Developer)\",\"ManagedPolicyArn\":\"arn:aws:iam::aws:policy/job-function/ViewOnlyAccess\""
	line DeleteGroup "\"GroupId\":\"$L\""
	line DeleteUser "\"UserId\":\"$U\""
} | edit >>edited
grep -c Error edited
state >now
everything now >answers
idc-plan -q resolved 2>warnings | jq -c 'select(.Kind == "Action")' >plan
X
out_is <<'X'
0
X
mv answers live.answers
mv plan live.plan
is 'what the templates say is in it' "$(jq -rs 'map(select(.Managed)) | length' live.ndjson)" 6
has() {
	n=$(jq -c "select($2)" live.ndjson | wc -l)
	ok "$1: $n" test "$n" -ge "$3"
}
has 'assignments' '.Kind == "AccountAssignment"' 30
has 'foreign sets' '.Kind == "PermissionSet" and (.Managed | not)' 2
has 'sets that are outdated somewhere' '.OutdatedAccounts' 2
has 'orphans' '.Kind == "AccountAssignment" and .PrincipalName == null' 7
has 'kinds with tags' '.Tags and (.Kind == "Instance" or .Kind == "Root" or .Name == "Test" or .Name == "new" or .Name == "Mine")' 5
is 'one account has what is new' "$(jq -c 'select(.Name == "Mine") | .OutdatedAccounts' live.ndjson)" '["111122223333","444455556666","666677778888"]'

sample=live.ndjson
asked first
ok 'saved again: the same bytes' cmp live.ndjson first.ndjson
# What is attached comes in any order.
any_order() { jq -c 'if .[0].o | test("^List.*Polic.*InPermissionSet$") then .[1][] |= sort else . end' "$1"; }
any_order live.answers >live.any
any_order first.answers >first.any
ok 'loaded, it answers as it did' cmp live.any first.any
n=$(wc -l <first.answers)
ok "that were $n answers" test "$n" -gt 250
is 'and hardly one that is an error' "$(jq -r '.[1].__type // empty' first.answers | sort | uniq -c | awk '{ print $2 }' | tr '\n' ' ')" 'InvalidInputException ResourceNotFoundException '
sample=first.ndjson
asked second --page 2
ok 'and again' cmp live.ndjson second.ndjson
ok 'in small pages it says the same' cmp first.answers second.answers
pages=$(jq -r 'select(.Request.NextToken) | .Operation' log | sort -u | wc -l)
ok "$pages lists took more than one" test "$pages" -ge 10
asked third --page 50 --caller 111122223333 --seed 99 --speed 100 --lag 1h
ok 'whatever else is said, with a lag, too' cmp first.answers third.answers
ok 'and saved the same' cmp live.ndjson third.ndjson
sim <<'X'
idc-plan -q resolved 2>warnings | jq -c 'select(.Kind == "Action")' >plan
X
ok 'a plan is the same' cmp live.plan plan
ok 'and there is something in it' test -s plan

# --- all that a state may have, in the order and the words of --save ---
cat >whole.ndjson <<'X'
{"Kind":"Begin","Stream":"state","Version":1,"Program":"idc-sim VERSION","Time":"2026-11-24T02:00:00Z"}
{"Kind":"Instance","InstanceArn":"arn:aws:sso:::instance/ssoins-7223d5a1c0e94b68","IdentityStoreId":"d-9067a1b2c3","OwnerAccountId":"222233334444","ManagementAccountId":"111122223333","Region":"eu-central-1","OrganizationId":"o-a1b2c3d4e5","Tags":{"I":"1"}}
{"Kind":"Root","Id":"r-a1b2","Arn":"arn:aws:organizations::111122223333:root/o-a1b2c3d4e5/r-a1b2","Name":"Root","Tags":{"R":"1"}}
{"Kind":"OrganizationalUnit","Id":"ou-a1b2-zzzzzzz1","Arn":"arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-a1b2-zzzzzzz1","Name":"Outer","ParentId":"r-a1b2","Tags":{"O":"1"}}
{"Kind":"OrganizationalUnit","Id":"ou-a1b2-aaaaaaa1","Arn":"arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-a1b2-aaaaaaa1","Name":"Inner \"é\"","ParentId":"ou-a1b2-zzzzzzz1"}
{"Kind":"Account","Id":"111122223333","Arn":"arn:aws:organizations::111122223333:account/o-a1b2c3d4e5/111122223333","Name":"management","Email":"aws+management@example.com","State":"ACTIVE","ParentId":"r-a1b2"}
{"Kind":"Account","Id":"222233334444","Arn":"arn:aws:organizations::111122223333:account/o-a1b2c3d4e5/222233334444","Name":"identity","Email":"aws+identity@example.com","State":"PENDING_CLOSURE","ParentId":"ou-a1b2-aaaaaaa1","Tags":{"Äpfel":"süß","a b":""}}
{"Kind":"Account","Id":"333344445555","Arn":"arn:aws:organizations::111122223333:account/o-a1b2c3d4e5/333344445555","Name":"old","Email":"aws+old@example.com","State":"CLOSED","ParentId":"ou-a1b2-zzzzzzz1"}
{"Kind":"Group","GroupId":"00000000-0000-4000-8000-000000000002","DisplayName":"A & B"}
{"Kind":"Group","GroupId":"00000000-0000-4000-8000-000000000001","DisplayName":"Zebras"}
{"Kind":"User","UserId":"9067a1b2c3-00000000-0000-4000-8000-000000000003","UserName":"alex@example.com","DisplayName":"Alex","Groups":["00000000-0000-4000-8000-000000000001","00000000-0000-4000-8000-000000000002"]}
{"Kind":"User","UserId":"00000000-0000-4000-8000-000000000004","UserName":"kim@example.com","DisplayName":"Kim"}
{"Kind":"PermissionSet","Name":"Foreign","PermissionSetArn":"arn:aws:sso:::permissionSet/ssoins-7223d5a1c0e94b68/ps-0000000000000002","SessionDuration":"PT1H","ManagedPolicies":[],"CustomerManagedPolicies":[],"Tags":{},"CreatedDate":"2020-01-02T03:04:05Z","Managed":false,"ProvisionedAccounts":0}
{"Kind":"PermissionSet","Name":"Ours","PermissionSetArn":"arn:aws:sso:::permissionSet/ssoins-7223d5a1c0e94b68/ps-0000000000000001","Description":"text","SessionDuration":"PT12H","RelayState":"https://example.com/?a=1&b=2","ManagedPolicies":["arn:aws:iam::aws:policy/AdministratorAccess","arn:aws:iam::aws:policy/NotOfAWS"],"CustomerManagedPolicies":[{"Name":"Deploy","Path":"/"},{"Name":"Deploy","Path":"/corp/"}],"PermissionsBoundary":{"ManagedPolicyArn":"arn:aws:iam::aws:policy/ReadOnlyAccess"},"InlinePolicy":{"Version":"2012-10-17","Statement":[{"Sid":"é","Effect":"Allow","Action":["s3:*"],"Resource":"*"}]},"Tags":{"SSOPipeline":"true","z":"1"},"CreatedDate":"2021-01-02T03:04:05Z","Managed":true,"ProvisionedAccounts":3,"OutdatedAccounts":["222233334444"]}
{"Kind":"AccountAssignment","AccountId":"111122223333","AccountName":"management","PermissionSetName":"Ours","PrincipalType":"GROUP","PrincipalId":"00000000-0000-4000-8000-000000000001","PrincipalName":"Zebras"}
{"Kind":"AccountAssignment","AccountId":"222233334444","AccountName":"identity","PermissionSetName":"Ours","PrincipalType":"GROUP","PrincipalId":"00000000-0000-4000-8000-00000000000a"}
{"Kind":"AccountAssignment","AccountId":"222233334444","AccountName":"identity","PermissionSetName":"Ours","PrincipalType":"GROUP","PrincipalId":"00000000-0000-4000-8000-000000000002","PrincipalName":"A & B"}
{"Kind":"AccountAssignment","AccountId":"222233334444","AccountName":"identity","PermissionSetName":"Ours","PrincipalType":"USER","PrincipalId":"00000000-0000-4000-8000-00000000000b"}
{"Kind":"AccountAssignment","AccountId":"222233334444","AccountName":"identity","PermissionSetName":"Ours","PrincipalType":"USER","PrincipalId":"9067a1b2c3-00000000-0000-4000-8000-000000000003","PrincipalName":"alex@example.com"}
{"Kind":"AccountAssignment","AccountId":"333344445555","AccountName":"old","PermissionSetName":"Ours","PrincipalType":"USER","PrincipalId":"00000000-0000-4000-8000-000000000004","PrincipalName":"kim@example.com"}
{"Kind":"End","Stream":"state","Count":19}
X
version=$(idc-sim --version | sed 's/.* //')
sed -i "s/VERSION/$version/" whole.ndjson
sample=whole.ndjson
asked first
ok 'a whole state comes out as it went in' cmp whole.ndjson first.ndjson
answer() { jq -cr "select(.[0].o == \"$1\" and (.[0].i | tostring | contains(\"$2\"))) | .[1] | $3" first.answers; }
is 'a date is kept' "$(answer DescribePermissionSet 0000000000000002 .PermissionSet.CreatedDate)" 1577934245
is 'an outdated account' "$(answer ListAccountsForProvisionedPermissionSet NOT_PROVISIONED .AccountIds | sort -u | tr '\n' ' ')" '["222233334444"] [] '
is 'an orphan' "$(answer ListAccountAssignments 222233334444 '.AccountAssignments[] | select(.PrincipalId | endswith("a")) | .PrincipalType')" GROUP
is 'tags' "$(answer ListTagsForResource 222233334444 .Tags)" '[{"Key":"a b","Value":""},{"Key":"Äpfel","Value":"süß"}]'
is 'through groups, too' "$(answer ListAccountAssignmentsForPrincipal 9067a1b2c3-00000000 '.AccountAssignments | map(.PrincipalId[-1:]) | join(" ")')" '3 2 1'
asked second --page 1
ok 'in pages of one it answers the same' cmp first.answers second.answers
ok 'nothing that is asked changes it' cmp whole.ndjson second.ndjson

# --- a state with only what has to be there, and several that follow each other ---
cat >least.ndjson <<'X'
{"Kind":"Begin","Stream":"state","Version":1,"Program":"t","Time":"2026-11-24T02:00:00Z"}
{"Kind":"Root","Id":"r-a1b2"}
{"Kind":"OrganizationalUnit","Id":"ou-a1b2-zzzzzzz1"}
{"Kind":"Account","Id":"222233334444","ParentId":"ou-a1b2-zzzzzzz1"}
{"Kind":"Account","Id":"111122223333"}
{"Kind":"Group","DisplayName":"Z"}
{"Kind":"Group","DisplayName":"A"}
{"Kind":"User","UserName":"z"}
{"Kind":"PermissionSet","Name":"Z","Managed":true,"CreatedDate":"2026-01-01T00:00:00Z"}
{"Kind":"PermissionSet","Name":"A","CreatedDate":"2026-01-01T00:00:00Z"}
{"Kind":"AccountAssignment","AccountId":"222233334444","PermissionSetName":"Z","PrincipalType":"USER","PrincipalName":"z"}
{"Kind":"AccountAssignment","AccountId":"222233334444","PermissionSetName":"Z","PrincipalType":"GROUP","PrincipalName":"A"}
{"Kind":"End","Stream":"state","Count":11}
X
sample=least.ndjson
asked first
sample=first.ndjson
asked second --page 1
ok 'what was made up stays' cmp first.ndjson second.ndjson
ok 'and answers the same' cmp first.answers second.answers
is 'the records are those that went in' "$(jq -r '.Kind' first.ndjson | sort | uniq -c | awk '{ print $1 $2 }' | tr '\n' ' ')" \
	'2Account 2AccountAssignment 1Begin 1End 2Group 1Instance 1OrganizationalUnit 2PermissionSet 1Root 1User '
is 'in the order of names and ids' "$(jq -r 'select(.Kind == "Account" or .Kind == "Group" or .Kind == "PermissionSet") | .Id // .DisplayName // .Name' first.ndjson | tr '\n' ' ')" \
	'111122223333 222233334444 A Z A Z '

# --- an organization that was made up ---
run 0 idc-sim --generate accounts=10,ous=6,groups=8,users=10,permission-sets=5,foreign-sets=2,assignments=60,seed=9 --save made.ndjson -- true
sample=made.ndjson
asked first
ok 'made up, loaded and saved' cmp made.ndjson first.ndjson
sample=first.ndjson
asked second --page 3
ok 'it answers the same' cmp first.answers second.answers
