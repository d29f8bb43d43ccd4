/* Forbids itself to make files by Landlock, and then makes one. Ends with 1, which is as it should be. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void) {
  struct landlock_ruleset_attr a = {.handled_access_fs = LANDLOCK_ACCESS_FS_MAKE_REG};
  int fd = syscall(SYS_landlock_create_ruleset, &a, sizeof a.handled_access_fs, 0);
  if (fd < 0) { perror("create"); return 2; }
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) { perror("prctl"); return 2; }
  if (syscall(SYS_landlock_restrict_self, fd, 0)) { perror("restrict"); return 2; }
  if (open("/tmp/not-by-landlock", O_CREAT | O_WRONLY, 0600) < 0) { perror("open"); return 1; }
  return 0;
}
