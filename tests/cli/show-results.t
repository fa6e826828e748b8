# shellcheck shell=sh
# idc-show on results: what was done, what was not, and why.
. "${0%/*}/show.sh"

results=$TOP/tests/data/show/results.ndjson

run 0 idc-show "$results"
err_empty
out_is <"$TOP/tests/data/show/results.txt"

# Actions end in any order: what is shown does not depend on it.
head -n 2 "$results" >"$T/in"
sed '1,2d;$d' "$results" | sort -r >>"$T/in"
tail -n 1 "$results" >>"$T/in"
run 0 idc-show "$T/in"
out_is <"$TOP/tests/data/show/results.txt"

result='"Kind":"Result","Operation":"CreateAccountAssignment","PermissionSetName":"Ops","PrincipalType":"USER","PrincipalId":"u-1","PrincipalName":"kim@example.com","AccountId":"111122223333"'
stream results "{$result,\"Status\":\"Succeeded\"}"
run 0 idc-show "$T/in"
out_is <<'E'
Results

  Ops
    user kim@example.com
      + 111122223333

Done: 1 grant for 1 principal in 1 account; nothing revoked, nothing deleted.
Its one action succeeded.
E

stream results "{$result,\"Status\":\"Failed\",\"Error\":{\"Code\":\"ConflictException\"}}"
run 0 idc-show "$T/in"
out_is <<'E'
Results

Failed
! Ops: grant to user kim@example.com in 111122223333
      no reason was given (ConflictException)

Done: nothing changed; nothing revoked, nothing deleted.
1 of 1 actions failed, 0 skipped.
E

stream results
run 0 idc-show "$T/in"
out_is <<'E'
Results

Nothing was to be done.
E
