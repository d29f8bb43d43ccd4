/** The OOM killer's own account: who was killed, whose limit was hit, what held the memory. */
package io.bilgewatch.oom;
