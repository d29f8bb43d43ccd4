package io.bilgewatch.agent.metrics;

import io.bilgewatch.agent.text.LabelText;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.Outlook;
import java.util.Comparator;
import java.util.Map;
import java.util.OptionalDouble;

/** The samples of where things are going. */
record OutlookSamples(Samples samples, LabelText text) {

  void add(ContainerView view, Outlook.OfContainer outlook) {
    String name = text.of(view.name());
    String id = view.container().state().shortId();
    outlook
        .layer()
        .optional()
        .ifPresent(growth -> samples.add(Families.LAYER_GROWTH, growth.bytesPerSecond(), name, id));
    add(Families.LAYER_FULL, outlook.layerFullSeconds(), name, id);
    outlook.tmpfs().entrySet().stream()
        .sorted(Comparator.comparing(entry -> entry.getKey().toString()))
        .limit(ContainerSamples.MOST_MOUNTS)
        .map(entry -> Map.entry(text.of(entry.getKey().toString()), entry.getValue()))
        .forEach(entry -> {
          entry
              .getValue()
              .growth()
              .optional()
              .ifPresent(growth ->
                  samples.add(
                      Families.TMPFS_GROWTH, growth.bytesPerSecond(), name, id, entry.getKey()));
          add(Families.TMPFS_FULL, entry.getValue().fullSeconds(), name, id, entry.getKey());
        });
    add(Families.OOM_SECONDS, outlook.oomSeconds(), name, id);
  }

  void add(String[] filesystem, Outlook.OfFilesystem outlook) {
    outlook
        .used()
        .optional()
        .ifPresent(
            growth -> samples.add(Families.FILESYSTEM_GROWTH, growth.bytesPerSecond(), filesystem));
    add(Families.FILESYSTEM_FULL, outlook.fullSeconds(), filesystem);
  }

  private void add(MetricFamily family, OptionalDouble value, String... labels) {
    value.ifPresent(known -> samples.add(family, known, labels));
  }
}
