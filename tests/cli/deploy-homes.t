#!/bin/sh
# The pipeline's other homes, GitHub Actions and GitLab CI: their files are run (tests/tools/homes.py) against idc-sim,
# event by event, with doubles of S3, gh and apt-get.
# shellcheck disable=SC2016,SC2154 # the scripts of sh -c have their own variables; T, TOP, out and err are set by lib.sh
for python in python3 /usr/bin/python3; do
	python=$("$python" -c 'import sys, yaml; print(sys.executable)' 2>/dev/null) && break
done
. "${0%/*}/../lib.sh"

[ -n "$python" ] || skip_all 'no YAML parser: python3-yaml is not installed'
for program in bash curl jq; do
	command -v $program >/dev/null || skip_all "$program is not installed"
done

mkdir -p "$T/bin" "$T/s3/idc-state" "$T/repository"
cp -R "$TOP/templates" "$T/repository"
# gh, as far as it is used: comments are those of $GH_LOG.json, what is written of one goes to $GH_LOG and $GH_LOG.how.
cat >"$T/bin/gh" <<'X'
#!/bin/sh
[ -n "$GH_TOKEN" ] || exit 4
case "$1 $2 $3" in
'pr comment 7')
	[ "$4" = --body-file ] && cp "$5" "$GH_LOG" && echo new >"$GH_LOG.how"
	;;
'api repos/o/r/issues/7/comments --paginate')
	[ "$4" = --jq ] && jq -r "$5" "$GH_LOG.json"
	;;
'api --method PATCH')
	[ "$5" = -F ] && cp "${6#body=@}" "$GH_LOG" && echo "$4" >"$GH_LOG.how"
	;;
*) exit 2 ;;
esac
X
printf '#!/bin/sh\necho "$*" >>"%s/installed"\n' "$T" >"$T/bin/apt-get"
chmod +x "$T/bin"/*
PATH=$T/bin:$TOP/tests/tools:$PATH
# A runner has the programs nowhere: those of a release, here.
mkdir -p "$T/release/bin"
for program in validate resolve plan apply show; do
	printf '#!/bin/sh\nexec "%s/idc-%s" "$@"\n' "$IDC_BIN" $program >"$T/release/bin/idc-$program"
done
chmod +x "$T/release/bin"/*
tar -czf "$T/release.tar.gz" -C "$T/release" bin
sum=$(sha256sum <"$T/release.tar.gz" | cut -d ' ' -f 1)
unset IDC_BIN
unset IDC_TIME # streams of two runs differ, by their time at least
export PYTHONDONTWRITEBYTECODE=1 S3_ROOT="$T/s3" GH_LOG="$T/comment.md"
echo '[]' >"$GH_LOG.json"
state=s3://idc-state/last-applied.ndjson

# server: a new organization; AWS variables in the environment.
sim=
server() {
	[ -z "$sim" ] || kill "$sim"
	rm -f "$S3_ROOT/idc-state/last-applied.ndjson"
	: >"$T/variables"
	idc-sim -q --state "$TOP/tests/data/org-sample.ndjson" >"$T/variables" 2>"$T/sim.err" &
	sim=$!
	until grep -q IDC_TPS "$T/variables"; do sleep 0.05; done
	# shellcheck source=/dev/null
	. "$T/variables"
}
trap 'kill "$sim"; tap_end' EXIT

assignments() { curl -fsS "$IDC_SIM/state" | grep -c '"Kind":"AccountAssignment"'; }
owner=$(jq -r 'select(.Kind == "Instance").OwnerAccountId' "$TOP/tests/data/org-sample.ndjson")
role=arn:aws:iam::$owner:role

# home STATUS github|gitlab EVENT [VARIABLE...]
home() {
	wanted=$1 kind=$2 event=$3
	shift 3
	if [ "$kind" = github ]; then
		set -- "IDC_PLAN_ROLE=$role/plan" "IDC_APPLY_ROLE=$role/apply" IDC_REGION=us-east-1 "IDC_STATE_URL=$state" \
			"IDC_RELEASE_URL=file://$T/release.tar.gz" "IDC_RELEASE_SHA256=$sum" "$@"
	else
		set -- "IDC_PLAN_ROLE=$role/plan" "IDC_APPLY_ROLE=$role/apply" AWS_REGION=us-east-1 "STATE_URL=$state" \
			"IDC_RELEASE_URL=file://$T/release.tar.gz" "IDC_RELEASE_SHA256=$sum" "$@"
	fi
	run "$wanted" "$python" "$TOP/tests/tools/homes.py" "$kind" "$T/repository/templates/ci/$kind.yml" \
		--event "$event" --branch main --repository "$T/repository" --work "$T/run" "$@"
	[ "$got" -eq "$wanted" ] || cat "$T/run"/*.log | sed 's/^/# /'
}

jobs_are() { is jobs "$(tr '\n' ',' <"$out")" "$1"; }

# They must not run by themselves where they are kept.
ok 'no workflow of this repository' test ! -e "$TOP/.github" -a ! -e "$TOP/.gitlab-ci.yml"

# --- GitHub ---
server
home 0 github pull_request
jobs_are 'plan succeeded,apply skipped,'
ok 'the comment has the plan' grep -q '^To do: 6 permission sets to create; 59 grants' "$T/comment.md"
is 'it is fenced' "$(sed -n '1,2p;$p' "$T/comment.md" | tr '\n' ' ')" '<!-- idc --> ~~~~ ~~~~ '
is 'a new one' "$(cat "$T/comment.md.how")" new
is 'nothing was changed' "$(assignments)" 0
home 0 github push
jobs_are 'plan succeeded,apply succeeded,'
ok 'the plan was handed on, and applied' test -s "$T/run/results/results.ndjson"
ok 'and recorded' cmp "$T/run/planned/resolved.ndjson" "$S3_ROOT/idc-state/last-applied.ndjson"
is 'assignments' "$(assignments)" 59
home 0 github schedule
jobs_are 'plan succeeded,apply skipped,'
# The comment of before is replaced, not that of somebody else, nor one of another workflow.
jq -n '[[1, "github-actions[bot]", "<!-- idc -->\nold"], [2, "kim", "<!-- idc -->\nmine"], [3, "github-actions[bot]", "tests passed"]]
	| map({ id: .[0], user: { login: .[1] }, body: .[2] })' >"$T/comment.md.json"
home 0 github pull_request NO_CODE_SCANNING=1
jobs_are 'plan succeeded,apply skipped,'
is 'the one of before' "$(cat "$T/comment.md.how")" repos/o/r/issues/comments/1
ok 'it has the new plan' grep -qx 'No changes.' "$T/comment.md"
rm "$T/repository/templates/permissionsets/BillingReader.json"
home 1 github pull_request
jobs_are 'plan failed,apply skipped,'
if idc-validate --help | grep -e --format >"$T/help"; then
	ok 'SARIF is uploaded of templates that are wrong' grep -q BillingReader "$T/run/reports/idc.sarif"
else
	skip 'idc-validate writes no SARIF yet'
fi
jq '.SessionDuration = "PT4H"' "$TOP/templates/permissionsets/Developer.json" >"$T/repository/templates/permissionsets/Developer.json"
cp "$TOP/templates/permissionsets/BillingReader.json" "$T/repository/templates/permissionsets"
home 1 github schedule
jobs_are 'plan failed,apply skipped,'
ok 'drift is said' grep -q 'error: drift: what is live is not what the templates say' "$T/run/plan.log"
# The stream of the run before is handed on, too: without it nothing is applied.
home 0 github push
jobs_are 'plan succeeded,apply succeeded,'
ok 'the second is recorded' cmp "$T/run/planned/resolved.ndjson" "$S3_ROOT/idc-state/last-applied.ndjson"
run 3 "$python" "$TOP/tests/tools/homes.py" github "$TOP/templates/ci/github.yml" --event fork --branch main \
	--repository "$T/repository" --work "$T/run"

# --- GitLab ---
rm -r "$T/repository/templates"
cp -R "$TOP/templates" "$T/repository"
server
home 0 gitlab merge_request_event
jobs_are 'idc-validate succeeded,idc-plan succeeded,idc-apply skipped,'
ok 'the plan is shown' grep -q '^To do: 6 permission sets to create; 59 grants' "$T/run/idc-plan/summary.txt"
ok 'a report' grep -q '<testsuite' "$T/run/idc-validate/reports/idc.xml"
is 'nothing was changed' "$(assignments)" 0
# The image has none of it, and a release brings none of it.
for package in bash ca-certificates curl jq libexpat1 awscli; do
	ok "$package is installed" grep -qw -- "$package" "$T/installed"
done
home 0 gitlab push
jobs_are 'idc-validate succeeded,idc-plan succeeded,idc-apply succeeded,'
ok 'applied and recorded' cmp "$T/run/idc-plan/resolved.ndjson" "$S3_ROOT/idc-state/last-applied.ndjson"
is 'assignments' "$(assignments)" 59
jq '.SessionDuration = "PT4H"' "$TOP/templates/permissionsets/Developer.json" >"$T/repository/templates/permissionsets/Developer.json"
home 1 gitlab schedule
jobs_are 'idc-validate succeeded,idc-plan failed,idc-apply skipped,'
ok 'drift is said' grep -q 'error: drift: what is live is not what the templates say' "$T/run/idc-plan.log"
home 0 gitlab push
jobs_are 'idc-validate succeeded,idc-plan succeeded,idc-apply succeeded,'
ok 'the second is recorded' cmp "$T/run/idc-plan/resolved.ndjson" "$S3_ROOT/idc-state/last-applied.ndjson"
rm "$T/repository/templates/permissionsets/BillingReader.json"
home 1 gitlab merge_request_event
jobs_are 'idc-validate failed,idc-plan skipped,idc-apply skipped,'

# What is applied is asked for by a person, one at a time, and only on the default branch.
"$python" - "$TOP" >"$T/structure" <<'X'
import sys, os
sys.path.insert(0, os.path.join(sys.argv[1], "tests/tools"))
import homes, yaml
ci = os.path.join(sys.argv[1], "templates/ci/")
hub = yaml.load(open(ci + "github.yml"), homes.Loader)
lab = yaml.load(open(ci + "gitlab.yml"), homes.Loader)
print(hub["jobs"]["apply"]["environment"], hub["permissions"], "id-token" in hub["jobs"]["apply"]["permissions"])
print(lab["idc-apply"]["resource_group"], [rule["when"] for rule in lab["idc-apply"]["rules"]])
# Each job has the role of its own; a fork's has none, and the token is for nobody else to read.
for job in hub["jobs"].values():
    print(*[step["with"]["role-to-assume"] for step in job["steps"] if "role-to-assume" in step.get("with", {})])
print(*[line for job in ("idc-plan", "idc-apply") for line in lab[job]["script"] if "AWS_ROLE_ARN" in line])
print("head.repo.full_name == github.repository" in hub["jobs"]["plan"]["if"], "|| 'main'" in hub["concurrency"]["group"])
script = lab[".aws"]["before_script"]
print(script.index("umask 077") < [n for n, line in enumerate(script) if "IDC_TOKEN" in line][0])
X
is 'guards' "$(cat "$T/structure")" "idc {'contents': 'read'} True
idc ['never', 'manual']
\${{ vars.IDC_PLAN_ROLE }}
\${{ vars.IDC_APPLY_ROLE }}
export AWS_ROLE_ARN=\"\$IDC_PLAN_ROLE\" export AWS_ROLE_ARN=\"\$IDC_APPLY_ROLE\"
True True
True"
