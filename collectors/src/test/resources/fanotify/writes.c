/* writes KIND FILE: writes once to the file, by the given kind of call. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static void need(int ok, const char *what)
{
	if (!ok) {
		perror(what);
		exit(1);
	}
}

static int source(void)
{
	int fd = open("/proc/self/exe", O_RDONLY);

	need(fd >= 0, "open");
	return fd;
}

static void write_by(const char *kind, int fd, const char *scratch)
{
	struct iovec part = { "text", 4 };
	loff_t from = 0;
	int ends[2];

	if (!strcmp(kind, "write")) {
		need(write(fd, "text", 4) == 4, kind);
	} else if (!strcmp(kind, "pwritev")) {
		need(pwritev(fd, &part, 1, 100) == 4, kind);
	} else if (!strcmp(kind, "fallocate")) {
		need(fallocate(fd, 0, 0, 8192) == 0, kind);
	} else if (!strcmp(kind, "copy_file_range")) {
		int in = open(scratch, O_RDONLY);

		need(copy_file_range(in, &from, fd, NULL, 4, 0) == 4, kind);
	} else if (!strcmp(kind, "sendfile")) {
		need(sendfile(fd, source(), NULL, 4) == 4, kind);
	} else if (!strcmp(kind, "splice")) {
		need(pipe(ends) == 0 && write(ends[1], "text", 4) == 4, "pipe");
		need(splice(ends[0], NULL, fd, NULL, 4, 0) == 4, kind);
	} else if (!strcmp(kind, "mmap")) {
		char *page;

		need(ftruncate(fd, 4096) == 0, "ftruncate");
		page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		need(page != MAP_FAILED, kind);
		page[0] = 1;
		need(munmap(page, 4096) == 0, kind);
	} else {
		need(0, "an unknown kind");
	}
}

/* On and on, so fast as it goes, without ever closing the file. */
static void flood(int fd)
{
	for (;;)
		need(pwrite(fd, "text", 4, 0) == 4, "pwrite");
}

int main(int argc, char **argv)
{
	int fd = open(argv[2], O_RDWR | O_CREAT, 0644);

	need(fd >= 0, argv[2]);
	if (!strcmp(argv[1], "late")) {
		need(write(fd, "text", 4) == 4, "write");
		sleep(1);
		flood(fd);
	}
	if (!strcmp(argv[1], "flood"))
		flood(fd);
	write_by(argv[1], fd, argc > 3 ? argv[3] : "");
	close(fd);
	return 0;
}
