#!/usr/bin/perl
# Loads a BPF program for actions that lets everything pass, and pins it: pin.pl PATH [NAME]
use strict;
use warnings;

my ($path, $name) = (@ARGV, 'pass');
my $SYS_bpf = 321;                                  # x86-64
my $ops     = pack('CCsl CCsl', 0xb7, 0, 0, 0, 0x95, 0, 0, 0);    # r0 = 0; exit
my $licence = "GPL\0";
# type BPF_PROG_TYPE_SCHED_ACT, instructions, licence, no log, no flags, name
my $load = pack('LL p p LL Q L L a16', 4, 2, $ops, $licence, 0, 0, 0, 0, 0, $name);
my $fd   = syscall($SYS_bpf, 5, $load, length $load);
die "load: $!\n" if $fd < 0;
my $pin = pack('p LL', $path, $fd, 0);
die "pin: $!\n" if syscall($SYS_bpf, 6, $pin, length $pin) < 0;
