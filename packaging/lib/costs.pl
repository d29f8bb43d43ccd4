#!/usr/bin/perl
# costs.pl FILE COMMAND...: runs COMMAND and writes what the kernel says that it took to FILE, in one line:
# CPU seconds, resident KiB at most, bytes read from disk, read calls, times that it waited (voluntary context switches).
# Perl, because Debian always has it, and neither bash nor any tool that Debian always has can ask for this.
use strict;
use warnings;
use POSIX ();

my ($GETRUSAGE, $WAITID) = (POSIX::uname())[4] eq 'aarch64' ? (165, 95) : (98, 247);
my ($RUSAGE_CHILDREN, $P_PID, $WEXITED, $WNOWAIT) = (-1, 1, 4, 0x01000000);

my $file = shift @ARGV or die "costs.pl FILE COMMAND...\n";
my $pid = fork // die "fork: $!\n";
if ($pid == 0) {
    exec @ARGV or die "$ARGV[0]: $!\n";
}

# Its end without its funeral: /proc/PID/io is gone with the process (proc_pid_io(5)).
my $info = "\0" x 128;
syscall($WAITID, $P_PID, $pid, $info, $WEXITED | $WNOWAIT, 0) == 0 or die "waitid: $!\n";
my %io = map { /^(\w+): (\d+)/ ? ($1, $2) : () } do { open my $in, '<', "/proc/$pid/io" or die "io: $!\n"; <$in> };
waitpid $pid, 0;
my $status = $?;

# struct rusage (getrusage(2)): two timevals, then 14 longs.
my $usage = "\0" x 144;
syscall($GETRUSAGE, $RUSAGE_CHILDREN, $usage) == 0 or die "getrusage: $!\n";
my @of = unpack 'q18', $usage;
my $cpu = $of[0] + $of[1] / 1e6 + $of[2] + $of[3] / 1e6;
open my $out, '>', $file or die "$file: $!\n";
printf $out "%.4f %d %d %d %d\n", $cpu, $of[4], $io{read_bytes}, $io{syscr}, $of[16];
close $out;
exit($status >> 8 || ($status ? 1 : 0));
