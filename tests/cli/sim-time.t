#!/bin/sh
# idc-sim's time: --speed, --async, --latency, --jitter and --skew, and what comes of a seed.
# shellcheck disable=SC2016 # the variables belong to the scripts that run below idc-sim
. "${0%/*}/../lib.sh"
. "${0%/*}/sim.sh"

# --- time that runs ---
sim --async 1h --speed 10000 <<'X'
echo "$IDC_SPEED $IDC_TPS"
S=$(new_set Ops)
R=$(sso CreateAccountAssignment "$(assignment "$S" 555566667777 "$(group Developers)")" | jq -r .AccountAssignmentCreationStatus.RequestId)
i=0
while [ $i -lt 1000 ]; do
	i=$((i + 1))
	status=$(sso DescribeAccountAssignmentCreationStatus "\"AccountAssignmentCreationRequestId\":\"$R\"" | jq -r .AccountAssignmentCreationStatus.Status)
	[ "$status" = IN_PROGRESS ] || break
done
echo "$status"
X
out_is <<'X'
10000 0
SUCCEEDED
X
ok 'an hour has passed' test "$(jq -s '.[-1].Milliseconds' "$T/log")" -ge 3600000
sim <<'X'
echo "$IDC_SPEED"
idc-sim --speed 7 -- sh -c 'echo $IDC_SPEED'
X
out_is <<'X'
1
7
X
cd "$T" || exit 1
cp -R "$TOP/templates/permissionsets" "$TOP/templates/assignments" .
began=$(date +%s)
sim --tps 1 --speed 1000 --async 30s <<'X'
echo "$IDC_TPS"
idc-validate -q permissionsets assignments | idc-resolve -q 2>/dev/null | idc-plan -q >plan
idc-apply -q plan >results
X
took=$(($(date +%s) - began))
out_is <<'X'
1
X
n=$(count '# total')
ok "$n requests at one a second do not take $took seconds" test "$n" -gt 60 -a "$took" -lt "$n"
ok 'but did by the clock of the simulator' test "$(jq -s '.[-1].Milliseconds' "$T/log")" -gt 60000

# --- chance ---
# ends SEED: how many of eight assignments have ended after each of ten hours.
ends() {
	sim --async 1h-10h --seed "$1" <<'X'
S=$(new_set Ops)
G=$(group Developers)
for a in 444455556666 444455557777 444455558888 444455559999 555566667777 555566668888 666677778888 666677779999; do
	sso CreateAccountAssignment "$(assignment "$S" $a "$G")" >/dev/null
done
clock 59m
state | grep -c '"AccountAssignment"'
for i in 1 2 3 4 5 6 7 8 9; do
	clock 1h
	state | jq -r 'select(.Kind == "AccountAssignment") | .AccountId' | tr '\n' ' '
	echo
done
clock 1m
state | grep -c '"AccountAssignment"'
X
	cp "$out" "$T/$2"
}
ends 1 first
ends 1 second
ends 2 third
is 'nothing ends before the shorter time' "$(head -n 1 "$T/first")" 0
is 'all by the longer one' "$(tail -n 1 "$T/first")" 8
ok 'not all at once' test "$(sort -u "$T/first" | wc -l)" -gt 4
ok 'the same seed, the same ends' cmp "$T/first" "$T/second"
ok 'another seed, others' sh -c '! cmp -s "$1" "$2"' - "$T/first" "$T/third"

# In which of ten hours each of eight answers comes. Who is not signed waits, too.
cat >"$T/waits.pl" <<'X'
use strict;
use IO::Socket::INET;
my ($port) = @ARGV;
sub start {
	my ($method, $path, $body) = @_;
	my $s = IO::Socket::INET->new("127.0.0.1:$port") or die;
	print $s "$method $path HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ", length $body, "\r\n\r\n$body";
	return $s;
}
sub control { my $s = start(@_); local $/; return <$s>; }
my (@waiting, @hours);
for my $i (1 .. 8) {
	push @waiting, start('POST', '/', '{}');
	1 until control('GET', '/_sim/calls', '') =~ /^# refused $i\r?$/m;
}
for my $hour (0 .. 10) {
	for my $i (0 .. 7) {
		my $set = '';
		vec($set, fileno $waiting[$i], 1) = 1;
		$hours[$i] //= $hour if select($set, undef, undef, 0) > 0;
	}
	control('POST', '/_sim/clock', '1h');
	control('GET', '/_sim/calls', '') for 1 .. 2;
}
print join(' ', map { $_ // '-' } @hours), "\n";
X
waits() {
	name=$1
	shift
	sim "$@" <<'X'
perl "$T/waits.pl" "$(echo "$IDC_SIM" | sed 's/.*:\([0-9]*\).*/\1/')"
X
	cp "$out" "$T/$name"
}
waits first --jitter 570m --seed 5
waits second --jitter 570m --seed 5
waits third --jitter 570m --seed 6
ok 'the same seed, the same jitter' cmp "$T/first" "$T/second"
ok 'another seed, another' sh -c '! cmp -s "$1" "$2"' - "$T/first" "$T/third"
ok 'not all alike, and all in time' sh -c '! grep -q - "$1" && [ "$(tr " " "\n" <"$1" | sort -u | wc -l)" -gt 3 ]' - "$T/first"
waits first --latency 210m
is 'a latency is the same for all' "$(cat "$T/first")" '4 4 4 4 4 4 4 4'
waits first --latency 210m --jitter 10m
is 'with a jitter it is the least' "$(cat "$T/first")" '4 4 4 4 4 4 4 4'

# --- a clock that is wrong ---
# skewed OPTION: what is said to a signed call, and how far the dates of answers are ahead.
skewed() {
	sim "$@" <<'X'
json sso ListInstances '{}' -D "$T/headers" | jq -r '.__type // "done", .message // .Message // "-"' | sed 's/[0-9]\{8\}T[0-9]\{6\}Z/T/g'
query iam 'Action=ListPolicies&Version=2010-05-08&MaxItems=1' | grep -o -e '<Code>.*</Code>' -e '<ListPoliciesResponse'
d=$(($(date -d "$(sed -n 's/\r$//; s/^Date: //p' "$T/headers")" +%s) - $(date +%s)))
# To the minute, a slow machine's seconds aside.
echo $(((d + 630) / 60 - 10))
X
}
skewed --skew 10m
out_is <<'X'
InvalidSignatureException
Signature expired: T is now earlier than T (T - 5 min.)
<Code>SignatureDoesNotMatch</Code>
10
X
is 'it is refused' "$(count '# refused')" 2
skewed --skew=-10m
out_is <<'X'
InvalidSignatureException
Signature not yet current: T is still later than T (T + 5 min.)
<Code>SignatureDoesNotMatch</Code>
-10
X
for skew in 4m -4m 0 -0; do
	skewed --skew $skew
	is "a skew of $skew" "$(tr '\n' ' ' <"$out")" "done - <ListPoliciesResponse $(echo "$skew" | sed 's/m$//; s/^-0$/0/') "
done
# Speed and the clock set ahead do not matter to signatures.
sim --speed 10000 <<'X'
clock 100h
sso ListInstances | jq '.Instances | length'
X
out_is <<'X'
1
X
