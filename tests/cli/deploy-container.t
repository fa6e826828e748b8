#!/bin/sh
# The pipeline with the credentials endpoint where CodeBuild has it: at 169.254.170.2, in a network of its own.
# shellcheck disable=SC2154 # T, TOP, out and err are set by lib.sh
lonely='ip link set lo up && ip address add 169.254.170.2/32 dev lo'
if [ -z "${IDC_LONELY-}" ]; then
	for way in -n -rn; do
		# shellcheck disable=SC2016 # $0 belongs to the other shell
		! unshare $way sh -c "$lonely" >/dev/null 2>&1 ||
			exec unshare $way sh -c "$lonely"' && IDC_LONELY=1 exec sh "$0"' "$0"
	done
	. "${0%/*}/../lib.sh"
	skip_all 'no network of its own: unshare -n is not allowed, or there is no ip'
fi
. "${0%/*}/deploy.sh"

stage 0 validate --relative
is 'Validate asks nobody for credentials' "$(cat "$T/out.validate/credentials")" 0
for name in plan apply; do
	stage 0 $name --relative
	ok "$name: credentials are the container's" test "$(cat "$T/out.$name/credentials")" -ge 2
done
recorded
settled
at_the_end
