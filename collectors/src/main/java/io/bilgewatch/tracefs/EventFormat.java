package io.bilgewatch.tracefs;

import io.bilgewatch.kernel.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where an event's fields lie in its record: its file {@code format} (Documentation/trace/events).
 *
 * <pre>
 * name: sys_enter_mkdir
 * ID: 861
 * format:
 * 	field:unsigned short common_type;	offset:0;	size:2;	signed:0;
 * 	field:int common_pid;	offset:4;	size:4;	signed:1;
 *
 * 	field:const char * pathname;	offset:16;	size:8;	signed:0;
 * 	field:__data_loc char[] fn;	offset:24;	size:4;	signed:0;     says where the text lies
 * 	field:char comm[16];	offset:8;	size:16;	signed:0;
 *
 * print fmt: …
 * </pre>
 *
 * <p>Offsets differ between kernels and fields are added, so nothing but the names is relied on.
 * Every record begins with common_type, by which it is told, so these two bytes are the exception.
 *
 * @param id what common_type is in this event's records
 */
record EventFormat(int id, Map<String, TraceField> fields) {
  private static final String SOURCE = "event format";
  private static final String FIELD = "\tfield:";

  EventFormat {
    fields = Map.copyOf(fields);
  }

  /**
   * @throws Malformed for a text without id, and for a field without place
   */
  static EventFormat parse(byte[] text) throws Malformed {
    int id = -1;
    Map<String, TraceField> fields = new HashMap<>();
    for (String line : new String(text, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      if (line.startsWith("ID: ")) {
        id = number(line.substring("ID: ".length()), text);
      } else if (line.startsWith(FIELD)) {
        TraceField field = field(line.substring(FIELD.length()), text);
        fields.putIfAbsent(field.name(), field);
      } else if (line.startsWith("print fmt:")) {
        break;
      }
    }
    if (id < 0) {
      throw new Malformed(SOURCE, 0, "ID: and a number of 16 bits", text);
    }
    return new EventFormat(id, fields);
  }

  private static TraceField field(String line, byte[] text) throws Malformed {
    String[] parts = line.split(";", -1);
    if (parts.length < 3) {
      throw new Malformed(SOURCE, 0, "declaration; offset; size", text);
    }
    String declaration = parts[0];
    TraceField.Kind kind =
        declaration.startsWith("__data_loc ")
            ? TraceField.Kind.DATA_LOC
            : declaration.startsWith("__rel_loc ") ? TraceField.Kind.REL_LOC : TraceField.Kind.HERE;
    return new TraceField(
        name(declaration), kind, part(parts[1], "offset:", text), part(parts[2], "size:", text));
  }

  private static String name(String declaration) {
    String last = declaration.substring(declaration.lastIndexOf(' ') + 1);
    int bracket = last.indexOf('[');
    return bracket < 0 ? last : last.substring(0, bracket);
  }

  private static int part(String part, String key, byte[] text) throws Malformed {
    String stripped = part.strip();
    if (!stripped.startsWith(key)) {
      throw new Malformed(SOURCE, 0, key, text);
    }
    return number(stripped.substring(key.length()), text);
  }

  private static int number(String digits, byte[] text) throws Malformed {
    try {
      int number = Integer.parseInt(digits.strip());
      if (number < 0 || number > 0xffff) {
        throw new NumberFormatException(digits);
      }
      return number;
    } catch (NumberFormatException _) {
      throw new Malformed(SOURCE, 0, "a number of 16 bits", text);
    }
  }

  /** A field that this program can't do without. */
  TraceField required(String name) throws Malformed {
    TraceField field = fields.get(name);
    if (field == null) {
      throw new Malformed(
          SOURCE,
          0,
          "a field " + name,
          fields.keySet().toString().getBytes(StandardCharsets.UTF_8));
    }
    return field;
  }

  Optional<TraceField> field(String name) {
    return Optional.ofNullable(fields.get(name));
  }
}
