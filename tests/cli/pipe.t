#!/bin/sh
# The whole pipe on templates with the seed's features: everything is created, then nothing is left to
# do, then a permission set goes together with its rules.
. "${0%/*}/../lib.sh"

statuses() {
	cat "$T/validate.status" "$T/resolve.status" "$T/plan.status" "$T/apply.status" | tr '\n' ' '
}

# pipe STATE-IN STATE-OUT TEMPLATES [OPTION]...
pipe() {
	state_in=$1 state_out=$2
	shift 2
	run 0 idc-sim --state "$state_in" --save "$state_out" --calls "$T/calls" -- \
		sh "$TOP/tests/pipe.sh" "$T" "$@"
	is 'every program exits 0' "$(statuses)" '0 0 0 0 '
}

actions() {
	jq -r 'select(.Kind == "Action") | .Operation' "$T/plan.out"
}

# cases TEMPLATES STATE NAME: NAME is the permission set that goes.
cases() {
	templates=$1 org=$2 gone=$3
	sets=$(find "$templates" -name '*.json' -exec jq -r 'select(.Name) | .Name' {} + | wc -l)

	pipe "$org" "$T/first.ndjson" "$templates"
	is 'every permission set is created' "$(actions | grep -c '^CreatePermissionSet$')" "$sets"
	is 'every assignment is created' "$(actions | grep -c '^CreateAccountAssignment$')" \
		"$(grep -c '"Kind":"AccountAssignment"' "$T/resolve.out")"
	is 'every action succeeded' "$(jq -r 'select(.Kind == "Result") | .Status' "$T/apply.out" |
		sort -u)" Succeeded
	is 'live is what was asked for' \
		"$(jq -c 'select(.Kind == "AccountAssignment") |
			[.AccountId, .PermissionSetName, .PrincipalType, .PrincipalId]' "$T/first.ndjson" | sort)" \
		"$(jq -c 'select(.Kind == "AccountAssignment") |
			[.AccountId, .PermissionSetName, .PrincipalType, .PrincipalId]' "$T/resolve.out" | sort)"

	pipe "$T/first.ndjson" "$T/second.ndjson" "$templates"
	is 'the second run plans nothing' "$(actions)" ''
	ok 'and changes nothing' cmp "$T/first.ndjson" "$T/second.ndjson"
	is 'and calls nothing that writes' \
		"$(grep -cE '(Create|Update|Delete|Put|Attach|Detach|Provision|Tag)[A-Z]' "$T/calls")" 0

	cp -R "$templates" "$T/less"
	chmod -R u+w "$T/less"
	rm "$T/less/permissionsets/$gone.json"
	for f in "$T"/less/assignments/*.json; do
		jq --arg gone "$gone" '.Assignments |= map(select(.PermissionSetName != $gone))' "$f" >"$f.new"
		mv "$f.new" "$f"
	done
	wanted=$(jq -r --arg gone "$gone" 'select(.Kind == "AccountAssignment" and .PermissionSetName == $gone) |
		"DeleteAccountAssignment"' "$T/second.ndjson"; echo DeletePermissionSet)
	pipe "$T/second.ndjson" "$T/third.ndjson" "$T/less" --max-delete 100%
	is 'a set and its rules go: exactly those deletions, the set last' "$(actions)" "$wanted"
	is 'the set is gone' "$(grep -c "$gone" "$T/third.ndjson")" 0
	is 'nothing else is' "$(grep -vc -e "$gone" "$T/second.ndjson")" "$(grep -c . "$T/third.ndjson")"
	rm -r "$T/less"
}

cases "$TOP/tests/data/seed-like" "$TOP/tests/data/org-seed.ndjson" SecurityEngineer
if [ -d "$SHARED/seed/templates" ]; then
	cases "$SHARED/seed/templates" "$TOP/tests/data/org-seed.ndjson" SecurityEngineer
else
	skip "the seed's own templates are not in ../shared"
fi
