# Reads files of tests/data/validate with the JSON Schemas of templates/schema, and says where they and
# idc-validate differ: what one takes and the other does not. Run by validate-schema.t, in that folder.
#
#     schema.py SCHEMAS <FINDINGS
#
# FINDINGS is findings.txt.
import glob
import json
import sys

import jsonschema

# No JSON, whatever Python makes of it.
NO_JSON = {"IDC003", "IDC004", "IDC005"}
# What a schema can't say: numbers of characters of a whole policy, several statements or files, and
# what is only warned of.
OUT_OF_REACH = {
    "IDC002", "IDC015", "IDC026", "IDC032", "IDC033", "IDC034", "IDC035", "IDC040", "IDC041", "IDC042",
    "IDC044", "IDC045", "IDC051", "IDC053", "IDC056", "IDC061", "IDC063", "IDC064", "IDC065", "IDC080",
    "IDC081", "IDC082", "IDC083", "IDC084", "IDC085", "IDC099",
}
# What it can say of some files only: one list of 21 policies but not two, an empty name of a
# permission set but not an unknown one, fields but not depth. Nor does it say what an operator can
# compare, or take ARNs apart.
PARTLY = {"IDC006", "IDC021", "IDC043", "IDC058", "IDC059", "IDC060"}

found = {}
for line in sys.stdin:
    if not line.startswith("#"):
        path, code, _, _ = line.split("\t")
        found.setdefault(path, set()).add(code)

status = n = 0
seen = set()
for room, name in (("sets", "permission-set"), ("rules", "assignments")):
    with open(f"{sys.argv[1]}/{name}.json", encoding="utf-8") as f:
        schema = json.load(f)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    for path in sorted(glob.glob(f"bad/{room}/*.json") + glob.glob(f"good/{room}/*.json")):
        try:
            with open(path, encoding="utf-8") as f:
                value = json.load(f)
        except ValueError:
            continue
        codes = found.get(path, set()) - OUT_OF_REACH
        if codes & NO_JSON or codes and codes <= PARTLY:
            continue
        n += 1
        seen |= codes
        errors = [e.message[:200] for e in validator.iter_errors(value)]
        if bool(codes) != bool(errors):
            status = 1
            print(f"{path}: idc-validate: {', '.join(sorted(codes)) or 'nothing'};"
                  f" the schema: {'; '.join(errors) or 'nothing'}")
print(f"{n} files; codes in reach: {' '.join(sorted(seen))}")
sys.exit(status)
