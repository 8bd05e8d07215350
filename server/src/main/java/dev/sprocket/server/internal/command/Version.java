package dev.sprocket.server.internal.command;

import picocli.CommandLine.IVersionProvider;

/** Version of Sprocket, from the manifest of its jar. */
public final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"Sprocket " + own()};
    }

    static String own() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
