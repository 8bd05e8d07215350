package dev.sprocket.plugin;

/**
 * Loaded plugin with its source.
 *
 * @param source jar or directory of its class
 */
public record LoadedPlugin(Plugin plugin, String source) {}
