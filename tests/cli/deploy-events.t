#!/bin/sh
# shellcheck disable=SC2016 # $or and $. belong to patterns
# The event patterns of the stacks against events as CloudTrail and CodePipeline write them. What
# tests/data/events/start-* holds starts the pipeline, mail-* is mailed, ignore-* and quiet-* are not.
# Where each was recorded or is documented: README.md there.
. "${0%/*}/../lib.sh"
. "${0%/*}/stacks.sh"
events=$TOP/tests/data/events

# verdict PATTERN[,PATTERN...] EVENT-FILE: true or false for each.
verdict() { jq -r -f "$TOP/tests/cli/match.jq" --argjson patterns "[$1]" "$2"; }

# --- the rules of matching, as they are documented ---
says() {
	printf '%s\n' "$3" >"$T/event"
	is "$2 $1 $3" "$(verdict "$2" "$T/event" 2>&1)" "$([ "$1" = matches ] && echo true || echo false)"
}
e='{"source":"aws.x","detail":{"state":"FAILED","n":0,"list":["a","b"],"none":null,"empty":""}}'
says matches '{"source":["aws.x"]}' "$e"
says matches '{"source":["aws.y","aws.x"],"detail":{"state":["FAILED"]}}' "$e"
says 'does not match' '{"source":["aws.x"],"detail":{"state":["failed"]}}' "$e"
says 'does not match' '{"source":["aws."]}' "$e"
says matches '{"source":[{"prefix":"aws."}]}' "$e"
says 'does not match' '{"detail":{"n":["0"]}}' "$e"
says matches '{"detail":{"n":[0],"none":[null],"empty":[""]}}' "$e"
says matches '{"detail":{"list":["b"]}}' "$e"
says 'does not match' '{"detail":{"list":["c"]}}' "$e"
says matches '{"detail":{"state":[{"anything-but":["OK","STARTED"]}]}}' "$e"
says 'does not match' '{"detail":{"state":[{"anything-but":"FAILED"}]}}' "$e"
says 'does not match' '{"detail":{"other":[{"anything-but":"FAILED"}]}}' "$e"
says matches '{"detail":{"state":[{"anything-but":{"prefix":"SUC"}}]}}' "$e"
says matches '{"detail":{"state":[{"exists":true}],"other":[{"exists":false}]}}' "$e"
says 'does not match' '{"detail":{"state":[{"exists":false}]}}' "$e"
says 'does not match' '{"detail":{"other":{"deeper":["x"]}}}' "$e"
says matches '{"$or":[{"source":["no"]},{"detail":{"state":["FAILED"]}}]}' "$e"
says 'does not match' '{"source":["aws.x"],"$or":[{"source":["no"]},{"detail":{"state":["OK"]}}]}' "$e"
says matches '{"source":[{"wildcard":"a*.x"}]}' "$e"
says 'does not match' '{"source":[{"wildcard":"a*.y"}]}' "$e"
says matches '{"source":[{"suffix":".x"}],"detail":{"state":[{"equals-ignore-case":"failed"}]}}' "$e"
says 'does not match' '{"source":[{"suffix":".y"}]}' "$e"
says matches '{"detail":{"none":[{"exists":true}],"gone":{"deeper":[{"exists":false}]}}}' "$e"
says 'does not match' '{"detail":[{"exists":true}]}' "$e"
says matches '{"source":["aws.x"],"detail":{"$or":[{"state":["OK"]},{"n":[0],"other":[{"exists":false}]}]}}' "$e"
a='{"parties":[{"type":"ORGANIZATION","id":"o"},{"type":"ACCOUNT","id":"a"}]}'
says matches '{"parties":{"type":["ACCOUNT"],"id":["a"]}}' "$a"
says 'does not match' '{"parties":{"type":["ACCOUNT"],"id":["o"]}}' "$a"
printf '%s\n' "$e" >"$T/event"
run 5 verdict '{"detail":{"n":[{"numeric":[">",0]}]}}' "$T/event"
run 5 verdict '{"source":[{"wildcard":"aws.\\*"}]}' "$T/event"

# --- from the management account to the pipeline ---
both || exit 1
send=$(of o '.Resources.Accounts.Properties.EventPattern | tojson')
start=$(of p '.Resources.Organization.Properties.EventPattern | tojson')
mail=$(of p '.Resources.Failures.Properties.EventPattern | tojson')

n=0
for event in "$events"/*.json; do
	name=${event##*/}
	name=${name%.json}
	case $name in
	start-*) want='true true false' ;;
	ignore-*) want='false false' ;;
	mail-*) want='false false true' ;;
	quiet-*) want='false false false' ;;
	*) want='' ;;
	esac
	got=$(verdict "$send,$start,$mail" "$event")
	# What is not sent can't start the pipeline, whatever its rule says.
	case $name in
	ignore-*) got="$(echo "$got" | cut -d ' ' -f 1,3)" ;;
	esac
	is "$name: sent, starts, is mailed" "$got" "$want"
	n=$((n + 1))
done
is 'of each kind there are events' "$n" "$(find "$events" -name '*-*.json' | wc -l | tr -d ' ')"

is 'each name that is sent has its event' \
	"$(jq -n -r --argjson p "$send" '[$p.detail."$or"[].eventName[]] | sort | join(" ")')" \
	"$(jq -s -r '[.[].detail.eventName] | unique | join(" ")' "$events"/start-*.json)"

# --- events of another account's organization start nothing ---
jq '.account = "999999999999"' "$events/start-moved.json" >"$T/event"
is 'another account' "$(verdict "$start" "$T/event")" false

# --- another prefix has pipelines of other names ---
both '{"Prefix":"idc-2"}' '{"Prefix":"idc-2"}' || exit 1
mail=$(of p '.Resources.Failures.Properties.EventPattern | tojson')
is 'its own is mailed' "$(verdict "$mail" "$events/quiet-other-prefix.json")" true
is 'the other is not' "$(verdict "$mail" "$events/mail-failed.json")" false

# --- what the mail says ---
jq -r '.detail' "$events/mail-failed.json" >"$T/detail"
is 'the mail needs what the event has' \
	"$(of p '.Resources.Failures.Properties.Targets[0].InputTransformer.InputPathsMap | to_entries[] | .value' |
		sed 's/^\$\.detail\.//' | while read -r key; do jq --arg k "$key" 'has($k)' "$T/detail"; done | sort -u)" true
