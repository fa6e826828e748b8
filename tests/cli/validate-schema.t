#!/bin/sh
# The JSON Schemas in templates/schema say of a template what idc-validate says, as far as a schema can,
# and the samples name them.
. "${0%/*}/../lib.sh"

for schema in "$TOP"/templates/schema/*.json; do
	ok "${schema##*/} is JSON" jq -e .title "$schema"
done
for file in "$TOP"/templates/permissionsets/*.json "$TOP"/templates/assignments/*.json; do
	schema=$(jq -r '."$schema"' "$file")
	ok "${file##*/} names a schema that is there" test -f "${file%/*}/$schema"
done

# What can be ignored is the warnings; a field of idc-templates(5) is in a schema, and the other way round.
idc-validate --explain all | awk '$2 == "warning" { print $1 }' >"$T/warnings"
for schema in permission-set assignments; do
	is "$schema: the warnings are those of --explain all" \
		"$(jq -r '.. | .enum? // empty | .[] | select(startswith("IDC"))' "$TOP/templates/schema/$schema.json" | sort -u)" \
		"$(cat "$T/warnings")"
done
jq -r '.properties, .definitions.rule.properties // {} | keys[]' "$TOP"/templates/schema/*.json | sort -u >"$T/in-schemas"
printf '{ "Name": "x", "Qqqqq": 1 }' >"$T/set.json"
printf '{ "Assignments": [{ "Qqqqq": 1 }], "Qqqqq": 1 }' >"$T/rule.json"
run 1 idc-validate -q "$T/set.json" "$T/rule.json"
sed -n 's/.*the fields here are \(.*\) \[IDC010\]$/\1/p' "$err" | tr -d ' ' | tr , '\n' | sort -u >"$T/in-checker"
ok 'the fields are those of idc-validate' diff -u "$T/in-checker" "$T/in-schemas"

python=
for p in python3 /usr/bin/python3; do
	[ -n "$python" ] || ! "$p" -c 'import jsonschema' 2>/dev/null || python=$p
done
[ -n "$python" ] || {
	skip 'the corpus against the schemas: python3-jsonschema is not installed'
	exit 0
}
cd "$TOP/tests/data/validate" || exit 1
in=findings.txt
run 0 "$python" -B "$TOP/tests/cli/schema.py" "$TOP/templates/schema"
