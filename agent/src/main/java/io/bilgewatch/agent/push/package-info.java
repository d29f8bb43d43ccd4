/** Tells Alertmanagers of alerts, and goes on telling them. */
package io.bilgewatch.agent.push;
