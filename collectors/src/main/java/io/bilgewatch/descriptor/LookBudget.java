package io.bilgewatch.descriptor;

import java.io.IOException;

/**
 * What one look at a container may take, in the price of reading a descriptor's link: a container
 * chooses how many processes and descriptors it has.
 */
final class LookBudget {
  /** As a service with ten thousand connections; some 100 ms of CPU. */
  static final int MOST = 1 << 14;

  /** Prices, by measurement in descriptors' links. */
  static final int PROCESS = 8;

  static final int CANDIDATE = 8;
  static final int MOUNT_TABLE = 256;

  private final int most;
  private int spent;

  LookBudget(int most) {
    this.most = most;
  }

  void spend(int price) throws IOException {
    spent += price;
    if (spent > most) {
      throw new IOException("more processes and open files than are looked at (" + most + ")");
    }
  }

  int spent() {
    return spent;
  }
}
