#!/bin/sh
# idc-validate: findings for other programs, where they go, and what leaves warnings out.
# shellcheck disable=SC2016 # JSON's own dollar
. "${0%/*}/../lib.sh"
. "${0%/*}/validate.sh"

# bad: two errors, and two warnings, one of which is ignored. Names as hard as they can be.
bad() {
	good
	mkdir -p 's/100%, a:b'
	set_file Bad '"Description": "é	x", "SessionDuration": "4h"'
	tr '\t' ' ' <s/Bad.json >'s/100%, a:b/Bad é.json'
	rm s/Bad.json
	rule_file Expired 'Expires: "2026-01-01T00:00:00Z", Target: ["Root", "Root"], "$idc-ignore": ["IDC015"]'
	rule_file Line 'SID: "<one>\n&\uffff]]>"'
}
bad

# --- text ---------------------------------------------------------------------------

run 1 idc-validate s a
out_empty
err_is <<'X'
a/Expired.json:12:15: warning: expired at 2026-01-01T00:00:00Z: the rule grants nothing: remove it [IDC032]
a/Line.json:4:11: error: a SID can't have '\x0a' (U+000A) in it: allowed are printable characters [IDC013]
s/100%, a:b/Bad é.json:3:44: error: SessionDuration '4h' is no ISO 8601 duration: write it like 'PT4H' or 'PT1H30M' [IDC020]
idc-validate: 2 permission sets, 3 rules, 2 errors, 1 warning, 1 ignored
X
run 2 idc-validate --format xml s a
err_has "--format 'xml' is none: there are text, json, sarif, junit or github"
run 1 idc-validate --output x s a
is 'text goes into a file, too' "$(cat x)" "$(sed '$d' "$err")"
rm x
run 2 idc-validate --format json --output - s a
err_has '--output wants a file: standard output has the stream'
run 0 idc-validate --explain idc020
out_has 'IDC020 (error): SessionDuration is no duration from 1 to 12 hours.'
out_has '    "SessionDuration": "PT1H"'
run 1 sh -c 'idc-validate --explain all >/dev/full'
err_is <<'X'
idc-validate: error: standard output can't be written
X
run 1 sh -c 'idc-validate --explain IDC020 >&-'
err_has "idc-validate: error: standard output can't be written"
run 2 idc-validate --explain IDC009
err_has "--explain 'IDC009' is no code: --explain all lists them"

# --- json ---------------------------------------------------------------------------

run 1 idc-validate --format json s a
out_empty
cp "$err" found
ok 'jq reads it' jq -e . found
is 'codes, levels and places' "$(jq -r '[.Code, .Severity, .File, "\(.Line):\(.Column)", .Pointer, .Suppressed] | join(" ")' found)" \
	'IDC015 warning a/Expired.json 7:5 /Assignments/0/Target/1 $idc-ignore
IDC032 warning a/Expired.json 12:15 /Assignments/0/Expires 
IDC013 error a/Line.json 4:11 /Assignments/0/SID 
IDC020 error s/100%, a:b/Bad é.json 3:44 /SessionDuration '
is 'what is wrong, and what to do' "$(jq -c 'select(.Code == "IDC020") | [.Message, .Hint]' found)" \
	"[\"SessionDuration '4h' is no ISO 8601 duration\",\"write it like 'PT4H' or 'PT1H30M'\"]"
is 'members in one order' "$(jq -c 'keys_unsorted' found | sort -u)" \
	'["Code","Severity","File","Line","Column","Pointer","Message","Hint","Suppressed"]
["Code","Severity","File","Line","Column","Pointer","Message","Hint"]'
# About a file as a whole, and about none.
run 1 idc-validate --format json none
is 'no place' "$(cat "$err")" '{"Code":"IDC001","Severity":"error","File":"none","Message":"No such file or directory"}'
mkdir empty
run 1 idc-validate --format json empty
is 'no file' "$(jq -c 'has("File")' "$err" | tr '\n' ' ')" 'false false '

# In a file: the text is beside it.
run 1 idc-validate -o out.json --format json s a
ok 'the same as on standard error' cmp out.json found
is 'three lines and the summary' "$(wc -l <"$err")" 4
good
run 0 idc-validate -q -o out.json --format json s a
err_empty
out_has '"Kind":"End"'
is 'nothing was found' "$(wc -c <out.json)" 0
# Notes stay out of what another program reads.
echo '{"AWSTemplateFormatVersion": "2010-09-09"}' >s/stack.json
run 0 idc-validate --format json s a
err_empty
bad

# Where it can't be written: said once, status 1, and no stream that somebody takes for good.
good
run 1 idc-validate -q --format json -o none/out s a
out_empty
err_is <<'X'
idc-validate: error: the findings can't be written to none/out: No such file or directory
X
rule_file All 'Target: ["Root", "Root"]'
for format in json sarif junit github; do
	run 1 idc-validate -q --format $format -o /dev/full s a
	out_empty
	err_has "idc-validate: error: the findings can't be written to /dev/full: No space left on device"
	is 'the warning and that' "$(wc -l <"$err")" 2
	run 1 sh -c "idc-validate -q --format $format s a 2>/dev/full"
	run 0 idc-validate -q --format $format -o "out.$format" s a
	ok "$format: something is there" test -s "out.$format"
done
mkdir folder
run 1 idc-validate -q --format json -o folder s a
err_has "can't be written to folder: Is a directory"

# --- SARIF --------------------------------------------------------------------------

bad
run 1 idc-validate -q --format sarif -o out.sarif s a
ok 'one log of 2.1.0 with one run' jq -e '.version == "2.1.0" and (.runs | length) == 1
	and .runs[0].tool.driver.name == "idc-validate" and .runs[0].columnKind == "unicodeCodePoints"' out.sarif
is 'results' "$(jq -r '.runs[0].results[] | [.ruleId, .level, .locations[0].physicalLocation.artifactLocation.uri,
	(.locations[0].physicalLocation.region | "\(.startLine):\(.startColumn)"), .suppressions[0].kind] | join(" ")' out.sarif)" \
	'IDC015 warning a/Expired.json 7:5 inSource
IDC032 warning a/Expired.json 12:15 
IDC013 error a/Line.json 4:11 
IDC020 error s/100%25,%20a%3Ab/Bad%20%C3%A9.json 3:43 '
ok 'each has its rule' jq -e '.runs[0] as $r | all($r.results[]; .ruleId == $r.tool.driver.rules[.ruleIndex].id)' out.sarif
is 'each rule is there once' "$(jq -c '.runs[0].tool.driver.rules | map(.id) | length == (unique | length)' out.sarif)" true
run 1 idc-validate -q --format sarif "$T/none" empty
ok 'an absolute path is a URI; about no file, no location' jq -e '[.runs[0].results[].locations[0].physicalLocation.artifactLocation.uri // ""]
	| .[0] | startswith("file:///")' "$err"

# By the specification: what must be there, of which kind, and nothing else. $SARIF_SCHEMA is OASIS's
# schema, which npm's @microsoft/jest-sarif has.
cat >sarif.jq <<'X'
def only($names): keys - $names == [];
def text: (type == "object") and only(["text"]) and (.text | type == "string" and length > 0);
def level: IN("error", "warning");
only(["$schema", "version", "runs"])
and all(.runs[]; only(["tool", "columnKind", "results"])
	and (.tool.driver | only(["name", "version", "rules"]) and (.version | test("^[0-9]+\\.[0-9]+\\.[0-9]+$"))
		and all(.rules[]; only(["id", "shortDescription", "fullDescription", "defaultConfiguration"])
			and (.shortDescription | text) and (.fullDescription | text)
			and (.defaultConfiguration | only(["level"]) and (.level | level))))
	and all(.results[]; only(["ruleId", "ruleIndex", "level", "message", "locations", "suppressions"])
		and (.message | text) and (.level | level)
		and all(.locations[]; only(["physicalLocation", "logicalLocations"])
			and all(.logicalLocations // [] | .[]; only(["fullyQualifiedName"]))
			and (.physicalLocation | only(["artifactLocation", "region"])
				and (.artifactLocation.uri | test("^([A-Za-z0-9._~!$&'()*+,;=@/:-]|%[0-9A-F]{2})+$"))
				and (.region // {"startLine": 1, "startColumn": 1} | only(["startLine", "startColumn"])
					and .startLine >= 1 and .startColumn >= 1)))
		and all(.suppressions // [] | .[]; only(["kind"]) and (.kind | IN("inSource", "external")))))
X
python=
for p in python3 /usr/bin/python3; do
	[ -n "$python" ] || ! "$p" -c 'import jsonschema' 2>/dev/null || python=$p
done
cp "$err" nowhere.sarif
good
run 0 idc-validate -q --format sarif -o nothing.sarif s a
cd "$TOP/tests/data/validate" || exit 1
run 1 idc-validate -q --format sarif -o "$T/corpus.sarif" bad
cd "$T" || exit 1
for log in out nowhere nothing corpus; do
	ok "$log.sarif is as specified" jq -e -f sarif.jq "$log.sarif"
	[ -z "$python" ] || [ ! -f "${SARIF_SCHEMA-}" ] ||
		ok "$log.sarif is valid" "$python" -c 'import json, jsonschema, sys
jsonschema.validate(json.load(open(sys.argv[2])), json.load(open(sys.argv[1])))' "$SARIF_SCHEMA" "$log.sarif"
done
if [ -z "$python" ] || [ ! -f "${SARIF_SCHEMA-}" ]; then
	skip "SARIF's own schema: SARIF_SCHEMA names none, or python3-jsonschema is not installed"
fi

# --- JUnit --------------------------------------------------------------------------

# junit FILE: what a reader of the XML sees, as lines.
cat >junit.py <<'X'
import sys, xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
print(root.tag, len(root))
for suite in root:
    print(suite.tag, *(f"{k}={v}" for k, v in sorted(suite.attrib.items())))
    for case in suite:
        print(case.tag, case.attrib["classname"], case.attrib["name"])
        for x in case:
            print("  " + x.tag, *(v for k, v in sorted(x.attrib.items())), x.text or "")
X
have_python=
command -v python3 >/dev/null && have_python=1
junit() {
	if [ -n "$have_python" ]; then
		run 0 python3 -B junit.py "$1"
		out_is
	else
		skip "$1: python3 is not installed"
	fi
}
bad
run 1 idc-validate -q --format junit -o out.xml s a
junit out.xml <<'X'
testsuites 1
testsuite errors=0 failures=2 name=idc-validate skipped=0 tests=5 time=0
testcase idc-validate a/All.json
testcase idc-validate a/Expired.json
  system-out 12:15: warning: expired at 2026-01-01T00:00:00Z: the rule grants nothing: remove it [IDC032]
testcase idc-validate a/Line.json
  failure 4:11: error: a SID can't have '\x0a' (U+000A) in it: allowed are printable characters [IDC013] IDC013 
testcase idc-validate s/100%, a:b/Bad é.json
  failure 3:44: error: SessionDuration '4h' is no ISO 8601 duration: write it like 'PT4H' or 'PT1H30M' [IDC020] IDC020 
testcase idc-validate s/Admin.json
X
run 1 idc-validate -q --strict --format junit -o out.xml s a
is 'strict: warnings fail too, but for what is ignored' "$(grep -c '<failure' out.xml)" 3
# What XML has no place for.
printf '{"Name": "A<&>\\"", "\357\277\277\357\277\276\\u0001]]>": 1}' >s/x.json
run 1 idc-validate -q --format junit -o out.xml s/x.json
if [ -n "$have_python" ]; then
	run 0 python3 -B junit.py out.xml
	out_has "unknown field '��\\x01]]>'"
	out_has "can't have '<' (U+003C)"
else
	skip 'out.xml: python3 is not installed'
fi
run 1 idc-validate -q --format junit -o out.xml none empty
junit out.xml <<'X'
testsuites 1
testsuite errors=0 failures=1 name=idc-validate skipped=0 tests=1 time=0
testcase idc-validate none
  failure error: No such file or directory [IDC001] IDC001 
X
run 0 idc-validate -q --allow-empty --format junit -o out.xml empty
junit out.xml <<'X'
testsuites 1
testsuite errors=0 failures=0 name=idc-validate skipped=0 tests=1 time=0
testcase idc-validate templates
X

# --- GitHub -------------------------------------------------------------------------

bad
run 1 idc-validate --format github s a
err_is <<'X'
::warning file=a/Expired.json,line=12,col=15,title=IDC032::expired at 2026-01-01T00:00:00Z: the rule grants nothing: remove it
::error file=a/Line.json,line=4,col=11,title=IDC013::a SID can't have '\x0a' (U+000A) in it: allowed are printable characters
::error file=s/100%25%2C a%3Ab/Bad é.json,line=3,col=44,title=IDC020::SessionDuration '4h' is no ISO 8601 duration: write it like 'PT4H' or 'PT1H30M'
X
newline=$(printf 'a\nb')
mkdir "$newline"
printf '{"Name": "50%%"}' >"$newline/x.json"
run 1 idc-validate --format github "$newline"
err_is <<'X'
::error file=a%0Ab/x.json,line=1,col=10,title=IDC013::a permission set's name can't have '%25' (U+0025) in it: allowed are letters, digits and _+=,.@-
::error title=IDC045::no rule in the templates: every managed assignment would be deleted: --allow-empty if that is meant
X
