#!/bin/sh
# The pipeline in CodeBuild, killed, failing, overtaken, or without S3: what is left, and what the next run makes of it.
# shellcheck disable=SC2154 # T, TOP, out and err are set by lib.sh
. "${0%/*}/deploy.sh"

stage 0 validate
stage 0 plan
stage 0 apply
recorded

# --- killed in the middle, then another commit ---
cp "$object" "$T/before"
cat >"$templates/permissionsets/Extra.json" <<'X'
{ "Name": "Extra", "ManagedPolicies": ["arn:aws:iam::aws:policy/ReadOnlyAccess"] }
X
cat >"$templates/assignments/extra.json" <<'X'
{ "Assignments": [{ "SID": "Extra", "Target": ["Root"], "PrincipalType": "GROUP", "PrincipalId": "Billing", "PermissionSetName": "Extra" }] }
X
faults 'CreateAccountAssignment:nth=6-:delay=2s'
stage 0 validate
stage 0 plan MODE=quick
is 'changes, grants, revokes, deletions' "$(exported)" '1 13 0 0'
stage 137 apply --kill-after results.ndjson:6
no_faults
ok 'some of it was done' test "$(live 'select(.PermissionSetName == "Extra")' | grep -c .)" -ge 1
member "$T/out.plan/artifact.zip" resolved.ndjson | cat "$T/before" - >"$T/both"
ok 'the old and the new stream are recorded together' cmp "$T/both" "$object"
# The commit that follows asks for none of it: what the killed run gave is taken back, though nobody recorded it done.
rm "$templates/permissionsets/Extra.json" "$templates/assignments/extra.json"
jq '.SessionDuration = "PT4H"' "$templates/permissionsets/Developer.json" >"$T/new.json"
cp "$T/new.json" "$templates/permissionsets/Developer.json"
stage 0 validate
stage 0 plan MODE=quick
log_has 'reading everything'
log_has '- Extra: permission set deleted'
stage 0 apply
is 'nothing of it is left' "$(live 'select(.PermissionSetName == "Extra" or .Name == "Extra")' | grep -c .)" 0
recorded
settled

# Killed, and the stage tried again with the same plan.
jq '.SessionDuration = "PT2H"' "$templates/permissionsets/Developer.json" >"$T/new.json"
cp "$T/new.json" "$templates/permissionsets/Developer.json"
stage 0 validate
stage 0 plan
faults 'ProvisionPermissionSet:delay=2s'
stage 137 apply --kill-after results.ndjson:3
no_faults
is 'two streams are recorded' "$(streams)" 2
stage 0 apply
recorded
stage 0 apply
recorded
settled

# --- an action that fails, and fails again ---
jq '.SessionDuration = "PT6H"' "$templates/permissionsets/Developer.json" >"$T/new.json"
cp "$T/new.json" "$templates/permissionsets/Developer.json"
faults 'UpdatePermissionSet:denied'
for try in 1 2 3; do
	stage 0 validate
	stage 0 plan
	stage 1 apply
	log_has 'apply: error: '
	is "try $try: two streams are recorded" "$(streams)" 2
done
no_faults
stage 0 plan MODE=quick
stage 0 apply
recorded
settled

# --- a plan that another run has overtaken ---
# One that changed nothing is no matter.
cp "$T/out.plan/artifact.zip" "$T/stale.zip"
stage 0 validate
stage 0 plan
stage 0 apply
cp "$T/stale.zip" "$T/out.plan/artifact.zip"
stage 0 apply
cp "$T/out.plan/artifact.zip" "$T/stale.zip"
jq '.SessionDuration = "PT3H"' "$templates/permissionsets/Developer.json" >"$T/new.json"
cp "$T/new.json" "$templates/permissionsets/Developer.json"
stage 0 validate
stage 0 plan
stage 0 apply
cp "$T/out.plan/artifact.zip" "$T/fresh.zip"
cp "$T/stale.zip" "$T/out.plan/artifact.zip"
stage 1 apply
log_has 'apply: error: another run has applied since this plan was made; nothing was changed: run again from the first stage'
cp "$T/fresh.zip" "$T/out.plan/artifact.zip"
settled

# --- S3 refuses ---
calls() { grep -c "^$1 " "$S3_ROOT/calls"; }
jq '.SessionDuration = "PT5H"' "$templates/permissionsets/Developer.json" >"$T/new.json"
cp "$T/new.json" "$templates/permissionsets/Developer.json"
stage 0 validate
echo "get-object $(($(calls get-object) + 1)) AccessDenied" >"$S3_ROOT/refuse"
stage 1 plan
log_has "plan: error: the last applied stream can't be read from $state; nothing was changed. The role needs s3:GetObject"
stage 0 plan
echo "put-object $(($(calls put-object) + 1)) AccessDenied" >"$S3_ROOT/refuse"
stage 1 apply
log_has "apply: error: the last applied stream can't be written to $state: nothing was changed"
is 'nothing was' "$(live 'select(.Name == "Developer") | .SessionDuration')" '"PT3H"'
echo "put-object $(($(calls put-object) + 2)) SlowDown" >"$S3_ROOT/refuse"
stage 1 apply
log_has 'the plan is applied, and nothing is lost'
is 'two streams are recorded' "$(streams)" 2
is 'it is applied' "$(live 'select(.Name == "Developer") | .SessionDuration')" '"PT5H"'
stage 0 plan MODE=quick
log_has 'No changes.'
stage 0 apply
recorded

# --- what the plan was made from is gone: it would not be known what is ours ---
jq '.SessionDuration = "PT7H"' "$templates/permissionsets/Developer.json" >"$T/new.json"
cp "$T/new.json" "$templates/permissionsets/Developer.json"
stage 0 validate
stage 0 plan
mv "$object" "$T/gone"
stage 1 apply
log_has "apply: error: what this plan was made from is no longer at $state; nothing was changed"
is 'nothing was' "$(live 'select(.Name == "Developer") | .SessionDuration')" '"PT5H"'
ok 'nothing is recorded' test ! -e "$object"

at_the_end
