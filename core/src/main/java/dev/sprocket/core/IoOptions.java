package dev.sprocket.core;

/**
 * What an {@link IoServer} was told about its connections, by {@link IoServerBuilder}. Threads: any; immutable.
 *
 * @param outboundLimit how many bytes may wait for a peer that does not read
 */
record IoOptions(long outboundLimit) {
    static final IoOptions DEFAULT = new IoOptions(IoServer.DEFAULT_OUTBOUND_LIMIT);
}
