/*
 * Has the kernel write audit records, as CAP_AUDIT_WRITE allows, with which every default container
 * comes: pairs of a type and a text. Prints how the kernel answers to each: 0, or an error number.
 */
#include <linux/audit.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
int main(int argc, char **argv) {
  int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT);
  if (fd < 0) { perror("socket"); return 1; }
  for (int i = 1; i + 1 < argc; i += 2) {
    struct { struct nlmsghdr h; char text[2048]; } m = {0};
    size_t n = strlen(argv[i + 1]);
    memcpy(m.text, argv[i + 1], n);
    m.h.nlmsg_len = NLMSG_LENGTH(n + 1); m.h.nlmsg_type = atoi(argv[i]);
    m.h.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
    if (send(fd, &m, m.h.nlmsg_len, 0) < 0) { perror("send"); continue; }
    struct { struct nlmsghdr h; int error; char rest[4096]; } a;
    if (recv(fd, &a, sizeof a, 0) > 0) printf("%s: %d\n", argv[i], a.error);
  }
  return 0;
}
