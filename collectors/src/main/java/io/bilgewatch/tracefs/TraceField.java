package io.bilgewatch.tracefs;

import io.bilgewatch.kernel.Malformed;

/** One field of an event's records. */
record TraceField(String name, Kind kind, int offset, int size) {

  enum Kind {
    /** The field holds the value. */
    HERE,
    /**
     * The field's lower half says how far behind the record's start the value is, its upper half
     * how long.
     */
    DATA_LOC,
    /** As above, but counted from behind the field. */
    REL_LOC
  }

  TraceField {
    if (offset < 0 || offset > 0xffff || size < 0 || size > 0xffff) {
      throw new IllegalArgumentException(name + " at " + offset + ", of " + size);
    }
  }

  /** The number, with its sign where it has 4 or 8 bytes. */
  long number(TraceRecord record) throws Malformed {
    record.require(offset, size, name);
    return switch (size) {
      case 1 -> record.unsignedByte(offset);
      case 2 -> record.unsignedShort(offset);
      case 4 -> record.integer(offset);
      case 8 -> record.number(offset);
      default -> throw record.malformed(offset, name + " of 1, 2, 4 or 8 bytes");
    };
  }

  /** The bytes of the text up to its NUL, made fit for people. */
  String text(TraceRecord record) throws Malformed {
    record.require(offset, size, name);
    return switch (kind) {
      case HERE -> text(record, offset, size);
      case DATA_LOC -> located(record, 0);
      case REL_LOC -> located(record, offset + size);
    };
  }

  private String located(TraceRecord record, int base) throws Malformed {
    int place = record.integer(offset);
    return text(record, base + (place & 0xffff), place >>> 16);
  }

  private String text(TraceRecord record, int at, int length) throws Malformed {
    record.require(at, length, name);
    return record.text(at, length);
  }
}
