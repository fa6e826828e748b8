# shellcheck shell=sh
# For the tests of inline policies, beside validate.sh, which has to come after it.

# statements JSON [VERSION]: a permission set with a policy of these statements; they stand from
# line 4 on, as they are written.
statements() {
	set_file Admin "\"CustomPolicy\": {\"Version\": \"${2:-2012-10-17}\", \"Statement\": [
$1
	]}"
}

# found STATUS JSON [MESSAGE]...: idc-validate finds exactly these in a policy of these statements, in
# s/Admin.json; a message starts with its line and column.
found() {
	found_status=$1
	statements "$2"
	shift 2
	# shellcheck disable=SC2086 # the options are words
	run "$found_status" idc-validate -q ${options-} s a
	if [ $# -eq 0 ]; then
		err_empty
	else
		printf 's/Admin.json:%s\n' "$@" >.lines
		err_is <.lines
	fi
}

# warns JSON MESSAGE..., wrong JSON MESSAGE..., clean JSON: the same with the status that belongs to it.
warns() {
	found 0 "$@"
}
wrong() {
	found 1 "$@"
}
clean() {
	found 0 "$1"
}

# s EFFECT ACTION RESOURCE [MORE]: a statement.
s() {
	printf '{"Effect": "%s", "Action": %s, "Resource": %s%s}' "$1" "$2" "$3" "${4-}"
}
