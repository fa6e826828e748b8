#!/bin/sh
# idc-plan --last-applied: what was asked for before, is no longer, and is there goes; nothing else.
. "${0%/*}/../lib.sh"
. "${0%/*}/plan.sh"

{
	organization
	live_set 1 Admin
	live_set 2 Old
	live_set 3 ByHand
	live Admin 1 admins
	live Admin 2 admins
	live Admin 2 ann
	live Admin 3 devs
	live Old 1 devs
} | stream state "$T/now"
{
	echo "$instance"
	wanted_set Admin
	wanted Admin 1 admins
	wanted Admin 4 admins
} | stream resolved "$T/in"
{
	echo "$instance"
	wanted_set Admin
	wanted_set Old
	wanted Admin 1 admins
	wanted Admin 2 admins
	wanted Admin 9 admins
	wanted Old 1 devs
} | stream resolved "$T/last"
plan 0 -q --last-applied "$T/last"
actions_are <<'EOF'
1 [] CreateAccountAssignment Admin acct-4 admins
2 [] DeleteAccountAssignment Admin acct-2 admins
3 [] DeleteAccountAssignment Old acct-1 devs
4 [3] DeletePermissionSet Old - -
EOF
is 'made by hand' "$(notices)" 'UnmanagedAssignment Admin acct-2 ann
UnmanagedAssignment Admin acct-3 devs
KeptPermissionSet ByHand - -'
is 'why it goes' "$(field 2 .Reason)" '"no template asks for it any more"'
cp "$T/actions" "$T/wanted"

# The same from a Terraform state: assignments by ARN. What it does not say of permission sets,
# the tag does.
tf() {
	cat <<EOF
{
  "version": 4,
  "terraform_version": "1.11.0",
  "serial": 7,
  "lineage": "0b0c0d0e-0000-4000-8000-000000000000",
  "outputs": {},
  "resources": [
    {
      "mode": "data", "type": "aws_ssoadmin_instances", "name": "i",
      "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
      "instances": [{"schema_version": 0, "attributes": {"arns": []}}]
    },
    {
      "mode": "managed", "type": "aws_ssoadmin_account_assignment", "name": "assignment",
      "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
      "instances": [
EOF
	tf_instance 1 1 222222220001 ','
	tf_instance 1 1 222222220002 ','
	tf_instance 1 1 222222220009 ','
	tf_instance 2 2 222222220001 ','
	tf_instance 77 2 222222220001 ''
	echo ']}]}'
}
tf_instance() {
	printf '{"index_key":"k%d%d%s","schema_version":0,"attributes":{"id":"x","instance_arn":"arn:aws:sso:::instance/ssoins-1111222233334444","permission_set_arn":"%s","principal_id":"%s","principal_type":"GROUP","target_id":"%s","target_type":"AWS_ACCOUNT","timeouts":null}}%s\n' \
		"$1" "$2" "$3" "$(arn "$1")" "$(gid "$2")" "$3" "$4"
}
tf >"$T/state.tfstate"
plan 0 -q --last-applied "$T/state.tfstate"
is 'as with a stream, but the sets' "$(actions)" "$(sed -n 1,3p "$T/wanted")
4 [] DeletePermissionSet ByHand - -
5 [3] DeletePermissionSet Old - -"
is 'made by hand' "$(notices)" 'UnmanagedAssignment Admin acct-2 ann
UnmanagedAssignment Admin acct-3 devs'
# From a pipe too. Nobody may read it, if the case fails: then nobody waits for it either.
mkfifo "$T/pipe"
feed() {
	# shellcheck disable=SC2016 # for the inner shell
	timeout 5 sh -c 'cat "$1" >"$2"' sh "$1" "$T/pipe" >/dev/null 2>&1 &
}
feed "$T/state.tfstate"
plan 0 -q --last-applied "$T/pipe"
is 'the same from a pipe' "$(actions | sed -n 2p)" '2 [] DeleteAccountAssignment Admin acct-2 admins'
feed "$T/last"
plan 0 -q --last-applied "$T/pipe"
is 'a stream from a pipe' "$(actions)" "$(cat "$T/wanted")"

# Files that are neither.
wrong() {
	plan 4 --last-applied "$T/wrong"
	out_empty
	err_has "$1"
	is 'no request' "$(calls ListPermissionSets)" "${2:-0}"
}
printf '{"version":3,"resources":[]}\n' >"$T/wrong"
wrong 'neither a resolved stream nor a Terraform state of version 4'
printf 'hello\n' >"$T/wrong"
wrong 'wrong:1:1: error: '
head -n 12 "$T/state.tfstate" >"$T/wrong"
wrong 'wrong:13:1: error: '
head -n 3 "$T/last" >"$T/wrong"
wrong 'incomplete input'
sed 's/"target_id":"222222220002"/"target_id":"2"/' "$T/state.tfstate" >"$T/wrong"
wrong '1 account assignment of this Terraform state can'"'"'t be read' 1

# A set that somebody assigned by hand can't go, only what was made here.
{
	organization
	live_set 2 Old
	live Old 1 devs
	live Old 2 ann
} | stream state "$T/now"
plan 0 -q --last-applied "$T/last"
is 'kept' "$(actions | grep Old)" '4 [] DeleteAccountAssignment Old acct-1 devs'
is 'said' "$(notices)" 'UnmanagedAssignment Old acct-2 ann
KeptPermissionSet Old - -'

# A name that the last run had tells a group that was made again.
{
	organization
	live_set 1 Admin
	live Admin 1 gone
	live Admin 2 gone
	live Admin 3 devs
} | stream state "$T/now"
{
	echo "$instance"
	wanted_set Admin
	wanted Admin 1 devs
	wanted Admin 3 devs
} | stream resolved "$T/in"
{
	echo "$instance"
	wanted_set Admin
	for i in 1 2; do
		wanted Admin $i gone | sed 's/"PrincipalName":"gone"/"PrincipalName":"devs"/'
	done
} | stream resolved "$T/last"
plan 0 -q --last-applied "$T/last"
actions_are <<'EOF'
1 [] CreateAccountAssignment Admin acct-1 devs
2 [1] DeleteAccountAssignment Admin acct-1 devs
3 [] DeleteAccountAssignment Admin acct-2 devs
EOF
is 'by name' "$(field 2 .Rebind)" "{\"From\":\"$(gid 99)\",\"To\":\"$(gid 2)\"}"
is 'where there is nothing to tie' "$(field 3 '[.Rebind,.Orphan]')" '[null,true]'

# An orphan that was not made here.
{
	echo "$instance"
	wanted_set Admin
	wanted Admin 1 devs
	wanted Admin 3 devs
} | stream resolved "$T/last"
plan 0 -q --last-applied "$T/last"
is 'left' "$(notices)" "OrphanAssignment Admin acct-1 $(gid 99)
OrphanAssignment Admin acct-2 $(gid 99)"

# A rename, when the last run had the old name.
{
	organization
	live_set 1 Old
	live Old 1 devs
} | stream state "$T/now"
{
	echo "$instance"
	wanted_set New '"Was":"Old"'
	wanted New 1 devs
} | stream resolved "$T/in"
{
	echo "$instance"
	wanted_set Old
	wanted Old 1 devs
} | stream resolved "$T/last"
plan 0 -q --last-applied "$T/last"
actions_are <<'EOF'
1 [] CreatePermissionSet New - -
2 [1] CreateAccountAssignment New acct-1 devs
3 [2] DeleteAccountAssignment Old acct-1 devs
4 [1,3] DeletePermissionSet Old - -
EOF
