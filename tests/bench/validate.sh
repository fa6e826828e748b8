#!/bin/sh
# What idc-validate costs, on one template and on ten thousand: permission sets with inline policies, and
# rules for all of them. Run by run.sh.
set -eu

PATH=$IDC_BIN:$PATH
measure=${IDC_BIN%/bin}/tests/bench/measure
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
cd "$work"

fail() {
	echo "bench: $1" >&2
	exit 1
}

# make_templates SETS FILES-OF-RULES DIR: as many rules as permission sets.
make_templates() {
	mkdir -p "$3/permissionsets" "$3/assignments"
	awk -v sets="$1" -v files="$2" -v dir="$3" 'BEGIN {
		for (i = 0; i < sets; i++) {
			file = sprintf("%s/permissionsets/Set%05d.json", dir, i)
			printf "{\n  \"Name\": \"Set%05d\",\n  \"Description\": \"Access of team %d.\",\n", i, i >file
			printf "  \"SessionDuration\": \"PT4H\",\n  \"ManagedPolicies\": [\"arn:aws:iam::aws:policy/ReadOnlyAccess\"],\n" >file
			printf "  \"CustomPolicy\": {\n    \"Version\": \"2012-10-17\",\n    \"Statement\": [\n" >file
			printf "      {\n        \"Sid\": \"Logs\",\n        \"Effect\": \"Allow\",\n        \"Action\": [\"s3:GetObject\", \"s3:ListBucket\"],\n" >file
			printf "        \"Resource\": [\"arn:aws:s3:::logs-%d\", \"arn:aws:s3:::logs-%d/*\"],\n", i, i >file
			printf "        \"Condition\": { \"StringEquals\": { \"aws:RequestedRegion\": [\"eu-west-1\", \"eu-central-1\"] } }\n      },\n" >file
			printf "      { \"Sid\": \"Queue\", \"Effect\": \"Allow\", \"Action\": \"sqs:SendMessage\", \"Resource\": \"arn:aws:sqs:eu-west-1:111122223333:team-%d\" }\n", i >file
			printf "    ]\n  },\n  \"Tags\": { \"owner\": \"team-%d\" }\n}\n", i >file
			close(file)
		}
		for (f = 0; f < files; f++) {
			file = sprintf("%s/assignments/%04d.json", dir, f)
			printf "{\n  \"Assignments\": [" >file
			for (i = f; i < sets; i += files)
				printf "%s\n    {\n      \"SID\": \"Rule%05d\",\n      \"Target\": [\"%012d\", \"ou-ab12-cdef%04d:*\"],\n      \"PrincipalType\": \"GROUP\",\n      \"PrincipalId\": \"Team %d\",\n      \"PermissionSetName\": \"Set%05d\"\n    }", (i > f ? "," : ""), i, 100000000000 + i, i % 10000, i, i >file
			print "\n  ]\n}" >file
			close(file)
		}
	}'
}

# row NAME RUNS COMMAND...: the best and the median time, what it computes, and the most memory.
row() {
	name=$1 runs=$2
	shift 2
	rm -f spent
	i=0
	while [ "$i" -lt "$runs" ]; do
		"$measure" spent "$@" >/dev/null 2>&1 || fail "$* failed"
		i=$((i + 1))
	done
	sort -n spent | awk -v name="$name" '{ ms[NR] = $1 * 1000; cpu += $2 * 1000; if ($3 > kib) kib = $3 }
		END { printf "| %s | %.1f | %.1f | %.1f | %.0f |\n", name, ms[1], ms[int((NR + 1) / 2)], cpu / NR, kib / 1024 }'
}

printf '\n## idc-validate\n\n'
echo 'One template is a permission set. Ten thousand are 9,900 permission sets with inline policies, and 9,900 rules'
echo 'in 100 files. Aims: 20 ms, and 2 s.'
echo
make_templates 1 1 one
make_templates 9900 100 many
echo '| templates | best ms | median ms | CPU ms | peak MiB |'
echo '| --- | ---: | ---: | ---: | ---: |'
row 1 30 idc-validate -q --allow-empty one/permissionsets
row '10,000' 5 idc-validate -q many
for format in json sarif junit; do
	row "10,000, --format $format" 3 idc-validate -q --format $format -o report many
done
# A warning in each file.
find many/permissionsets -name '*.json' -exec sed -i 's|"ManagedPolicies": .*|"ManagedPolicies": ["arn:aws:iam::aws:policy/A", "arn:aws:iam::aws:policy/A"],|' {} +
row '10,000, 9,900 warnings' 3 idc-validate -q many
idc-validate -q --format json -o known many >/dev/null 2>&1
row '10,000, 9,900 in a --baseline' 3 idc-validate -q --baseline known many
row '10,000, 9,900 warnings, --format sarif' 3 idc-validate -q --format sarif -o report many
