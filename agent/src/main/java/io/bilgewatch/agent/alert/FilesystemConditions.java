package io.bilgewatch.agent.alert;

import static io.bilgewatch.agent.rule.AlertRule.DOCKER_FILESYSTEM_ALMOST_FULL;
import static io.bilgewatch.agent.rule.AlertRule.DOCKER_FILESYSTEM_FILLING;

import io.bilgewatch.agent.risk.Growth;
import io.bilgewatch.agent.rule.AlertRule;
import io.bilgewatch.agent.view.Outlook;
import io.bilgewatch.mount.BackingFilesystem;
import java.util.List;
import java.util.stream.Collectors;

/** What is wrong with the file systems under the layers. */
final class FilesystemConditions {
  private static final int MOST_NAMED = 3;

  /** A share below that says nothing about who fills it. */
  private static final double LEAST_SHARE = 0.05;

  private FilesystemConditions() {}

  static void filling(Scene scene) {
    AlertRule rule = DOCKER_FILESYSTEM_FILLING;
    if (!scene.isEnabledForHost(rule)) {
      return;
    }
    double within = scene.hostThreshold(rule, "within");
    for (BackingFilesystem filesystem : scene.view().filesystems()) {
      Outlook.OfFilesystem outlook = scene.view().outlook().of(filesystem.mountPoint());
      double full = outlook.fullSeconds().orElse(Double.POSITIVE_INFINITY);
      if (full < within) {
        scene.holdForHost(
            rule,
            List.of(filesystem.mountPoint().toString()),
            "%s will be full in about %s"
                .formatted(scene.shown(filesystem.mountPoint()), Words.in(full)),
            left(filesystem) + growers(scene, outlook));
      }
    }
  }

  static void almostFull(Scene scene) {
    AlertRule rule = DOCKER_FILESYSTEM_ALMOST_FULL;
    if (!scene.isEnabledForHost(rule)) {
      return;
    }
    double bytes = scene.hostThreshold(rule, "avail-ratio");
    double inodes = scene.hostThreshold(rule, "inodes-ratio");
    double within = scene.hostThreshold(rule, "within");
    for (BackingFilesystem filesystem : scene.view().filesystems()) {
      boolean fewBytes = filesystem.availBytes() < bytes * filesystem.sizeBytes();
      boolean fewInodes =
          filesystem.inodes().isPresent()
              && filesystem.inodesFree().orElse(Long.MAX_VALUE)
                  < inodes * filesystem.inodes().getAsLong();
      Outlook.OfFilesystem outlook = scene.view().outlook().of(filesystem.mountPoint());
      double full = outlook.fullSeconds().orElse(Double.POSITIVE_INFINITY);
      if (fewBytes || fewInodes || full < within) {
        String what =
            full < within
                ? "will be full in about " + Words.in(full)
                : "has hardly any %s left".formatted(fewBytes ? "space" : "inodes");
        scene.holdForHost(
            rule,
            List.of(filesystem.mountPoint().toString()),
            scene.shown(filesystem.mountPoint()) + " " + what,
            left(filesystem) + growers(scene, outlook));
      }
    }
  }

  private static String left(BackingFilesystem filesystem) {
    StringBuilder text = new StringBuilder();
    text.append(Words.bytes(filesystem.availBytes()))
        .append(" of ")
        .append(Words.bytes(filesystem.sizeBytes()))
        .append(" are left");
    if (filesystem.inodes().isPresent() && filesystem.inodesFree().isPresent()) {
      text.append(" and ")
          .append(filesystem.inodesFree().getAsLong())
          .append(" of ")
          .append(filesystem.inodes().getAsLong())
          .append(" inodes");
    }
    return text.append('.').toString();
  }

  private static String growers(Scene scene, Outlook.OfFilesystem outlook) {
    String named =
        outlook.shares().stream()
            .filter(share -> share.ratio() >= LEAST_SHARE)
            .limit(MOST_NAMED)
            .map(share ->
                "%s (%s, %s of the growth)"
                    .formatted(
                        scene.shown(share.container()),
                        Words.rate(share.bytesPerSecond()),
                        Words.percent(share.ratio())))
            .collect(Collectors.joining(", "));
    if (!named.isEmpty()) {
      return " It grows by the writable layers of " + named + ".";
    }
    boolean grows = outlook.used().optional().map(Growth::isGrowing).orElse(false);
    return (grows ? " No container's layer grows that fast: look" : " Look")
        + " at images, volumes, logs and builds (docker system df).";
  }
}
