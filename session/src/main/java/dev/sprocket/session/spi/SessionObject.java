package dev.sprocket.session.spi;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An object in a session, as data: it was never made.
 *
 * <p>Threads: any; it does not change.
 *
 * @param type its class, as the site calls it
 * @param fields what it has, by name; as PHP names them, without what marks them as private or protected
 */
public record SessionObject(String type, Map<String, @Nullable Object> fields) {}
