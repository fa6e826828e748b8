#!/usr/bin/perl
# answers.pl VARIABLE DIR COMMAND...: whoever gives credentials, as far as a test wants him to.
#
# Serves on a free loopback port, whose URL is VARIABLE, while COMMAND runs, and exits with its
# status. The answer to the nth request is the file DIR/n, a first line "HTTP <status>" in it
# replaces 200; without such a file none ever comes. Each request is a file DIR/request.n.
use strict;
use warnings;
use IO::Socket::INET;

my ( $variable, $dir ) = splice @ARGV, 0, 2;
my $listen = IO::Socket::INET->new(
	LocalAddr => '127.0.0.1',
	Listen    => 64,
	ReuseAddr => 1
) or die "answers.pl: $!\n";
my @stalled;
my $n = 0;

sub serve {
	my ($client) = @_;
	my ( $head, $length ) = ( '', 0 );
	while ( my $line = <$client> ) {
		$head .= $line;
		last if $line eq "\r\n";
		$length = $1 if $line =~ /^content-length:\s*(\d+)/i;
	}
	my $body = '';
	read( $client, $body, $length ) if $length > 0;
	$n++;
	open( my $log, '>', "$dir/request.$n" ) or die "answers.pl: $!\n";
	print {$log} $head . $body;
	close($log);
	open( my $file, '<', "$dir/$n" ) or return push @stalled, $client;
	local $/;
	my $text   = <$file>;
	my $status = $text =~ s/^HTTP (\d+)\n// ? $1 : 200;
	print {$client} "HTTP/1.1 $status Test\r\nContent-Type: text/plain\r\nContent-Length: "
		. length($text)
		. "\r\nConnection: close\r\n\r\n$text";
	close($client);
	return;
}

my $server = fork();
die "answers.pl: $!\n" if !defined $server;
if ( $server == 0 ) {
	while (1) {
		my $client = $listen->accept() or next;
		serve($client);
	}
}
$ENV{$variable} = 'http://127.0.0.1:' . $listen->sockport();
my $status = system { $ARGV[0] } @ARGV;
kill 'TERM', $server;
waitpid $server, 0;
exit( $status & 127 ? 128 + ( $status & 127 ) : $status >> 8 );
