# The requests that any exact tool must make in a run, from what least.jq says of three
# streams: the state before it, what is resolved, and the plan. With -v quick=1, what is the
# same as in the last run need not be read. One line: of organizations, of identitystore, of
# sso to read, of sso to change, to hear how it ended; the assignment operations among the
# changes, and how many must follow one another: one waits for the other, or they are of one
# account and set.

function pages(n, size) { return int((n + size - 1) / size) }
function least(a, b) { return a < b ? a : b }
function most(a, b) { return a > b ? a : b }

# The first pages of the directory, which has its principals in the order of a state that idc-sim
# saved, and what is not on them one by one; where that is least.
function by_name(type,    i, left, best) {
	left = best = names[type] + 0
	for (i = 1; i <= listed[type]; i++) {
		left -= (type, principal[type, i]) in wanted
		best = least(best, pages(i, 100) + left)
	}
	return best
}

BEGIN { FS = "\t" }
$1 == "principal" { principal[$2, ++listed[$2]] = $3 }
$1 == "wanted" && !(($2, $3) in wanted) { wanted[$2, $3]; names[$2]++ }
$1 == "live" {
	live[$2]++
	if (!(($3, $4) in pair)) { pair[$3, $4]; accounts[$3]++; pairs++ }
}
$1 == "action" {
	changed[$4]
	assigns = $2 ~ /AccountAssignment$/
	before = 0
	for (i = split($6, waits, " "); i > 0; i--)
		before = most(before, depth[waits[i]])
	depth[$3] = before + (assigns || $2 == "ProvisionPermissionSet")
	operations += assigns
	asynchronous += depth[$3] - before
	rows = most(rows, depth[$3])
	if (assigns)
		rows = most(rows, ++lane[$5, $4])
}
{ n[$1]++ }
END {
	for (p in live)
		by_principal += pages(live[p], 100)
	for (s in accounts)
		pairs += pages(accounts[s], 100)
	reads = 1 + pages(n["owned"] + n["foreign"], 100)
	if (quick)
		for (s in changed)
			reads += 2
	else
		reads += 6 * n["owned"] + n["foreign"] + least(by_principal, pairs)
	print 2 + pages(n["Account"], 20), \
		by_name("GROUP") + by_name("USER"), reads, n["action"] + 0, pages(asynchronous, 100), operations + 0, rows + 0
}
