/** The pages for people: all containers, one container, the runbooks. */
package io.bilgewatch.agent.web.page;
