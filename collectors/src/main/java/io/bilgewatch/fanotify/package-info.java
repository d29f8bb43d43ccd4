/** Who wrote to its writable layer, by fanotify(7): a hint that something is to be looked at. */
package io.bilgewatch.fanotify;
