package dev.sprocket.core.spi;

import com.google.errorprone.annotations.ThreadSafe;

/** A JSON text that is not what it should be, and where. */
@ThreadSafe
public final class JsonException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int line;
    private final int column;

    JsonException(String expected, int line, int column) {
        // no stack trace: it tells of somebody else's text, and hostile peers can cause many
        super("JSON, line " + line + ", column " + column + ": " + expected, null, false, false);
        this.line = line;
        this.column = column;
    }

    /** The line, counted from 1. */
    public int line() {
        return line;
    }

    /** The column in characters, counted from 1. */
    public int column() {
        return column;
    }
}
