/** Where things are going: feeds histories from each view and tells growth and forecasts. */
package io.bilgewatch.agent.outlook;
