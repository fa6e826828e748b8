#!/bin/sh
# The hook for pre-commit: what it runs, on what, as pre-commit would.
. "${0%/*}/../lib.sh"
. "${0%/*}/validate.sh"

hooks=$TOP/.pre-commit-hooks.yaml

# value KEY: of the one hook; the file is flat.
value() {
	sed -n "s/^[- ] $1: *//p" "$hooks"
}
is 'one hook' "$(grep -c '^- ' "$hooks")" 1
is 'its id' "$(value id)" idc-validate
for key in name entry language; do
	ok "it has $key, without which it is none" test -n "$(value $key)"
done
is 'nothing has to be installed by pre-commit' "$(value language)" system
is 'it is given no files' "$(value pass_filenames)" false
is 'and runs for every commit' "$(value always_run)" true

# hook STATUS [ARG]...: pre-commit splits the entry as a shell would, and adds args, but no files.
hook() {
	status=$1
	shift
	# shellcheck disable=SC2046
	run "$status" $(value entry) "$@"
}
good
mkdir templates
mv s templates/permissionsets
mv a templates/assignments
hook 0
err_empty
hook 0 templates/permissionsets templates/assignments
err_empty
hook 0 --strict templates
# A deleted permission set that is still assigned.
mv templates/permissionsets/Admin.json kept
printf '{ "Name": "Other" }\n' >templates/permissionsets/Other.json
hook 1
out_empty
err_is <<'X'
templates/assignments/All.json:10:25: error: no template defines the permission set 'Admin': add a file with that Name, or name another one [IDC043]
X
rm templates/permissionsets/Other.json
mv kept templates/permissionsets/Admin.json

# By pre-commit itself, where it is: it clones a repository of the hook.
if ! command -v pre-commit >/dev/null || ! command -v git >/dev/null; then
	skip 'by pre-commit: it is not installed'
	exit 0
fi
unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x@example.com \
	GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x@example.com PRE_COMMIT_HOME="$T/cache"
run 0 pre-commit validate-manifest "$hooks"
mkdir hook-repo
cp "$hooks" hook-repo/
git -C hook-repo init -q && git -C hook-repo add -A && git -C hook-repo commit -qm hook && git -C hook-repo tag v1
mkdir mine
mv templates mine/
cat >mine/.pre-commit-config.yaml <<X
repos:
  - repo: $T/hook-repo
    rev: v1
    hooks:
      - id: idc-validate
        args: [--strict, templates]
X
git -C mine init -q && git -C mine add -A && git -C mine commit -qm all
cd mine || exit 1
run 0 pre-commit run
out_has Passed
git rm -q templates/permissionsets/Admin.json
mkdir -p templates/permissionsets
printf '{ "Name": "Other" }\n' >templates/permissionsets/Other.json
git add -A
run 1 pre-commit run
out_has "no template defines the permission set 'Admin'"
