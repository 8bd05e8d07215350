package dev.sprocket.wamp.internal.session;

/** Version of this module, from the manifest of its jar. */
public final class Version {
    public static final String CURRENT = read();

    private Version() {}

    private static String read() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
