/** The HTTP server: a thin Netty edge, and behind it routes that know nothing of Netty. */
package io.bilgewatch.agent.web;
