# shellcheck shell=sh
# idc-show on plans: what a person is told before a change.
. "${0%/*}/show.sh"

plan=$TOP/tests/data/show/plan.ndjson

run 0 idc-show "$plan"
err_empty
out_is <"$TOP/tests/data/show/plan.txt"

run 0 idc-show --width 120 "$plan"
err_empty
# shellcheck disable=SC2016 # awk's own
ok 'no line is longer than 120 columns' awk 'length($0) > 120 { exit 1 }' "$out"

in=$plan
run 0 idc-show --color=always -w100
out_has "$(printf '\033[32m+\033[0m')"
out_has "$(printf '\033[31m-\033[0m')"
run 0 idc-show --color never -w 100
out_lacks "$(printf '\033')"
in=/dev/null

stream plan
run 0 idc-show "$T/in"
err_empty
out_is <<'X'
Plan

No changes.
X

# Two accounts of one name, an account and a principal without one.
grant='"Kind":"Action","Operation":"CreateAccountAssignment","PermissionSetName":"Ops","PrincipalType":"GROUP"'
stream plan \
	"{$grant,\"AccountId\":\"111122223333\",\"AccountName\":\"shop\",\"PrincipalId\":\"g-1\",\"PrincipalName\":\"ops\"}" \
	"{$grant,\"AccountId\":\"222233334444\",\"AccountName\":\"shop\",\"PrincipalId\":\"g-1\",\"PrincipalName\":\"ops\"}" \
	"{$grant,\"AccountId\":\"333344445555\",\"PrincipalId\":\"g-2\"}"
run 0 idc-show "$T/in"
out_is <<'X'
Plan

  Ops
    group g-2
      + 333344445555
    group ops
      + shop (111122223333), shop (222233334444)

To do: 3 grants for 2 principals in 3 accounts; nothing revoked, nothing
  deleted.
X

# Half of a rebind is a revoke, and is not to be hidden.
stream plan '{"Kind":"Action","Operation":"DeleteAccountAssignment","PermissionSetName":"Ops","PrincipalType":"GROUP","PrincipalId":"g-1","AccountId":"111122223333","Rebind":{"From":"g-1","To":"g-2"}}'
run 0 idc-show "$T/in"
out_has '- 111122223333'
out_has '1 revoke for 1 principal in 1 account'

# What a hostile name could do to a terminal.
stream plan "{$grant,\"AccountId\":\"111122223333\",\"AccountName\":\"a\\u001b[2J\\nb\\u202e\",\"PrincipalId\":\"g-1\"}"
run 0 idc-show "$T/in"
out_has 'a\x1b[2J\x0ab\xe2\x80\xae'
out_lacks "$(printf '\033')"

# A policy is shown whole, whatever its shape.
set='"Kind":"Action","PermissionSetName":"Ops"'
stream plan \
	"{$set,\"Operation\":\"CreatePermissionSet\",\"Request\":{\"Name\":\"Ops\"}}" \
	"{$set,\"Operation\":\"PutInlinePolicyToPermissionSet\",\"Request\":{\"InlinePolicy\":\"{\\\"Statement\\\":[1]}\"}}"
run 0 idc-show "$T/in"
out_has '{"Statement":[1]}'

change() {
	stream plan "{$set,\"Operation\":\"PutInlinePolicyToPermissionSet\",\"Changes\":{\"InlinePolicy\":$1}}"
	run 0 idc-show "$T/in"
	err_empty
}
allow='{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}'
change "{\"From\":{\"Statement\":$allow},\"To\":{\"Version\":\"2012-10-17\",\"Statement\":[$allow]}}"
out_has '+ Version 2012-10-17'
change "{\"From\":{\"Statement\":$allow},\"To\":{\"Statement\":[$allow]}}"
out_has 'only its order or form changes'
change "{\"To\":{\"Version\":\"2008-10-17\",\"Statement\":[$allow]}}"
out_has '+ Version 2008-10-17'
out_has '+ statement 1: Allow; Action s3:Get*; Resource *'
change "{\"From\":{\"Version\":\"2012-10-17\",\"Statement\":[$allow]}}"
out_has '- statement 1: Allow; Action s3:Get*; Resource *'
change "{\"From\":{\"Statement\":$allow},\"To\":{\"Statement\":{\"Effect\":\"Deny\",\"Action\":\"s3:Get*\",\"Resource\":\"*\"}}}"
out_has '- statement 1: Allow; Action s3:Get*; Resource *'
out_has '+ statement 1: Deny; Action s3:Get*; Resource *'
change "{\"From\":{\"Statement\":$allow},\"To\":{\"Statement\":{\"Effect\":\"Allow\",\"NotAction\":\"s3:Get*\",\"Resource\":\"*\",\"Condition\":{\"Bool\":{\"aws:MultiFactorAuthPresent\":\"true\"}}}}}"
out_has '- Action s3:Get*'
out_has '+ NotAction s3:Get*'
out_has '+ Condition Bool aws:MultiFactorAuthPresent true'

# What was added without a template asking for it.
stream plan "{$set,\"Operation\":\"TagResource\",\"Request\":{\"Tags\":[{\"Key\":\"SSOPipeline\",\"Value\":\"true\"}]},\"Changes\":{\"Tags\":{\"From\":{},\"To\":{}}},\"Reason\":\"--adopt Ops: the ownership tag is added\"}"
run 0 idc-show "$T/in"
out_has '--adopt Ops: the ownership tag is added'

stream plan '{"Kind":"Notice","Code":"Something","Reason":"there is something to know"}'
run 0 idc-show "$T/in"
out_is <<'X'
Plan

Worth knowing
! there is something to know

No changes.
X
