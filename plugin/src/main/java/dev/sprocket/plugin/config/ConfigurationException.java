package dev.sprocket.plugin.config;

import java.util.List;

/** Thrown for an invalid configuration or plugin; its message is for the operator. */
public final class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    @SuppressWarnings("serial") // a list of strings
    private final List<String> errors;

    /** Creates an exception with all errors, one line each. */
    public ConfigurationException(List<String> errors) {
        super(String.join(System.lineSeparator(), errors));
        this.errors = List.copyOf(errors);
    }

    /** Creates an exception with one error and its cause. */
    public ConfigurationException(String error, Throwable cause) {
        super(error, cause);
        this.errors = List.of(error);
    }

    /** Returns the errors, one line each. */
    public List<String> errors() {
        return errors;
    }
}
