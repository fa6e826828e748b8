#!/bin/sh
# idc-apply: AWS's answers in an order, or of a kind, that the simulator does not give.
. "${0%/*}/../lib.sh"
. "${0%/*}/apply.sh"
o="\"$old\""
aws=$T/aws
list=ListAccountAssignmentCreationStatus
describe=DescribeAccountAssignmentCreationStatus
id() { printf '00000000-0000-4000-9000-%012d' "$1"; }

# status OPERATION ID STATUS [MORE]: an answer with the status of a creation.
status() {
	printf '{"AccountAssignmentCreationStatus":{"Status":"%s","RequestId":"%s"%s}}' "$3" "$(id "$2")" "${4-}" >"$aws/$1"
}
# page OPERATION "ID STATUS"...: an answer that lists creations; with $more, there is another page.
page() {
	name=$1
	shift
	for entry in "$@"; do
		printf '{"Status":"%s","RequestId":"%s"}\n' "${entry#* }" "$(id "${entry% *}")"
	done | jq -cs --arg more "$more" \
		'{AccountAssignmentsCreationStatus: .} + (if $more == "" then {} else {NextToken: $more} end)' >"$aws/$name"
}
more=
error() { printf 'HTTP 400\n{"__type":"%s","message":"%s"}' "$2" "$3" >"$aws/$1"; }

fresh() {
	rm -rf "$aws"
	mkdir "$aws"
	page $list.1
	printf '{"AccountAssignmentsDeletionStatus":[]}' >"$aws/ListAccountAssignmentDeletionStatus"
}
canned() {
	want_status=$1
	shift
	export AWS_REGION=eu-west-1 IDC_TPS=0 AWS_MAX_ATTEMPTS=1
	run "$want_status" perl "$TOP/tests/canned.pl" "$aws" idc-apply "$@" "$T/plan"
}
called() { cut -d ' ' -f 1 "$aws/calls" | sort | uniq -c | awk '{ printf "%s %s, ", $1, $2 }'; }

{
	grant 1 "$(account 1)" "$o" 1
	grant 2 "$(account 2)" "$o" 2
} | plan

# --- the oldest first: the first page shows nothing of ours ---
fresh
status CreateAccountAssignment.1 1 IN_PROGRESS
status CreateAccountAssignment.2 2 IN_PROGRESS
more=x
page $list.2 '91 SUCCEEDED' '92 FAILED'
more=
page $list.3 '90 IN_PROGRESS' '2 IN_PROGRESS'
status $describe.1 1 IN_PROGRESS
status $describe.2 2 IN_PROGRESS
status $describe.3 1 SUCCEEDED
status $describe.4 2 FAILED ',"FailureReason":"the role could not be made"'
canned 1
err_has 'the role could not be made (OperationFailed)'
is 'each by its own end' "$(statuses | tr '\n' ' ')" '1 Succeeded 2 Failed '
is 'the page after the first is not read; then those in progress are listed' \
	"$(grep "^$list" "$aws/calls" | sed 's/.*"Filter":{"Status":"\([A-Z_]*\)".*/\1/; s/^List.*/all/' | tr '\n' ' ')" \
	'IN_PROGRESS all IN_PROGRESS '
is 'no more requests than that' "$(called)" "2 CreateAccountAssignment, 4 $describe, 3 $list, 1 ListAccountAssignmentDeletionStatus, "

# --- absent from the list is not ended ---
fresh
status CreateAccountAssignment.1 1 IN_PROGRESS
status CreateAccountAssignment.2 2 IN_PROGRESS
page $list.2 '1 SUCCEEDED'
status $describe.1 2 IN_PROGRESS
status $describe.2 2 SUCCEEDED
canned 0
is 'the one that the list lacked was asked for' "$(called)" \
	"2 CreateAccountAssignment, 2 $describe, 2 $list, 1 ListAccountAssignmentDeletionStatus, "

# --- the lists are denied ---
fresh
error $list AccessDeniedException 'no list for you'
rm "$aws/$list.1"
status CreateAccountAssignment.1 1 IN_PROGRESS
status CreateAccountAssignment.2 2 IN_PROGRESS
status $describe 1 SUCCEEDED
canned 0
err_has "warning: can't see what an earlier run left in progress: $list: no list for you"
is 'both are done' "$(statuses | tr '\n' ' ')" '1 Succeeded 2 Succeeded '

error $describe AccessDeniedException 'no look for you'
canned 1
err_has "accepted, but its end can't be seen: $describe: no look for you"

# --- an operation that AWS does not know ---
fresh
status CreateAccountAssignment.1 1 IN_PROGRESS
status CreateAccountAssignment.2 2 SUCCEEDED
error $describe ResourceNotFoundException 'who?'
status $describe.4 1 SUCCEEDED
canned 0
is 'is asked for again' "$(called)" "2 CreateAccountAssignment, 4 $describe, 1 $list, 1 ListAccountAssignmentDeletionStatus, "
rm "$aws/$describe.4"
export IDC_SPEED=100
canned 1
unset IDC_SPEED
err_has "accepted, but its end can't be seen: $describe: who? (ResourceNotFoundException)"

# --- an earlier run's operation on the same pair ---
fresh
page $list.1 '7 IN_PROGRESS'
status CreateAccountAssignment 1 SUCCEEDED
printf '{"AccountAssignmentCreationStatus":{"Status":"IN_PROGRESS","RequestId":"%s","TargetId":"%s","PermissionSetArn":"%s"}}' \
	"$(id 7)" "$(account 1)" "$old" >"$aws/$describe.1"
status $describe.2 7 SUCCEEDED
canned 0
is 'the other pair goes first, then the one that was waited for' \
	"$(grep -o "^CreateAcc.*\|^Describe" "$aws/calls" | sed 's/.*"TargetId":"\([0-9]*\)".*/\1/' | tr '\n' ' ')" \
	"Describe $(account 2) Describe $(account 1) "

# --- one that AWS has not ended for days ---
fresh
printf '{"AccountAssignmentsCreationStatus":[{"Status":"IN_PROGRESS","RequestId":"%s","CreatedDate":1795000000}]}' \
	"$(id 7)" >"$aws/$list.1"
status CreateAccountAssignment 1 SUCCEEDED
canned 0
is 'is not waited for' "$(grep -c "^$describe" "$aws/calls")" 0

# --- conflicts ---
fresh
error CreateAccountAssignment.1 ConflictException 'There is a conflicting operation in process'
status CreateAccountAssignment 1 SUCCEEDED
canned 0
is 'in process is waited out' "$(called)" "3 CreateAccountAssignment, 1 $list, 1 ListAccountAssignmentDeletionStatus, "
is 'and counted' "$(jq -r 'select(.Id == "1") | .Attempts' "$out")" 2
fresh
error CreateAccountAssignment ConflictException 'conflict'
printf '{"AccountAssignments":[{"PrincipalType":"GROUP","PrincipalId":"%s"},{"PrincipalType":"GROUP","PrincipalId":"%s"}]}' \
	"$(group 1)" "$(group 2)" >"$aws/ListAccountAssignments"
export IDC_SPEED=100
canned 0
unset IDC_SPEED
is 'a conflict without words is looked into, and again after a while' "$(called)" \
	"4 CreateAccountAssignment, 1 $list, 1 ListAccountAssignmentDeletionStatus, 4 ListAccountAssignments, "
printf '{"AccountAssignments":[]}' >"$aws/ListAccountAssignments"
canned 1 --wait 200ms
err_has 'conflict (waited 0 s for it to pass) (ConflictException)'

# --- refused ---
fresh
error CreateAccountAssignment.1 AccessDeniedException 'not you'
status CreateAccountAssignment 1 SUCCEEDED
canned 1
is 'one refused, one done' "$(statuses | tr '\n' ' ')" '1 Failed 2 Succeeded '
fresh
error CreateAccountAssignment AccessDeniedException 'not you'
canned 5
is 'all refused' "$(statuses | tr '\n' ' ')" '1 Failed 2 Failed '

# --- credentials end in the middle ---
fresh
status CreateAccountAssignment.1 1 IN_PROGRESS
error CreateAccountAssignment ExpiredTokenException 'expired'
cp "$T/plan" "$T/two"
{
	grant 1 "$(account 1)" "$o" 1
	grant 2 "$(account 2)" "$o" 2
	grant 3 "$(account 3)" "$o" 3 '"1"'
} | plan
canned 5
is 'one line' "$(grep -c 'credentials have expired' "$err")" 1
is 'what was under way is left to AWS' "$(statuses | tr '\n' ' ')" '1 Failed 2 Failed 3 Skipped '
is 'all for one reason' "$(jq -r 'select(.Kind == "Result") | .Error.Code' "$out" | uniq)" 'ExpiredTokenException
DependencyFailed'
cp "$T/two" "$T/plan"

# --- answers that are none ---
for answer in '{}' '{"AccountAssignmentCreationStatus":{"Status":"IN_PROGRESS"}}' \
	'{"AccountAssignmentCreationStatus":{"Status":"LATER","RequestId":"x"}}' \
	'{"AccountAssignmentCreationStatus":7}'; do
	fresh
	printf '%s' "$answer" >"$aws/CreateAccountAssignment"
	canned 1
	err_has "AWS's answer has no status that can be read (BadAnswer)"
done
fresh
rm "$aws/$list.1"
canned 5
err_has "idc-apply: error: stopped, 0 of 2 actions done: $list: "
is 'nothing was changed' "$(grep -c '^Create' "$aws/calls")" 0
{
	create 1 New
	grant 2 "$(account 1)" "$(ref New)" 1 '"1"'
} | plan
fresh
printf '{"PermissionSet":{"Name":"New"}}' >"$aws/CreatePermissionSet"
canned 1
err_has "AWS's answer has no PermissionSetArn (BadAnswer)"
