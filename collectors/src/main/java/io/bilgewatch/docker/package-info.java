/** Docker's state files and data roots: which containers there are, without the engine's socket. */
package io.bilgewatch.docker;
