# SIDs are words in CamelCase, such as DevelopersInDevelopment: they stand in plans, messages
# and tickets, and are searched for there.
#
#     idc-validate --rules templates/rules/sid-pattern.jq templates

select(.Kind == "AssignmentRule" and (.SID | test("^[A-Z][A-Za-z0-9]+$") | not))
| {
    Code: "CORP001",
    Message: "the SID '\(.SID)' is not in CamelCase",
    Hint: "write it like 'DevelopersInDevelopment'",
    Path: ["SID"]
  }
