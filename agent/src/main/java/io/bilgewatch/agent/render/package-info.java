/** The view for people and scripts: JSON and tables. */
package io.bilgewatch.agent.render;
