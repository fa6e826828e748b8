# shellcheck shell=sh
# For the tests of idc-validate: templates in $T, where the tests then are, so that the messages
# name them by short paths.

# shellcheck disable=SC2154 # T is set by lib.sh
cd "$T" || exit 1

# set_file NAME [MEMBERS]: s/NAME.json, a permission set; MEMBERS are further members.
set_file() {
	mkdir -p s
	printf '{\n\t"Name": "%s"%s\n}\n' "$1" "${2:+,
	$2}" >"s/$1.json"
}

# rule_file NAME [MEMBERS]: a/NAME.json, a rule NAME for the permission set Admin, which MEMBERS
# make different: a later member of a name replaces an earlier one.
rule_file() {
	mkdir -p a
	jq -n --tab --arg sid "$1" '{Assignments: [{SID: $sid, Target: ["Root"], PrincipalType: "GROUP",
		PrincipalId: "admins", PermissionSetName: "Admin"} + {'"${2:-}"'}]}' >"a/$1.json"
}

# good: a permission set and a rule without fault, and nothing else.
good() {
	rm -rf s a
	set_file Admin
	rule_file All
}

# assigned: forgets that no rule assigns some permission sets, where tests are not about that.
assigned() {
	sed -i '/ \[IDC044\]$/d' "$err"
}

# finds MESSAGE...: idc-validate finds exactly these in s and a, and writes nothing.
finds() {
	run 1 idc-validate -q s a
	out_empty
	assigned
	printf '%s\n' "$@" >.lines
	err_is <.lines
}

# passes: idc-validate has nothing to say.
passes() {
	run 0 idc-validate -q s a
	assigned
	err_empty
}

# record FILTER: what jq makes of the records of the last output.
record() {
	jq -c "$1" "$out"
}
