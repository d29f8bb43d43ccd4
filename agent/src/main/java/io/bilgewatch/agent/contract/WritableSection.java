package io.bilgewatch.agent.contract;

import io.bilgewatch.agent.config.YamlSection;
import io.bilgewatch.agent.contract.WritablePath.Kind;
import io.bilgewatch.kernel.KernelPath;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One entry of {@code writable}, and what is wrong with it.
 *
 * @param readOnly whether the root is to be
 */
record WritableSection(YamlSection at, boolean readOnly) {

  Optional<WritablePath> read() {
    at.knowsOnly("path", "kind", "size", "options", "why");
    Optional<KernelPath> path = path();
    Optional<Kind> kind = kind();
    OptionalLong size = size(kind);
    List<String> options = MountOptions.of(at, kind);
    Optional<String> why = ContractFile.line(at, "why");
    if (why.isEmpty() && !at.has("why")) {
      at.problem("expects why, for who reviews it");
    } else if (why.isEmpty()) {
      at.problemAt("why", "why expects a line of text");
    }
    boolean whole =
        path.isPresent() && kind.isPresent() && (kind.get() == Kind.TMPFS) == size.isPresent();
    return whole
        ? Optional.of(new WritablePath(path.get(), kind.get(), size, options, why.orElse("")))
        : Optional.empty();
  }

  private Optional<KernelPath> path() {
    Optional<String> text = at.text("path");
    if (text.isEmpty()) {
      at.problem("expects path");
      return Optional.empty();
    }
    Optional<String> wrong = PathText.wrong(text.get());
    wrong.ifPresent(what -> at.problemAt("path", "path expects " + what));
    return wrong.isPresent() ? Optional.empty() : text.map(KernelPath::of);
  }

  private Optional<Kind> kind() {
    Optional<String> text = at.text("kind");
    if (text.isEmpty()) {
      at.problem("expects kind: tmpfs, volume, bind or layer");
      return Optional.empty();
    }
    Optional<Kind> kind = Kind.named(text.get());
    if (kind.isEmpty()) {
      at.problemAt("kind", "kind expects one of tmpfs, volume, bind, layer");
    } else if (kind.get() == Kind.LAYER && readOnly) {
      at.problemAt("kind", "kind layer is for root: writable; a read-only root has no such place");
    }
    return kind;
  }

  private OptionalLong size(Optional<Kind> kind) {
    OptionalLong size = at.bytes("size");
    boolean tmpfs = kind.isPresent() && kind.get() == Kind.TMPFS;
    if (tmpfs && !at.has("size")) {
      at.problem("expects size of a tmpfs, such as 16MiB: without one it may take half of memory");
    } else if (tmpfs && size.isPresent() && size.getAsLong() == 0) {
      at.problemAt("size", "size expects more than 0, which would be without a bound");
      return OptionalLong.of(1);
    } else if (kind.isPresent() && !tmpfs && at.has("size")) {
      at.problemAt("size", "size is of a tmpfs; nothing bounds a " + kind.get().label());
      return OptionalLong.empty();
    }
    return size;
  }
}
