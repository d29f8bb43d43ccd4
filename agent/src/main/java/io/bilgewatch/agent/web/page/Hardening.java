package io.bilgewatch.agent.web.page;

import io.bilgewatch.agent.posture.HardeningCheck;
import io.bilgewatch.kernel.Reading;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Collectors;

/** The hardening checks of one container: what each asks, how it is answered, what to do. */
final class Hardening {
  private Hardening() {}

  /** What a check asks, and how to pass it. */
  private record Explained(String asks, String remedy) {}

  static String html(Map<HardeningCheck, Reading<Boolean>> answers) {
    return "<section aria-labelledby=\"hardening\"><h2 id=\"hardening\">Hardening checks</h2>\n"
        + "<ul class=\"checks card\">"
        + answers.entrySet().stream()
            .sorted(Comparator.comparingInt(entry -> rank(entry.getValue())))
            .map(entry -> item(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining())
        + "</ul></section>\n";
  }

  /** What is to be done stands first. */
  private static int rank(Reading<Boolean> answer) {
    return switch (answer) {
      case Reading.Present<Boolean>(Boolean pass) -> pass ? 2 : 0;
      case Reading.Missing<Boolean> missing ->
          missing.cause() == Reading.Cause.NOT_APPLICABLE ? 3 : 1;
    };
  }

  private static String item(HardeningCheck check, Reading<Boolean> answer) {
    Explained explained = explain(check);
    return "<li><span>"
        + verdict(answer)
        + "</span><div><p><b>"
        + check.label()
        + "</b> "
        + Html.escape(explained.asks())
        + "</p>"
        + more(answer, explained)
        + "</div></li>\n";
  }

  private static String verdict(Reading<Boolean> answer) {
    return switch (answer) {
      case Reading.Present<Boolean>(Boolean pass) ->
          pass
              ? "<span class=\"good\">" + Html.sign("✓") + "pass</span>"
              : "<span class=\"bad\">" + Html.sign("✗") + "fail</span>";
      case Reading.Missing<Boolean> missing ->
          missing.cause() == Reading.Cause.NOT_APPLICABLE
              ? Html.span("dim", "– n/a")
              : Html.span("unknown", "? unknown");
    };
  }

  private static String more(Reading<Boolean> answer, Explained explained) {
    return switch (answer) {
      case Reading.Present<Boolean>(Boolean pass) ->
          pass ? "" : "<p class=\"dim\">" + Html.escape(explained.remedy()) + "</p>";
      case Reading.Missing<Boolean>(_, String why) ->
          "<p class=\"dim\">" + Html.sentence(why) + "</p>";
    };
  }

  private static Explained explain(HardeningCheck check) {
    return switch (check) {
      case ROOTFS_READONLY ->
          new Explained(
              "The root file system is mounted read-only.",
              "docker run --read-only, Compose read_only: true, with a tmpfs or a volume for each place"
                  + " that it must write to.");
      case USER_NONROOT ->
          new Explained(
              "It does not run as root.",
              "USER in the Dockerfile, or docker run --user with a number.");
      case NO_NEW_PRIVILEGES ->
          new Explained(
              "No program in it can gain privileges by setuid.",
              "docker run --security-opt no-new-privileges.");
      case CAPABILITIES_DROPPED ->
          new Explained(
              "It has no capability that was not asked for by name.",
              "docker run --cap-drop ALL, and --cap-add for those that it needs.");
      case NOT_PRIVILEGED ->
          new Explained(
              "It is not privileged.",
              "Leave out --privileged; give it the device or the capability that it needs.");
      case SECCOMP ->
          new Explained(
              "A seccomp filter bounds its system calls.",
              "Leave out --security-opt seccomp=unconfined.");
      default -> explainBounds(check);
    };
  }

  private static Explained explainBounds(HardeningCheck check) {
    return switch (check) {
      case LSM_PROFILE ->
          new Explained(
              "AppArmor or SELinux confines it.",
              "Leave out --security-opt apparmor=unconfined or label=disable.");
      case MEMORY_LIMITED ->
          new Explained("Its memory has a limit.", "docker run --memory, Compose mem_limit.");
      case LOG_BOUNDED ->
          new Explained(
              "Docker's log files of it can't fill the disk.",
              "docker run --log-opt max-size=10m --log-opt max-file=3, or the driver local.");
      case TMPFS_BOUNDED ->
          new Explained(
              "Each tmpfs has a size.",
              "docker run --tmpfs /tmp:size=64m, and --shm-size for /dev/shm.");
      case TMPFS_NOSUID_NODEV_NOEXEC ->
          new Explained(
              "Nothing can be executed from a tmpfs, and no device be made in it.",
              "docker run --tmpfs /tmp:nosuid,nodev,noexec,size=64m.");
      case VOLUMES_WRITABLE_BY_USER ->
          new Explained(
              "Its user may write to the volumes that are mounted writable.",
              "Give the directory to the container's user, or mount it read-only.");
      case HOME_WRITABLE_OR_UNUSED ->
          new Explained(
              "Its user's home is writable, or it has none.",
              "A tmpfs for the home directory, or HOME=/nonexistent.");
      default -> new Explained("", "");
    };
  }
}
