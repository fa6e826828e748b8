# The requests that any exact tool must make in a run, from three streams one after the other:
# the state before it, what is resolved, and the plan. $quick: what is the same as in the
# last run need not be read. One line: of organizations, of identitystore, of sso to read, of
# sso to change, to hear how it ended; the assignment operations among the changes, and how
# many must follow one another: one waits for the other, or they are of one account and set.
def pages($size): (. + $size - 1) / $size | floor;
def least($a; $b): if $a < $b then $a else $b end;

reduce inputs as $r ({accounts: 0, groups: 0, users: 0, owned: 0, foreign: 0,
		live: {}, pairs: {}, wanted: {}, changed: {}, actions: 0, assigns: 0, provisions: 0,
		depth: {}, lanes: {}};
	if $r.Kind == "Account" then .accounts += 1
	elif $r.Kind == "Group" then .groups += 1
	elif $r.Kind == "User" then .users += 1
	elif $r.Kind == "PermissionSet" and $r.PermissionSetArn then
		if $r.Tags.SSOPipeline then .owned += 1 else .foreign += 1 end
	elif $r.Kind == "AccountAssignment" and $r.Rules then
		.wanted[$r.PrincipalType][$r.PrincipalId] = 1
	elif $r.Kind == "AccountAssignment" then
		.live[$r.PrincipalId] += 1
		| .pairs[$r.PermissionSetName][$r.AccountId] = 1
	elif $r.Kind == "Action" then
		.actions += 1
		| .changed[$r.PermissionSetName] = 1
		| ($r.Operation | endswith("AccountAssignment")) as $assigns
		| ($r.Operation == "ProvisionPermissionSet") as $provisions
		| .depth as $depth
		| .depth[$r.Id] = ([$r.DependsOn[] | $depth[.] // 0] | max // 0)
			+ (if $assigns or $provisions then 1 else 0 end)
		| if $assigns then
			.assigns += 1 | .lanes["\($r.AccountId) \($r.PermissionSetName)"] += 1
		elif $provisions then .provisions += 1 else . end
	else . end)
| (.owned + .foreign) as $sets
| least([.live[] | pages(100)] | add // 0; [.pairs[] | length | . + pages(100)] | add // 0) as $reading
| [
	2 + (.accounts | pages(20)),
	least(.wanted.GROUP // {} | length; .groups | pages(100))
		+ least(.wanted.USER // {} | length; .users | pages(100)),
	1 + ($sets | pages(100)) + (if $quick then 2 * (.changed | length)
		else 6 * .owned + .foreign + $reading end),
	.actions,
	(.assigns + .provisions | pages(100)),
	.assigns,
	([.depth[], .lanes[]] | max // 0)
]
| map(tostring) | join(" ")
