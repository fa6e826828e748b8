#!/bin/sh
# buildspec.yml, every phase and stage in order as CodeBuild does them: what a pipeline does, and what it refuses.
# shellcheck disable=SC2016,SC2154 # a script is written; T, TOP, out and err are set by lib.sh
. "${0%/*}/deploy.sh"

# --- the first run ---
stage 0 validate
is 'phases' "$(tr '\n' ' ' <"$T/out.validate/phases")" 'INSTALL SUCCEEDED BUILD SUCCEEDED '
is 'Validate asks nobody for credentials' "$(cat "$T/out.validate/credentials")" 0
is 'its artifact: the source, and the stream' "$(members "$T/out.validate/artifact.zip")" 'buildspec.yml templates.ndjson'
ok 'its report' grep -q '<testsuite' "$T/out.validate/reports/idc/idc.xml"
stage 0 plan
log_has "there is nothing at $state: this is the first run"
log_has 'To do: 6 permission sets to create; 59 grants for 9 principals in 13 accounts'
is 'changes, grants, revokes, deletions' "$(exported)" '6 59 0 0'
is 'the summary in one line' "$(jq -r .SUMMARY "$T/out.plan/exported.json")" \
	'To do: 6 permission sets to create; 59 grants for 9 principals in 13 accounts; nothing revoked, nothing deleted.'
is 'its artifact' "$(members "$T/out.plan/artifact.zip")" \
	'buildspec.yml plan.ndjson resolved.ndjson summary.txt templates.ndjson variables.sh'
ok 'credentials are the container'\''s' test "$(cat "$T/out.plan/credentials")" -ge 2
# Killed, as a container that dies: nothing is recorded, so that the next run is a first one, too, and does the rest.
faults 'CreateAccountAssignment:nth=20-:delay=2s'
stage 137 apply --kill-after results.ndjson:30
no_faults
ok 'nothing is recorded' test ! -e "$object"
granted=$(live 'select(.Kind == "AccountAssignment")' | grep -c .)
ok "some of it was done ($granted)" test "$granted" -ge 1 -a "$granted" -lt 59
stage 0 plan
log_has 'this is the first run'
is 'what is left to grant' "$(exported | cut -d ' ' -f 2)" $((59 - $(live 'select(.Kind == "AccountAssignment")' | grep -c .)))
rm "$S3_ROOT/calls"
stage 0 apply
log_has 'actions succeeded.'
recorded
is 'a get and a put' "$(cut -d ' ' -f 1 "$S3_ROOT/calls" | uniq -c | tr -s ' \n' ' ')" \
	' 1 get-object 1 put-object '
settled

# --- nothing changed ---
stage 0 validate
for mode in full quick; do
	stage 0 plan MODE=$mode
	log_has 'No changes.'
	is "$mode: nothing to do" "$(exported) $(jq -r .SUMMARY "$T/out.plan/exported.json")" '0 0 0 0 No changes.'
	stage 0 apply MODE=$mode
	log_has 'nothing to do'
	recorded
done

# --- a template that is wrong ---
cp "$templates/assignments/organization.json" "$T/kept.json"
sed 's/"BillingReader"/"BillingReder"/' "$T/kept.json" >"$templates/assignments/organization.json"
stage 1 validate
log_has "did you mean 'BillingReader'?"
log_has 'validate: error: the templates are not right (see above): repair them; nothing was planned'
is 'phases' "$(tr '\n' ' ' <"$T/out.validate/phases")" 'INSTALL SUCCEEDED BUILD FAILED '
ok 'the report has it' grep -q '<failure' "$T/out.validate/reports/idc/idc.xml"
# Plan would refuse what is left of it, too.
stage 1 plan
log_has 'what idc-resolve read is no complete stream'
sed 's/"Billing"/"Biling"/' "$T/kept.json" >"$templates/assignments/organization.json"
stage 0 validate
stage 1 plan
log_has "did you mean 'Billing'?"
log_has 'plan: error: a name or target does not exist (see above): repair the templates; nothing was planned'
cp "$T/kept.json" "$templates/assignments/organization.json"

# --- a plan that is refused ---
jq '.Assignments |= map(select(.PermissionSetName != "BillingReader"))' "$T/kept.json" >"$templates/assignments/organization.json"
mv "$templates/permissionsets/BillingReader.json" "$T"
stage 0 validate
stage 1 plan 'PLAN_OPTIONS=--max-delete 5'
log_has 'this plan revokes 13 of 59 live assignments, more than the 5 that are allowed'
log_has 'plan: error: the plan was refused by a guard (see above); nothing was changed. If it is what you want, give PLAN_OPTIONS'
ok 'the report has it' grep -q 'refused by a guard' "$T/out.plan/reports/idc/idc.xml"
# Whatever a person does with that plan, it is not carried out.
stage 1 apply
log_has 'what idc-apply read is no complete stream'
is 'nothing was revoked' "$(live 'select(.Kind == "AccountAssignment" and .PermissionSetName == "BillingReader")' | grep -c .)" 13
# The remedy.
stage 0 plan 'PLAN_OPTIONS=--max-delete 13' MODE=quick
is 'changes, grants, revokes, deletions' "$(exported)" '0 0 13 1'

# --- throttled ---
faults '*:every=3:throttle=1' 'DeleteAccountAssignment:nth=2:internal'
puts=$(puts)
stage 0 apply IDC_SPEED=50
log_has 'All 14 actions succeeded.'
curl -fsS "$IDC_SIM/faults" >"$T/fired"
ok 'it was throttled' grep -q 'throttle=1 .*fired=[1-9]' "$T/fired"
no_faults
recorded
is 'written before it and after it' "$(($(puts) - puts))" 2
settled

# --- drift ---
stage 0 plan MODE=drift
is 'none' "$(exported)" '0 0 0 0'
puts=$(puts)
stage 0 apply MODE=drift
log_has 'MODE is drift: nothing is applied'
set=$(live 'select(.Kind == "PermissionSet" and .Name == "Administrator") | .PermissionSetArn')
edit CreateAccountAssignment "\"PermissionSetArn\":$set,\"TargetType\":\"AWS_ACCOUNT\",\"PrincipalType\":\"GROUP\",\"TargetId\":$(
	live 'select(.Name == "sandbox-1") | .Id'),\"PrincipalId\":$(live 'select(.DisplayName == "Network-Team") | .GroupId')"
stage 1 plan MODE=drift
log_has 'plan: error: drift: what is live is not what the templates say; To do: 1 revoke for 1 principal in 1 account; nothing deleted.'
is 'it is in the summary too' "$(member "$T/out.plan/artifact.zip" summary.txt | grep -c 'sandbox-1')" 1
# A run leaves alone what somebody else assigned, and says so.
stage 0 plan
log_has 'Worth knowing'
is 'nothing was written' "$(puts)" "$puts"

# --- the management account: both programs are told of it, so that what a rule asks for there is granted, not revoked ---
stage 0 plan PLAN_OPTIONS=--include-management-account
is 'what the rules ask for there' "$(exported)" '0 2 0 0'
log_has '+ management'

# A program that fails within a pipe fails the stage.
mkdir "$T/broken"
ln -s "$IDC_BIN"/* "$T/broken"
rm "$T/broken/idc-show"
printf '#!/bin/sh\ncase $* in\n*--width*) exit 1 ;;\nesac\nexec "%s/idc-show" "$@"\n' "$IDC_BIN" >"$T/broken/idc-show"
chmod +x "$T/broken/idc-show"
stage 1 plan "IDC_BIN=$T/broken"

# --- ours alone: another role, no state, other templates; and what is misspelt ---
mkdir "$T/repository/access"
mv "$templates/permissionsets" "$templates/assignments" "$T/repository/access"
owner=$(live 'select(.Kind == "Instance").OwnerAccountId' | tr -d '"')
stage 0 validate TEMPLATES=access ONLINE=true "ASSUME_ROLE=arn:aws:iam::$owner:role/reader" STATE_URL=
log_lacks 'without AWS, which'
stage 0 plan TEMPLATES=access "ASSUME_ROLE=arn:aws:iam::$owner:role/reader" STATE_URL=
is 'without a last run the templates are the whole truth' "$(exported)" '0 0 1 0'
stage 0 apply "ASSUME_ROLE=arn:aws:iam::$owner:role/reader" STATE_URL=
for wrong in MODE=fast ONLINE=yes STAGE=deploy STATE_URL=idc-state/last 'PLAN_OPTIONS=--max-delet 5' PLAN_OPTIONS=--help IDC_BIN=/none; do
	stage 1 plan "$wrong"
	is "$wrong: what failed is said last" "$(grep -cE '^(install|plan|deploy): error: ' "$log")" 1
done
mv "$T/repository/access/"* "$templates"

# --- a release instead of a build ---
mkdir -p "$T/release/bin" "$T/release/share"
for program in validate resolve plan apply show; do
	printf '#!/bin/sh\necho %s "$1" >>"%s/used"\nexec "%s/idc-%s" "$@"\n' $program "$T" "$IDC_BIN" $program \
		>"$T/release/bin/idc-$program"
done
chmod +x "$T/release/bin"/*
tar -czf "$T/release.tar.gz" -C "$T/release" bin share
sum=$(sha256sum <"$T/release.tar.gz" | cut -d ' ' -f 1)
stage 0 validate IDC_BIN= "IDC_RELEASE_URL=file://$T/release.tar.gz" "IDC_RELEASE_SHA256=$sum"
ok 'its programs were used' grep -qx 'validate --help' "$T/used"
stage 1 validate IDC_BIN= "IDC_RELEASE_URL=file://$T/release.tar.gz" "IDC_RELEASE_SHA256=$(echo "$sum" | tr 0-9 9876543210)"
log_has "install: error: the release is not the one of IDC_RELEASE_SHA256: its SHA-256 is $sum"
is 'phases' "$(cat "$T/out.validate/phases")" 'INSTALL FAILED'
stage 1 validate IDC_BIN= "IDC_RELEASE_URL=file://$T/none" "IDC_RELEASE_SHA256=$sum"
log_has "install: error: the release can't be fetched"
stage 1 validate IDC_BIN= "IDC_RELEASE_URL=file://$T/none"
log_has 'belong together: one is missing'
stage 1 validate IDC_BIN=
log_has 'install: error: this repository has not the sources of idc: set IDC_RELEASE_URL and IDC_RELEASE_SHA256'

at_the_end
