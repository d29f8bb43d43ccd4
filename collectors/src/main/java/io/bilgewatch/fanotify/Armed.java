package io.bilgewatch.fanotify;

/**
 * A container's overlay is marked from now on.
 *
 * @param unbroken whether it was marked all the time since it was armed before, so that nothing
 *     changed but what was told; false at the first time, and where the mark had been dropped
 */
public record Armed(boolean unbroken) {}
