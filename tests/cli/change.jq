# What another run wants, of the records of a resolved stream (as an array): some assignments less,
# some more, and permission sets changed, deleted and made, all by $seed.
def every($n; $by): (.key * $by + $seed * 13) % $n == 0;
(map(select(.Kind == "AccountAssignment"))) as $old
| (map(select(.Kind == "PermissionSet"))) as $sets
| ($sets | length) as $n
| (if $seed % 5 == 0 then $sets[($seed + 3) % $n].Name else null end) as $gone
| ($old | to_entries | map(select(every(97; 7) | not) | .value)) as $kept
| ($old | to_entries | map(select(every(101; 5))
	| .value + {AccountId: $old[(.key + 17 * ($seed + 1)) % ($old | length)].AccountId} | del(.AccountName))) as $more
| (if $seed % 4 == 0 then [{Kind: "PermissionSet", Name: "New\($seed)", SessionDuration: "PT1H",
	ManagedPolicies: [], CustomerManagedPolicies: []}] else [] end) as $new
| ($new | map({Kind: "AccountAssignment", PermissionSetName: .Name} + ($old[$seed, $seed * 2]
	| {AccountId, PrincipalType, PrincipalId, PrincipalName, Rules}))) as $granted
| map(select(.Kind == "Instance"))
	+ ($sets | to_entries | map(.value + if $seed % 3 == 0 and .key == $seed % $n
		then {SessionDuration: "PT7H"} else {} end)) + $new
	+ ($kept + $more + $granted | unique_by([.PermissionSetName, .AccountId, .PrincipalId]))
| map(select(.Name != $gone or .Kind != "PermissionSet") | select(.PermissionSetName != $gone or $gone == null)) | .[]
