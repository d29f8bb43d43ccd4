/**
 * The host's file tree, and the vocabulary of reading it: paths of bytes, limits, readings that may
 * be missing.
 */
package io.bilgewatch.kernel;
