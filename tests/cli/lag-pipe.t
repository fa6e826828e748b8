#!/bin/sh
# shellcheck disable=SC2016 # $1 is that of the inner shell
# The pipe where reads lag behind writes: run again at once, it takes what it does not see yet
# for what it is. At most it does something twice; it never takes away what is asked for, and
# it ends where it would have ended. The change is that of the fault campaign.
. "${0%/*}/../lib.sh"
. "${0%/*}/../fault/state.sh"
fault=$TOP/tests/fault
mkdir "$T/case"
cd "$T/case" || exit 1
whole='idc-validate -q "$1" | idc-resolve -q | idc-plan -q | idc-apply -q >>results'

run 0 idc-sim --state "$TOP/tests/data/org-sample.ndjson" --save ../before --async 1ms -- \
	sh -c "$whole" sh "$fault/before"
run 0 idc-sim --state ../before --save ../after --async 1ms -- sh -c "$whole" sh "$fault/after"
plain <../after >../wanted
assignments <../before >a
plain <../after | assignments | comm -12 a - >../kept
holders <../before >a
holders <../after | comm -12 a - >../stay
sed -n 's/.*"Kind":"PermissionSet","Name":"\([^"]*\)","PermissionSetArn":"\([^"]*\)".*/\1 \2/p' ../before |
	awk 'NR == FNR { arn[$1] = $2; next } { print $1, arn[$2], $3 }' - ../kept >../kept.arns

# pipe STATUS COMMAND [IDC-SIM-OPTION]...: COMMAND, in which $whole is the pipe
pipe() {
	pipe_status=$1 pipe_command=$2
	shift 2
	rm -f log
	run "$pipe_status" idc-sim --speed 50 --state ../before --save last --log log "$@" -- \
		sh -c "$pipe_command" sh "$fault/after"
	revokes log >wrong
	ok 'nothing was revoked that is asked for' test ! -s wrong
	plain <last >is
}
ends_well() { ok 'it ends in the desired state' cmp is ../wanted; }

# Nothing of the first run is seen by the second, some of it, all but the end of it. Where the
# second writes a policy again, AWS counts the accounts of the set as outdated, and the second
# may not see that it has any; the third does, and provisions them.
for lag in 1m 10s 3s; do
	pipe 0 "$whole && $whole" --lag $lag --async 1s
	sed 's/,"OutdatedAccounts":[^]]*\]//' is >but
	sed 's/,"OutdatedAccounts":[^]]*\]//' ../wanted >wanted-but
	ok 'it ends in the desired state, but for what is to be provisioned' cmp but wanted-but
	cp last ../second
	run 0 idc-sim --state ../second --save last --async 1ms -- sh -c "$whole" sh "$fault/after"
	plain <last >is
	ends_well
done
# By the third everything is seen, though the lag goes on.
pipe 0 "$whole && $whole && sleep 1.5 && $whole" --lag 1m --async 1s
ends_well

# --- what is listed and not found -------------------------------------------------------

# Once: it is asked for again.
for op in ListTagsForResource DescribePermissionSet GetInlinePolicyForPermissionSet \
	ListManagedPoliciesInPermissionSet; do
	pipe 0 "$whole" -f "$op:nth=2:unseen"
	err_empty
	ends_well
	is 'nothing was made twice' "$(grep -c '"Operation":"CreatePermissionSet"' log)" 2
done
# Always: it is left out, which hurts nobody; the next run sees it.
set_arn=$(sed -n 's/.*"Name":"Kept","PermissionSetArn":"\([^"]*\)".*/\1/p' ../before)
for op in ListTagsForResource DescribePermissionSet; do
	pipe 0 "$whole"' && curl -fsS -X DELETE "$IDC_SIM/faults" >/dev/null &&
		'"$whole" -f "$op:input=${set_arn##*/}:nth=1-2:unseen"
	ends_well
done
pipe 0 "$whole && $whole" -f ListAccountsForProvisionedPermissionSet:nth=1:unseen
ends_well
pipe 0 "$whole && $whole" -f ListAccountAssignments:nth=3:unseen
ends_well
