# What CloudFormation makes of a stack, as far as its own names and policies go: parameters, conditions
# and intrinsic functions evaluated, resources whose condition does not hold left out.
#
#   jq -f stacks.jq --argjson given '{"Prefix":"x","AWS::Region":"eu-west-1",...}' stack.json
#
# An intrinsic function, an attribute or a parameter that is not known is an error.

. as $stack
| ({ "AWS::NoValue": null, "AWS::URLSuffix": "amazonaws.com" }
	+ ($stack.Parameters | map_values(select(has("Default")).Default
		| if type == "boolean" or type == "number" then tostring else . end))
	+ $given) as $given
| ($given | keys - ($stack.Parameters | keys) | map(select(startswith("AWS::") | not))) as $strange
| if $strange != [] then error("no parameter \($strange[0])") else . end

# The shape of parameters.
| reduce ($stack.Parameters | to_entries[]) as $p (.;
	$given[$p.key] as $v
	| if $v == null then error("no value for \($p.key)")
	  elif $p.value.AllowedPattern and ($v | test($p.value.AllowedPattern) | not) then error("\($p.key): \($v)")
	  elif $p.value.AllowedValues and ($p.value.AllowedValues | map(tostring) | index($v | tostring) | not) then error("\($p.key): \($v)")
	  else . end)

| def arn($service; $region; $rest):
	"arn:\($given["AWS::Partition"]):\($service):\(if $region then $given["AWS::Region"] else "" end):\($given["AWS::AccountId"]):\($rest)";

  # ref and attribute want the resource evaluated, which may refer to others.
  def ev:
	def resource($name): $stack.Resources[$name] // error("no resource \($name)")
		| .Type as $type | (.Properties // {}) | { type: $type, p: . };
	def arn_of($name): resource($name) | .p as $p
		| if .type == "AWS::S3::Bucket" then "arn:\($given["AWS::Partition"]):s3:::\($p.BucketName | ev)"
		  elif .type == "AWS::KMS::Key" then arn("kms"; true; "key/\($name)")
		  elif .type == "AWS::Logs::LogGroup" then arn("logs"; true; "log-group:\($p.LogGroupName | ev):*")
		  elif .type == "AWS::SNS::Topic" then arn("sns"; true; $p.TopicName | ev)
		  elif .type == "AWS::IAM::Role" then arn("iam"; false; "role/\($p.RoleName | ev)")
		  elif .type == "AWS::CodeBuild::Project" then arn("codebuild"; true; "project/\($p.Name | ev)")
		  elif .type == "AWS::Events::EventBus" then arn("events"; true; "event-bus/\($p.Name | ev)")
		  elif .type == "AWS::CodeConnections::Connection" then arn("codeconnections"; true; "connection/\($name)")
		  elif .type == "AWS::Events::Rule" then
			arn("events"; true; "rule/\(if $p.EventBusName then "\($p.EventBusName | ev)/" else "" end)\($p.Name | ev)")
		  else error("the ARN of \(.type)") end;
	def ref($name):
		if $given | has($name) then $given[$name]
			| if $stack.Parameters[$name].Type == "CommaDelimitedList" then split(",") else . end
		else resource($name) | .p as $p
		| if .type == "AWS::S3::Bucket" then $p.BucketName | ev
		  elif .type == "AWS::KMS::Key" then $name
		  elif .type == "AWS::Logs::LogGroup" then $p.LogGroupName | ev
		  elif .type == "AWS::IAM::Role" then $p.RoleName | ev
		  elif .type == "AWS::SNS::Topic" or .type == "AWS::CodeConnections::Connection" then arn_of($name)
		  elif .type == "AWS::CodeBuild::Project" or .type == "AWS::CodePipeline::Pipeline"
			or .type == "AWS::Scheduler::Schedule" or .type == "AWS::Events::EventBus" then $p.Name | ev
		  else error("a reference to \(.type)") end
		end;
	def attribute($name; $what):
		if $what == "Arn" then arn_of($name) else error("\($name).\($what)") end;
	def holds($name): ($stack.Conditions[$name] // error("no condition \($name)")) | ev;
	def kept: map(select(. != null));
	if type == "array" then map(ev) | kept
	elif type != "object" then .
	elif length != 1 then map_values(ev) | with_entries(select(.value != null))
	elif has("Ref") then ref(.Ref)
	elif has("Condition") and (.Condition | type) == "string" then holds(.Condition)
	elif has("Fn::GetAtt") then attribute(."Fn::GetAtt"[0]; ."Fn::GetAtt"[1])
	elif has("Fn::If") then ."Fn::If" as [$c, $yes, $no] | if holds($c) then $yes | ev else $no | ev end
	elif has("Fn::Equals") then ."Fn::Equals" | (.[0] | ev | tostring) == (.[1] | ev | tostring)
	elif has("Fn::Not") then ."Fn::Not"[0] | ev | not
	elif has("Fn::And") then [."Fn::And"[] | ev] | all
	elif has("Fn::Or") then [."Fn::Or"[] | ev] | any
	elif has("Fn::Contains") then (."Fn::Contains"[1] | ev) as $v | any(."Fn::Contains"[0][] | ev; . == $v)
	elif has("Fn::Join") then ."Fn::Join" as [$by, $list] | $list | ev | join($by)
	elif has("Fn::Split") then ."Fn::Split" as [$by, $text] | $text | ev | split($by)
	elif has("Fn::Select") then ."Fn::Select" as [$i, $list] | ($list | ev)[$i]
	elif has("Fn::FindInMap") then ."Fn::FindInMap" as [$m, $k, $l]
		| ($k | ev) as $key | $stack.Mappings[$m][$key][$l] // error("\($m) has no \($key)")
	elif has("Fn::Sub") then
		(."Fn::Sub" | if type == "array" then . else [., {}] end) as [$text, $own]
		| $text | [splits("(?=\\$\\{)")]
		| map(capture("^\\$\\{(?<name>[^}]+)\\}(?<rest>.*)$"; "s") // .
			| if type == "string" then .
			  else .rest as $rest | .name as $n
			  | (if $own | has($n) then $own[$n] | ev
			     elif ($n | contains(".")) and ($given | has($n) | not) then ($n | split(".")) as [$r, $a] | attribute($r; $a)
			     else ref($n) end | tostring) + $rest end)
		| add
	elif keys[0] | startswith("Fn::") then error("\(keys[0]) is not known here")
	else map_values(ev) | with_entries(select(.value != null)) end;

  (($stack.Rules // {}) | to_entries[] | . as $r | .value.Assertions[] | select(.Assert | ev | not)
	| error("\($r.key): \(.AssertDescription)")),
  { Resources: ($stack.Resources | with_entries(
		select(.value.Condition == null or ({ Condition: .value.Condition } | ev)))
		| map_values({ Type, DeletionPolicy, UpdateReplacePolicy, DependsOn, Properties: (.Properties | ev) })),
    Outputs: ($stack.Outputs | with_entries(
		select(.value.Condition == null or ({ Condition: .value.Condition } | ev)))
		| map_values(.Value | ev)) }
