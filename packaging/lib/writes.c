/*
 * writes slices MILLIS FILE: for each line "write SIZE" or "copy SIZE" of standard input, writes so many bytes over and over for so
 * long, in one file that stays open, and prints CPU and wall nanoseconds of one; copy reads them from /dev/zero first, as dd does.
 * writes create COUNT DIRECTORY: the same of a small file that is created, written and closed.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* So much of the file is written again and again: it must fit the page cache many times. */
#define WINDOW (16L << 20)

static double cpu_nanos(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return 1e9 * (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + 1e3 * (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static double wall_nanos(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return 1e9 * now.tv_sec + now.tv_nsec;
}

static void need(int ok, const char *what)
{
	if (!ok) {
		perror(what);
		exit(1);
	}
}

static void report(double cpu, double wall, double count)
{
	printf("%.1f %.1f\n", (cpu_nanos() - cpu) / count, (wall_nanos() - wall) / count);
}

static void slice(int file, int zero, long size, double nanos)
{
	static char bytes[1 << 20];
	double cpu = cpu_nanos(), wall = wall_nanos(), end = wall + nanos;
	long count = 0, at = 0;

	need(size > 0 && size <= (long)sizeof(bytes), "size");
	for (; count % 16 != 0 || wall_nanos() < end; count++) {
		if (zero >= 0)
			need(read(zero, bytes, size) == size, "read");
		need(pwrite(file, bytes, size, at) == size, "pwrite");
		at = at + size < WINDOW ? at + size : 0;
	}
	report(cpu, wall, count);
	fflush(stdout);
}

static void slices(double nanos, const char *name)
{
	int file = open(name, O_RDWR | O_CREAT, 0600), zero = open("/dev/zero", O_RDONLY);
	char kind[8];
	long size;

	need(file >= 0 && zero >= 0, name);
	need(posix_fallocate(file, 0, WINDOW) == 0, "posix_fallocate");
	while (scanf("%7s %ld", kind, &size) == 2)
		slice(file, strcmp(kind, "copy") ? -1 : zero, size, nanos);
}

static void create(long count, const char *directory)
{
	double cpu = cpu_nanos(), wall = wall_nanos();

	need(chdir(directory) == 0, directory);
	for (long i = 0; i < count; i++) {
		char name[32];
		int file;

		snprintf(name, sizeof(name), "%ld", i);
		file = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
		need(file >= 0 && write(file, name, sizeof(name)) == sizeof(name), name);
		close(file);
	}
	report(cpu, wall, count);
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "create"))
		create(atol(argv[2]), argv[3]);
	else if (argc == 4 && !strcmp(argv[1], "slices"))
		slices(1e6 * atof(argv[2]), argv[3]);
	else
		return 2;
	return 0;
}
