/** Mount tables of the host and of containers. */
package io.bilgewatch.mount;
