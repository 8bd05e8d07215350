package dev.sprocket.plugin.config;

import java.util.List;

/** Thrown for an invalid configuration or plugin; its message is for the operator. */
public final class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    @SuppressWarnings("serial") // a list of strings
    private final List<String> errors;

    @SuppressWarnings("serial") // a list of strings
    private final List<String> warnings;

    /** Creates an exception with all errors, one line each. */
    public ConfigurationException(List<String> errors) {
        this(errors, List.of());
    }

    /** Creates an exception with all errors and warnings, one line each. */
    public ConfigurationException(List<String> errors, List<String> warnings) {
        super(String.join(System.lineSeparator(), errors));
        this.errors = List.copyOf(errors);
        this.warnings = List.copyOf(warnings);
    }

    /** Creates an exception with one error and its cause. */
    public ConfigurationException(String error, Throwable cause) {
        super(error, cause);
        this.errors = List.of(error);
        this.warnings = List.of();
    }

    /** Returns the errors, one line each. */
    public List<String> errors() {
        return errors;
    }

    /** Returns the warnings found beside the errors, one line each. */
    public List<String> warnings() {
        return warnings;
    }
}
