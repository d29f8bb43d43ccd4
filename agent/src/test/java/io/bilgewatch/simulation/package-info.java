/** Histories that were made up, with what came of them, and those who forecast it. */
package io.bilgewatch.simulation;
