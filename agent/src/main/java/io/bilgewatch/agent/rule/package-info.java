/** What alerts there are: names, severities and thresholds, as data. */
package io.bilgewatch.agent.rule;
