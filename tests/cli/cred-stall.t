#!/bin/sh
# Whoever gives credentials does not answer, or his clock is another one: nothing waits for him that
# need not, and a signal ends what does.
# shellcheck disable=SC2016 # the variables belong to the scripts below idc-sim
. "${0%/*}/../lib.sh"
. "${0%/*}/apply.sh"

forty_grants | plan

# give SECONDS: a role's credentials, by STS, which end in so many; the keys are the simulator's own.
cat >"$T/lib" <<'X1'
cd "$T" || exit 1
give() {
	printf '<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>%s</AccessKeyId><SecretAccessKey>%s</SecretAccessKey><SessionToken>%s</SessionToken><Expiration>%s</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>' \
		"$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" "$AWS_SESSION_TOKEN" \
		"$(date -u -d "$1 seconds" +%Y-%m-%dT%H:%M:%SZ)"
}
# under ANSWERS COMMAND...: with an STS that gives these (no: it refuses) and then stalls.
under() {
	rm -rf sts && mkdir sts
	n=0
	for seconds in $1; do
		n=$((n + 1))
		if [ "$seconds" = no ]; then
			printf 'HTTP 403\n<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>' >sts/$n
		else
			give "$seconds" >sts/$n
		fi
	done
	shift
	perl "$TOP/tests/answers.pl" AWS_ENDPOINT_URL_STS sts "$@"
}
role=arn:aws:iam::111122223333:role/deploy
export role
X1

# sim STATUS ASYNC SCRIPT [OPTION]...: how long it took is then in $seconds.
sim() {
	want=$1 async=$2
	{
		cat "$T/lib"
		echo "$3"
	} >"$T/script"
	shift 3
	rm -f "$T/log"
	start=$(date +%s)
	run "$want" idc-sim --state "$org" --save "$T/after" --log "$T/log" --async "$async" "$@" -- sh "$T/script"
	seconds=$(($(date +%s) - start))
}
succeeded() { jq -r 'select(.Status == "Succeeded") | .Id' "$out" | wc -l; }
asked() { find "$T/sts" -name 'request.*' | wc -l; }

# --- while the old ones are good, hardly anything waits: four rounds of operations of a second ---
sim 0 1s 'under 290 idc-apply --assume-role "$role" plan'
is 'all are done' "$(succeeded)" 40
ok "STS was asked for others: $(asked) requests" test "$(asked)" -ge 2
ok "at once, but for one short attempt: $seconds s" test "$seconds" -le 12
err_has "idc-apply: credentials can't be renewed yet: no credentials: --assume-role '"
err_has "no answer in time from '127.0.0.1:"

# --- a signal, while STS stalls and the old ones are good: what is under way is waited for ---
# stopped N: the command below, with a signal at the Nth request to STS, and until when it then took.
stopped() {
	echo "sh -c 'idc-apply --assume-role \"\$role\" plan &
		until [ -e sts/request.$1 ]; do sleep 0.05; done; sleep 0.3
		date +%s%N >signalled; kill -TERM \$!; wait \$!; status=\$?; date +%s%N >ended; exit \$status'"
}
took_ms() { echo $((($(cat "$T/ended") - $(cat "$T/signalled")) / 1000000)); }

sim 143 20ms "under 290 $(stopped 2)"
ok "a signal ends the attempt: $(took_ms) ms" test "$(took_ms)" -le 1500
is 'the stream is whole' "$(tail -n 1 "$out")" '{"Kind":"End","Stream":"results","Count":41}'
is 'none has failed' "$(jq -r 'select(.Status == "Failed")' "$out")" ''

# --- and when they have ended, while ten operations are under way ---
sim 143 200s "under 5 $(stopped 3)" --speed 5
ok "they can't be seen to their end: $(took_ms) ms" test "$(took_ms)" -le 1500
is 'the stream is whole' "$(tail -n 1 "$out")" '{"Kind":"End","Stream":"results","Count":41}'
err_has 'idc-apply: warning: 10 operations were not waited for, AWS may complete them yet'
err_has 'interrupted by a signal'

# --- the first look: nothing is to be ended yet ---
sim 143 20ms "under '' $(stopped 1)"
ok "at once: $(took_ms) ms" test "$(took_ms)" -le 1000
out_empty

# --- those that have ended: about a minute, here at thirty times the speed ---
sim 5 120s 'under "2 no" sh -c "for i in 3 4 5 6 7 8 9 10 11 12 13 14 15; do cp sts/2 sts/\$i; done
	exec idc-apply --assume-role \"\$role\" plan"' --speed 30
err_has 'idc-apply: error: stopped, 0 of 40 actions done: no credentials: --assume-role'
err_has '(AccessDenied)'
ok "more than one attempt: $(asked) requests" test "$(asked)" -ge 4
is 'every action has its Result' "$(jq -r 'select(.Kind == "Result") | .Error.Code' "$out" | uniq -c | tr -s ' ')" ' 40 NoCredentials'

sim 0 120s 'under "2 no no no 3600" idc-apply --assume-role "$role" plan' --speed 30
is 'new ones come in time: all are done' "$(succeeded)" 40
is 'and then no more' "$(asked)" 5

# --- clocks that differ, found out by STS: once, for all ---
for skew in 15m -2h; do
	sim 0 20ms 'exec idc-apply --assume-role "$role" plan' --skew $skew
	is "$skew: all are done" "$(succeeded)" 40
	is "$skew: said once" "$(grep -c "this machine's clock is [0-9]* s [a-z ]* AWS's: requests are signed by AWS's" "$err")" 1
	is "$skew: one request was refused for it" "$(jq -r 'select(.Status != 200) | "\(.Service) \(.Code)"' "$T/log")" 'sts SignatureDoesNotMatch'
done
