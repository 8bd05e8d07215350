package dev.sprocket.wamp;

/** The version of this module, as its jar's manifest has it. */
final class Version {
    static final String OWN = own();

    private Version() {}

    private static String own() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
