# shellcheck shell=sh
# make demo runs to its end, and leaves nothing behind.
# shellcheck disable=SC2154 # T, TOP and out are set by lib.sh
. "${0%/*}/../lib.sh"

mkdir "$T/tmp"
TMPDIR=$T/tmp
export TMPDIR
run 0 sh "$TOP/tests/demo.sh"
out_has 'To do: 6 permission sets to create; 59 grants for 9 principals in 13 accounts'
out_has 'All 79 actions succeeded.'
out_has 'No changes.'
out_has '- BillingReader: permission set deleted'
out_has 'All 16 actions succeeded.'
out_has 'Nothing left this machine.'
is 'no file is left' "$(ls -A "$T/tmp")" ''

# A stage that fails is a demo that fails.
mkdir "$T/bin"
printf '#!/bin/sh\nexit 1\n' >"$T/bin/idc-resolve"
chmod +x "$T/bin/idc-resolve"
for program in "$IDC_BIN"/idc-*; do
	[ -e "$T/bin/${program##*/}" ] || ln -s "$program" "$T/bin/"
done
run 1 env IDC_BIN="$T/bin" sh "$TOP/tests/demo.sh"
out_lacks 'Nothing left this machine.'
is 'no file is left' "$(ls -A "$T/tmp")" ''
