# AdministratorAccess is for groups, whose members come and go with their work; a user keeps
# what a rule gives to that user. So no rule for users has a permission set with that policy,
# under whatever name.
#
#     idc-validate --rules-all templates/rules/no-administrator-for-users.jq templates

def list: if type == "array" then .[] else . end;

(map(select(.Kind == "PermissionSet"
       and any(.ManagedPolicies[]; endswith(":aws:policy/AdministratorAccess"))
     ) | {(.Name): true}) | add // {}) as $administrators
| to_entries[]
| .key as $record
| .value
| select(.Kind == "AssignmentRule" and .PrincipalType == "USER")
| path(.PermissionSetName | list) as $path
| getpath($path) as $name
| select($administrators[$name])
| {
    Code: "CORP002",
    Severity: "error",
    Message: "a rule for users has '\($name)', which is AdministratorAccess",
    Hint: "make it a rule for a group",
    Record: $record,
    Path: $path
  }
