# Whether an event matches a pattern, by EventBridge's documented rules
# (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html and
# eb-create-pattern-operators.html beside it): all fields of a pattern have to match, a field by any of
# its values; "$or" by any of its patterns. A value is compared exactly, with its type; {"prefix"},
# {"suffix"}, {"equals-ignore-case"}, {"wildcard"}, {"anything-but"} and {"exists"} are the other
# comparisons. Any other is an error. Numbers are compared by value here, there as they are written.
#
#   jq -f match.jq --argjson patterns '[{...},...]' EVENT-FILE    # true or false for each

# "\u0000" stands for a field that is not there: no event has it.
def absent: "\u0000";

def simple($rule; $v):
	if ($rule | type) != "object" then $v == $rule
	elif $rule | keys - ["prefix", "suffix", "equals-ignore-case", "wildcard"] != [] then
		error("a comparison that is not known: \($rule | tojson)")
	elif ($v | type) != "string" then false
	elif $rule | has("prefix") then ($v | startswith($rule.prefix))
	elif $rule | has("suffix") then ($v | endswith($rule.suffix))
	elif $rule | has("equals-ignore-case") then ($v | ascii_downcase) == ($rule."equals-ignore-case" | ascii_downcase)
	elif $rule.wildcard | contains("\\") then error("an escape that is not known: \($rule | tojson)")
	else
		($rule.wildcard | gsub("(?<c>[^A-Za-z0-9*])"; "\\\(.c)") | gsub("\\*"; ".*")) as $re | ($v | test("^\($re)$"; "s")) end;

def leaf($rule; $v):
	if ($rule | type) == "object" and ($rule | has("exists")) then ($v != absent) == $rule.exists
	elif $v == absent then false
	elif ($rule | type) == "object" and ($rule | has("anything-but")) then
		$rule."anything-but" | (if type == "array" then . else [.] end) | all(. as $r | simple($r; $v) | not)
	else simple($rule; $v) end;

# An array in an event matches where one of its elements does.
def field($rules; $v):
	if ($v | type) == "array" then any($v[]; . as $one | any($rules[]; leaf(.; $one)))
	else any($rules[]; leaf(.; $v)) end;

# A list of values is for leaves: what has fields of its own is not there for it.
def value($event; $k):
	if ($event | type) == "object" and ($event | has($k)) and ($event[$k] | type) != "object" then $event[$k] else absent end;

# Of an array of objects, one has to match.
def matches($event):
	. as $p | if ($event | type) == "array" and $event != [] then any($event[]; . as $one | $p | matches($one)) else
	all(keys[]; . as $k | $p[$k] as $want
		| if $k == "$or" then any($want[]; matches($event))
		  elif ($want | type) == "array" then field($want; value($event; $k))
		  elif ($want | type) == "object" then
			$want | matches(if ($event | type) == "object" then $event[$k] else null end)
		  else error("\($k): no list") end) end;

. as $event | [$patterns[] | matches($event)] | join(" ")
