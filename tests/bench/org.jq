# A state stream in, what templates.awk reads out.
if .Kind == "Instance" then
	["management", .ManagementAccountId]
elif .Kind == "Root" then
	["root", .Id]
elif .Kind == "OrganizationalUnit" then
	["ou", .Id, .Name, .ParentId]
elif .Kind == "Account" then
	["account", .Id, .Name, .ParentId]
elif .Kind == "Group" then
	["group", .DisplayName]
elif .Kind == "User" then
	["user", .UserName]
else
	empty
end
| @tsv
