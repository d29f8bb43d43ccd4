/** What a container wrote: its layer grouped to places, and what each of them is. */
package io.bilgewatch.writes;
