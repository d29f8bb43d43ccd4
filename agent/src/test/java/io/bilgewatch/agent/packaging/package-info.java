/** What is shipped beside the program: runbooks, dashboards. */
package io.bilgewatch.agent.packaging;
