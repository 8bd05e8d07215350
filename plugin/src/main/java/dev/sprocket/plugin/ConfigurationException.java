package dev.sprocket.plugin;

import java.util.List;

/** A configuration, or a plugin, with which the server cannot start; its message is for whoever wrote it. */
public final class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    @SuppressWarnings("serial") // a list of texts
    private final List<String> problems;

    /** All that is wrong, a line each. */
    public ConfigurationException(List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
        this.problems = List.copyOf(problems);
    }

    /** As above, one line, with its cause. */
    public ConfigurationException(String problem, Throwable cause) {
        super(problem, cause);
        this.problems = List.of(problem);
    }

    /** A line each. */
    public List<String> problems() {
        return problems;
    }
}
