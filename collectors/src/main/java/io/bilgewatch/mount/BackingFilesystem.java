package io.bilgewatch.mount;

import io.bilgewatch.kernel.KernelPath;
import java.util.OptionalLong;

/**
 * The file system that a directory lies on.
 *
 * @param mountPoint as the host names it
 * @param device the mount's source, such as {@code /dev/vda1}
 * @param availBytes what a writer without privileges still gets
 * @param inodes how many there can be; empty where the file system makes them as needed (btrfs)
 * @param inodesFree empty with {@code inodes}
 */
public record BackingFilesystem(
    KernelPath mountPoint,
    String device,
    String fsType,
    long sizeBytes,
    long availBytes,
    OptionalLong inodes,
    OptionalLong inodesFree) {}
