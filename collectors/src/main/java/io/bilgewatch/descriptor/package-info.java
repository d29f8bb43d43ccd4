/** Open files of containers that have no name any more: disk that no walk can find. */
package io.bilgewatch.descriptor;
