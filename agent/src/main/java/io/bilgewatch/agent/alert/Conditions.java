package io.bilgewatch.agent.alert;

import io.bilgewatch.agent.rule.AlertRule;
import java.util.EnumMap;
import java.util.Map;

/** The catalogue: which condition belongs to which rule. */
final class Conditions {
  private static final Map<AlertRule, Condition> ALL = new EnumMap<>(AlertRule.class);

  static {
    for (AlertRule rule : AlertRule.values()) {
      ALL.put(rule, of(rule));
    }
  }

  private Conditions() {}

  private static Condition of(AlertRule rule) {
    return switch (rule) {
      case WRITABLE_LAYER_GROWING -> LayerConditions::growing;
      case WRITABLE_LAYER_LARGE -> LayerConditions::large;
      case DOCKER_FILESYSTEM_FILLING -> FilesystemConditions::filling;
      case DOCKER_FILESYSTEM_ALMOST_FULL -> FilesystemConditions::almostFull;
      case TMPFS_ALMOST_FULL -> TmpfsConditions::almostFull;
      case TMPFS_UNBOUNDED -> TmpfsConditions::unbounded;
      case TMPFS_OOM_RISK -> TmpfsConditions::oomRisk;
      case TMPFS_OOM_IMMINENT -> TmpfsConditions::oomImminent;
      case CONTAINER_OOM_KILLED -> EventConditions::oomKilled;
      case CONTAINER_RESTART_LOOP -> EventConditions::restartLoop;
      case WRITE_FAILING_ON_READ_ONLY_ROOT -> EventConditions::writeFailing;
      case LSM_DENIALS -> EventConditions::denials;
      case SEALED_CONTAINER_WROTE -> LayerConditions::sealedWrote;
      case ROOTFS_WRITABLE -> LayerConditions::rootWritable;
      case EXECUTABLE_IN_WRITABLE_LAYER -> LayerConditions::executables;
      case KERNEL_LOG_LOST -> EventConditions::kernelLogLost;
      case COLLECTOR_FAILING -> AgentConditions::collectorFailing;
      case CONTRACT_VIOLATED -> ContractConditions::violated;
    };
  }

  static void look(Scene scene) {
    ALL.values().forEach(condition -> condition.look(scene));
  }
}
