# shellcheck shell=sh
# For the tests of idc-sim: read by them, and by the scripts that they run below it.

I=arn:aws:sso:::instance/ssoins-7223d5a1c0e94b68
D=d-9067a1b2c3

# One call, once. sso and store add what every call needs; org takes the members, too.
sso() { AWS_MAX_ATTEMPTS=1 awscall sso-admin "$1" "{\"InstanceArn\":\"$I\"${2:+,$2}}"; }
store() { AWS_MAX_ATTEMPTS=1 awscall identitystore "$1" "{\"IdentityStoreId\":\"$D\"${2:+,$2}}"; }
org() { AWS_MAX_ATTEMPTS=1 awscall organizations "$1" "{${2-}}"; }

# What a call says on standard error, or the code alone.
why() { { "$@" >/dev/null; } 2>&1; }
refused() { why "$@" | sed 's/: .*//'; }

new_set() { sso CreatePermissionSet "\"Name\":\"$1\"" | jq -r .PermissionSet.PermissionSetArn; }
group() { store GetGroupId "\"AlternateIdentifier\":{\"UniqueAttribute\":{\"AttributePath\":\"displayName\",\"AttributeValue\":\"$1\"}}" | jq -r .GroupId; }
user() { store GetUserId "\"AlternateIdentifier\":{\"UniqueAttribute\":{\"AttributePath\":\"userName\",\"AttributeValue\":\"$1\"}}" | jq -r .UserId; }

# assignment SET ACCOUNT PRINCIPAL [TYPE]: the members of a request.
assignment() {
	echo "\"PermissionSetArn\":\"$1\",\"TargetId\":\"$2\",\"TargetType\":\"AWS_ACCOUNT\",\"PrincipalType\":\"${4:-GROUP}\",\"PrincipalId\":\"$3\""
}

# The simulator's own interface. edit reads lines; the others take a line.
state() { curl -sS "$IDC_SIM/state"; }
edit() { curl -sS --data-binary @- "$IDC_SIM/edits"; }
clock() { curl -sS --data-binary "$1" "$IDC_SIM/clock"; }
faults() { curl -sS --data-binary "$1" "$IDC_SIM/faults"; }
alone() { curl -sS -X DELETE "$IDC_SIM/faults" --next -sS --data-binary "$1" "$IDC_SIM/faults"; }
no_faults() { curl -sS -X DELETE "$IDC_SIM/faults"; }
calls() { curl -sS "$IDC_SIM/calls"; }

# The number that --calls has behind '# NAME', or behind 'service operation'.
count() { sed -n "s/^$1 //p" "$T/calls"; }

# sim [OPTION]... <<script: runs the script under idc-sim; its output is then in $out.
sample=$TOP/tests/data/org-sample.ndjson
sim() {
	rm -f "$T/log"
	{
		# shellcheck disable=SC2016 # TOP is the script's
		echo '. "$TOP/tests/cli/sim.sh"'
		cat
		echo exit 0
	} >"$T/script"
	run 0 idc-sim --state "$sample" --calls "$T/calls" --log "$T/log" "$@" -- sh "$T/script"
	err_empty
}

# target SERVICE OPERATION: the header that names it.
target() {
	case $1 in
	sso) echo "X-Amz-Target: SWBExternalService.$2" ;;
	identitystore) echo "X-Amz-Target: AWSIdentityStore.$2" ;;
	organizations) echo "X-Amz-Target: AWSOrganizationsV20161128.$2" ;;
	esac
}

# json SERVICE OPERATION BODY [CURL-OPTION...]: a signed request, as curl shows its answer.
json() {
	json_service=$1 json_target=$(target "$1" "$2") json_body=$3
	shift 3
	curl -sS --aws-sigv4 "aws:amz:$AWS_REGION:$json_service" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
		-H "X-Amz-Security-Token: $AWS_SESSION_TOKEN" -H 'Content-Type: application/x-amz-json-1.1' \
		-H "$json_target" --data-raw "$json_body" "$@" "$AWS_ENDPOINT_URL/"
}

# query SERVICE FORM [CURL-OPTION...]: the same for IAM and STS.
query() {
	query_service=$1 query_body=$2
	shift 2
	curl -sS --aws-sigv4 "aws:amz:$AWS_REGION:$query_service" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
		-H "X-Amz-Security-Token: $AWS_SESSION_TOKEN" --data-raw "$query_body" "$@" "$AWS_ENDPOINT_URL/"
}

# ask: the requests on standard input, one {"s":SERVICE,"o":OPERATION,"i":INPUT} a line, all
# signed by one curl, and their answers, one a line.
ask() {
	jq -r --arg url "$AWS_ENDPOINT_URL/" --arg region "$AWS_REGION" --arg token "$AWS_SESSION_TOKEN" \
		--arg user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" '
		{ sso: "SWBExternalService", identitystore: "AWSIdentityStore",
			organizations: "AWSOrganizationsV20161128" } as $targets |
		(if input_line_number > 1 then "next" else empty end), "silent", "show-error",
		"url = \($url | tojson)", "user = \($user | tojson)",
		"aws-sigv4 = \("aws:amz:\($region):\(.s)" | tojson)",
		"header = \("X-Amz-Security-Token: \($token)" | tojson)",
		"header = \("X-Amz-Target: \($targets[.s]).\(.o)" | tojson)",
		"header = \("Content-Type: application/x-amz-json-1.1" | tojson)",
		"data-raw = \(.i | tojson | tojson)", "write-out = \("\\n" | tojson)"' >"$T/.ask"
	[ ! -s "$T/.ask" ] || curl -K "$T/.ask"
}

# ask_all: the same, page by page to the end of each list: request and answer on a line,
# without the tokens, which are good for one question.
ask_all() {
	cat >"$T/.more"
	while [ -s "$T/.more" ]; do
		ask <"$T/.more" >"$T/.answers"
		paste "$T/.more" "$T/.answers" >"$T/.both"
		jq -cn '[inputs] | range(0; length / 2) as $i | [.[2 * $i], .[2 * $i + 1]] | del(.[].NextToken, .[].i.NextToken)' "$T/.both"
		jq -cn '[inputs] | range(0; length / 2) as $i | .[2 * $i + 1].NextToken as $t |
			select($t != null) | .[2 * $i] | .i.NextToken = $t' "$T/.both" >"$T/.next"
		mv "$T/.next" "$T/.more"
	done
}

# everything STATE: every question that there is about the organization, the directory and
# Identity Center in STATE, answered, in an order that pages do not change. The lists of what
# became of operations are not part of a state.
everything() {
	jq -cn --arg I "$I" --arg D "$D" '
		def sso($o; $i): { s: "sso", o: $o, i: ({ InstanceArn: $I } + $i) };
		def store($o; $i): { s: "identitystore", o: $o, i: ({ IdentityStoreId: $D } + $i) };
		def org($o; $i): { s: "organizations", o: $o, i: $i };
		[inputs] as $all |
		[$all[] | select(.Kind == "PermissionSet") | .PermissionSetArn] as $sets |
		[$all[] | select(.Kind == "Account") | .Id] as $accounts |
		[$all[] | select(.Kind == "Root" or .Kind == "OrganizationalUnit") | .Id] as $units |
		([$all[] | select(.Kind == "Group" or .Kind == "User") |
			[.GroupId // .UserId, if .Kind == "Group" then "GROUP" else "USER" end]] +
		 [$all[] | select(.Kind == "AccountAssignment") | [.PrincipalId, .PrincipalType]] | unique) as $principals |
		sso("ListInstances"; {} ) | del(.i.InstanceArn),
		sso("ListPermissionSets"; {}), sso("ListTagsForResource"; { ResourceArn: $I }),
		($sets[] as $s | { PermissionSetArn: $s } as $set |
			sso("DescribePermissionSet", "GetInlinePolicyForPermissionSet", "ListManagedPoliciesInPermissionSet",
				"ListCustomerManagedPolicyReferencesInPermissionSet", "GetPermissionsBoundaryForPermissionSet"; $set),
			sso("ListTagsForResource"; { ResourceArn: $s }),
			({}, { ProvisioningStatus: ("LATEST_PERMISSION_SET_PROVISIONED", "LATEST_PERMISSION_SET_NOT_PROVISIONED") } |
				sso("ListAccountsForProvisionedPermissionSet"; $set + .)),
			sso("ListAccountAssignments"; $set + { AccountId: $accounts[] })),
		($accounts[] as $a |
			({}, { ProvisioningStatus: ("LATEST_PERMISSION_SET_PROVISIONED", "LATEST_PERMISSION_SET_NOT_PROVISIONED") } |
				sso("ListPermissionSetsProvisionedToAccount"; { AccountId: $a } + .)),
			org("DescribeAccount"; { AccountId: $a })),
		($principals[] as [$id, $type] |
			sso("ListAccountAssignmentsForPrincipal"; { PrincipalId: $id, PrincipalType: $type }),
			if $type == "GROUP" then store("DescribeGroup", "ListGroupMemberships"; { GroupId: $id })
			else store("DescribeUser"; { UserId: $id }) end),
		($all[] | select(.Kind == "Group") | store("GetGroupId"; { AlternateIdentifier: { UniqueAttribute: { AttributePath: "displayName", AttributeValue: .DisplayName } } })),
		($all[] | select(.Kind == "User") | store("GetUserId"; { AlternateIdentifier: { UniqueAttribute: { AttributePath: "userName", AttributeValue: .UserName } } })),
		store("ListGroups", "ListUsers"; {}),
		org("DescribeOrganization", "ListRoots", "ListAccounts", "ListAWSServiceAccessForOrganization", "ListDelegatedAdministrators"; {}),
		($units[] as $u | org("ListAccountsForParent", "ListOrganizationalUnitsForParent"; { ParentId: $u })),
		($units[] | select(startswith("ou-")) | org("DescribeOrganizationalUnit"; { OrganizationalUnitId: . })),
		org("ListParents"; { ChildId: ($units + $accounts)[] }),
		org("ListTagsForResource"; { ResourceId: ($units + $accounts)[] })' "$1" | ask_all |
		jq -cSs 'group_by(.[0])[] | [.[0][0], reduce .[][1] as $page ({}; . as $before |
			$page | with_entries(if .value | type == "array" then .value = $before[.key] + .value else . end))]'
}
