package io.bilgewatch.libc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bilgewatch.testing.CHeaders;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The numbers of fanotify and ioprio, as the headers of this machine have them. */
class FanotifyLayoutTest {
  @TempDir private Path directory;

  @Test
  void agreesWithTheHeaders() throws Exception {
    Map<String, Long> ours = new TreeMap<>();
    ours.put("sizeof(struct fanotify_event_metadata)", (long) FanotifyGroup.EVENT_BYTES);
    offset(ours, "event_len", FanotifyGroup.LENGTH_AT);
    offset(ours, "vers", FanotifyGroup.VERSION_AT);
    offset(ours, "mask", FanotifyGroup.MASK_AT);
    offset(ours, "fd", FanotifyGroup.FD_AT);
    offset(ours, "pid", FanotifyGroup.PID_AT);
    ours.put("FANOTIFY_METADATA_VERSION", (long) FanotifyGroup.VERSION);
    ours.put("FAN_CLOEXEC", (long) FanotifyGroup.FAN_CLOEXEC);
    ours.put("FAN_NONBLOCK", (long) FanotifyGroup.FAN_NONBLOCK);
    ours.put("FAN_CLASS_NOTIF", (long) FanotifyGroup.FAN_CLASS_NOTIF);
    ours.put("FAN_MARK_ADD", (long) FanotifyGroup.FAN_MARK_ADD);
    ours.put("FAN_MARK_REMOVE", (long) FanotifyGroup.FAN_MARK_REMOVE);
    ours.put("FAN_MARK_DONT_FOLLOW", (long) FanotifyGroup.FAN_MARK_DONT_FOLLOW);
    ours.put("FAN_MARK_IGNORED_MASK", (long) FanotifyGroup.FAN_MARK_IGNORED_MASK);
    ours.put("FAN_MARK_IGNORED_SURV_MODIFY", (long) FanotifyGroup.FAN_MARK_IGNORED_SURV_MODIFY);
    ours.put("FAN_MARK_FLUSH", (long) FanotifyGroup.FAN_MARK_FLUSH);
    ours.put("FAN_MARK_FILESYSTEM", (long) FanotifyGroup.FAN_MARK_FILESYSTEM);
    ours.put("FAN_MODIFY", FanotifyGroup.FAN_MODIFY);
    ours.put("FAN_CLOSE_WRITE", FanotifyGroup.FAN_CLOSE_WRITE);
    ours.put("FAN_Q_OVERFLOW", FanotifyGroup.FAN_Q_OVERFLOW);
    ours.put("SYS_fanotify_init", FanotifyGroup.SYS_FANOTIFY_INIT);
    ours.put("SYS_fanotify_mark", FanotifyGroup.SYS_FANOTIFY_MARK);
    ours.put("OVERLAYFS_SUPER_MAGIC", StatFs.OVERLAYFS_MAGIC);
    ours.put("EBADF", (long) Errno.EBADF);
    ours.put("EFAULT", (long) Errno.EFAULT);
    ours.put("ENAMETOOLONG", (long) Errno.ENAMETOOLONG);
    ours.put("SYS_ioprio_set", IoPriority.SYS_IOPRIO_SET);
    ours.put("SYS_ioprio_get", IoPriority.SYS_IOPRIO_GET);
    ours.put("IOPRIO_WHO_PROCESS", (long) IoPriority.WHO_PROCESS);
    ours.put("IOPRIO_CLASS_IDLE", (long) IoPriority.CLASS_IDLE);
    ours.put("IOPRIO_CLASS_SHIFT", (long) IoPriority.CLASS_SHIFT);
    List<String> headers =
        List.of("errno.h", "linux/fanotify.h", "linux/ioprio.h", "linux/magic.h", "sys/syscall.h");
    assertEquals(ours, CHeaders.say(directory, headers, ours.keySet()));
  }

  private static void offset(Map<String, Long> ours, String field, long offset) {
    ours.put("offsetof(struct fanotify_event_metadata, %s)".formatted(field), offset);
  }
}
