package io.bilgewatch.kernel;

/**
 * An error that knows what kind of reason it is, from an error number instead of from its text: a
 * text may hold a name that a container chose, such as a file called "Permission denied".
 */
public interface Caused {
  Reading.Cause cause();
}
