/** Configuration: one immutable record tree, put together from defaults, file and options. */
package io.bilgewatch.agent.config;
