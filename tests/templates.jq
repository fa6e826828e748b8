# A state stream (slurped) in, template files out: one object {file, content} for each. The
# owned permission sets and their assignments become templates that ask for just that.
def plain: gsub("[^A-Za-z0-9 ._-]"; "-");
(map(select(.Kind == "PermissionSet" and .Managed))) as $sets
| (map(select(.Kind == "Account")) | map({key: .Id, value: .Name}) | from_entries) as $accounts
| (map(select(.Kind == "Group")) | map({key: .GroupId, value: .DisplayName}) | from_entries) as $groups
| (map(select(.Kind == "User")) | map({key: .UserId, value: .UserName}) | from_entries) as $users
| ($sets | map({key: .Name, value: true}) | from_entries) as $owned
| ($sets[] | {
    file: "permissionsets/\(.Name | plain).json",
    content: ({Name, SessionDuration, ManagedPolicies}
      + (if .Description then {Description} else {} end)
      + (if .RelayState then {RelayState} else {} end)
      + (if .CustomerManagedPolicies then {CustomerManagedPolicies} else {} end)
      + (if .InlinePolicy then {CustomPolicy: .InlinePolicy} else {} end)
      + {Tags: ((.Tags // {}) | del(.SSOPipeline))})}),
  {file: "assignments/all.json",
   content: {Assignments: [
     map(select(.Kind == "AccountAssignment" and $owned[.PermissionSetName]))
     | group_by([.PermissionSetName, .PrincipalType, .PrincipalId])[]
     | {SID: "\(.[0].PermissionSetName)\(.[0].PrincipalType)\(.[0].PrincipalId)" | gsub("[^A-Za-z0-9]"; ""),
        Target: map("\($accounts[.AccountId]):\(.AccountId)"),
        PrincipalType: .[0].PrincipalType,
        PrincipalId: (if .[0].PrincipalType == "GROUP" then $groups else $users end)[.[0].PrincipalId],
        PermissionSetName: .[0].PermissionSetName}]}}
