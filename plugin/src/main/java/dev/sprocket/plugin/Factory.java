package dev.sprocket.plugin;

import java.util.List;

/** What a stack or a server can be put together from by name. Not thread-safe; used during assembly only. */
public interface Factory {
    /** The name by which a configuration asks for it: lower case, with hyphens. */
    String name();

    /** What it is for, in a line. */
    String summary();

    /** What it can be told. */
    default List<Option<?>> options() {
        return List.of();
    }
}
