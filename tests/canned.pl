#!/usr/bin/perl
# canned.pl DIR COMMAND...: an AWS that gives canned answers, for what no simulator would say.
#
# Serves on a free loopback port while COMMAND runs, and exits with its status. The answer to the
# nth call of an operation is the file DIR/OPERATION.n, else DIR/OPERATION, else DIR/default; a first
# line "HTTP <status> [<content type>]" replaces "200 application/x-amz-json-1.1". No file: the
# connection is closed. With "gzip" behind the type the file is packed and said to be. Each call is a line "OPERATION BODY" in DIR/calls.
use strict;
use warnings;
use IO::Socket::INET;

my $dir    = shift;
my $listen = IO::Socket::INET->new(
	LocalAddr => '127.0.0.1',
	Listen    => 64,
	ReuseAddr => 1
) or die "canned.pl: $!\n";
my %calls;

sub answer {
	my ($operation) = @_;
	my $n = ++$calls{$operation};
	for my $name ( "$operation.$n", $operation, 'default' ) {
		open( my $file, '<', "$dir/$name" ) or next;
		local $/;
		my $body = <$file>;
		my ( $status, $type, $more ) = ( 200, 'application/x-amz-json-1.1', '' );
		if ( $body =~ s/^HTTP (\d+) ?(\S*)( gzip)?\r?\n// ) {
			$status = $1;
			$type = $2 if $2 ne '';
			$more = "Content-Encoding: gzip\r\n" if defined $3;
		}
		return
			"HTTP/1.1 $status Canned\r\n${more}Content-Type: $type\r\nContent-Length: "
			. length($body)
			. "\r\nConnection: close\r\n\r\n$body";
	}
	return '';
}

sub serve {
	my ($client) = @_;
	my ( $operation, $length ) = ( 'unknown', 0 );
	while ( my $line = <$client> ) {
		$line =~ s/\r?\n$//;
		last if $line eq '';
		$operation = $1 if $line =~ /^x-amz-target:\s*\w+\.(\w+)/i;
		$length    = $1 if $line =~ /^content-length:\s*(\d+)/i;
	}
	my $body = '';
	read( $client, $body, $length ) if $length > 0;
	open( my $log, '>>', "$dir/calls" ) or die "canned.pl: $!\n";
	print {$log} "$operation $body\n";
	close($log);
	print {$client} answer($operation);
	close($client);
}

my $server = fork();
die "canned.pl: $!\n" if !defined $server;
if ( $server == 0 ) {
	while (1) {
		my $client = $listen->accept() or next;
		serve($client);
	}
}
$ENV{AWS_ENDPOINT_URL}      = 'http://127.0.0.1:' . $listen->sockport();
$ENV{AWS_REGION}            = 'eu-west-1' if !defined $ENV{AWS_REGION};
$ENV{AWS_ACCESS_KEY_ID}     = 'AKIAIOSFODNN7EXAMPLE';
$ENV{AWS_SECRET_ACCESS_KEY} = 'not-a-key';
$ENV{IDC_TPS}               = '0';
$ENV{AWS_EC2_METADATA_DISABLED} = 'true';
my $status = system { $ARGV[0] } @ARGV;
kill 'TERM', $server;
waitpid $server, 0;
exit( $status & 127 ? 128 + ( $status & 127 ) : $status >> 8 );
