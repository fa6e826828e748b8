#!/bin/sh
# idc-plan: too many revokes, and what --ignore leaves alone.
. "${0%/*}/../lib.sh"
. "${0%/*}/plan.sh"

# 60 live assignments of which none are wanted: but for the first N.
live_60() {
	for s in Admin Dev; do
		for i in 1 2 3 4 5; do
			for p in admins devs ops auditors ann bob; do
				"$1" $s $i $p
			done
		done
	done
}
{
	organization
	live_set 1 Admin
	live_set 2 Dev
	live_60 live
} | stream state "$T/now"
keep() {
	{
		echo "$instance"
		wanted_set Admin
		wanted_set Dev
		live_60 wanted | head -n "$1"
	} | stream resolved "$T/in"
}
keep 45
plan 0 -q
is 'a quarter may go' "$(actions | wc -l | tr -d ' ')" 15
keep 44
plan 6
out_lacks '"Kind":"End"'
ok 'what it would be can be looked at' grep -q '"Operation":"DeleteAccountAssignment"' "$out"
err_is <<'EOF'
idc-plan: error: this plan revokes 16 of 60 live assignments, more than the 15 that are allowed; most of permission set 'Dev' (16), most in account 222222220004 ('acct-4') (6); if that is meant, give --max-delete 16
EOF
cp "$out" "$T/plan"
in=$T/plan
run 4 idc-apply
in=/dev/null
plan 6 --max-delete 15
plan 0 -q --max-delete 16
plan 6 --max-delete 26%
plan 0 -q --max-delete 27%
plan 0 -q --max-delete 100%
keep 59
plan 6 --max-delete 0
plan 6 --max-delete 1%
plan 0 -q --max-delete 1
plan 0 -q

# Of few, ten may always go.
{
	organization
	live_set 1 Admin
	live_set 2 Dev
	live_60 live | head -n 11
} | stream state "$T/now"
keep 0
plan 6
err_has 'this plan revokes 11 of 11 live assignments, more than the 10 that are allowed'
keep 1
plan 0 -q

# --ignore: conditions over the record.
{
	organization
	live_set 1 Admin
	live_set 2 Dev
	live Admin 1 admins
	live Admin 1 ann
	live Dev 2 bob
	live Dev 3 devs
} | stream state "$T/now"
keep 0
plan 0 -q --ignore '.PrincipalType == "USER" and (.AccountName | endswith("-2"))'
is 'one is left alone' "$(notices)" 'IgnoredAssignment Dev acct-2 bob'
is 'the others go' "$(actions | wc -l | tr -d ' ')" 3
plan 0 -q --ignore '.PrincipalName | startswith("a")'
is 'by name' "$(notices)" 'IgnoredAssignment Admin acct-1 admins
IgnoredAssignment Admin acct-1 ann'
plan 0 -q --ignore 'empty'
is 'no answer is no' "$(notices)" ''
plan 0 -q --ignore 'null'
is 'null is no' "$(notices)" ''
plan 0 -q --ignore '.PermissionSetName'
is 'all but null and false is yes' "$(notices | wc -l | tr -d ' ')" 4
# Only what would go is asked about.
{
	echo "$instance"
	wanted_set Admin
	wanted_set Dev
	wanted Dev 2 bob
	wanted Dev 3 devs
} | stream resolved "$T/in"
plan 0 -q --ignore 'true'
is 'not about what is wanted' "$(notices)" 'IgnoredAssignment Admin acct-1 admins
IgnoredAssignment Admin acct-1 ann'
# A set with such an assignment can't go.
{
	echo "$instance"
	wanted_set Dev
	wanted Dev 2 bob
	wanted Dev 3 devs
} | stream resolved "$T/in"
plan 0 -q --ignore '.PrincipalType == "USER"'
actions_are <<'EOF'
1 [] DeleteAccountAssignment Admin acct-1 admins
EOF
is 'said' "$(notices)" 'IgnoredAssignment Admin acct-1 ann
KeptPermissionSet Admin - -'
# A condition that can't be answered is no answer.
plan 2 --ignore '.AccountName + 1'
out_empty
err_has "idc-plan: error: --ignore: string (\"acct-1\") and number (1) cannot be added, for 'Admin' of admins in 222222220001"
plan 2 --ignore 'halt'
out_empty
err_has "--ignore: stopped, for 'Admin' of admins"
plan 2 --ignore 'def f: f; f'
out_empty
err_is <<'EOF'
idc-plan: error: --ignore: the condition takes longer than five seconds
EOF
