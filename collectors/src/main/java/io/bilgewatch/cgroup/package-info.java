/** Memory control groups, version 1 and 2. */
package io.bilgewatch.cgroup;
