package dev.sprocket.core.internal.json;

import com.google.errorprone.annotations.ThreadSafe;

/** Thrown for invalid JSON; carries the position of the error. */
@ThreadSafe
public final class JsonException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int line;
    private final int column;

    JsonException(String expected, int line, int column) {
        // no stack trace: peers cause this exception, and hostile peers can cause many
        super("JSON, line " + line + ", column " + column + ": " + expected, null, false, false);
        this.line = line;
        this.column = column;
    }

    /** Returns the line, counted from 1. */
    public int line() {
        return line;
    }

    /** Returns the column in characters, counted from 1. */
    public int column() {
        return column;
    }
}
