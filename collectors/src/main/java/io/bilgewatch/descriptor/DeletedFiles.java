package io.bilgewatch.descriptor;

/**
 * Files of a container's own overlay that are deleted, and that its processes have open.
 *
 * @param allocatedBytes of disk, which come free when the last of them is closed
 * @param files each counted once, however many processes have it open
 * @param looks what it took to find that out: the price of the next look
 */
public record DeletedFiles(long allocatedBytes, int files, int looks) {}
