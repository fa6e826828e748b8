# Templates for an organization: permission sets and rules that ask for just so many
# assignments. The same numbers give the same files with every awk.
#
#     awk -f templates.awk -v sets=50 -v assignments=10000 -v seed=1 -v dir=DIR ORG >MOVE
#
# ORG has a line for each record, with tabs between the members: root ID, ou ID NAME PARENT,
# account ID NAME PARENT (without the management account), group NAME, user NAME. DIR has
# folders permissionsets and assignments. A tenth of the assignments comes from the Root, up
# to half from it and from organizational units, and the rest from accounts by their ids.

# A number from 0 to n - 1 (Park and Miller).
function pick(n) {
	random = random * 16807 % 2147483647
	return random % n
}

function write_sets(    i, file) {
	split("Admin ReadOnly Developer Operator Auditor Support Billing Deploy", role, " ")
	split("AdministratorAccess ReadOnlyAccess PowerUserAccess SecurityAudit", policy, " ")
	for (i = 0; i < sets; i++) {
		file = dir "/permissionsets/" set_name(i) ".json"
		printf "{\"Name\": \"%s\", \"Description\": \"%s access.\", \"SessionDuration\": \"PT4H\",\n", set_name(i), role[i % 8 + 1] >file
		printf " \"ManagedPolicies\": [\"arn:aws:iam::aws:policy/%s\"]", policy[i % 4 + 1] >file
		if (i % 3 == 0)
			printf ",\n \"CustomPolicy\": {\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Deny\", \"Action\": [\"organizations:*\"], \"Resource\": \"*\"}]}" >file
		print "}" >file
		close(file)
	}
}

function set_name(i) { return role[i % 8 + 1] i }

# Takes note of an assignment: 1, or 0 when it was there already.
function take(account, set, principal,    key) {
	key = account " " set " " principal
	if (key in taken)
		return 0
	taken[key] = 1
	return 1
}

# The accounts of a unit and of those below it are those from first[unit] to last[unit].
function walk(unit,    i) {
	first[unit] = n_placed + 1
	for (i = 1; i <= n_in[unit]; i++)
		placed[++n_placed] = in_unit[unit, i]
	for (i = 1; i <= n_below[unit]; i++)
		walk(below[unit, i])
	last[unit] = n_placed
}

# People hold few sets, as their jobs have it; groups get nine rules of ten.
function pick_who() {
	who = users > 0 && pick(10) == 0 ? groups + pick(users) : pick(groups)
	what = (who * 3 + pick(3)) % sets
}

function rule(targets) {
	if (n_rules++ % 500 == 0) {
		if (file != "")
			print "\n]}" >file
		close(file)
		file = sprintf("%s/assignments/%04d.json", dir, n_rules / 500)
		printf "{\"Assignments\": [" >file
		comma = ""
	}
	printf "%s\n{\"SID\": \"Rule%d\", \"Target\": [%s], \"PrincipalType\": \"%s\", \"PrincipalId\": \"%s\", \"PermissionSetName\": \"%s\"}", comma, n_rules, targets, who < groups ? "GROUP" : "USER", name[who], set_name(what) >file
	comma = ","
}

# All accounts of a unit; 1, or 0 when there is none or that would be too many.
function rule_of_unit(unit, target, most,    i) {
	if (last[unit] < first[unit] || last[unit] - first[unit] + 1 > most - n)
		return 0
	for (i = first[unit]; i <= last[unit]; i++)
		n += take(placed[i], what, who)
	rule("\"" target "\"")
	return 1
}

function rule_of_accounts(    i, k, targets, account) {
	targets = ""
	for (k = 1 + pick(10); k > 0 && n < assignments; k--) {
		account = pick(accounts)
		if (!take(account, what, who))
			continue
		n++
		targets = targets (targets == "" ? "" : ", ") "\"" account_name[account] ":" account_id[account] "\""
	}
	if (targets != "")
		rule(targets)
}

# An account that is directly in a unit of a rule, and another such unit.
function move(    i, j) {
	for (i = 1; i <= n_targets; i++)
		for (j = 1; j <= n_targets; j++)
			if (n_in[target_unit[i]] > 0 && target_unit[i] != target_unit[j]) {
				print account_id[in_unit[target_unit[i], 1]] "\t" target_unit[j]
				return
			}
}

BEGIN { FS = "\t"; random = seed * 48271 % 2147483646 + 1 }
$1 == "root" { root = $2 }
$1 == "ou" { unit[++units] = $2; unit_name[units] = $3; below[$4, ++n_below[$4]] = $2 }
$1 == "account" { account_id[accounts + 0] = $2; account_name[accounts + 0] = $3; in_unit[$4, ++n_in[$4]] = accounts++ }
$1 == "group" { name[principals++] = $2; groups++ }
$1 == "user" { name[principals++] = $2; users++ }
END {
	write_sets()
	walk(root)
	for (i = 0; i == 0 || n < assignments / 10; i++) {
		pick_who()
		if (!rule_of_unit(root, "Root", assignments))
			break
	}
	for (i = 0; i < 20 * units && n < assignments / 2; i++) {
		pick_who()
		u = 1 + pick(units)
		if (rule_of_unit(unit[u], unit_name[u] ":" unit[u] ":*", assignments / 2))
			target_unit[++n_targets] = unit[u]
	}
	for (i = 0; i < 20 * assignments && n < assignments; i++) {
		pick_who()
		rule_of_accounts()
	}
	print "\n]}" >file
	move()
	if (n < assignments)
		print "templates.awk: room for only " n " of " assignments " assignments" >"/dev/stderr"
}
