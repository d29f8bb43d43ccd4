package io.bilgewatch.agent.render;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bilgewatch.agent.risk.Growth;
import io.bilgewatch.agent.view.Outlook;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.mount.BackingFilesystem;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Where things are going, as JSON. A growth that is not known is {@code {"missing": why}}; a
 * forecast that is not there is not coming, or nobody can tell.
 */
final class OutlookJson {
  private OutlookJson() {}

  static void add(ObjectNode node, Outlook.OfContainer outlook) {
    add(node.putObject("layer"), outlook.layer());
    put(node, "layerFullSeconds", outlook.layerFullSeconds());
    ArrayNode mounts = node.putArray("tmpfs");
    outlook.tmpfs().entrySet().stream()
        .sorted(Comparator.comparing(entry -> entry.getKey().toString()))
        .forEach(entry -> {
          ObjectNode mount = mounts.addObject().put("path", entry.getKey().toString());
          add(mount, entry.getValue().growth());
          put(mount, "fullSeconds", entry.getValue().fullSeconds());
        });
    put(node, "oomSeconds", outlook.oomSeconds());
  }

  /** Each file system with who makes it grow. */
  static void add(ArrayNode node, List<BackingFilesystem> filesystems, Outlook outlook) {
    for (BackingFilesystem filesystem : filesystems) {
      KernelPath mountPoint = filesystem.mountPoint();
      ObjectNode one =
          node.addObject()
              .put("mountPoint", mountPoint.toString())
              .put("device", filesystem.device())
              .put("fsType", filesystem.fsType())
              .put("sizeBytes", filesystem.sizeBytes())
              .put("availBytes", filesystem.availBytes());
      filesystem.inodes().ifPresent(inodes -> one.put("inodes", inodes));
      filesystem.inodesFree().ifPresent(free -> one.put("inodesFree", free));
      add(one.putObject("growth"), outlook.of(mountPoint));
    }
  }

  private static void add(ObjectNode node, Outlook.OfFilesystem outlook) {
    add(node, outlook.used());
    put(node, "fullSeconds", outlook.fullSeconds());
    ArrayNode shares = node.putArray("shares");
    outlook
        .shares()
        .forEach(share ->
            shares
                .addObject()
                .put("container", share.container())
                .put("containerId", share.containerId())
                .put("bytesPerSecond", share.bytesPerSecond())
                .put("ratio", share.ratio()));
  }

  private static void add(ObjectNode node, Reading<Growth> growth) {
    switch (growth) {
      case Reading.Present<Growth>(Growth is) ->
          node.put("shape", is.shape().label())
              .put("bytesPerSecond", is.bytesPerSecond())
              .put("evidenceSeconds", is.evidence().toMillis() / 1e3);
      case Reading.Missing<Growth>(_, String why) -> node.put("missing", why);
    }
  }

  private static void put(ObjectNode node, String name, OptionalDouble value) {
    value.ifPresent(number -> node.put(name, number));
  }
}
