/** Who may ask the HTTP server, and how what it says is kept secret. */
package io.bilgewatch.agent.guard;
