package dev.sprocket.wamp;

/** The version of this module, as its jar's manifest has it. */
final class Version {
    static final String CURRENT = read();

    private Version() {}

    private static String read() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
