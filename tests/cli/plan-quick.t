#!/bin/sh
# idc-plan --quick: the plan of a full run, for the requests that the change costs.
. "${0%/*}/../lib.sh"
. "${0%/*}/plan.sh"
jq=$TOP/tests/cli/change.jq

run 0 idc-sim -q --generate accounts=60,ous=8,groups=30,users=20,permission-sets=15,assignments=600,seed=1 \
	--save "$T/now" -- true
run 0 idc-sim -q --state "$T/now" -- idc-dump -q
cp "$out" "$T/dump"
# What the last run wanted is all that is there.
jq -c 'select(.Kind == "Instance" or .Kind == "PermissionSet" or .Kind == "AccountAssignment")
	| del(.PermissionSetArn, .Managed, .ProvisionedAccounts, .OutdatedAccounts)
	| if .Kind == "PermissionSet" then .Tags = {} else . end
	| if .Kind == "AccountAssignment" then .Rules = ["All"] else . end' "$T/dump" | stream resolved "$T/last"

# wanted SEED: $T/want.
wanted() {
	jq -c 'select(.Kind != "Begin" and .Kind != "End")' "$T/last" |
		jq -c -s --argjson seed "$1" -f "$jq" | stream resolved "$T/want"
}
# quick OPTION...: quickly, against idc-sim; the calls in $T/calls.
quick() {
	rm -f "$T/log"
	run 0 idc-sim -q --state "${state-$T/dump}" --calls "$T/calls" --log "$T/log" -- \
		idc-plan --quick --max-delete 100% "$@"
}
# asked_twice: what $T/log has more than once, how often it has it: operation and input.
asked_twice() { jq -c '[.Operation, .Request]' "$T/log" | sort | uniq -dc; }
calls() { awk -v w="${1-}" '$1 == "sso" && (w == "" || $2 == w) { n += $3 } END { print n + 0 }' "$T/calls"; }

# --- the same plan --------------------------------------------------------------------
seed=1
actions=0
while [ $seed -le 40 ]; do
	wanted $seed
	run 0 idc-plan -q --max-delete 100% --state "$T/dump" --last-applied "$T/last" "$T/want"
	cp "$out" "$T/full"
	run 0 idc-plan --quick --max-delete 100% --state "$T/dump" --last-applied "$T/last" "$T/want"
	ok "change $seed: quickly the same" cmp "$out" "$T/full"
	err_lacks 'reading everything'
	actions=$((actions + $(grep -c '"Kind":"Action"' "$T/full")))
	seed=$((seed + 1))
done
ok "there was something to do: $actions actions" test $actions -gt 400

# --- what it costs --------------------------------------------------------------------
quick --last-applied "$T/last" "$T/last"
is 'nothing has changed: nothing is asked' "$(calls)" 0
grep -v '"PermissionSetName":"Admin0","PrincipalType":"GROUP","PrincipalId":"[^"]*[0-7]"' "$T/last" |
	jq -c 'select(.Kind != "Begin" and .Kind != "End")' | stream resolved "$T/want"
quick --last-applied "$T/last" "$T/want"
revokes=$(grep -c '"DeleteAccountAssignment"' "$out")
ok "$revokes assignments go" test "$revokes" -gt 5
ok "few requests: $(calls)" test "$(calls)" -lt 40
is 'one permission set is read' "$(calls DescribePermissionSet) $(calls ListPermissionSets)" '1 0'
is 'not its policies, which are the same' "$(calls GetInlinePolicyForPermissionSet)" 0
is 'but to know it by its name' "$(calls)" \
	"$(calls | awk -v n="$(calls ListAccountAssignmentsForPrincipal)" -v m="$(calls ListAccountAssignments)" '{ print 2 + n + m }')"
# What is the same is not seen, whatever became of it.
sed '/^{"Kind":"AccountAssignment".*"PermissionSetName":"Admin8"/d; /^{"Kind":"End"/d' "$T/dump" >"$T/less"
printf '{"Kind":"End","Stream":"state","Count":%d}\n' $(($(wc -l <"$T/less") - 1)) >>"$T/less"
cp "$out" "$T/before"
run 0 idc-plan -q --quick --max-delete 100% --state "$T/less" --last-applied "$T/last" "$T/want"
ok 'drift elsewhere is not seen' cmp "$out" "$T/before"

# Who keeps several permission sets in one account, and nobody else does, is asked there once.
jq -c -s 'map(select(.Kind == "AccountAssignment")) | group_by([.AccountId, .PrincipalId]) | max_by(length) | .[]' \
	"$T/last" >"$T/kept"
ok 'there is such a one' test "$(wc -l <"$T/kept")" -gt 1
jq -c 'select(.Kind == "Instance" or .Kind == "PermissionSet")' "$T/last" | cat - "$T/kept" | stream resolved "$T/few"
quick --last-applied "$T/last" "$T/few"
is 'nothing is asked twice' "$(asked_twice)" ''

# --- a full run with what the last one wanted, and nothing to do -------------------------
run 0 idc-sim -q --state "$T/dump" --calls "$T/calls" -- idc-plan -q --last-applied "$T/last" "$T/last"
pages=$(jq -r 'select(.Kind == "AccountAssignment").PrincipalId' "$T/last" | sort | uniq -c |
	awk '{ n += 1 + int($1 / 100) } END { print n }')
is 'six for each permission set, those of the principals, and the list' "$(calls)" $((6 * 15 + pages + 1))

# --- what has to be read is ---------------------------------------------------------------
# Somebody was quicker: what is to be taken away is gone, what is to be given is there.
wanted 1
run 0 idc-plan -q --max-delete 100% --state "$T/dump" --last-applied "$T/last" "$T/want"
jq -c 'select(.Kind == "Action" and .Operation == "DeleteAccountAssignment") | [.PermissionSetName, .AccountId, .PrincipalId]' \
	"$out" | head -n 1 >"$T/gone"
jq -c 'select(.Kind == "Action" and .Operation == "CreateAccountAssignment")
	| {Kind: "AccountAssignment", AccountId, AccountName, PermissionSetName, PrincipalType, PrincipalId, PrincipalName}' \
	"$out" | head -n 1 >"$T/there"
jq -c --slurpfile gone "$T/gone" 'select(.Kind != "Begin" and .Kind != "End"
	and [.PermissionSetName, .AccountId, .PrincipalId] != $gone[0])' "$T/dump" |
	cat - "$T/there" | stream state "$T/moved"
for way in '' --quick; do
	# shellcheck disable=SC2086 # one word or none
	run 0 idc-sim -q --state "$T/moved" -- idc-plan -q $way --max-delete 100% --last-applied "$T/last" "$T/want"
	cp "$out" "$T/plan$way"
done
ok 'it is noticed, as by a full run' cmp "$T/plan" "$T/plan--quick"

# --- what is not found is looked for everywhere ----------------------------------------
sed 's/"Name":"Admin0"/"Name":"Other"/; s/"PermissionSetName":"Admin0"/"PermissionSetName":"Other"/' "$T/dump" >"$T/renamed"
grep -v '"PermissionSetName":"Admin0","PrincipalType":"GROUP","PrincipalId":"[^"]*[0-7]"' "$T/last" |
	jq -c 'select(.Kind != "Begin" and .Kind != "End")' | stream resolved "$T/want"
run 0 idc-plan --quick --max-delete 100% --state "$T/renamed" --last-applied "$T/last" "$T/want"
err_has "--quick: permission set 'Admin0' is not found where the last run left it: reading everything"
cp "$out" "$T/quick"
run 0 idc-plan -q --max-delete 100% --state "$T/renamed" --last-applied "$T/last" "$T/want"
ok 'the plan is that of a full run' cmp "$out" "$T/quick"
jq -c 'select(.Kind != "Begin" and .Kind != "End") | if .SessionDuration then .SessionDuration = "PT7H" else . end' \
	"$T/last" | stream resolved "$T/longer"
# What was read before that was noticed is not read again.
state=$T/renamed
quick --last-applied "$T/last" "$T/longer"
unset state
err_has 'reading everything'
is 'nothing is asked twice' "$(asked_twice)" ''
cp "$out" "$T/quick"
run 0 idc-plan -q --max-delete 100% --state "$T/renamed" --last-applied "$T/last" "$T/longer"
ok 'the plan is that of a full run' cmp "$out" "$T/quick"
run 0 idc-sim -q --state "$T/dump" --fault 'ListAccountAssignmentsForPrincipal:denied' -- \
	idc-plan --quick --max-delete 100% --last-applied "$T/last" "$T/want"
err_has 'reading everything'

# A dump answers as AWS does who has what in one account: who has the permission set elsewhere
# does not have it there.
quick --last-applied "$T/last" "$T/want"
asked=$(jq -c 'select(.Request.Filter) | [.Request.PrincipalId, .Request.Filter.AccountId]' "$T/log")
is 'one is asked what he has' "$(echo "$asked" | wc -l)" 1
jq -c --argjson asked "$asked" 'select(.Kind != "Begin" and .Kind != "End")
	| select(.PermissionSetName != "Admin0" or [.PrincipalId, .AccountId] != $asked)' "$T/dump" | stream state "$T/elsewhere"
state=$T/elsewhere
quick --last-applied "$T/last" "$T/want"
unset state
err_has 'reading everything'
cp "$out" "$T/quick"
run 0 idc-plan --quick --max-delete 100% --state "$T/elsewhere" --last-applied "$T/last" "$T/want"
err_has 'reading everything'
ok 'the plan from a dump is that from AWS' cmp "$out" "$T/quick"

# --- when it can't be ---------------------------------------------------------------------
run 2 idc-plan --quick "$T/want"
err_has '--quick needs --last-applied'
cat "$T/last" "$T/want" >"$T/both"
run 0 idc-plan --quick --max-delete 100% --state "$T/dump" --last-applied "$T/both" "$T/want"
err_has "both' is not the resolved stream of one run: reading everything"
run 0 idc-plan --quick --max-delete 100% --adopt Admin0 --state "$T/dump" --last-applied "$T/last" "$T/want"
err_has 'knows nothing of what is adopted: reading everything'
