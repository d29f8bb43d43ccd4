/** System calls by JNA: the one package that knows it. */
package io.bilgewatch.libc;
