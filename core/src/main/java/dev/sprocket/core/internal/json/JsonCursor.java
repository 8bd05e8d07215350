package dev.sprocket.core.internal.json;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.core.internal.text.Surrogates;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * Reads the head of a JSON text (RFC 8259) and skips the rest unparsed.
 *
 * <p>A payload can be routed and forwarded as raw bytes. Skipped values are checked for grammar, nesting and control
 * characters, but not for valid UTF-8.
 *
 * <p>Not thread-safe. The bytes must not change while the cursor is in use.
 */
public final class JsonCursor {
    /** Maximum nesting depth: 64. */
    public static final int MAX_DEPTH = 64;

    private static final int BYTE_ORDER_MARK = 0xEFBBBF;

    /** Maximum length of a number, in characters: 1,000. */
    public static final int MAX_NUMBER = 1000;

    /** Maximum number of digits of an exponent: 9. */
    private static final int MAX_EXPONENT = 9;

    private final ByteBuf json;
    private final int start;
    private final int end;
    private int at;
    private int depth;
    private boolean uniqueNames;

    /** Creates a cursor over the readable bytes of a buffer, whose indices do not change. */
    public JsonCursor(ByteBuf json) {
        this.json = json;
        this.start = json.readerIndex();
        this.end = json.writerIndex();
        this.at = start;
    }

    /** Rejects skipped objects with duplicate names, which parsers interpret differently. */
    public JsonCursor rejectDuplicateNames() {
        uniqueNames = true;
        return this;
    }

    /**
     * Returns the first byte of the next token without consuming it. This is one of {@code [ { " } ] , :}, a letter, a
     * digit, or 0 at the end.
     */
    @CanIgnoreReturnValue
    public char peek() {
        while (at < end) {
            byte b = json.getByte(at);
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return (char) (b & 0xFF);
            }
            at++;
        }
        return 0;
    }

    /** Consumes {@code [} or <code>{</code>; throws on anything else. */
    public void open(char bracket) {
        expect(bracket, bracket == '[' ? "an array" : "an object");
        if (++depth > MAX_DEPTH) {
            at--;
            throw error("nested too deep (expected: <= " + MAX_DEPTH + ")");
        }
    }

    /**
     * Consumes the comma before the next item, or the closing bracket.
     *
     * @param first true if no item was read yet
     * @return false if the closing bracket was consumed
     */
    public boolean next(char closing, boolean first) {
        if (peek() == closing) {
            at++;
            depth--;
            return false;
        }
        if (!first) {
            expect(',', "',' or '" + closing + "'");
        }
        return true;
    }

    /** Consumes the name of a member and its colon. */
    public String name() {
        if (peek() != '"') {
            throw error("expected a name in double quotes");
        }
        String name = string();
        expect(':', "':'");
        return name;
    }

    /** Consumes a string that is a name, such as a topic. Throws if it contains an unpaired surrogate. */
    @CanIgnoreReturnValue
    public String string() {
        peek();
        int from = at;
        String text = text();
        if (!Surrogates.arePaired(text)) {
            at = from;
            throw error("unpaired surrogate in a name");
        }
        return text;
    }

    /** Consumes a string that is a payload; escaped unpaired surrogates are allowed. */
    public String text() {
        if (peek() != '"') {
            throw error("expected a string");
        }
        int from = at + 1;
        boolean escaped = skipString();
        String raw = json.toString(from, at - 1 - from, StandardCharsets.UTF_8);
        return escaped ? unescape(raw) : raw;
    }

    /** Consumes an integer of up to nine digits; throws on any other value. */
    public int integer() {
        peek();
        int from = at;
        skipValue();
        int sign = json.getByte(from) == '-' ? -1 : 1;
        int first = sign < 0 ? from + 1 : from;
        int value = 0;
        boolean digits = at > first && at - first <= 9;
        for (int i = first; i < at && digits; i++) {
            int digit = json.getByte(i) - '0';
            digits = digit >= 0 && digit <= 9;
            value = value * 10 + digit;
        }
        if (!digits) {
            at = from;
            throw error("expected an integer");
        }
        return sign * value;
    }

    /** Consumes any value and returns its bytes. The slice shares the buffer's reference count. */
    @CanIgnoreReturnValue
    public ByteBuf raw() {
        peek();
        int from = at;
        skipValue();
        return json.slice(from, at - from);
    }

    /** Returns another cursor at the current position. */
    public JsonCursor copy() {
        JsonCursor other = new JsonCursor(json);
        other.at = at;
        other.depth = depth;
        return other;
    }

    /** Throws unless only white space is left. */
    public void end() {
        if (peek() != 0 || at < end) {
            throw error("expected the end");
        }
    }

    /**
     * Creates an exception for the current position.
     *
     * @param expected what was expected there
     */
    public JsonException error(String expected) {
        if (at == start && end - start >= 3 && json.getUnsignedMedium(start) == BYTE_ORDER_MARK) {
            return new JsonException("byte order mark U+FEFF (expected: none before JSON, RFC 8259 8.1)", 1, 1);
        }
        int line = 1;
        int column = 1;
        for (int i = start; i < at; i++) {
            byte b = json.getByte(i);
            if (b == '\n') {
                line++;
                column = 1;
            } else if ((b & 0xC0) != 0x80) {
                column++;
            }
        }
        return new JsonException(expected, line, column);
    }

    private void expect(char token, String description) {
        if (peek() != token || at >= end) {
            throw error("expected " + description);
        }
        at++;
    }

    private void skipValue() {
        char c = peek();
        switch (c) {
            case '"' -> skipString();
            case '[' -> {
                open('[');
                for (boolean first = true; next(']', first); first = false) {
                    skipValue();
                }
            }
            case '{' -> {
                open('{');
                Set<String> names = uniqueNames ? new HashSet<>() : null;
                for (boolean first = true; next('}', first); first = false) {
                    if (names == null) {
                        skipName();
                    } else {
                        add(names);
                    }
                    expect(':', "':'");
                    skipValue();
                }
            }
            case 't' -> literal("true");
            case 'f' -> literal("false");
            case 'n' -> literal("null");
            default -> {
                if (c == '-' || isDigit(c)) {
                    skipNumber();
                } else {
                    throw error("expected a value");
                }
            }
        }
    }

    private void add(Set<String> names) {
        int from = at;
        String name = string();
        if (!names.add(name)) {
            at = from;
            throw error("\"" + SafeText.excerpt(name, 60) + "\" twice in one object (expected: once, RFC 8259 4)");
        }
    }

    private void literal(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (at + i >= end || json.getByte(at + i) != word.charAt(i)) {
                throw error("expected " + word);
            }
        }
        at += word.length();
    }

    /**
     * Consumes a name without decoding it. Unpaired surrogates are rejected, because they would become a different name
     * in other formats.
     */
    private void skipName() {
        if (peek() != '"') {
            throw error("expected a name in double quotes");
        }
        int from = at;
        if (skipString()) {
            at = from;
            string();
        }
    }

    private void skipNumber() {
        int from = at;
        if (current() == '-') {
            at++;
        }
        if (current() == '0') {
            at++;
        } else {
            digits();
        }
        if (current() == '.') {
            at++;
            digits();
        }
        if (current() == 'e' || current() == 'E') {
            at++;
            if (current() == '+' || current() == '-') {
                at++;
            }
            int exponent = at;
            digits();
            if (at - exponent > MAX_EXPONENT) {
                at = from;
                throw error("exponent of more than " + MAX_EXPONENT + " digits");
            }
        }
        if (at - from > MAX_NUMBER) {
            at = from;
            throw error("number of more than " + MAX_NUMBER + " characters");
        }
    }

    private void digits() {
        if (!isDigit(current())) {
            throw error("expected a digit");
        }
        while (isDigit(current())) {
            at++;
        }
    }

    private char current() {
        return at < end ? (char) (json.getByte(at) & 0xFF) : 0;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** Consumes a string from its opening quote on; returns true if it contains escapes. */
    @CanIgnoreReturnValue
    private boolean skipString() {
        boolean escaped = false;
        for (at++; at < end; at++) {
            byte b = json.getByte(at);
            if (b == '"') {
                at++;
                return escaped;
            }
            if (b >= 0 && b < 0x20) {
                throw error("control character in a string");
            }
            if (b == '\\') {
                escaped = true;
                skipEscape();
            }
        }
        throw error("unfinished string");
    }

    private void skipEscape() {
        at++;
        char c = current();
        if (c == 'u') {
            for (int i = 0; i < 4; i++) {
                at++;
                if (Character.digit(current(), 16) < 0) {
                    throw error("expected four hexadecimal digits");
                }
            }
        } else if (at >= end || "\"\\/bfnrt".indexOf(c) < 0) {
            throw error("unknown escape in a string");
        }
    }

    private static String unescape(String raw) {
        StringBuilder out = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c != '\\') {
                out.append(c);
                continue;
            }
            char e = raw.charAt(++i);
            switch (e) {
                case 'b' -> out.append('\b');
                case 'f' -> out.append('\f');
                case 'n' -> out.append('\n');
                case 'r' -> out.append('\r');
                case 't' -> out.append('\t');
                case 'u' -> {
                    out.append((char) Integer.parseInt(raw.substring(i + 1, i + 5), 16));
                    i += 4;
                }
                default -> out.append(e);
            }
        }
        return out.toString();
    }
}
