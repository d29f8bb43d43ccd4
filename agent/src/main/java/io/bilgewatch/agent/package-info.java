/** The daemon and its command line. */
package io.bilgewatch.agent;
