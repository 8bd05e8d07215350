package dev.sprocket.session.php;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.session.spi.SessionCodec;
import dev.sprocket.session.spi.SessionFormatException;
import dev.sprocket.session.spi.SessionObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads consecutive PHP values, which may refer to earlier ones.
 *
 * <p>PHP numbers each value from 1 in the order of their start, except a reference, {@code R}. A repeated value
 * counts towards the limits each time, since users of the session traverse it each time.
 */
final class PhpReader {
    private static final String ARRAY = "array";

    private final PhpInput in;
    private final List<PhpNode> numbered = new ArrayList<>();
    private int values;
    private int lastCertain = Integer.MAX_VALUE;

    PhpReader(PhpInput in) {
        this.in = in;
    }

    /** Reads the next value of a session. */
    @Nullable
    Object read() throws SessionFormatException {
        return value(1).value();
    }

    /** Reads an array whose entries are the attributes of a session. */
    Map<String, @Nullable Object> readAll() throws SessionFormatException {
        in.expect('a');
        in.expect(':');
        number(new PhpNode(ARRAY));
        return entries(0).byName();
    }

    private PhpNode value(int depth) throws SessionFormatException {
        if (depth > SessionCodec.MAX_DEPTH) {
            throw in.error("values nested too deeply", "<= " + SessionCodec.MAX_DEPTH + " levels");
        }
        int kind = in.next();
        if (kind == 'R' || kind == 'r') {
            in.expect(':');
            return reference(kind, in.count(';'), depth);
        }
        count(1);
        in.expect(kind == 'N' ? ';' : ':');
        switch (kind) {
            case 'N':
                return number(new PhpNode(null, 1, 1));
            case 'b':
                boolean flag = in.skip('1');
                if (!flag) {
                    in.expect('0');
                }
                in.expect(';');
                return number(new PhpNode(flag, 1, 1));
            case 'i':
                return number(new PhpNode(in.integer(), 1, 1));
            case 'd':
                return number(new PhpNode(in.floatingPoint(), 1, 1));
            case 's':
            case 'S':
                return number(new PhpNode(PhpText.value(string(kind)), 1, 1));
            case 'a':
                return array(depth);
            case 'O':
                return object(depth);
            case 'C':
                return opaque();
            case 'E':
                return constant();
            default:
                throw in.error("unknown type of value", "N, b, i, d, s, S, a, O, C, E, r or R");
        }
    }

    private PhpNode array(int depth) throws SessionFormatException {
        PhpNode array = number(new PhpNode(ARRAY));
        PhpEntries entries = entries(depth);
        return array.complete(entries.isList() ? entries.list() : entries.byName(), entries);
    }

    private PhpNode object(int depth) throws SessionFormatException {
        PhpNode object = number(new PhpNode(type(in.string())));
        in.expect(':');
        PhpEntries entries = entries(depth);
        return object.complete(new SessionObject(object.type(), entries.byName()), entries);
    }

    /** Reads {@code C:3:"Foo":4:{data}}, whose data only its class can interpret. */
    private PhpNode opaque() throws SessionFormatException {
        String type = type(in.string());
        in.expect(':');
        int length = in.count(':');
        in.expect('{');
        Object data = PhpText.value(in.take(length));
        in.expect('}');
        PhpNode node =
                number(new PhpNode(new SessionObject(type, SessionObject.Kind.CUSTOM, Map.of("data", data)), 1, 1));
        // PHP has also numbered serialized values inside the data
        lastCertain = Math.min(lastCertain, numbered.size());
        return node;
    }

    /** Reads an enum constant, {@code E:10:"Suit:Clubs";}. */
    private PhpNode constant() throws SessionFormatException {
        String path = type(in.string());
        in.expect(';');
        int colon = path.indexOf(':');
        if (colon < 1) {
            throw in.error("constant without an enum", "enum:constant");
        }
        return number(new PhpNode(
                new SessionObject(
                        path.substring(0, colon),
                        SessionObject.Kind.ENUM_CONSTANT,
                        Map.of("name", path.substring(colon + 1))),
                1,
                1));
    }

    private String type(byte[] name) throws SessionFormatException {
        if (name.length == 0) {
            throw in.error("object without a class", "a class name");
        }
        return PhpText.name(name);
    }

    private PhpNode reference(int kind, int number, int depth) throws SessionFormatException {
        if (number > lastCertain) {
            count(1);
            PhpNode unknown = new PhpNode("").backReference();
            return kind == 'r' ? number(unknown) : unknown;
        }
        if (number < 1 || number > numbered.size()) {
            throw in.error("value number " + number, "1-" + numbered.size());
        }
        PhpNode node = numbered.get(number - 1);
        if (kind == 'r') {
            if (!node.isObject()) {
                throw in.error("value number " + number + " is not an object", "an object");
            }
            number(node);
        }
        PhpNode target = node.isIncomplete() ? node.backReference() : node;
        if (depth + target.depth() - 1 > SessionCodec.MAX_DEPTH) {
            throw in.error("values nested too deeply", "<= " + SessionCodec.MAX_DEPTH + " levels");
        }
        count(target.valueCount());
        return target;
    }

    private PhpEntries entries(int depth) throws SessionFormatException {
        int count = in.count(':');
        in.expect('{');
        PhpEntries entries = new PhpEntries();
        for (int i = 0; i < count; i++) {
            entries.add(key(), value(depth + 1));
        }
        in.expect('}');
        return entries;
    }

    private String key() throws SessionFormatException {
        int kind = in.next();
        in.expect(':');
        switch (kind) {
            case 'i':
                return Long.toString(in.integer());
            case 's':
            case 'S':
                return PhpText.name(string(kind));
            default:
                throw in.error("unknown type of key", "i, s or S");
        }
    }

    private byte[] string(int kind) throws SessionFormatException {
        byte[] string = kind == 's' ? in.string() : in.escapedString();
        in.expect(';');
        return string;
    }

    @CanIgnoreReturnValue
    private PhpNode number(PhpNode node) {
        numbered.add(node);
        return node;
    }

    private void count(int added) throws SessionFormatException {
        values += added;
        if (values > SessionCodec.MAX_VALUES) {
            throw in.error("too many values", "<= " + SessionCodec.MAX_VALUES);
        }
    }
}
