package io.bilgewatch.docker;

import static io.bilgewatch.docker.Fixtures.id;
import static io.bilgewatch.docker.Fixtures.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LayerLocatorTest {
  @TempDir Path dataRoot;

  private Container container(String driver) {
    return new Container(
        Fixtures.state(id(1), driver, ""),
        Reading.notApplicable("none"),
        dataRoot,
        dataRoot.resolve("containers").resolve(id(1)));
  }

  private void mountId(String driver, String text) throws IOException {
    Path mounts = dataRoot.resolve("image").resolve(driver).resolve("layerdb/mounts");
    Path file = Files.createDirectories(mounts.resolve(id(1))).resolve("mount-id");
    Files.write(file, utf8(text));
  }

  private static Reading.Missing<?> missing(Reading<Path> reading) {
    return assertInstanceOf(Reading.Missing.class, reading);
  }

  @Test
  void findsTheLayerOfBothOverlayDrivers() throws IOException {
    mountId("overlay2", id(7));
    Path diff = Files.createDirectories(dataRoot.resolve("overlay2").resolve(id(7) + "/diff"));
    assertEquals(Reading.of(diff), LayerLocator.upperdir(container("overlay2")));
    mountId("overlay", id(8) + "\n");
    Path upper = Files.createDirectories(dataRoot.resolve("overlay").resolve(id(8) + "/upper"));
    assertEquals(Reading.of(upper), LayerLocator.upperdir(container("overlay")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"aufs", "overlayfs", "zfs", "windowsfilter"})
  void otherDriversAreUnsupportedByName(String driver) {
    Reading.Missing<?> missing = missing(LayerLocator.upperdir(container(driver)));
    assertEquals(Cause.UNSUPPORTED, missing.cause());
    assertTrue(missing.detail().contains(driver));
  }

  @Test
  void whatIsNotThereHasVanishedAndWhatLeadsOutIsRefused() throws IOException {
    assertEquals(Cause.VANISHED, missing(LayerLocator.upperdir(container("overlay2"))).cause());
    mountId("overlay2", id(7));
    assertEquals(Cause.VANISHED, missing(LayerLocator.upperdir(container("overlay2"))).cause());
    Path layer = Files.createDirectories(dataRoot.resolve("overlay2").resolve(id(7)));
    Files.createSymbolicLink(layer.resolve("diff"), dataRoot.resolve("image"));
    assertEquals(Cause.FAILED, missing(LayerLocator.upperdir(container("overlay2"))).cause());
    mountId("overlay2", "../../..");
    assertEquals(Cause.MALFORMED, missing(LayerLocator.upperdir(container("overlay2"))).cause());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", "/", "abc", "a/../b", "l/X", "-init"})
  void mountIdsThatAreNone(String text) {
    assertThrows(Malformed.class, () -> LayerLocator.mountId("mount-id", utf8(text)));
    assertThrows(Malformed.class, () -> LayerLocator.mountId("m", utf8(id(1) + "-init")));
    assertThrows(Malformed.class, () -> LayerLocator.mountId("m", utf8(id(1) + "/" + text)));
  }

  @Test
  void mountIdsWithASuffix() throws Malformed {
    assertEquals(id(1) + "-removing", LayerLocator.mountId("m", utf8(id(1) + "-removing")));
  }

  @Test
  void namesTheLayersBelowTheTopmostFirst() throws IOException {
    Path layer = Files.createDirectories(dataRoot.resolve("overlay2").resolve(id(7)));
    Files.writeString(layer.resolve("lower"), "l/6Y5IM2XC7TSNIJZZFLJCS6I4I4:l/B3WWEFKBG3PLLV\n");
    assertEquals(
        Reading.of(
            List.of(
                dataRoot.resolve("overlay2/l/6Y5IM2XC7TSNIJZZFLJCS6I4I4"),
                dataRoot.resolve("overlay2/l/B3WWEFKBG3PLLV"))),
        LayerLocator.lowerdirs(layer.resolve("diff")));
    Files.writeString(layer.resolve("lower"), "l/ABC:../../../etc");
    assertInstanceOf(Reading.Missing.class, LayerLocator.lowerdirs(layer.resolve("diff")));
    Files.delete(layer.resolve("lower"));
    assertInstanceOf(Reading.Missing.class, LayerLocator.lowerdirs(layer.resolve("diff")));
  }
}
