package io.bilgewatch.agent.metrics;

import io.bilgewatch.agent.risk.Growth;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.Outlook;
import io.bilgewatch.kernel.Reading;
import java.util.Map;
import java.util.OptionalDouble;

/** The samples of where things are going. */
record OutlookSamples(Samples samples, KnownLabels labels) {

  void add(ContainerView view, Outlook.OfContainer outlook) {
    LabelPairs subject = labels.of(view).subject();
    if (outlook.layer() instanceof Reading.Present<Growth>(Growth growth)) {
      samples.add(Families.LAYER_GROWTH, growth.bytesPerSecond(), subject, LabelPairs.NONE);
    }
    add(Families.LAYER_FULL, outlook.layerFullSeconds(), subject, LabelPairs.NONE);
    if (!outlook.tmpfs().isEmpty()) {
      outlook.tmpfs().entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .limit(ContainerSamples.MOST_MOUNTS)
          .forEach(entry -> add(subject, labels.of(entry.getKey()), entry.getValue()));
    }
    add(Families.OOM_SECONDS, outlook.oomSeconds(), subject, LabelPairs.NONE);
  }

  private void add(LabelPairs subject, LabelPairs path, Outlook.OfTmpfs outlook) {
    if (outlook.growth() instanceof Reading.Present<Growth>(Growth growth)) {
      samples.add(Families.TMPFS_GROWTH, growth.bytesPerSecond(), subject, path);
    }
    add(Families.TMPFS_FULL, outlook.fullSeconds(), subject, path);
  }

  void add(LabelPairs filesystem, Outlook.OfFilesystem outlook) {
    if (outlook.used() instanceof Reading.Present<Growth>(Growth growth)) {
      samples.add(Families.FILESYSTEM_GROWTH, growth.bytesPerSecond(), filesystem, LabelPairs.NONE);
    }
    add(Families.FILESYSTEM_FULL, outlook.fullSeconds(), filesystem, LabelPairs.NONE);
  }

  private void add(
      MetricFamily family, OptionalDouble value, LabelPairs subject, LabelPairs detail) {
    if (value.isPresent()) {
      samples.add(family, value.getAsDouble(), subject, detail);
    }
  }
}
