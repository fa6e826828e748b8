# shellcheck shell=sh
# For the tests of idc-dump and of plans from dumps: an organization with everything in it.

# shellcheck disable=SC2154 # T and TOP are set by lib.sh

# world OPTIONS FILE: a generated organization and what generating does not make: a permission set
# that is not ours, one with all kinds of policies, roles that are out of date, an OU, an account and
# a group that have nothing, an account that is closed, and an assignment of a group that is gone.
world() {
	idc-sim -q --generate "$1" --save "$T/.made" -- true
	jq -cn '[inputs] | (map(select(.Kind == "Root"))[0].Id) as $root | .[1].ManagementAccountId as $management
		| (map(select(.Kind == "PermissionSet"))) as $sets
		| (map(select(.Kind == "AccountAssignment" and .PermissionSetName == $sets[0].Name))) as $some
		| .[1:-1][]
		| if .Kind == "PermissionSet" and .Name == $sets[0].Name then
			. + {OutdatedAccounts: [$some[0].AccountId, $some[-1].AccountId] | unique} else . end,
		  (if .Kind == "Root" then {Kind: "OrganizationalUnit", Id: "ou-zz99-00000001", Name: "Empty", ParentId: $root},
			{Kind: "Group", DisplayName: "zz-nothing"} else empty end),
		  (if .Kind == "Account" and .Id == $management then
			{Kind: "Account", Id: "999900000001", Name: "closed", State: "CLOSED", ParentId: $root, Tags: {b: "2", a: "1"}},
			{Kind: "Account", Id: "999900000002", Name: "bare", ParentId: $root} else empty end),
		  (if .Kind == "PermissionSet" and .Name == $sets[0].Name then
			{Kind: "PermissionSet", Name: "Foreign", Tags: {Team: "other"}, SessionDuration: "PT8H"},
			{Kind: "PermissionSet", Name: "Everything", Description: "d \u00e9", SessionDuration: "PT2H", RelayState: "https://example.com/",
			 ManagedPolicies: ["arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::aws:policy/AdministratorAccess"],
			 CustomerManagedPolicies: [{Name: "z", Path: "/"}, {Name: "a", Path: "/team/"}],
			 PermissionsBoundary: {CustomerManagedPolicyReference: {Name: "edge", Path: "/"}},
			 InlinePolicy: {Version: "2012-10-17", Statement: [{Effect: "Allow", Action: "s3:*", Resource: "*"}]},
			 Tags: {SSOPipeline: "true", A: "1"}} else empty end),
		  (if .Kind == "AccountAssignment" and . == $some[0] then
			(.PrincipalType = "GROUP" | .PrincipalId = "00000000-0000-4000-8000-000000000099" | del(.PrincipalName)),
			(.PermissionSetName = "Foreign"), (.PermissionSetName = "Everything") else empty end)' \
		"$T/.made" >"$T/.body"
	{
		echo '{"Kind":"Begin","Stream":"state","Version":1,"Program":"test","Time":"2026-11-24T02:00:00Z"}'
		# What an assignment names comes before it.
		grep -v '^{"Kind":"AccountAssignment"' "$T/.body"
		grep '^{"Kind":"AccountAssignment"' "$T/.body"
		printf '{"Kind":"End","Stream":"state","Count":%d}\n' "$(wc -l <"$T/.body")"
	} >"$T/.world"
	# As idc-sim writes it: with all that it makes up.
	idc-sim -q --state "$T/.world" --save "$2" -- true
}

# plain FILE: its records without what only idc-sim knows, members and lines sorted.
plain() {
	jq -cS 'select(.Kind != "Begin") | del(.IdsMade, .CreatedDate, .InlinePolicyText, .Groups)
		| if .Kind == "Instance" or .Kind == "Root" or .Kind == "OrganizationalUnit" then del(.Tags) else . end' "$1" | sort
}

# calls OPERATION: how often it was called. total: all calls.
calls() { awk -v op="$1" '$2 == op { n += $3 } END { print n + 0 }' "$T/calls"; }
total() { awk '!/^#/ { n += $NF } END { print n + 0 }' "$T/calls"; }
