#!/bin/sh
# shellcheck disable=SC2016 # $ belongs to jq
# Least privilege: what each stage of the pipeline asks of AWS is what its role allows, no more and no
# less, and for no other resources.
. "${0%/*}/../lib.sh"
. "${0%/*}/stacks.sh"
command -v curl >/dev/null 2>&1 || skip_all 'no curl'

org=$TOP/tests/data/org-sample.ndjson
table=$TOP/tests/data/deploy/actions
export calls="$T/calls"
mkdir "$calls"

# below [OPTION...] <<script: runs it under idc-sim, in a folder of its own with the sample templates.
below() {
	rm -rf "$T/run"
	mkdir "$T/run"
	cp -R "$TOP/templates" "$T/run/templates"
	{
		echo 'set -eu'
		cat "$TOP/tests/cli/stages.sh" -
	} >"$T/script"
	cd "$T/run" || exit 1
	run 0 idc-sim -q --any-policy --state "$org" "$@" -- sh "$T/script"
	err_lacks error:
	cd "$T" || exit 1
}

# --- the ordinary runs: the first, one without a change, one of each kind of change ---
below --async 4s --speed 50 <<'S'
wide '"Description":"d","RelayState":"https://example.com/","ManagedPolicies":["arn:aws:iam::aws:policy/ReadOnlyAccess"],"CustomerManagedPolicies":["/team/Deploy"],"PermissionBoundary":{"PolicyType":"AWS","Policy":"arn:aws:iam::aws:policy/PowerUserAccess"},"CustomPolicy":{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}'
others PT1H '"a":"b"'
given '"kim@example.com","sam@example.com"'
a_run
stage apply idc-apply -q plan.ndjson >results.ndjson # once more, as after a crash
a_run
wide '"SessionDuration":"PT2H"'
others PT3H '"c":"d"'
given '"kim@example.com"'
a_run --last-applied last-applied.ndjson
given '"sam@example.com"'
a_run --last-applied last-applied.ndjson --quick
printf '{"Name":"Wider","Was":"Wide"}' >templates/permissionsets/Wide.json
given '"sam@example.com"' Wider
a_run
S

# --- one assignment at a time; AWS refuses the cheaper way; an Organizations of before Paths ---
below --legacy --async 4s --speed 50 --fault ListAccountAssignmentsForPrincipal:denied <<'S'
rm templates/permissionsets/* templates/assignments/*
wide
others PT1H
one='{"SID":"One","Target":["prod-payments:444455558888"],"PrincipalType":"GROUP","PrincipalId":"Developers","PermissionSetName":"Wide"}'
unit='{"SID":"Unit","Target":["Dev:ou-a1b2-workdev1"],"PrincipalType":"USER","PrincipalId":"kim@example.com","PermissionSetName":"Other1"}'
echo "{\"Assignments\":[$one]}" >templates/assignments/rules.json
a_run
by_hand Wide 444455558888 GROUP Network-Team
wide '"SessionDuration":"PT2H"'
a_run
echo "{\"Assignments\":[$one,$unit]}" >templates/assignments/rules.json
a_run
by_hand Other1 444455558888 USER alex@example.com
a_run
S

# --- someone assigns what is to be deleted ---
below --speed 200 <<'S'
a_run
rm templates/permissionsets/BillingReader.json
jq_in templates/assignments/organization.json '.Assignments |= map(select(.PermissionSetName != "BillingReader"))'
stage validate validate
stage plan plan
by_hand BillingReader 444455558888 GROUP Network-Team
stage apply apply 2>refused && exit 1
grep -q 'it is still assigned in account 444455558888' refused
S

# --- what was called against what is allowed ---
both || exit 1
# allowed STAGE: "ACTION RESOURCE" of all that the stage's role allows for its operations.
allowed() {
	jq -r --arg name "$1Operations" '.Resources[$name].Properties.PolicyDocument.Statement[]
		| if .Effect != "Allow" or .NotAction or .NotResource then error else . end
		| ([.Action] | flatten)[] as $a | ([.Resource] | flatten)[] | $a + " " + .' "$T/p" | sort
}
# wanted STAGE: the same, of the operations that were called.
wanted() {
	sort -u "$calls/$1" | awk -v table="$table" -v instance="$instance" '
		BEGIN {
			while ((getline line <table) > 0)
				if (split(line, f, " ") == 4 && line !~ /^#/) {
					action[f[1] " " f[2]] = f[3]
					kinds[f[1] " " f[2]] = f[4]
				}
			arn["*"] = "*"
			arn["policy"] = "arn:aws:iam::aws:policy/*"
			arn["store"] = "arn:aws:identitystore::111122223333:identitystore/d-9067a1b2c3 arn:aws:identitystore::222233334444:identitystore/d-9067a1b2c3"
			arn["group"] = "arn:aws:identitystore:::group/*"
			arn["user"] = "arn:aws:identitystore:::user/*"
			arn["root"] = "arn:aws:organizations::111122223333:root/o-a1b2c3d4e5/r-*"
			arn["unit"] = "arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-*"
			arn["member"] = "arn:aws:organizations::111122223333:account/o-a1b2c3d4e5/*"
			arn["instance"] = instance
			arn["set"] = "arn:aws:sso:::permissionSet/ssoins-7223d5a1c0e94b68/*"
			arn["account"] = "arn:aws:sso:::account/*"
		}
		!($0 in action) { print "not in the table: " $0; next }
		{
			n = split(kinds[$0], kind, ",")
			for (i = 1; i <= n; i++) {
				m = split(arn[kind[i]], resource, " ")
				for (j = 1; j <= m; j++)
					print action[$0] " " resource[j]
			}
		}' | sort
}
# differences STAGE: "missing: ACTION RESOURCE" and "too many: ACTION RESOURCE".
differences() {
	wanted "$(echo "$1" | tr '[:upper:]' '[:lower:]')" >"$T/wanted"
	allowed "$1" >"$T/allowed"
	comm -23 "$T/wanted" "$T/allowed" | sed 's/^/missing: /'
	comm -13 "$T/wanted" "$T/allowed" | sed 's/^/too many: /'
}
for stage in Validate Plan Apply; do
	is "$stage: what was called is what is allowed" "$(differences $stage)" ''
	ok "$stage: something is" grep -q : "$T/allowed"
done
# What else the programs could call: all operations that their sources name, were called above. (The rows of
# lib/aws_ops.c are of other programs, too; how credentials are had is no operation of a stage.)
cut -d ' ' -f 2 "$TOP/tests/interop/ops.txt" | sort -u >"$T/operations"
find "$TOP"/cmd/idc-validate "$TOP"/cmd/idc-resolve "$TOP"/cmd/idc-plan "$TOP"/cmd/idc-apply "$TOP"/lib -name '*.c' ! -name aws_ops.c ! -name 'cred*' \
	-exec grep -hoE '"[A-Z][A-Za-z]+"' {} + | tr -d '"' | sort -u | comm -12 - "$T/operations" >"$T/named"
cat "$calls"/* | cut -d ' ' -f 2 | sort -u >"$T/called"
is 'all operations that the programs name were called' "$(comm -23 "$T/named" "$T/called")" ''
ok 'they name some' test "$(wc -l <"$T/named")" -gt 30
# The comparison sees one that is missing, and one too many.
cp "$T/p" "$T/right"
# with CHANGE: Apply's role with a change to the actions of the statement that has TagResource.
with() {
	jq "(.Resources.ApplyOperations.Properties.PolicyDocument.Statement[].Action
		| select(type == \"array\" and index(\"sso:TagResource\"))) $1" "$T/right" >"$T/p"
}
with '-= ["sso:TagResource"]'
is 'one missing' "$(differences Apply | cut -d ' ' -f 1,2)" 'missing: sso:TagResource'
with '+= ["sso:DeleteInstance"]'
is 'one too many' "$(differences Apply | cut -d ' ' -f 1-3)" 'too many: sso:DeleteInstance'
cp "$T/right" "$T/p"

# --- what the manual says that it takes ---
manual() {
	for page; do
		sed -n '/^\.Sh ENVIRONMENT/,/^\.Sh EXIT/p' "$TOP/man/$page.1" |
			grep -o '\(sso\|identitystore\|organizations\|iam\|access-analyzer\):[A-Z][A-Za-z]*'
	done | sort -u
}
actions_of() { allowed "$1" | cut -d ' ' -f 1 | sort -u; }
is 'idc-validate(1)' "$(manual idc-validate)" "$(actions_of Validate)"
is 'idc-resolve(1) and idc-plan(1)' "$(manual idc-resolve idc-plan)" "$(actions_of Plan)"

# --- the rest of the roles: what a build needs, and no more ---
build() {
	jq -r --arg name "$1Role" '.Resources[$name].Properties.Policies[].PolicyDocument.Statement[]
		| ([.Action] | flatten)[] as $a | ([.Resource] | flatten)[] | $a + " " + .' "$T/p" | sort
}
state=arn:aws:s3:::idc-state-222233334444-eu-west-1
state_of() { build "$1" | grep -F "$state" | sed "s|$state||" | tr '\n' ';'; }
is 'Validate has nothing of what was applied' "$(state_of Validate)" ''
is 'Plan reads it' "$(state_of Plan)" 's3:GetObject /last-applied.ndjson;s3:ListBucket ;'
is 'Apply writes it' "$(state_of Apply)" 's3:GetObject /last-applied.ndjson;s3:ListBucket ;s3:PutObject /last-applied.ndjson;'
for stage in Validate Plan Apply; do
	low=$(echo $stage | tr '[:upper:]' '[:lower:]')
	build $stage | grep -vF "$state" >"$T/build"
	cat >"$T/want" <<X
codebuild:BatchPutTestCases arn:aws:codebuild:eu-west-1:222233334444:report-group/idc-$low-*
codebuild:CreateReport arn:aws:codebuild:eu-west-1:222233334444:report-group/idc-$low-*
codebuild:CreateReportGroup arn:aws:codebuild:eu-west-1:222233334444:report-group/idc-$low-*
codebuild:UpdateReport arn:aws:codebuild:eu-west-1:222233334444:report-group/idc-$low-*
kms:Decrypt arn:aws:kms:eu-west-1:222233334444:key/Key
kms:DescribeKey arn:aws:kms:eu-west-1:222233334444:key/Key
kms:Encrypt arn:aws:kms:eu-west-1:222233334444:key/Key
kms:GenerateDataKey arn:aws:kms:eu-west-1:222233334444:key/Key
logs:CreateLogStream arn:aws:logs:eu-west-1:222233334444:log-group:/aws/codebuild/idc-$low:*
logs:PutLogEvents arn:aws:logs:eu-west-1:222233334444:log-group:/aws/codebuild/idc-$low:*
s3:GetBucketAcl arn:aws:s3:::idc-artifacts-222233334444-eu-west-1
s3:GetBucketLocation arn:aws:s3:::idc-artifacts-222233334444-eu-west-1
s3:GetObject arn:aws:s3:::idc-artifacts-222233334444-eu-west-1/*
s3:GetObjectVersion arn:aws:s3:::idc-artifacts-222233334444-eu-west-1/*
s3:PutObject arn:aws:s3:::idc-artifacts-222233334444-eu-west-1/*
X
	ok "$stage: a build's own needs" diff "$T/want" "$T/build"
done

# --- the roles that are no stage's, and what others may do with what is here ---
both '{"Approval":"true"}' || exit 1
# permissions: "ROLE for SERVICE CONDITION" and "ROLE ACTION RESOURCE" of all other roles.
permissions() {
	cat "$T/p" "$T/o" | jq -r '.Resources | to_entries[]
		| select(.value.Type == "AWS::IAM::Role" and (.key | IN("ValidateRole", "PlanRole", "ApplyRole") | not))
		| .key as $role | .value.Properties
		| (.AssumeRolePolicyDocument.Statement[] | "\($role) for \(.Principal.Service) \(.Condition | tojson)"),
		  (.Policies[].PolicyDocument.Statement[] | if .Effect != "Allow" or .Condition or .NotAction or .NotResource then error else . end
			| ([.Action] | flatten)[] as $a | ([.Resource] | flatten)[] | "\($role) \($a) \(.)")' | sort
}
here=eu-west-1:222233334444
sort >"$T/want" <<X
DriftRole for scheduler.amazonaws.com {"StringEquals":{"aws:SourceAccount":"222233334444"}}
DriftRole codepipeline:StartPipelineExecution arn:aws:codepipeline:$here:idc-drift
PipelineRole for codepipeline.amazonaws.com {"StringEquals":{"aws:SourceAccount":"222233334444"}}
PipelineRole codebuild:BatchGetBuilds arn:aws:codebuild:$here:project/idc-apply
PipelineRole codebuild:BatchGetBuilds arn:aws:codebuild:$here:project/idc-plan
PipelineRole codebuild:BatchGetBuilds arn:aws:codebuild:$here:project/idc-validate
PipelineRole codebuild:StartBuild arn:aws:codebuild:$here:project/idc-apply
PipelineRole codebuild:StartBuild arn:aws:codebuild:$here:project/idc-plan
PipelineRole codebuild:StartBuild arn:aws:codebuild:$here:project/idc-validate
PipelineRole codeconnections:UseConnection arn:aws:codeconnections:$here:connection/Connection
PipelineRole codestar-connections:UseConnection arn:aws:codeconnections:$here:connection/Connection
PipelineRole kms:Decrypt arn:aws:kms:$here:key/Key
PipelineRole kms:DescribeKey arn:aws:kms:$here:key/Key
PipelineRole kms:Encrypt arn:aws:kms:$here:key/Key
PipelineRole kms:GenerateDataKey arn:aws:kms:$here:key/Key
PipelineRole s3:GetBucketAcl arn:aws:s3:::idc-artifacts-222233334444-eu-west-1
PipelineRole s3:GetBucketLocation arn:aws:s3:::idc-artifacts-222233334444-eu-west-1
PipelineRole s3:GetBucketVersioning arn:aws:s3:::idc-artifacts-222233334444-eu-west-1
PipelineRole s3:GetObject arn:aws:s3:::idc-artifacts-222233334444-eu-west-1/*
PipelineRole s3:GetObjectVersion arn:aws:s3:::idc-artifacts-222233334444-eu-west-1/*
PipelineRole s3:PutObject arn:aws:s3:::idc-artifacts-222233334444-eu-west-1/*
PipelineRole s3:PutObjectAcl arn:aws:s3:::idc-artifacts-222233334444-eu-west-1/*
PipelineRole sns:Publish arn:aws:sns:$here:idc-notices
SendRole for events.amazonaws.com {"StringEquals":{"aws:SourceAccount":"111122223333"}}
SendRole events:PutEvents arn:aws:events:$here:event-bus/idc-organization
StartRole for events.amazonaws.com {"StringEquals":{"aws:SourceAccount":"222233334444"}}
StartRole codepipeline:StartPipelineExecution arn:aws:codepipeline:$here:idc
X
permissions >"$T/got"
ok 'the other roles' diff "$T/want" "$T/got"
both || exit 1
is 'without approvals, the pipeline has nothing to publish' "$(permissions | grep -c sns:)" 0
is 'policies of stages are of the roles of those stages' \
	"$(of p '.Resources | to_entries[] | select(.value.Type == "AWS::IAM::RolePolicy") | .key + " " + .value.Properties.RoleName' | sort)" \
	'ApplyOperations idc-apply
PlanOperations idc-plan
ValidateOperations idc-validate'
# PRINCIPAL ACTION RESOURCE CONDITION of what is allowed by the policies of resources.
cat "$T/p" "$T/o" | jq -rc '.Resources | to_entries[] | select(.value.Type | IN("AWS::IAM::Role", "AWS::IAM::RolePolicy") | not)
	| .key as $k | .value.Properties | (.KeyPolicy, .PolicyDocument, .Content, .) | objects | .Statement | values
	| ([.] | flatten)[] | select(.Effect == "Allow")
	| "\($k) \(.Principal | to_entries[].value) \([.Action] | flatten | join(",")) \(.Resource) \(.Condition // "always" | if type == "object" then tojson else . end)"' | sort >"$T/got"
trail='arn:aws:cloudtrail:us-east-1:111122223333:trail/idc-organization'
sort >"$T/want" <<X
BusPolicy arn:aws:iam::111122223333:root events:PutEvents arn:aws:events:$here:event-bus/idc-organization {"StringEquals":{"events:source":["aws.organizations","aws.account"]}}
Key arn:aws:iam::222233334444:root kms:* * always
Key events.amazonaws.com kms:Decrypt,kms:GenerateDataKey * always
NoticesPolicy events.amazonaws.com sns:Publish arn:aws:sns:$here:idc-notices always
Reads arn:aws:iam::222233334444:root organizations:DescribeOrganization,organizations:ListAccounts,organizations:ListAccountsForParent,organizations:ListOrganizationalUnitsForParent,organizations:ListRoots,organizations:ListTagsForResource * always
TrailFilesPolicy cloudtrail.amazonaws.com s3:GetBucketAcl arn:aws:s3:::idc-trail-111122223333-us-east-1 {"StringEquals":{"aws:SourceArn":"$trail"}}
TrailFilesPolicy cloudtrail.amazonaws.com s3:PutObject arn:aws:s3:::idc-trail-111122223333-us-east-1/AWSLogs/111122223333/* {"StringEquals":{"aws:SourceArn":"$trail","s3:x-amz-acl":"bucket-owner-full-control"}}
X
ok 'what others may do' diff "$T/want" "$T/got"

# --- where the instance is encrypted with a customer's key: by its services alone ---
key=arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000001
uses_key() {
	of p '.Resources | to_entries[] | select(.key | endswith("UsesInstanceKey")).value.Properties | .RoleName as $role
		| .PolicyDocument.Statement[] | "\($role) \([.Action] | flatten | join(",")) \(.Resource) \(.Condition | tojson)"' | sort
}
is 'unless it is named, nobody uses a key of the instance' "$(uses_key)" ''
both "{\"InstanceKeyArn\":\"$key\"}" || exit 1
by='{"StringLike":{"kms:ViaService":["sso.eu-west-1.amazonaws.com*","identitystore.eu-west-1.amazonaws.com*"]}}'
is 'Plan reads with it, Apply writes, too' "$(uses_key)" "idc-apply kms:Decrypt,kms:Encrypt,kms:GenerateDataKeyWithoutPlaintext $key $by
idc-plan kms:Decrypt $key $by"

# --- with a role that is assumed, that alone; without --online, nothing ---
role=arn:aws:iam::111122223333:role/access
both "{\"AssumeRole\":\"$role\",\"InstanceKeyArn\":\"$key\"}" || exit 1
is 'nor with the key' "$(uses_key)" ''
for stage in Validate Plan Apply; do
	is "$stage does nothing itself" "$(of p ".Resources.${stage}Operations")" null
	is "$stage assumes" "$(of p ".Resources.${stage}AssumesRole.Properties.PolicyDocument.Statement[] | .Action + \" \" + .Resource")" \
		"sts:AssumeRole $role"
done
both "{\"Online\":\"false\",\"AssumeRole\":\"$role\"}" || exit 1
is 'Validate asks nobody' "$(of p '.Resources | .ValidateOperations, .ValidateAssumesRole')" 'null
null'

# --- in the management account, AWS asks Apply's role for what it does there ---
both || exit 1
is 'elsewhere nothing of IAM but to look at policies of AWS' "$(of p '[.Resources[] | .. | objects | .Action // empty | [.] | flatten[]
	| select(startswith("iam:"))] | unique | join(" ")')" iam:GetPolicy
both '{"AWS::AccountId":"111122223333"}' || exit 1
own=arn:aws:iam::111122223333
is 'roles of permission sets, and no others' "$(of p '.Resources.ApplyInManagementAccount.Properties.PolicyDocument.Statement[]
	| select(.Action | index("iam:CreateRole", "iam:UpdateSAMLProvider")).Resource')" \
	"$own:role/aws-reserved/sso.amazonaws.com/*
$own:saml-provider/AWSSSO_*_DO_NOT_DELETE"
both "{\"AWS::AccountId\":\"111122223333\",\"AssumeRole\":\"$role\"}" || exit 1
is 'who assumes a role has that one alone' "$(of p .Resources.ApplyInManagementAccount)" null
