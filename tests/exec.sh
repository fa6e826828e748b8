#!/bin/sh
# How prove starts a test: scripts by the shell, unit tests as they are.
case $1 in
*.t) exec sh "$@" ;;
*) exec "$@" ;;
esac
