#!/bin/sh
# idc-apply: a plan is looked at through a window, and comes to the same whatever its size.
. "${0%/*}/../lib.sh"
. "${0%/*}/apply.sh"

# Two sets that are made and edited, and an edit of one that does not exist; who gets them,
# and who loses what once that is done. Every fourth waits for what fails.
actions() {
	create 1 One
	create 2 Two '"1"'
	edit 3 PutInlinePolicyToPermissionSet "$(ref One)" '"InlinePolicy":"{\"Version\":\"2012-10-17\",\"Statement\":[]}"'
	edit 4 UpdatePermissionSet "$(ref Two)" '"Description":"d"' '"2"'
	edit 5 UpdatePermissionSet "\"$(set_arn 00000000000000ff)\"" '"Description":"d"' '"3"'
	edit 6 UpdatePermissionSet "\"$old\"" '"Description":"new"'
	action 7 ProvisionPermissionSet none "\"PermissionSetArn\":\"$old\",\"TargetType\":\"ALL_PROVISIONED_ACCOUNTS\"" '"6"'
	for i in $(seq 20); do
		set=One on='"4"'
		[ $((i % 2)) -eq 0 ] || set=Two
		[ $((i % 4)) -ne 0 ] || on='"5","4"'
		grant $((10 + i)) "$(account "$i")" "$(ref $set)" "$i" "$on"
		revoke $((40 + i)) "$(account "$i")" "\"$old\"" "$i" "\"$((10 + i))\""
	done
}
for i in $(seq 20); do assigned "$(account "$i")" "$i"; done >"$T/.with"
with >"$T/assigned"
state=$T/assigned
actions >"$T/actions"

# What the actions came to, and what is there afterwards.
came_to() {
	jq -S -c 'select(.Kind == "Result") | {Id, Status, Error: (.Error | .Code, .Message)}' "$out" | sort
	live | sort
	set_of One | jq -S -c 'del(.PermissionSetArn, .CreatedDate)'
	set_of Old | jq -S -c .
}
plan <"$T/actions"
apply 1
whole=$(came_to)
is 'some succeed, one fails, some are skipped' "$(statuses | cut -d ' ' -f 2 | sort | uniq -c | tr -s ' \n' ' ')" \
	' 1 Failed 10 Skipped 36 Succeeded '
is 'what was skipped tells for whose failure' "$(jq -r 'select(.Status == "Skipped") | .Error.Message' "$out" | sort -u)" \
	'action 5 (UpdatePermissionSet) failed'
for IDC_WINDOW in 1 2 5 23; do
	export IDC_WINDOW
	apply 1
	is "the same with a window of $IDC_WINDOW" "$(came_to)" "$whole"
done

# --- what is depended on stands after it ---
tac "$T/actions" | plan
for IDC_WINDOW in 2 1000; do
	apply 1
	is "the same from its end to its beginning with a window of $IDC_WINDOW" "$(came_to)" "$whole"
done

# --- what was never looked at has its Result, too ---
forty_grants | plan
IDC_WINDOW=3
sim='--fault *:nth=8-:expired'
apply 5
sim=
is 'all have a Result' "$(jq -r 'select(.Kind == "Result") | .Id' "$out" | sort -n | uniq | wc -l | tr -d ' ')" 40
is 'and what was not begun tells why' "$(jq -r 'select(.Id == "40") | .Status, .Error.Code' "$out" | tr '\n' ' ')" \
	'Skipped ExpiredTokenException '

# --- a plan that can't be read any more: what lacks a Result is no whole stream ---
if [ -d /proc/self/fd ]; then
	note=$(printf '%0400d' 0)
	for i in $(seq 600); do
		action "$i" TagResource none "\"ResourceArn\":\"$old\",\"Tags\":[{\"Key\":\"k\",\"Value\":\"v\"}]" '' ",\"Note\":\"$note\""
	done | plan
	# Empties the file that has no name once something was done.
	cat >"$T/empty" <<-'EOF'
		idc-apply "$1" &
		until grep -qs TagResource "$2"; do sleep 0.02; done
		for f in /proc/$!/fd/*; do
			case $(readlink "$f") in
			*/idc-apply.*) : >"$f" ;;
			esac
		done
		wait $!
	EOF
	for IDC_WINDOW in 2 1000; do
		run 1 idc-sim --state "$org" --log "$T/log$IDC_WINDOW" --latency 20ms -- sh "$T/empty" "$T/plan" "$T/log$IDC_WINDOW"
		err_has "the plan, kept in a temporary file, can't be read"
		out_lacks '"Kind":"End"'
		is 'no Result is without Id' "$(jq -r 'select(.Kind == "Result" and .Id == null) | .Kind' "$out")" ''
	done
fi

# --- a window of no size ---
for IDC_WINDOW in 0 x -1; do
	run 2 idc-apply "$T/plan"
	err_has "idc-apply: error: IDC_WINDOW: '$IDC_WINDOW' is no number from 1 to "
done
