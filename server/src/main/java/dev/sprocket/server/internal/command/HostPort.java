package dev.sprocket.server.internal.command;

/** Host and port of a server. */
record HostPort(String host, int port) {
    /**
     * Parses {@code host:port}.
     *
     * @param flag command line option, for the message
     * @throws IllegalArgumentException if it is invalid
     */
    static HostPort parse(String flag, String text) {
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        if (colon < 1 || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65535) {
            throw new IllegalArgumentException(flag + ": " + text + " (expected: host:port)");
        }
        return new HostPort(text.substring(0, colon), Integer.parseInt(port));
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
