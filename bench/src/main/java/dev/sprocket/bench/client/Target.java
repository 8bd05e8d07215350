package dev.sprocket.bench.client;

/**
 * Address and protocol of the server under test.
 *
 * @param otherPort port of another node of the same cluster, for every second client; 0 for none
 * @param deflate whether clients offer permessage-deflate; they do not read compressed messages, only count them
 */
public record Target(int port, int otherPort, long pid, ClientProtocol protocol, boolean tls, boolean deflate) {
    public static Target of(int port, long pid, ClientProtocol protocol) {
        return new Target(port, 0, pid, protocol, false, false);
    }

    public Target withTls(boolean on) {
        return new Target(port, otherPort, pid, protocol, on, deflate);
    }

    public Target withDeflate(boolean on) {
        return new Target(port, otherPort, pid, protocol, tls, on);
    }

    /** Returns a copy with another node. */
    public Target withOtherPort(int other) {
        return new Target(port, other, pid, protocol, tls, deflate);
    }
}
