#!/bin/sh
# shellcheck disable=SC2016 # $ belongs to jq
# The two stacks: what one names, the other has; names, keys, buckets and permissions are as promised,
# with default and with changed parameters.
. "${0%/*}/../lib.sh"
. "${0%/*}/stacks.sh"

# --- linted, where that is to be had ---
if command -v cfn-lint >/dev/null 2>&1; then
	run 0 cfn-lint --include-checks I --template "$stacks"/pipeline.yaml "$stacks"/organization.yaml
	out_empty
else
	skip 'no cfn-lint'
fi
# Read twice: our reader of YAML against another.
if python3 -c 'import yaml' 2>/dev/null; then
	for stack in pipeline organization; do
		python3 "$TOP/tests/pyyaml.py" "$stacks/$stack.yaml" | jq -S . >"$T/other"
		jq -S . "$T/$stack.json" >"$T/ours"
		ok "$stack.yaml is read as PyYAML reads it" diff "$T/other" "$T/ours"
	done
else
	skip 'no PyYAML'
fi

# all_true LABEL p|o FILTER: the filter gives true, and nothing else, at least once.
all_true() {
	is "$1" "$(of "$2" "$3" | sort -u)" true
}

# disagreements: where $T/p and $T/o, made of $T/given-p and $T/given-o, do not say the same.
disagreements() {
	jq -n --slurpfile p "$T/p" --slurpfile o "$T/o" --slurpfile gp "$T/given-p" --slurpfile go "$T/given-o" '
		$p[0] as $p | $o[0] as $o | $gp[0] as $gp | $go[0] as $go
		| $p.Resources as $P | $o.Resources as $O
		| ($P.Bus.Properties.Name) as $bus
		| {
			"the bus that is sent to": [$O.Accounts.Properties.Targets[].Arn, $p.Outputs.BusArn],
			"the bus in the outputs": [$o.Outputs.BusArn, $p.Outputs.BusArn],
			"the bus that may be sent to": [$O.SendRole.Properties.Policies[0].PolicyDocument.Statement[0].Resource, $p.Outputs.BusArn],
			"the bus that takes events": [$P.BusPolicy.Properties.EventBusName, $bus],
			"the rule of that bus": [$P.Organization.Properties.EventBusName, $bus],
			"who may send": [$P.BusPolicy.Properties.Statement.Principal.AWS, "arn:\($go["AWS::Partition"]):iam::\($go["AWS::AccountId"]):root"],
			"whose events count": [$P.Organization.Properties.EventPattern.account, [$go["AWS::AccountId"]]],
			"the source that may be sent": [$P.BusPolicy.Properties.Statement.Condition.StringEquals["events:source"], $O.Accounts.Properties.EventPattern.source],
			"the source that counts": [$P.Organization.Properties.EventPattern.source, $O.Accounts.Properties.EventPattern.source],
			"the role that sends": [$O.Accounts.Properties.Targets[0].RoleArn, "arn:\($go["AWS::Partition"]):iam::\($go["AWS::AccountId"]):role/\($O.SendRole.Properties.RoleName)"],
			"who may read the organization": (if $O.Reads then [$O.Reads.Properties.Content.Statement[0].Principal.AWS, "arn:\($gp["AWS::Partition"]):iam::\($gp["AWS::AccountId"]):root"] else [1, 1] end),
			"what may be read": (if $O.Reads and $P.PlanOperations then [($O.Reads.Properties.Content.Statement[0].Action | sort),
				([$P.PlanOperations.Properties.PolicyDocument.Statement[].Action] | flatten | map(select(startswith("organizations:"))) | sort)] else [1, 1] end),
			"the pipeline that starts": [$P.Organization.Properties.Targets[0].Arn, $P.StartRole.Properties.Policies[0].PolicyDocument.Statement[0].Resource],
			"the pipeline of that name": [($P.Organization.Properties.Targets[0].Arn | split(":")[-1]), $P.Pipeline.Properties.Name],
			"the pipelines whose failures are mailed": [$P.Failures.Properties.EventPattern.detail.pipeline[:(if $P.Drift then 2 else 1 end)],
				[$P.Pipeline, $P.Drift | select(.) | .Properties.Name]],
			"the schedule": (if $P.Drift then [$P.Nightly.Properties.Target.Arn, $P.DriftRole.Properties.Policies[0].PolicyDocument.Statement[0].Resource] else [1, 1] end),
			"what the schedule starts": (if $P.Drift then [($P.Nightly.Properties.Target.Arn | split(":")[-1]), $P.Drift.Properties.Name] else [1, 1] end),
			"the projects that the roles trust": [
				[$P.ValidateRole, $P.PlanRole, $P.ApplyRole | .Properties.AssumeRolePolicyDocument.Statement[0].Condition.ArnEquals["aws:SourceArn"] | split("project/")[1]],
				[$P.Validate, $P.Plan, $P.Apply | .Properties.Name]],
			"the projects that the pipelines run": [
				([$P.Pipeline, $P.Drift | select(.) | .Properties.Stages[].Actions[].Configuration.ProjectName // empty] | unique),
				([$P.Validate, $P.Plan, $P.Apply | .Properties.Name] | sort)],
			"the state": [$p.Outputs.StateUrl, ($P.Apply.Properties.Environment.EnvironmentVariables[] | select(.Name == "STATE_URL").Value)],
			"the bucket of the state": [($p.Outputs.StateUrl | split("/")[2]), $P.State.Properties.BucketName],
			"the state that may be written": [([$P.ApplyRole.Properties.Policies[].PolicyDocument.Statement[] | select(.Sid == "LastApplied").Resource][0] | split(":::")[1]), ($p.Outputs.StateUrl | ltrimstr("s3://"))],
			"the trail that may write": (if $O.OrganizationTrail then
				[[$O.TrailFilesPolicy.Properties.PolicyDocument.Statement[].Condition.StringEquals["aws:SourceArn"] // empty] | unique[] | split("trail/")[1]] + [$O.OrganizationTrail.Properties.TrailName] else [1, 1] end)
		} | to_entries[] | select(.value[0] != .value[1]) | "\(.key): \(.value[0]) is not \(.value[1])"' -r 2>&1
}

# deploy [MORE-FOR-PIPELINE [MORE-FOR-ORGANIZATION]]: makes $T/p and $T/o.
deploy() {
	made pipeline "$of_pipeline" "${1-}" >"$T/p" || return 1
	cp "$T/given" "$T/given-p"
	made organization "$of_organization" "${2-}" >"$T/o" || return 1
	cp "$T/given" "$T/given-o"
}

# deployed LABEL [MORE-FOR-PIPELINE [MORE-FOR-ORGANIZATION]]: as they have to be.
deployed() {
	label=$1
	shift
	ok "$label: can be evaluated" deploy "$@"
	is "$label: both stacks agree" "$(disagreements)" ''
	prefix=$(jq -r '.Prefix // "idc"' "$T/given-p")
	is "$label: all names start with the prefix" "$(cat "$T/p" "$T/o" | jq -r --arg p "$prefix" '.Resources | to_entries[]
		| .key as $k | .value | .Type as $type | .Properties | to_entries[]
		| select((.key | IN("BucketName", "RoleName", "TopicName", "AliasName", "LogGroupName", "ConnectionName", "TrailName", "EventBusName"))
			or (.key == "Name" and ($type | IN("AWS::IAM::RolePolicy") | not)))
		| select(.value | test("^(alias/|/aws/codebuild/)?" + $p + "(-|$)") | not) | "\($k) \(.key) \(.value)"')" ''
	# What is named twice is one thing: the same name of two things of one type can't be deployed.
	is "$label: no two of one name" "$(cat "$T/p" "$T/o" | jq -r '.Resources[] | .Type + " " + ((.Properties | .BucketName // .RoleName // .Name // .TopicName // .LogGroupName) // empty)
		| select(startswith("AWS::IAM::RolePolicy") or startswith("AWS::Events::Rule") | not)' | sort | uniq -d)" ''
	# Nothing of another partition, and no short name where an ARN belongs.
	partition=$(jq -r '."AWS::Partition"' "$T/given-p")
	is "$label: all ARNs are of the partition" "$(cat "$T/p" "$T/o" | jq -r --arg p "$partition" '.. | strings | select(startswith("arn:")) | select(startswith("arn:" + $p + ":") | not)')" ''
	is "$label: all links lead to its console" "$(cat "$T/p" "$T/o" | jq -r '.. | strings | scan("https://console[^/]*")' | sort -u)" \
		"https://console.$(case $partition in
		aws) echo aws.amazon.com ;;
		aws-us-gov) echo amazonaws-us-gov.com ;;
		aws-cn) echo amazonaws.cn ;;
		*) echo amazonaws.eu ;;
		esac)"
	# Each action takes what the one before it gave: Apply the very plan that was looked at.
	all_true "$label: artifacts are handed on" p '.Resources | .Pipeline, .Drift | select(.) | .Properties.Stages
		| reduce (.[].Actions | sort_by(.RunOrder)[] | select(.Name != "Approve")) as $a ({ given: [], ok: true };
			.ok = (.ok and [$a.InputArtifacts[]?.Name] == .given)
			| .given = [$a.OutputArtifacts[]?.Name]) | .ok'
}

# --- as they come, and with everything changed ---
deployed default
everything='{"Prefix":"access-2","Branch":"trunk","Paths":"rules/**","ConnectionArn":"arn:aws-us-gov:codestar-connections:us-gov-west-1:444433334444:connection/0a1b2c3d-0000-4000-8000-000000000001","Templates":"rules","Online":"false","Quick":"true","PlanOptions":"--tag Ours --max-delete 5%","AssumeRole":"arn:aws-us-gov:iam::111122224444:role/access","Approval":"true","ApprovalMinutes":"60","Email":"access@example.com","DriftSchedule":"","Image":"aws/codebuild/amazonlinux-x86_64-standard:5.0","ReleaseUrl":"https://example.com/idc.tar.gz","ReleaseSha256":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef","LogDays":"365","InstanceArn":"arn:aws-us-gov:sso:::instance/ssoins-0000000000000001","InstanceKeyArn":"arn:aws-us-gov:kms:us-gov-west-1:111122224444:key/0a1b2c3d-0000-4000-8000-000000000001","ManagementAccountId":"111122224444","AWS::Partition":"aws-us-gov","AWS::Region":"us-gov-west-1","AWS::AccountId":"444433334444"}'
deployed 'all changed' "$everything" \
	'{"Prefix":"access-2","DelegatedAccountId":"444433334444","PipelineRegion":"us-gov-west-1","Trail":"false","DelegateReads":"false","AWS::Partition":"aws-us-gov","AWS::Region":"us-gov-west-1","AWS::AccountId":"111122224444"}'
all_true 'no trail, no policy, no schedule, no connection where one is not wanted' o '.Resources | has("OrganizationTrail", "TrailFiles", "TrailFilesPolicy", "Reads") | not'
all_true 'nor in the other stack' p '.Resources | has("Connection", "Drift", "Nightly", "DriftRole") | not'
is 'the existing connection is used' "$(of p '[.Resources | .Pipeline.Properties.Stages[0].Actions[0].Configuration.ConnectionArn, (.PipelineRole.Properties.Policies[0].PolicyDocument.Statement[] | select(.Sid == "Repository").Resource)] | unique | length')" 1
is 'branch and paths' "$(of p '.Resources.Pipeline.Properties.Triggers[0].GitConfiguration.Push | tojson')" '[{"Branches":{"Includes":["trunk"]},"FilePaths":{"Includes":["rules/**"]}}]'
is 'Plan, Approve and Apply, one after the other, in one stage' "$(of p '[.Resources.Pipeline.Properties.Stages[2].Actions | sort_by(.RunOrder)[] | .Name] | join(" ")')" 'Plan Approve Apply'
is 'by default nobody is asked' "$(made pipeline "$of_pipeline" | jq -r '[.Resources.Pipeline.Properties.Stages[].Actions[].Name] | join(" ")')" 'Source Validate Plan Apply'
# What does not agree is seen.
# disagree COUNT [MORE-FOR-PIPELINE [MORE-FOR-ORGANIZATION]]
disagree() {
	count=$1
	shift
	deploy "$@" || exit 1
	is "$*: told apart" "$(disagreements | wc -l | tr -d ' ')" "$count"
}
disagree 3 '{"Prefix":"other"}'
disagree 3 '{"AWS::Region":"eu-central-1"}'
disagree 2 '' '{"AWS::AccountId":"999999999999"}'
disagree 4 '' '{"DelegatedAccountId":"999999999999"}'
for change in 's/ Prefix, !Sub "${Prefix}-drift"/ Prefix, !Sub "${Prefix}-nightly"/' \
	's/project\/${Prefix}-plan"/project\/${Prefix}-planning"/' \
	's/event-bus\/${Prefix}-organization/event-bus\/${Prefix}/' \
	'/- organizations:ListRoots/d'; do
	for stack in pipeline organization; do
		sed "$change" "$stacks/$stack.yaml" >"$T/changed.yaml"
		! cmp -s "$stacks/$stack.yaml" "$T/changed.yaml" || continue
		perl "$TOP/tests/yaml.pl" "$T/changed.yaml" >"$T/$stack.json" || exit 1
		deploy
		ok "$change: seen in $stack.yaml" test -n "$(disagreements)"
		perl "$TOP/tests/yaml.pl" "$stacks/$stack.yaml" >"$T/$stack.json"
	done
done

# In other partitions.
deployed China "$(echo "$everything" | sed 's/aws-us-gov/aws-cn/g; s/us-gov-west-1/cn-north-1/g')" \
	'{"Prefix":"access-2","DelegatedAccountId":"444433334444","PipelineRegion":"cn-north-1","AWS::Partition":"aws-cn","AWS::Region":"cn-northwest-1","AWS::AccountId":"111122224444"}'
deployed Europe '{"InstanceArn":"arn:aws-eusc:sso:::instance/ssoins-7223d5a1c0e94b68","AWS::Partition":"aws-eusc","AWS::URLSuffix":"amazonaws.eu","AWS::Region":"eusc-de-east-1"}' \
	'{"PipelineRegion":"eusc-de-east-1","AWS::Partition":"aws-eusc","AWS::URLSuffix":"amazonaws.eu","AWS::Region":"eusc-de-east-1"}'

# In the management account itself, nothing is delegated to it.
deployed 'one account' '{"AWS::AccountId":"111122223333"}' '{"DelegatedAccountId":"111122223333"}'
all_true 'no policy' o '.Resources | has("Reads") | not'

# --- what is refused before anything is made ---
# refused STACK GIVEN MESSAGE
refused() {
	case $1 in
	pipeline) base=$of_pipeline ;;
	*) base=$of_organization ;;
	esac
	run 5 made "$1" "$base" "$2"
	err_has "$3"
}
refused organization '{"AWS::Region":"eu-west-1"}' 'Events of AWS Organizations are in us-east-1 only'
refused pipeline '{"ReleaseUrl":"https://example.com/x.tar.gz"}' 'go together'
refused pipeline '{"Prefix":"Idc"}' 'Prefix: Idc'
refused pipeline '{"InstanceArn":"ssoins-7223d5a1c0e94b68"}' 'InstanceArn: '
refused pipeline '{"Approval":"yes"}' 'Approval: yes'
is 'the prefix has the same default and the same form in both' \
	"$(jq -cS .Parameters.Prefix "$T/pipeline.json")" "$(jq -cS .Parameters.Prefix "$T/organization.json")"

# --- buckets, keys, roles: as promised ---
both || exit 1
for stack in p o; do
	all_true "$stack: buckets are encrypted, versioned, closed, cleaned up and kept" $stack '.Resources[] | select(.Type == "AWS::S3::Bucket")
		| .DeletionPolicy == "RetainExceptOnCreate" and .UpdateReplacePolicy == "Retain" and (.Properties
			| .BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.SSEAlgorithm != null
			and .VersioningConfiguration.Status == "Enabled"
			and (.PublicAccessBlockConfiguration | [.BlockPublicAcls, .BlockPublicPolicy, .IgnorePublicAcls, .RestrictPublicBuckets] == [true, true, true, true])
			and .OwnershipControls.Rules[0].ObjectOwnership == "BucketOwnerEnforced"
			and (.LifecycleConfiguration.Rules[0] | .Status == "Enabled" and .NoncurrentVersionExpiration != null))'
	is "$stack: every bucket takes TLS alone" "$(of $stack '[.Resources[] | select(.Type == "AWS::S3::BucketPolicy") | .Properties
		| .Bucket as $b | .PolicyDocument.Statement | select(any(.[]; .Effect == "Deny" and .Principal == "*" and .Action == "s3:*"
			and .Condition == {"Bool":{"aws:SecureTransport":"false"}} and (.Resource | map(split(":::")[1]) == [$b, $b + "/*"]))) | $b] | sort | join(" ")')" \
		"$(of $stack '[.Resources[] | select(.Type == "AWS::S3::Bucket").Properties.BucketName] | sort | join(" ")')"
	is "$stack: nor an old one" "$(of $stack '[.Resources[] | select(.Type == "AWS::S3::BucketPolicy") | .Properties
		| .Bucket as $b | .PolicyDocument.Statement | select(any(.[]; .Effect == "Deny" and .Principal == "*" and .Action == "s3:*"
			and .Condition == {"NumericLessThan":{"s3:TlsVersion":"1.2"}} and (.Resource | map(split(":::")[1]) == [$b, $b + "/*"]))) | $b] | sort | join(" ")')" \
		"$(of $stack '[.Resources[] | select(.Type == "AWS::S3::Bucket").Properties.BucketName] | sort | join(" ")')"
	is "$stack: no Lambda" "$(of $stack '.Resources[].Type | select(contains("Lambda"))')" ''
	# Allowed on every resource only where the Service Authorization Reference has no kind of resource.
	is "$stack: * alone only where there is nothing narrower" "$(of $stack '.Resources[] | select(.Type | startswith("AWS::IAM::"))
		| .Properties | (.PolicyDocument, .Policies[]?.PolicyDocument) | select(.) | .Statement[]
		| select([.Resource] | flatten | any(. == "*")) | [.Action] | flatten[]' |
		while read -r action; do awk -v a="$action" '$3 == a && $4 == "*"' "$TOP/tests/data/deploy/actions" | grep -q . || echo "$action"; done)" ''
	is "$stack: no action is a pattern" "$(of $stack '.Resources[] | select(.Type | startswith("AWS::IAM::"))
		| .Properties | (.PolicyDocument, .Policies[]?.PolicyDocument) | select(.) | .Statement[] | [.Action] | flatten[] | select(contains("*"))')" ''
	all_true "$stack: roles are for a service, in this account" $stack '.Resources[] | select(.Type == "AWS::IAM::Role").Properties.AssumeRolePolicyDocument.Statement
		| length == 1 and (.[0] | (.Principal | keys == ["Service"]) and .Condition != null)'
done
all_true 'the key is rotated and kept' p '.Resources.Key | .DeletionPolicy == "RetainExceptOnCreate" and .Properties.EnableKeyRotation'
all_true 'the key encrypts both buckets, the artifacts and the notices' p '.Resources | (.Key | "arn:aws:kms:eu-west-1:222233334444:key/Key") as $key
	| (.Artifacts, .State | .Properties.BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.KMSMasterKeyID == $key),
	  (.Pipeline, .Drift | .Properties.ArtifactStore.EncryptionKey.Id == $key), .Notices.Properties.KmsMasterKeyId == $key,
	  (.Validate, .Plan, .Apply | .Properties.EncryptionKey == $key)'
all_true 'what was applied last stays, whatever its age' p '.Resources.State.Properties.LifecycleConfiguration.Rules
	| all(has("ExpirationInDays", "ExpirationDate", "Transitions") | not)'
all_true 'the trail logs what is written, once it may' o '.Resources.OrganizationTrail | .DependsOn == "TrailFilesPolicy" and (.Properties
	| .IsLogging and .IncludeGlobalServiceEvents and .EventSelectors == [{"IncludeManagementEvents":true,"ReadWriteType":"WriteOnly"}])'
all_true 'logs end some day' p '.Resources[] | select(.Type == "AWS::Logs::LogGroup").Properties | .RetentionInDays == "90"'
all_true 'the pipelines run one after the other' p '.Resources | .Pipeline, .Drift | .Properties | .PipelineType == "V2" and .ExecutionMode == "QUEUED"'
all_true 'drift is not applied' p '[.Resources.Drift.Properties.Stages[].Actions[].Name] == ["Source", "Validate", "Plan"]'

# CloudFormation makes things in the order of their references: a pipeline starts when it is made, and a stack that fails
# after that takes its roles and its bucket away from a run.
is 'the pipelines are made last, but for what needs a name alone' "$(jq -r '.Resources as $r
	| def before: $r[.] | ([.DependsOn // empty] | flatten) + [.. | objects | .Ref // ."Fn::GetAtt"[0]? // (."Fn::Sub"? // empty
		| [.] | flatten[0] | scan("\\$\\{([A-Za-z]+)[.}]")[0])] | map(select(in($r))) | unique;
	def all_before: . as $done | ($done + ([$done[] | before] | add // []) | unique) | if . == $done then . else all_before end;
	($r | keys) - (["Pipeline"] | all_before) - ["Drift", "Mail"]
	| map(select($r[.].Type != "AWS::IAM::RolePolicy")) | join(" ")' "$T/pipeline.json")" ''
all_true 'Git starts the pipeline, by its trigger alone' p '.Resources.Pipeline.Properties | .Stages[0].Actions[0] as $source
	| (.Triggers | length == 1) and .Triggers[0].GitConfiguration.SourceActionName == $source.Name and $source.Configuration.DetectChanges == "false"'
# targets: who is started as whom.
is 'what starts something does it by its own role' "$(cat "$T/p" "$T/o" | jq -r '.Resources | to_entries[]
	| .key as $k | .value.Properties | (.Targets[]?, .Target) | objects | select(.RoleArn) | "\($k) \(.RoleArn | split("/")[-1])"' | sort)" \
	'Accounts idc-send
Nightly idc-drift
Organization idc-start'
is 'without an address, nobody is mailed' "$(of p '.Resources.Mail')" null

# --- what the builds are told, and what they tell ---
is 'each project has the role and the log of its stage' "$(of p '.Resources | .Validate, .Plan, .Apply | .Properties
	| [.Name, (.ServiceRole | split("/")[1]), (.LogsConfig.CloudWatchLogs.GroupName | split("/")[3])] | unique | join(" ")')" 'idc-validate
idc-plan
idc-apply'
is 'and is the same in all else' "$(of p '[.Resources | .Validate, .Plan, .Apply | .Properties | del(.Name, .Description, .ServiceRole, .LogsConfig.CloudWatchLogs.GroupName, .TimeoutInMinutes)
	| .Environment.EnvironmentVariables |= map(select(.Name != "STAGE"))] | unique | length')" 1
is 'of buildspec.yml, in the image that is named' "$(of p '.Resources.Plan.Properties | .Source.BuildSpec + " " + .Environment.Image')" \
	"buildspec.yml $(jq -r .Parameters.Image.Default "$T/pipeline.json")"
is 'the variables of the projects' "$(made pipeline "$of_pipeline" "$(echo "$everything" | sed 's/-us-gov-west-1//')" | jq -r '.Resources | [.Validate, .Plan, .Apply | .Properties.Environment.EnvironmentVariables | map(.Name) | join(" ")] | unique[]')" \
	'STAGE STATE_URL TEMPLATES ONLINE PLAN_OPTIONS ASSUME_ROLE IDC_RELEASE_URL IDC_RELEASE_SHA256'
is 'the stages' "$(of p '[.Resources | .Validate, .Plan, .Apply | .Properties.Environment.EnvironmentVariables[] | select(.Name == "STAGE").Value] | join(" ")')" 'validate plan apply'
is 'none is empty: CodeBuild may refuse that' "$(of p '.Resources | .Validate, .Plan, .Apply | .Properties.Environment.EnvironmentVariables[] | select(.Value == "").Name')" ''
modes() { of p "[.Resources.$1.Properties.Stages[].Actions[].Configuration.EnvironmentVariables // empty | fromjson[] | .name + \"=\" + .value] | unique | join(\" \")"; }
is 'the mode is a variable of the pipeline' "$(modes Pipeline)" 'MODE=#{variables.MODE}'
is 'full unless said' "$(of p '.Resources.Pipeline.Properties.Variables[] | .Name + "=" + .DefaultValue')" MODE=full
is 'drift in the other' "$(modes Drift)" MODE=drift
both '{"Approval":"true","Quick":"true"}' || exit 1
is 'or quick' "$(of p '.Resources.Pipeline.Properties.Variables[].DefaultValue')" quick
# The approval: where it is told, what it leads to, how long it waits, after what.
approval='.Resources.Pipeline.Properties.Stages[].Actions[] | select(.Name == "Approve")'
is 'the approval is told, and has an end' "$(of p "$approval | .Configuration.NotificationArn + \" \" + (.TimeoutInMinutes | tostring)")" \
	'arn:aws:sns:eu-west-1:222233334444:idc-notices 4320'
is 'it leads to the builds of Plan' "$(of p "$approval | .Configuration.ExternalEntityLink")" \
	'https://console.aws.amazon.com/codesuite/codebuild/222233334444/projects/idc-plan/history?region=eu-west-1'
is 'it can name what Plan exported' "$(of p '.Resources.Pipeline.Properties.Stages[].Actions[] | select(.Namespace) | .Name + " as " + .Namespace')" 'Plan as Plan'
is 'one after the other' "$(of p '[.Resources.Pipeline.Properties.Stages[].Actions[] | select(.RunOrder) | "\(.Name) \(.RunOrder)"] | join(", ")')" \
	'Validate 1, Plan 1, Approve 2, Apply 3'
of p '[.Resources.Pipeline.Properties.Stages[].Actions[] | select(.Name == "Approve").Configuration.CustomData | scan("#{Plan.([A-Z]+)}")[]] | sort[]' >"$T/shown"
is 'the approval shows' "$(tr '\n' ' ' <"$T/shown")" 'CHANGES DELETIONS GRANTS REVOKES SUMMARY '
if [ -e "$TOP/buildspec.yml" ]; then
	sed -n '/^ *exported-variables:/,/^[a-z]/s/^ *- \([A-Z]*\)$/\1/p' "$TOP/buildspec.yml" | sort >"$T/exported"
	ok 'buildspec.yml exports what the approval shows' diff "$T/shown" "$T/exported"
else
	skip 'no buildspec.yml'
fi

# --- the manual ---
page=$TOP/man/idc-deploy.7
for stack in pipeline organization; do
	# aws cloudformation deploy takes no larger one without a bucket.
	ok "$stack.yaml is short enough to be deployed from a file" test "$(wc -c <"$stacks/$stack.yaml")" -le 51200
	jq -r '.Parameters | keys[]' "$T/$stack.json" >"$T/parameters"
	sed -n '/^\.Ss Parameters/,/^\.Ss What/s/^\.It Ar \(.*\)/\1/p' "$page" | tr -s ' ,' '\n' >"$T/explained"
	is "the manual explains each parameter of $stack.yaml" "$(grep -vxF -f "$T/explained" "$T/parameters")" ''
	# Its command gives what has to be given, and nothing that there is not.
	awk -v file="$stack.yaml" '/^\.Bd/ { text = "" } { text = text "\n" $0 } /^\.Ed/ && index(text, file) { print text }' "$page" |
		grep -o '[A-Z][A-Za-z0-9]*=' | tr -d = >"$T/in-command"
	is "the command of $stack.yaml gives only parameters" "$(grep -vxF -f "$T/parameters" "$T/in-command")" ''
	is "the command of $stack.yaml gives all that has no default" "$(jq -r '.Parameters | to_entries[] | select(.value | has("Default") | not) | .key' "$T/$stack.json" |
		grep -vxF -f "$T/in-command")" ''
done
# In the management account both may be in one region: a second stack of one name would take the place of the first.
for text in "$page" "$TOP/README.md"; do
	sed -e :a -e '/\\e*$/N; s/\\e*\n//; ta' "$text" | sed -n 's/.*cloudformation deploy .*--stack-name \([a-z-]*\).*stacks\/\([a-z]*\)\.yaml.*/\2 \1/p' >"$T/named"
	is "${text##*/}: two stacks, two names" "$(cut -d ' ' -f 1 "$T/named" | sort | tr '\n' ' ')$(cut -d ' ' -f 2 "$T/named" | sort -u | grep -c .)" \
		'organization pipeline 2'
done
# What a shell of its user takes for a pattern or a comment is quoted, or not there: zsh refuses both.
is 'the commands are for any shell' "$(awk '/^\.Bd/ { on = 1 } /^\.Ed/ { on = 0 } on && /aws /' "$page" | sed 's/"[^"]*"//g' | grep -e '[][*?#]')" ''
