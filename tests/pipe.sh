#!/bin/sh
# The four filters as one pipe, for tests: pipe.sh DIR TEMPLATES [IDC-PLAN-OPTION]...
# Leaves in DIR, for each program NAME, NAME.out, NAME.err and NAME.status. Runs under idc-sim.
dir=$1 templates=$2
shift 2

# filter NAME ARG...: runs idc-NAME, keeping what it says. It is followed by tee, so that
# each stream can be looked at.
filter() {
	name=$1
	shift
	"idc-$name" "$@" 2>"$dir/$name.err"
	echo $? >"$dir/$name.status"
}

filter validate -q "$templates" | tee "$dir/validate.out" |
	filter resolve -q | tee "$dir/resolve.out" |
	filter plan -q "$@" | tee "$dir/plan.out" |
	filter apply -q >"$dir/apply.out"
# The last program's status is the pipe's.
exit "$(cat "$dir/apply.status")"
