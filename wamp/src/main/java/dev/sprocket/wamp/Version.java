package dev.sprocket.wamp;

/** Version of this module, from the manifest of its jar. */
final class Version {
    static final String CURRENT = read();

    private Version() {}

    private static String read() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
