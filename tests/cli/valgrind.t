# shellcheck shell=sh
# Every program's main path under valgrind: no error, nothing left at the end. "make VALGRIND=1 test" runs
# more of the suite so.
# shellcheck disable=SC2154 # T, TOP, out and err are set by lib.sh
. "${0%/*}/../lib.sh"

command -v valgrind >/dev/null || skip_all 'valgrind is not installed'
[ -z "${IDC_SANITIZE-}" ] || skip_all 'valgrind and AddressSanitizer exclude each other'
[ -n "${IDC_VALGRIND-}" ] || under_valgrind

mkdir "$T/t"
cp "$TOP/templates/permissionsets/Developer.json" "$TOP/templates/permissionsets/SecurityAuditor.json" "$T/t"
cat >"$T/t/rules.json" <<'X'
{"Assignments": [{"SID": "A", "Target": ["name=*-orders", "tag=Team=payments"], "PrincipalType": "GROUP",
	"PrincipalId": ["Developers"], "PermissionSetName": ["Developer", "SecurityAuditor"]}]}
X
echo '{"Assignments": [{"SID": "A", "Traget": 1}], "Name": "' >"$T/bad.json"
cp "$TOP/tests/data/org-sample.ndjson" "$T/org"
cd "$T" || exit 1

# It ends with the first status that is not 0.
cat >pipe.sh <<'X'
idc-validate -q --online t >templates && idc-resolve -q <templates >resolved && idc-plan -q <resolved >plan &&
	idc-apply -q <plan >results && idc-show plan >shown && idc-show results >>shown
X
run 0 idc-sim -q --state org --save org2 --calls calls -- sh pipe.sh
err_lacks '=='
ok 'something was done' grep -q 'CreateAccountAssignment' calls
ok 'and shown' test -s shown
# What is refused is left behind clean, too.
run 1 idc-validate -q bad.json
err_lacks '=='
run 4 idc-show
err_lacks '=='
head -n 3 plan >cut.plan
in=cut.plan
run 4 idc-apply -q --dry-run
err_lacks '=='
