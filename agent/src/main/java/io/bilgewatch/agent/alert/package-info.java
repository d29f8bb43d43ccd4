/** Which conditions hold, and what becomes of them: alerts that are pending, fire and resolve. */
package io.bilgewatch.agent.alert;
