package dev.sprocket.plugin.internal.registry;

import dev.sprocket.plugin.Plugin;

/**
 * Loaded plugin with its source.
 *
 * @param source jar or directory of its class
 */
public record LoadedPlugin(Plugin plugin, String source) {}
