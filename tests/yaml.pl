#!/usr/bin/perl
# YAML as the stacks use it, to JSON: block maps and lists, flow lists, quoted and plain
# scalars of one line, >- and |, comments on lines of their own, and CloudFormation's short
# forms (!Ref X becomes {"Ref": "X"}). Whatever else there is in YAML is an error, so that
# nothing is read otherwise than CloudFormation reads it.
#
#   perl yaml.pl FILE
use strict;
use warnings;

my ($file) = @ARGV;
open(my $in, '<', $file) or die "$file: $!\n";
my @lines;
while (my $text = <$in>) {
	chomp $text;
	die "$file:$.: a tab\n" if $text =~ /^\s*\t/;
	next if $text =~ /^\s*(#|$)/;
	$text =~ /^( *)(.*?)\s*$/;
	push @lines, { indent => length $1, text => $2, n => $. };
}
close($in);
my $at = 0;

sub wrong {
	my ($line, $why) = @_;
	die "$file:" . ($line ? $line->{n} : 'end') . ": $why\n";
}

# A scalar that is no string is a reference to its text.
sub plain {
	my ($text) = @_;
	return \"$text" if $text =~ /^(true|false|null|0|-?[1-9][0-9]*)$/;
	die "'$text' is read otherwise by others: quote it\n"
		if $text =~ /^([~]|yes|no|on|off|y|n|True|False|[-+.0-9][0-9_.]*|[0-9]{4}-.*|=)$/i;
	die "not understood: $text\n" if $text =~ /^[&*|>%@`{}\[\],#"'!-]/ || $text =~ /: | #/;
	return $text;
}

sub tagged {
	my ($tag, $value) = @_;
	$value = [split(/\./, $value, 2)] if $tag eq 'GetAtt' && !ref $value;
	my $name = $tag eq 'Ref' || $tag eq 'Condition' ? $tag : "Fn::$tag";
	return { $name => $value };
}

# --- what stands in one line ---------------------------------------------------------

sub quoted {
	my ($s) = @_;
	if ($$s =~ s/^'((?:[^']|'')*)'//) {
		(my $text = $1) =~ s/''/'/g;
		return $text;
	}
	$$s =~ s/^"([^"\\]*)"// or die "a quoted text that is not understood: $$s\n";
	return $1;
}

sub flow_item {
	my ($s) = @_;
	return quoted($s) if $$s =~ /^["']/;
	if ($$s =~ s/^!([A-Za-z]+)\s+//) {
		my $tag = $1;
		return tagged($tag, flow_item($s));
	}
	return flow_list($s) if $$s =~ /^\[/;
	$$s =~ s/^([^,\[\]{}]+)// or die "not understood: $$s\n";
	(my $text = $1) =~ s/\s+$//;
	if ($text =~ /^(\S+):\s+(.+)$/) {
		return { $1 => plain($2) };
	}
	return plain($text);
}

sub flow_list {
	my ($s) = @_;
	my @items;
	$$s =~ s/^\[\s*//;
	until ($$s =~ s/^\]//) {
		push @items, flow_item($s);
		$$s =~ s/^\s*,\s*// or $$s =~ /^\s*\]/ or die "expected , or ] before: $$s\n";
		$$s =~ s/^\s+//;
	}
	return \@items;
}

# --- blocks ----------------------------------------------------------------------------

sub folded {
	my ($style, $parent) = @_;
	my @texts;
	push @texts, $lines[$at++]{text} while $at < @lines && $lines[$at]{indent} > $parent;
	return $style eq '>-' ? join(' ', @texts) : join("\n", @texts) . "\n";
}

# The value that starts with the rest of a line, of an entry that is indented by $parent.
sub value {
	my ($text, $parent, $line) = @_;
	if ($text eq '') {
		return block($lines[$at]{indent}) if $at < @lines && $lines[$at]{indent} > $parent;
		wrong($line, 'no value');
	}
	if ($text =~ /^!([A-Za-z]+)(?:\s+(.*))?$/) {
		my ($tag, $rest) = ($1, $2 // '');
		return tagged($tag, value($rest, $parent, $line));
	}
	return folded($text, $parent) if $text eq '>-' || $text eq '|';
	my $got = eval {
		my $rest = $text;
		my $v = $rest =~ /^\[/ ? flow_list(\$rest) : $rest =~ /^["']/ ? quoted(\$rest) : undef;
		return plain($text) unless defined $v;
		die "more than a value: $rest\n" if $rest ne '';
		$v;
	};
	wrong($line, $@ =~ s/\n//r) unless defined $got;
	return $got;
}

my $key = qr/[^\s"'\[\]{}!,#&*|>-][^\s"']*?/;

sub block {
	my ($indent) = @_;
	my ($map, $list);
	while ($at < @lines && $lines[$at]{indent} == $indent) {
		my $line = $lines[$at];
		if ($line->{text} =~ /^-\s+(.*)$/) {
			wrong($line, 'a list within a map') if $map;
			my $item = $1;
			if ($item =~ /^$key:(\s|$)/) {
				$lines[$at] = { indent => $indent + 2, text => $item, n => $line->{n} };
				push @$list, block($indent + 2);
			} else {
				$at++;
				push @$list, value($item, $indent, $line);
			}
		} elsif ($line->{text} =~ /^($key):(?:\s+(.*))?$/) {
			wrong($line, 'a map within a list') if $list;
			my ($name, $text) = ($1, $2 // '');
			wrong($line, "$name stands twice") if exists $map->{$name};
			$at++;
			$map->{$name} = value($text, $indent, $line);
		} else {
			wrong($line, "not understood: $line->{text}");
		}
	}
	wrong($lines[$at], 'an indent that fits nothing')
		if $at < @lines && $lines[$at]{indent} > $indent;
	return $map // $list;
}

# --- JSON --------------------------------------------------------------------------------

sub json {
	my ($v) = @_;
	return $$v if ref $v eq 'SCALAR';
	return '[' . join(',', map { json($_) } @$v) . ']' if ref $v eq 'ARRAY';
	return '{' . join(',', map { json($_) . ':' . json($v->{$_}) } sort keys %$v) . '}' if ref $v;
	$v =~ s/(["\\])/\\$1/g;
	$v =~ s/\n/\\n/g;
	return "\"$v\"";
}

my $all = block(0);
wrong($lines[$at], 'not understood') if $at < @lines;
print json($all), "\n";
