/* syscalls getppid|open|refused|fork COUNT [FILE]: CPU nanoseconds of a system call, of this process and its children. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static double cpu_nanos(int who)
{
	struct rusage usage;

	getrusage(who, &usage);
	return 1e9 * (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + 1e3 * (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static void once(const char *what, const char *file)
{
	if (!strcmp(what, "getppid")) {
		syscall(SYS_getppid);
	} else if (!strcmp(what, "open")) {
		close(open(file, O_RDONLY));
	} else if (!strcmp(what, "refused")) {
		open(file, O_WRONLY | O_CREAT, 0600);
	} else {
		pid_t child = fork();

		if (child == 0)
			_exit(0);
		waitpid(child, NULL, 0);
	}
}

int main(int argc, char **argv)
{
	long count = argc > 2 ? atol(argv[2]) : 0;
	double before = cpu_nanos(RUSAGE_SELF) + cpu_nanos(RUSAGE_CHILDREN);

	for (long i = 0; i < count; i++)
		once(argv[1], argc > 3 ? argv[3] : "/dev/null");
	if (count > 0)
		printf("%.1f\n", (cpu_nanos(RUSAGE_SELF) + cpu_nanos(RUSAGE_CHILDREN) - before) / count);
	return count > 0 ? 0 : 2;
}
