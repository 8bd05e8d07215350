package dev.sprocket.plugin;

/**
 * Makes something that layers and components use and that there is more than one kind of, such as a store of sessions. A
 * part of a plugin, as {@link LayerFactory}: bound into the set of {@code ServiceFactory<?>}, see {@link FactoryRegistry#services}.
 *
 * <p>Not thread-safe; used during assembly only.
 *
 * @param <T> what it is used as
 */
public interface ServiceFactory<T> extends Factory {
    /** What it is used as; two parts may have the same name if they differ in this. */
    Class<T> kind();

    /**
     * Makes it. It is closed, if it is {@link AutoCloseable}, when the stacks that use it are gone.
     *
     * @throws IllegalArgumentException if the settings make no sense together; the message is for the user
     */
    T create(Settings settings);
}
