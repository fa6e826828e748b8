#!/bin/sh
# make bench: what runs of the whole pipe cost, against idc-sim on this machine at AWS's pace,
# as Markdown, into RESULTS.md beside this script. All of it is made from a seed number.
#
#     BENCH_SIZES='S M L XL W'
#     BENCH_RUNS='first unchanged unchanged-last rule-last rule-quick moved-last moved-quick'
#     BENCH_PARTS='start validate pipe offline dump apply sim'
#     BENCH_SEED=1
#     BENCH_SIM='--tps 20 --latency 50ms --async 3s'
#     BENCH_TEMPLATES=DIR   one more folder of templates that idc-validate is timed on
#     BENCH_OUT=FILE        instead of RESULTS.md
#
# Parts are left out where the programs have no option for them.
set -eu

bench=$(cd "$(dirname "$0")" && pwd)
top=${bench%/tests/bench}
PATH=$IDC_BIN:$PATH
measure=${IDC_BIN%/bin}/tests/bench/measure
seed=${BENCH_SEED:-1}
sim=${BENCH_SIM:---tps 20 --latency 50ms --async 3s}
results=${BENCH_OUT:-$bench/RESULTS.md}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

# name, accounts, units, groups, users, permission sets, foreign ones, assignments; how many
# times as fast time passes in the first run, and in the others; which runs there are. W is
# the largest organization that users of such tools have told of.
sizes='
S 20 5 10 20 5 2 100 1 1 all
M 200 20 30 50 15 2 2000 10 1 all
L 1000 50 60 500 50 5 10000 20 1 all
XL 5000 200 300 2000 100 10 100000 100 5 first,unchanged-last
W 1850 100 300 2000 1550 20 50000 100 1 unchanged-last
1M 5000 200 1500 5000 200 10 1000000 1 1 -
'
# name, state, templates, last run's stream or -, the option that it needs or -
runs='
first empty templates - -
unchanged now templates - -
unchanged-last now templates last --last-applied
rule-last now changed last --last-applied
rule-quick now changed last --quick
moved-last moved templates last --last-applied
moved-quick moved templates last --quick
'

fail() {
	echo "bench: $1" >&2
	exit 1
}

has() { "$1" --help | grep -q -e "$2"; }

wants() {
	case " $1 " in *" $2 "*) ;; *) return 1 ;; esac
}

# stream NAME: the records on standard input, of which the first is a Begin, with an End.
stream() {
	awk -v name="$1" '{ print }
		END { printf "{\"Kind\":\"End\",\"Stream\":\"%s\",\"Count\":%d}\n", name, NR - 1 }'
}

# --- start --------------------------------------------------------------------------

# time_start NAME COMMAND...: a row with the best and the median milliseconds of 30 starts.
time_start() {
	rm -f starts
	name=$1
	shift
	i=0
	while [ $i -lt 30 ]; do
		"$measure" starts "$@" >/dev/null 2>&1 || fail "$* failed"
		i=$((i + 1))
	done
	sort -n starts | awk -v name="$name" '{ ms[NR] = $1 * 1000 }
		END { printf "| %s | %.1f | %.1f |\n", name, ms[1], ms[int((NR + 1) / 2)] }'
}

part_start() {
	printf '\n## Start\n\n| command | best ms | median ms |\n| --- | ---: | ---: |\n'
	for program in "$IDC_BIN"/idc-*; do
		time_start "${program##*/} --version" "$program" --version
	done
	for templates in "$top/templates" ${BENCH_TEMPLATES:+"$BENCH_TEMPLATES"}; do
		n=$(find "$templates/permissionsets" "$templates/assignments" -name '*.json' | wc -l)
		of=
		[ "$templates" = "$top/templates" ] || of=' of BENCH_TEMPLATES'
		time_start "idc-validate, $n templates$of" \
			idc-validate "$templates/permissionsets" "$templates/assignments"
	done
}

# --- organizations and templates ----------------------------------------------------

# make_size: an organization of the size in $row, its templates, and the two changes.
make_size() {
	# A list of words.
	# shellcheck disable=SC2086
	set -- $row
	sets=$6 assignments=$8 speed_first=$9
	shift 9
	speed_others=$1 runs_of_size=$2
	# shellcheck disable=SC2086
	set -- $row
	idc-sim -q --generate "accounts=$2,ous=$3,groups=$4,users=$5,permission-sets=0,foreign-sets=$7,seed=$seed" \
		--save empty -- true
	jq -r -f "$bench/org.jq" empty |
		awk -F '\t' '$1 == "management" { m = $2; next } $1 != "account" || $2 != m' >org
	rm -rf templates changed
	mkdir -p templates/permissionsets templates/assignments
	awk -f "$bench/templates.awk" -v sets="$sets" -v assignments="$assignments" \
		-v seed="$seed" -v dir=templates org >move
	cp -R templates changed
	file=$(find templates/assignments -type f | sort | tail -n 1)
	jq '(.Assignments | map(.PermissionSetName) | unique) as $sets
		| (.Assignments | to_entries | max_by(.value.Target | length) | .key) as $i
		| .Assignments[$i].PermissionSetName |= ([$sets[] as $s | select($s != .) | $s] | .[0])' \
		"$file" >"changed/${file#*/}"
}

# move: the state on standard input, with the account moved.
move() {
	read -r id unit <move
	sed "/^{\"Kind\":\"Account\",\"Id\":\"$id\"/s/\"ParentId\":\"[^\"]*\"/\"ParentId\":\"$unit\"/"
}

# --- runs of the pipe ---------------------------------------------------------------

# pipe STATE TEMPLATES SPEED SIM-OPTIONS [IDC-PLAN-OPTION...]: one run, all that it gives in
# the folder out, the state afterwards in out/state.
pipe() {
	state=$1 with=$2 at=$3 pace=$4
	shift 4
	rm -rf out
	mkdir out
	# shellcheck disable=SC2086
	idc-sim -q $pace --speed "$at" --state "$state" --save out/state --calls out/calls -- \
		"$measure" out/pipe.time sh "$bench/pipe.sh" "$with" out "$@" || fail 'the pipe broke'
	[ ! -e out/failed ] || {
		cat out/*.err >&2
		fail "$(cat out/failed)"
	}
}

# The row of a run in the first table: requests, bounds, time.
row_of_requests() {
	quick=0
	[ "$option" != --quick ] || quick=1
	cat "$state" out/resolved out/plan | jq -r -f "$bench/least.jq" |
		awk -v quick=$quick -f "$bench/least.awk" >out/least
	awk -v size="$size" -v run="$run" -v speed="$at" '
		FILENAME == "out/least" {
			org = $1; ids = $2; reads = $3; writes = $4; polls = $5; ops = $6; rounds = $7
			next
		}
		FILENAME == "out/pipe.time" { wall = $1 * speed; next }
		/^#/ { next }
		{ n[$1] += $3; all += $3 }
		$2 ~ /Status$/ { asked += $3 }
		END {
			read_s = (reads + ids - 20) / 20
			if (read_s < 0) read_s = 0
			write_s = (writes + polls) / 20
			if (write_s < ops * 3 / 10) write_s = ops * 3 / 10
			if (write_s < rounds * 3) write_s = rounds * 3
			least_s = read_s + write_s
			ratio = least_s > 0 ? sprintf("%.2f", wall / least_s) : "-"
			printf("| %s | %s | %d | %d | %d (%d) | %d (%d) | %d (%d) | %.0f | %s%.1f | %.1f | %s |\n",
				size, run, ops, writes - ops, n["sso"], reads + writes + polls,
				n["identitystore"], ids, n["organizations"], org, 100 * asked / all,
				speed > 1 ? "≈ " : "", wall, least_s, ratio)
		}' out/least out/pipe.time out/calls
}

# The row of a run in the second table: what each program took.
row_of_programs() {
	cat out/validate.time out/resolve.time out/plan.time out/apply.time |
		awk -v size="$size" -v run="$run" '
		{ cpu = cpu sprintf(" %.2f |", $2); peak = peak sprintf(" %.1f |", $3 / 1024); all += $2 }
		END { printf "| %s | %s |%s %.2f |%s\n", size, run, cpu, all, peak }'
}

# What is there after the first run: now, and what it resolved: last.
after_first() {
	cp out/state now
	cp out/resolved last
	move <now >moved
}

run_one() {
	# shellcheck disable=SC2086
	set -- $1
	run=$1 from=$2 asked_for=$3 option=$5
	if [ "$option" != - ] && ! has idc-plan "$option"; then
		echo "$size, $run: idc-plan has no $option yet." >>skipped
		return
	fi
	at=$speed_others
	[ "$run" != first ] || at=$speed_first
	set --
	[ "$option" = - ] || set -- --last-applied last
	[ "$option" != --quick ] || set -- "$@" --quick
	pipe "$from" "$asked_for" "$at" "$sim" "$@"
	row_of_requests >>requests
	row_of_programs >>programs
	[ "$run" != first ] || after_first
	echo "bench: $size, $run: done" >&2
}

# Whether the size has that run.
has_run() {
	[ "$runs_of_size" = all ] || wants "$(echo "$runs_of_size" | tr , ' ')" "$1"
}

run_size() {
	make_size
	rm -f now
	echo "$runs" | while read -r line; do
		if [ -z "$line" ] || ! wants "$chosen" "${line%% *}" || ! has_run "${line%% *}"; then
			continue
		fi
		# Where the first run is not wanted, it is made at once.
		[ -e now ] || [ "${line%% *}" = first ] || {
			pipe empty templates 1 '--async 0'
			after_first
		}
		run_one "$line" </dev/null
	done
}

part_pipe() {
	chosen=${BENCH_RUNS:-first unchanged unchanged-last rule-last rule-quick moved-last moved-quick}
	: >requests
	: >programs
	: >skipped
	for size in ${BENCH_SIZES:-S M L XL W}; do
		row=$(echo "$sizes" | grep "^$size ") || fail "no size $size"
		run_size
	done
	cat <<-X

		## The pipe

		idc-validate | idc-resolve | idc-plan | idc-apply on an organization made from seed $seed, idc-sim
		$sim. Runs: \`first\`, everything is created; \`unchanged\`; \`rule\`, another permission set in
		one rule; \`moved\`, one account moved to another organizational unit, of which rules speak.
		With \`-last\`, --last-applied; with \`-quick\`, --quick, too.

		| size | accounts | assignments | permission sets, foreign | groups, users | OUs |
		| --- | ---: | ---: | ---: | ---: | ---: |
	X
	for size in ${BENCH_SIZES:-S M L XL W}; do
		echo "$sizes" | awk -v size="$size" '$1 == size {
			printf "| %s | %d | %d | %d, %d | %d, %d | %d |\n", $1, $2, $8, $6, $7, $4, $5, $3 }'
	done
	cat <<-X

		| size | run | assignment operations | other changes | sso (least) | identitystore (least) | organizations (least) | polls % | wall s | least s | ratio |
		| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
	X
	cat requests
	cat <<-X

		Least are the requests that any exact tool must make, in the largest pages. To read: the
		organization, its root, and all accounts; the names of the principals asked for, as many as
		is best from the first pages of the directory and the others one by one; the instance, the
		list of permission sets, six for each owned one (description, tags, four kinds of
		policies), the tags of each foreign one, and the live
		assignments by principal or by permission set and account, whichever is less; with --quick
		only description and tags of the permission sets that change. To change: one for each
		change, and one for the outcomes of a hundred operations. Least seconds: requests that read
		at 20 a second after the first 20, then the most of operations × 3 s / 10, of requests that
		change at 20 a second, and of 3 s for each operation of the longest row in which one must
		wait for the other. Polls are in per cent of all requests,
		which count those that were throttled, too.
		≈: simulated time, idc-sim --speed: what the machine itself takes counts as many times.

		| size | run | CPU s: validate | resolve | plan | apply | all | peak MiB: validate | resolve | plan | apply |
		| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
	X
	cat programs
	[ ! -s skipped ] || {
		echo
		cat skipped
	}
}

# --- offline ------------------------------------------------------------------------

# The organization with all that was resolved live in it.
live() {
	{
		grep -v '^{"Kind":"End"' empty
		grep '^{"Kind":"PermissionSet"' resolved | sed 's/,"Source":.*}$/}/; s/"Tags":{}/"Tags":{"SSOPipeline":"true"}/'
		grep '^{"Kind":"AccountAssignment"' resolved | sed 's/,"Rules":.*}$/}/'
	} | stream state >loaded
	# The simulator makes up what is missing, and puts things in order.
	idc-sim -q --state loaded --save now -- true
}

offline_stage() {
	name=$1 in=$2 to=$3
	shift 3
	rm -f spent
	"$measure" spent "$@" <"$in" >"$to" || fail "$* failed"
	read -r wall cpu memory <spent
	printf '| %s | %s | %.1f | %.1f | %d |\n' "$name" "$1" "$wall" "$cpu" $((memory / 1024))
}

offline_run() {
	offline_stage "$1" resolve.in resolved idc-resolve -q --state "$2"
	offline_stage "$1" resolved plan idc-plan -q --max-delete 100% --state "$2"
}

part_offline() {
	printf '\n## Offline: one million assignments\n\n'
	has idc-plan --state || {
		echo 'Not run: idc-plan has no --state yet.'
		return
	}
	row=$(echo "$sizes" | grep '^1M ')
	make_size
	idc-validate -q templates >resolve.in
	idc-resolve -q --state empty resolve.in >resolved
	live
	printf '%s assignments; idc-resolve and idc-plan with --state.\n\n' \
		"$(grep -c '^{"Kind":"AccountAssignment"' resolved)"
	echo '| run | program | wall s | CPU s | peak MiB |'
	echo '| --- | --- | ---: | ---: | ---: |'
	offline_run unchanged now
	offline_run first empty
	rm -f now loaded plan resolved
}

# --- all ----------------------------------------------------------------------------

part_validate() { sh "$bench/validate.sh"; }
part_dump() { sh "$bench/dump.sh"; }
part_apply() { sh "$bench/apply.sh"; }
part_sim() { sh "$bench/sim.sh"; }

machine() {
	model=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo 2>/dev/null | head -n 1)
	echo "# make bench"
	printf '\n%s, %s cores%s; idc %s; %s; seed %s.\n' "$(uname -sm)" "$(nproc)" \
		"${model:+ of $model}" "$(cat "$top/VERSION")" "$(date -u +%F)" "$seed"
	"$measure" | awk '{ printf "A system call takes %.1f us here, a page fault %.1f us.\n", $1, $2 }'
}

cd "$work"
parts=${BENCH_PARTS:-start validate pipe offline dump apply sim}
machine >report
for part in start validate pipe offline dump apply sim; do
	if wants "$parts" "$part"; then
		"part_$part" >>report
	fi
done
cp report "$results.new"
mv "$results.new" "$results"
cat "$results"
