/** The kernel's log and its audit records: where they are read, and the grammar all share. */
package io.bilgewatch.kernellog;
