/** What the security modules and seccomp report: AppArmor, SELinux, seccomp, Landlock. */
package io.bilgewatch.lsm;
