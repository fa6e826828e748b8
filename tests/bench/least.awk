# The requests that any exact tool must make in a run, from what least.jq says of three
# streams: the state before it, what is resolved, and the plan. With -v quick=1, what is the
# same as in the last run need not be read. One line: of organizations, of identitystore, of
# sso to read, of sso to change, to hear how it ended; the assignment operations among the
# changes, and how many must follow one another: one waits for the other, or they are of one
# account and set.

function pages(n, size) { return int((n + size - 1) / size) }
function least(a, b) { return a < b ? a : b }
function most(a, b) { return a > b ? a : b }

BEGIN { FS = "\t" }
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
		least(names["GROUP"] + 0, pages(n["Group"], 100)) + least(names["USER"] + 0, pages(n["User"], 100)), \
		reads, n["action"] + 0, pages(asynchronous, 100), operations + 0, rows + 0
}
