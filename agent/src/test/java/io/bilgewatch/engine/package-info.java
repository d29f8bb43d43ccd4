/** A real Docker Engine for tests, and the commands that its figures are checked against. */
package io.bilgewatch.engine;
