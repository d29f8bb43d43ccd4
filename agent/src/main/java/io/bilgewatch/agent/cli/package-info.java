/** The command line: what is asked, checked, before anything is done about it. */
package io.bilgewatch.agent.cli;
