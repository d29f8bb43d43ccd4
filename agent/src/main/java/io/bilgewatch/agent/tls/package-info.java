/** Certificates and keys, as OpenSSL writes them, and what Java makes of them. */
package io.bilgewatch.agent.tls;
