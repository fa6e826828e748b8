# Who is in production stays there two hours at most, and then signs in again. Production is
# every OU with "prod" in its label or on its path; name your own in is_production.
#
#     idc-validate --rules-all templates/rules/short-sessions-in-production.jq templates

def is_production: test("(^|[:/])prod"; "i") and test("(^|:)(ou-|/)");
def hours: capture("^P((?<d>[0-9]+)D)?(T((?<h>[0-9]+)H)?((?<m>[0-9]+)M)?((?<s>[0-9]+)S)?)?$")
    | map_values(. // "0" | tonumber) | .d * 24 + .h + .m / 60 + .s / 3600;
def list: if type == "array" then .[] else . end;

(map(select(.Kind == "PermissionSet") | {(.Name): .}) | add // {}) as $sets
| to_entries[]
| .key as $record
| .value
| select(.Kind == "AssignmentRule")
| first(.Target[] | select(is_production)) as $target
| path(.PermissionSetName | list) as $path
| $sets[getpath($path)]
| select(. and (.SessionDuration | hours) > 2)
| {
    Code: "CORP003",
    Message: "'\($target)' is production, and sessions of '\(.Name)' last \(.SessionDuration)",
    Hint: "two hours, PT2H, is the most there",
    Record: $record,
    Path: $path
  }
