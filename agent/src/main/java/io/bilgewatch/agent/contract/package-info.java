/** What a service declares that it writes, against what its containers do. */
package io.bilgewatch.agent.contract;
