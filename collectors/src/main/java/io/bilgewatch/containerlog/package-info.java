/**
 * What containers print, as Docker's log drivers keep it, and the failed writes that it tells of.
 */
package io.bilgewatch.containerlog;
