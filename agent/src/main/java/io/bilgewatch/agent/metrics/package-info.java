/** The view as Prometheus metrics. */
package io.bilgewatch.agent.metrics;
