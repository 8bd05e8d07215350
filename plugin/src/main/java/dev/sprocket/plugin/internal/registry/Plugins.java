package dev.sprocket.plugin.internal.registry;

import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import com.google.inject.spi.Message;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.ServiceFactory.Services;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.ConfigurationException;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Plugins of a server.
 *
 * <p>Not thread-safe; used during assembly only.
 */
public final class Plugins {
    private final Map<String, LoadedPlugin> byName = new TreeMap<>();
    private final Set<String> disabled = new HashSet<>();

    private Plugins() {}

    /**
     * Loads the plugins on the class path.
     *
     * @throws ConfigurationException if two have the same name or one fails to load
     */
    public static Plugins discover() {
        Plugins plugins = new Plugins();
        plugins.load(Thread.currentThread().getContextClassLoader(), null);
        return plugins;
    }

    /**
     * Loads the plugins of all jars in a directory, each with its own class loader.
     *
     * <p>A directory that does not exist counts as empty.
     *
     * @throws ConfigurationException if a jar is broken or not {@linkplain TrustedCode trusted}; the message names it
     */
    public Plugins andDirectory(Path directory) {
        if (!Files.isDirectory(directory)) {
            return this;
        }
        List<Path> jars;
        try (Stream<Path> files = Files.list(directory)) {
            jars = files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new ConfigurationException("plugins: cannot read " + directory + ": " + e.getMessage(), e);
        }
        for (Path jar : jars) {
            trust(jar);
            load(loader(jar), jar);
        }
        return this;
    }

    private static void trust(Path jar) {
        try {
            TrustedCode.check(jar);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("plugins: not loaded: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new ConfigurationException("plugins: cannot read " + jar + ": " + e.getMessage(), e);
        }
    }

    @SuppressWarnings("resource") // lives as long as the server
    private static ClassLoader loader(Path jar) {
        try {
            return new URLClassLoader(
                    "plugin " + jar.getFileName(), new URL[] {jar.toUri().toURL()}, Plugins.class.getClassLoader());
        } catch (MalformedURLException e) {
            throw new ConfigurationException("plugin " + jar + ": " + e.getMessage(), e);
        }
    }

    private void load(ClassLoader loader, @Nullable Path jar) {
        Iterator<Plugin> found = ServiceLoader.load(Plugin.class, loader).iterator();
        int own = 0;
        while (true) {
            Plugin plugin;
            try {
                if (!found.hasNext()) {
                    break;
                }
                plugin = found.next();
                if (jar != null && plugin.getClass().getClassLoader() != loader) {
                    continue; // belongs to the parent class loader, and is loaded already
                }
                own++;
                add(plugin, jar == null ? source(plugin.getClass()) : jar.toString());
            } catch (ServiceConfigurationError | LinkageError e) {
                throw loadFailure(jar == null ? "on the class path" : jar.toString(), e);
            }
        }
        if (jar != null && own == 0) {
            throw new ConfigurationException(List.of("plugin " + jar
                    + ": not a plugin (expected: a jar with META-INF/services/" + Plugin.class.getName() + ")"));
        }
    }

    private static ConfigurationException loadFailure(String where, Throwable e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        String reason = cause instanceof UnsupportedClassVersionError
                ? "requires a newer Java version than " + Runtime.version().feature()
                : cause instanceof ClassNotFoundException || cause instanceof NoClassDefFoundError
                        ? "missing class " + String.valueOf(cause.getMessage()).replace('/', '.')
                        : cause.getClass().getSimpleName() + ": " + cause.getMessage();
        return new ConfigurationException("plugin " + where + ": " + reason, e);
    }

    private static String source(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        return source == null ? "?" : Path.of(source.getLocation().getPath()).toString();
    }

    private void add(Plugin plugin, String source) {
        LoadedPlugin other = byName.putIfAbsent(plugin.name(), new LoadedPlugin(plugin, source));
        if (other != null) {
            throw new ConfigurationException(List.of(
                    "two plugins have the name " + plugin.name() + ": in " + other.source() + " and in " + source));
        }
    }

    /**
     * Disables plugins.
     *
     * @throws ConfigurationException for an unknown name
     */
    public Plugins without(Collection<String> names) {
        for (String name : names) {
            if (!byName.containsKey(name)) {
                throw new ConfigurationException(
                        List.of("unknown plugin: " + name + " " + ConfigErrors.suggestion(name, byName.keySet())));
            }
            disabled.add(name);
        }
        return this;
    }

    /** Reports whether a plugin is disabled. */
    public boolean isDisabled(Plugin plugin) {
        return disabled.contains(plugin.name());
    }

    /** Returns all plugins, sorted by name, including disabled ones. */
    public Collection<LoadedPlugin> all() {
        return List.copyOf(byName.values());
    }

    /**
     * Creates an injector with the modules of all enabled plugins.
     *
     * @param own further modules
     * @throws ConfigurationException if a plugin fails or conflicts; the message names it
     */
    public Injector injector(Module... own) {
        List<Module> modules = new ArrayList<>(List.of(own));
        modules.add(FactoryRegistry::declare);
        modules.add(binder -> binder.bind(Services.class).to(ServiceCache.class));
        for (LoadedPlugin found : byName.values()) {
            if (!isDisabled(found.plugin())) {
                try {
                    modules.add(found.plugin().module());
                } catch (RuntimeException | LinkageError e) {
                    throw loadFailure(found.source() + " (" + found.plugin().name() + ")", e);
                }
            }
        }
        try {
            Injector injector = Guice.createInjector(modules);
            injector.getInstance(FactoryRegistry.class);
            return injector;
        } catch (CreationException e) {
            throw failure(e.getErrorMessages(), e);
        } catch (com.google.inject.ProvisionException e) {
            throw failure(e.getErrorMessages(), e);
        }
    }

    private ConfigurationException failure(Collection<Message> messages, RuntimeException e) {
        List<String> lines = new ArrayList<>();
        for (Message message : messages) {
            String text = message.getMessage().replaceAll("\\s*\\R\\s*", " ").strip();
            lines.add("plugins: " + text + responsiblePlugin(message));
        }
        ConfigurationException refused = new ConfigurationException(lines);
        refused.initCause(e);
        return refused;
    }

    /** Describes the plugin that caused an error of Guice; empty if unknown. */
    private String responsiblePlugin(Message message) {
        String details = message.getSource() + " " + message.getSources() + " " + message.getCause();
        for (LoadedPlugin found : byName.values()) {
            String type = found.plugin().getClass().getName();
            String packageName = found.plugin().getClass().getPackageName();
            if (details.contains(type) || details.contains(packageName + ".")) {
                return " (plugin " + found.plugin().name() + " in " + found.source() + ")";
            }
        }
        return "";
    }
}
