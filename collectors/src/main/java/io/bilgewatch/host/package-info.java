/** The host as a whole, by OSHI. */
package io.bilgewatch.host;
