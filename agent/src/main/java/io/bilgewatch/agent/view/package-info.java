/** What is known of the host at one moment: one immutable tree, replaced as a whole. */
package io.bilgewatch.agent.view;
