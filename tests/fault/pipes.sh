#!/bin/sh
# pipes.sh TEMPLATES [VICTIM SIGNAL MILLISECONDS]: a part of case.sh. Runs under idc-sim, in the
# folder of the case: the pipe while things go wrong, what it leaves, and the pipe again.
# By a second hop, so that things go wrong with STS, too.
role=$HOP
templates=$1 victim=${2-} signal=${3-} ms=${4-}

# filter NAME ARG...: runs idc-NAME. What it says and its status go to $run.NAME.*
filter() {
	name=$1
	shift
	if [ "$name" = "$victim" ]; then
		hurt "$signal" "$ms" "idc-$name" "$@" 2>"$run.$name.err"
	else
		"idc-$name" "$@" 2>"$run.$name.err"
	fi
	echo $? >"$run.$name.status"
}

pipe() {
	run=$1
	filter validate -q "$templates" | filter resolve -q --assume-role "$role" |
		filter plan -q --assume-role "$role" | filter apply -q --assume-role "$role" >"$run.results"
}

pipe first
unset AWS_MAX_ATTEMPTS IDC_TIMEOUT
victim=
curl -fsS -X DELETE "$IDC_SIM/faults" >/dev/null &&
	curl -fsS "$IDC_SIM/state" >first.state &&
	pipe second
