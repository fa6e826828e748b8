#!/bin/sh
# A sample of the fault campaign (make fault), drawn from a seed: each of its runs, and of those
# after it, ends well.
. "${0%/*}/../lib.sh"
export TMPDIR="$T"
if [ -n "${IDC_SANITIZE-}" ]; then
	export FAULT_SAMPLE=8 FAULT_JOBS=2
else
	export FAULT_SAMPLE=24 FAULT_JOBS=2
fi
run 0 sh "$TOP/tests/fault/campaign.sh"
err_empty
out_has '| wrong revokes | 0 |'
out_has '| lost grants | 0 |'
out_has '| bad runs | 0 |'
out_has "| runs | $((2 * FAULT_SAMPLE)) of $((2 * FAULT_SAMPLE)) |"
ok 'faults were injected' grep -q '^| faults injected | [1-9]' "$out"

# --- and an idc-apply that takes too much away would be caught -----------------------------

real=$IDC_BIN
mkdir -p "$T/evil/bin" "$T/evil/tests/fault"
ln -s "$real"/* "$T/evil/bin/"
ln -s "${real%/bin}/tests/fault/hurt" "$T/evil/tests/fault/"
rm "$T/evil/bin/idc-apply"
cat >"$T/evil/bin/idc-apply" <<X
#!/bin/sh
"$real/idc-apply" "\$@" || exit
[ -f ../kept.arns ] && [ ! -e evil ] || exit 0
: >evil
read -r account arn principal <../kept.arns
instance=\$(grep -m 1 -o '"InstanceArn":"[^"]*"' log)
"${real%/bin}/tests/tools/awscall" sso-admin DeleteAccountAssignment "{\$instance,\"TargetId\":\"\$account\",\
\"TargetType\":\"AWS_ACCOUNT\",\"PermissionSetArn\":\"\$arn\",\"PrincipalType\":\"GROUP\",\"PrincipalId\":\"\$principal\"}" >/dev/null
sleep 0.1
X
chmod +x "$T/evil/bin/idc-apply"
IDC_BIN=$T/evil/bin FAULT_CASE='reset once 3' run 1 sh "$TOP/tests/fault/campaign.sh"
out_has '| wrong revokes | 1 |'
out_has '| lost grants | 1 |'
out_has '| bad runs | 1 |'
out_has 'done, it said, and it was not; lost: '
