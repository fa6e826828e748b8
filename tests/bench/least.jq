# Records of streams in, what least.awk reads out.
if .Kind == "Account" then
	[.Kind]
elif .Kind == "Group" then
	["principal", "GROUP", .GroupId]
elif .Kind == "User" then
	["principal", "USER", .UserId]
elif .Kind == "PermissionSet" and .PermissionSetArn then
	[if .Tags.SSOPipeline then "owned" else "foreign" end]
elif .Kind == "AccountAssignment" and .Rules then
	["wanted", .PrincipalType, .PrincipalId]
elif .Kind == "AccountAssignment" then
	["live", .PrincipalId, .PermissionSetName, .AccountId]
elif .Kind == "Action" then
	["action", .Operation, .Id, .PermissionSetName // "", .AccountId // "", (.DependsOn | join(" "))]
else
	empty
end
| @tsv
