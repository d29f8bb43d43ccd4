package io.bilgewatch.agent.web.page;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.volume.VolumeUse;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a container needs for a read-only root, ready to be copied.
 *
 * @param verdict in a sentence
 * @param remarks what no mount can do
 * @param volumes what was found in its volumes and binds on this occasion, by their paths
 */
public record Proposed(
    String verdict,
    List<Block> blocks,
    List<String> remarks,
    Map<KernelPath, Reading<VolumeUse>> volumes) {

  /**
   * Lines to copy.
   *
   * @param title for whom: {@code docker run}, {@code Compose}, {@code Kubernetes}
   */
  public record Block(String title, List<String> lines) {
    public Block {
      lines = List.copyOf(lines);
    }
  }

  public Proposed {
    blocks = List.copyOf(blocks);
    remarks = List.copyOf(remarks);
    volumes = Map.copyOf(volumes);
  }

  String html() {
    return "<section aria-labelledby=\"proposal\"><h2 id=\"proposal\">For a read-only root</h2>\n<p>"
        + Html.sentence(verdict)
        + "</p>"
        + (remarks.isEmpty()
            ? ""
            : "<ul class=\"remarks\">"
                + remarks.stream()
                    .map(remark -> "<li>" + Html.sentence(remark) + "</li>")
                    .collect(Collectors.joining())
                + "</ul>")
        + blocks.stream().map(Proposed::block).collect(Collectors.joining())
        + "</section>\n";
  }

  private static String block(Block block) {
    String title = Html.name(block.title());
    return "<h3>"
        + title
        + "</h3><pre tabindex=\"0\" aria-label=\""
        + title
        + "\"><code>"
        + block.lines().stream().map(Html::escape).collect(Collectors.joining("\n"))
        + "</code></pre>\n";
  }
}
