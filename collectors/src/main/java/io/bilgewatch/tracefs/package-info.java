/** The kernel's tracing: which system calls failed to write, and whose they were. */
package io.bilgewatch.tracefs;
