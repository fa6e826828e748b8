# shellcheck shell=sh
# The pipeline's three stages, run against idc-sim as builds run them, each in its own program calls, so
# that what each stage asks of AWS is counted: "SERVICE OPERATION" lines in $calls/STAGE.
#
# Below idc-sim (which sets IDC_SIM): . stages.sh; then
#
#     a_run [PLAN-OPTION...]      # validate, plan, apply; fails where a stage does
#
# in a folder with templates/. What was applied is in last-applied.ndjson, as in the bucket.

# stage NAME COMMAND...: runs it, and adds up what it called.
# shellcheck disable=SC2154 # calls is set by the test
stage() {
	stage_name=$1
	shift
	curl -fsS -X DELETE "$IDC_SIM/calls" >/dev/null || return 1
	"$@"
	stage_status=$?
	curl -fsS "$IDC_SIM/calls" | sed -n 's/^\([a-z].*\) [0-9]*$/\1/p' >>"$calls/$stage_name"
	return $stage_status
}

validate() { idc-validate -q --online templates >templates.ndjson; }
plan() {
	idc-resolve -q templates.ndjson >resolved.ndjson &&
		idc-plan -q --max-delete 100% "$@" resolved.ndjson >plan.ndjson
}
apply() {
	cat resolved.ndjson >>last-applied.ndjson
	idc-apply -q plan.ndjson >results.ndjson && cp resolved.ndjson last-applied.ndjson
}

a_run() {
	stage validate validate && stage plan plan "$@" && stage apply apply
}

# edit OPERATION REQUEST: what a person does in the console meanwhile.
edit() {
	printf '{"Operation":"%s","Request":%s}\n' "$1" "$2" |
		curl -fsS -o edited.ndjson --data-binary @- "$IDC_SIM/edits"
}

# jq_in FILE FILTER: changes a template.
jq_in() {
	jq "$2" "$1" >edited.json && mv edited.json "$1"
}

# by_hand SET ACCOUNT TYPE PRINCIPAL: an assignment that someone makes in the console.
by_hand() {
	curl -fsS "$IDC_SIM/state" >now.ndjson
	edit CreateAccountAssignment "$(jq -cs --arg set "$1" --arg account "$2" --arg type "$3" --arg who "$4" '
		{ PermissionSetArn: map(select(.Kind == "PermissionSet" and .Name == $set))[0].PermissionSetArn,
		  TargetId: $account, TargetType: "AWS_ACCOUNT", PrincipalType: $type,
		  PrincipalId: map(select(.DisplayName == $who or .UserName == $who))[0] | (.GroupId // .UserId) }' now.ndjson)"
}

# Permission sets besides the samples, and who has them: wide [MEMBERS], others DURATION [TAGS], given
# USERS [SET], as JSON. There are several others, so that what becomes of them is asked about together.
wide() { printf '{"Name":"Wide"%s}\n' "${1:+,$1}" >templates/permissionsets/Wide.json; }
others() {
	for i in 1 2 3 4 5 6; do
		printf '{"Name":"Other%d","SessionDuration":"%s","Tags":{%s}}\n' $i "$1" "${2-}" >templates/permissionsets/Other$i.json
	done
}
given() {
	printf '{"Assignments":[{"SID":"Given","Target":["Root"],"PrincipalType":"USER","PrincipalId":[%s],"PermissionSetName":["%s","Other1","Other2","Other3","Other4","Other5","Other6"]}]}\n' \
		"$1" "${2:-Wide}" >templates/assignments/given.json
}
