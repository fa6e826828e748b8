#!/bin/sh
# Installs what building and testing need and this machine lacks: Debian and Ubuntu
# (apt), Amazon Linux 2023 and Fedora (dnf). Asks nothing; does nothing when all is there.
#
#   tests/deps.sh          what building and testing need
#   tests/deps.sh build    what building and running the filters need, all but idc-sim
set -eu

has() {
	command -v "$1" >/dev/null 2>&1
}

header() {
	echo "#include <$1>" | ${CC:-cc} -E -x c - >/dev/null 2>&1
}

# need NAME-OF-APT-PACKAGE NAME-OF-DNF-PACKAGE CHECK...
missing_apt=
missing_dnf=
need() {
	apt=$1 dnf=$2
	shift 2
	"$@" && return 0
	missing_apt="$missing_apt $apt"
	missing_dnf="$missing_dnf $dnf"
}
# tests_need NAME-OF-APT-PACKAGE ...: the same, not needed for building.
scope=${1-}
tests_need() {
	[ "$scope" = build ] || need "$@"
}

# The compiler first: the checks for headers use it.
need gcc gcc has gcc
need libc6-dev glibc-devel header stdlib.h
need make make has make
need pkg-config pkgconf-pkg-config has pkg-config
need libjq-dev jq-devel header jv.h
need libcurl4-openssl-dev libcurl-devel header curl/curl.h
need libssl-dev openssl-devel header openssl/evp.h
need libexpat1-dev expat-devel header expat.h
need jq jq has jq
need curl curl-minimal has curl
need diffutils diffutils has cmp
tests_need libmicrohttpd-dev libmicrohttpd-devel header microhttpd.h
# cmocka.h wants three headers before it.
cmocka() {
	printf '#include <%s>\n' stdarg.h stddef.h setjmp.h stdint.h cmocka.h |
		${CC:-cc} -E -x c - >/dev/null 2>&1
}
tests_need libcmocka-dev libcmocka-devel cmocka
tests_need perl perl-Test-Harness has prove
tests_need mandoc mandoc has mandoc
tests_need findutils findutils has find
tests_need gawk gawk has awk
# For the scripted server of the tests.
sockets() {
	perl -MIO::Socket::INET -e 1 2>/dev/null
}
tests_need perl perl-IO sockets
# For the tests that read YAML.
yaml() {
	python3 -c 'import yaml' 2>/dev/null || /usr/bin/python3 -c 'import yaml' 2>/dev/null
}
tests_need python3-yaml python3-pyyaml yaml

# For the tests of the JSON Schemas and the reports.
jsonschema() {
	python3 -c 'import jsonschema' 2>/dev/null || /usr/bin/python3 -c 'import jsonschema' 2>/dev/null
}
tests_need python3-jsonschema python3-jsonschema jsonschema

[ -n "$missing_apt" ] || exit 0

sudo=
if [ "$(id -u)" -ne 0 ]; then
	has sudo || {
		echo "make deps: not root and no sudo; install:$missing_apt" >&2
		exit 1
	}
	sudo="sudo -n"
fi

# Package names hold no white space, so the lists may split.
# shellcheck disable=SC2086
if has apt-get; then
	echo "make deps: installing$missing_apt"
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get update -qq
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
		--no-install-recommends $missing_apt >/dev/null
elif has dnf; then
	echo "make deps: installing$missing_dnf"
	# Not every release has every tool of the tests: what it lacks is left out, and the tests that
	# want it skip or say so.
	strict=
	[ "$scope" = build ] || strict=--setopt=strict=0
	$sudo dnf install -y -q $strict $missing_dnf
else
	echo "make deps: neither apt-get nor dnf here; install:$missing_apt" >&2
	exit 1
fi
