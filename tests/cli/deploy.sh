# shellcheck shell=sh disable=SC2034 # the tests use what is set here
# For the tests of the pipeline: sourced in place of ../lib.sh. Builds of buildspec.yml, done by tests/tools/codebuild.py
# against one idc-sim and a double of S3.
# shellcheck disable=SC2016,SC2154 # the script of sh -c has its own variables; T, TOP, out and err are set by lib.sh
for python in python3 /usr/bin/python3; do
	python=$("$python" -c 'import sys, yaml; print(sys.executable)' 2>/dev/null) && break
done
. "${0%/*}/../lib.sh"

[ -n "$python" ] || skip_all 'no YAML parser: python3-yaml is not installed'
for program in bash curl jq; do
	command -v $program >/dev/null || skip_all "$program is not installed"
done

PATH=$TOP/tests/tools:$PATH
unset IDC_TIME # streams of two runs differ, by their time at least
export PYTHONDONTWRITEBYTECODE=1 S3_ROOT="$T/s3"
state=s3://idc-state/team/last-applied.ndjson
object=$S3_ROOT/idc-state/team/last-applied.ndjson
mkdir -p "$S3_ROOT/idc-state"

: >"$T/variables"
idc-sim -q --state "$TOP/tests/data/org-sample.ndjson" >"$T/variables" 2>"$T/sim.err" &
sim=$!
trap 'kill $sim; tap_end' EXIT
until grep -q IDC_TPS "$T/variables"; do sleep 0.05; done
# shellcheck source=/dev/null
. "$T/variables"

# What the source stage gives: a repository of templates, buildspec.yml and its script.
mkdir "$T/repository"
cp -R "$TOP/templates" "$TOP/buildspec.yml" "$T/repository"
templates=$T/repository/templates

# stage STATUS NAME [OPTION...] [VARIABLE...]: one build, of the artifact of the stage before.
stage() {
	wanted=$1 name=$2
	shift 2
	case $name in
	validate) from=$T/repository ;;
	plan) from=$T/out.validate/artifact.zip ;;
	apply) from=$T/out.plan/artifact.zip ;;
	esac
	run "$wanted" "$python" "$TOP/tests/tools/codebuild.py" --source "$from" --out "$T/out.$name" \
		--project "idc-$name" "IDC_BIN=$IDC_BIN" "IDC_HOME=$T/home.$name" "STATE_URL=$state" "STAGE=$name" "$@"
	[ "$got" -eq "$wanted" ] || tap_show log "$T/out.$name/log"
	log=$T/out.$name/log
	rm -rf "$T/home.$name"
}

log_has() { tap_file_has log "$log" "$1"; }
log_lacks() { tap_file_lacks log "$log" "$1"; }
exported() { jq -r "[.CHANGES, .GRANTS, .REVOKES, .DELETIONS] | join(\" \")" "$T/out.plan/exported.json"; }
member() { "$python" -c 'import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))' "$@"; }
members() { "$python" -c 'import sys, zipfile; print(" ".join(n for n in zipfile.ZipFile(sys.argv[1]).namelist() if "/" not in n))' "$1"; }
live() { curl -fsS "$IDC_SIM/state" | jq -c "$1"; }
faults() { printf '%s\n' "$@" | curl -fsS --data-binary @- "$IDC_SIM/faults" >"$T/faults"; }
no_faults() { curl -fsS -X DELETE "$IDC_SIM/faults" >"$T/faults"; }
edit() { printf '{"Operation":"%s","Request":{%s}}\n' "$1" "$2" | curl -fsS --data-binary @- "$IDC_SIM/edits" >"$T/edited"; }
streams() { grep -c '"Kind":"Begin"' "$object"; }
puts() { grep -c '^put-object' "$S3_ROOT/calls"; }

# recorded: the object of STATE_URL is what the last Plan resolved, alone.
recorded() {
	member "$T/out.plan/artifact.zip" resolved.ndjson >"$T/resolved"
	ok 'the last applied stream is that of this run, alone' cmp "$T/resolved" "$object"
}

# settled: what is live is what the templates say, whatever was recorded.
settled() {
	run 0 sh -c 'idc-validate -q "$1" | idc-resolve -q 2>/dev/null | idc-plan -q --exit-code' sh "$templates"
}

# Last of all: what holds for everything that was done.
at_the_end() {
	is 'no secret is written anywhere' "$(grep -rlF --exclude=variables \
		-e "$AWS_SECRET_ACCESS_KEY" -e "$AWS_SESSION_TOKEN" "$T" | wc -l)" 0
	is 'no other object was asked for' \
		"$(grep -vcE '^(get|put)-object idc-state/team/last-applied.ndjson$' "$S3_ROOT/calls")" 0
}
