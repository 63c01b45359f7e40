# Sends one netlink message and waits for its end: for captures of messages that no tool sends.
#
#   perl send.pl PROTOCOL HEX     PROTOCOL: 0 for rtnetlink, 16 for generic netlink
use strict;
use Socket;

my ($protocol, $hex) = @ARGV;
$hex =~ s/\s//g;
socket(my $socket, 16, SOCK_RAW, $protocol) or die "socket: $!";
setsockopt($socket, 270, $_, pack("i", 1)) or die "setsockopt: $!" for 10, 11;    # CAP_ACK, EXT_ACK
send($socket, pack("H*", $hex), 0) or die "send: $!";
while (1) {
    recv($socket, my $datagram, 65536, 0) // die "recv: $!";
    my $rest = $datagram;
    while (length $rest >= 16) {
        my ($length, $kind) = unpack("L S", $rest);
        exit 0 if $kind == 2 || $kind == 3;
        $rest = substr($rest, ($length + 3) & ~3);
    }
}
