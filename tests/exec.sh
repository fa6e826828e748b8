#!/bin/sh
# How prove starts a test: scripts by the shell, unit tests as they are, or under valgrind.
case $1 in
*.t) exec sh "$@" ;;
esac
[ -z "${IDC_VALGRIND-}" ] || exec sh "${0%/*}/valgrind.sh" "$@"
exec "$@"
