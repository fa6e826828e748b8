#!/bin/sh
# What make deps asks apt and dnf for, on a machine that has nothing: by doubles of both.
# shellcheck disable=SC2154 # T, TOP, out and err are set by lib.sh
. "${0%/*}/../lib.sh"

# A machine of a shell, coreutils and one of the two; the double writes down how it was called.
machine() {
	rm -rf "${T:?}/bin"
	mkdir "$T/bin"
	for program in sh env id; do ln -s "$(command -v $program)" "$T/bin"; done
	printf '#!/bin/sh\necho "%s $*" >>"%s/calls"\n' "$1" "$T" >"$T/bin/$1"
	chmod +x "$T/bin/$1"
	: >"$T/calls"
}
[ "$(id -u)" -eq 0 ] || skip_all 'not root: it would ask for sudo'

machine apt-get
run 0 env PATH="$T/bin" sh "$TOP/tests/deps.sh" build
is 'building, by apt' "$(cat "$T/calls")" 'apt-get update -qq
apt-get install -y -qq --no-install-recommends gcc libc6-dev make pkg-config libjq-dev libcurl4-openssl-dev libssl-dev libexpat1-dev jq curl diffutils'
machine dnf
run 0 env PATH="$T/bin" sh "$TOP/tests/deps.sh" build
is 'building, by dnf: nothing may be left out' "$(cat "$T/calls")" \
	'dnf install -y -q gcc glibc-devel make pkgconf-pkg-config jq-devel libcurl-devel openssl-devel expat-devel jq curl-minimal diffutils'
run 0 env PATH="$T/bin" sh "$TOP/tests/deps.sh"
ok 'testing, by dnf: what there is' grep -q -- '-q --setopt=strict=0 gcc .* libmicrohttpd-devel libcmocka-devel ' "$T/calls"
rm "$T/bin/dnf"
run 1 env PATH="$T/bin" sh "$TOP/tests/deps.sh" build
err_has 'neither apt-get nor dnf here; install: gcc'
