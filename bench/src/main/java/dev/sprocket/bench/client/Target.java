package dev.sprocket.bench.client;

/**
 * Address and protocol of the server under test.
 *
 * @param deflate whether clients offer permessage-deflate; they do not read compressed messages, only count them
 */
public record Target(int port, long pid, ClientProtocol protocol, boolean tls, boolean deflate) {
    public static Target of(int port, long pid, ClientProtocol protocol) {
        return new Target(port, pid, protocol, false, false);
    }

    public Target withTls(boolean on) {
        return new Target(port, pid, protocol, on, deflate);
    }

    public Target withDeflate(boolean on) {
        return new Target(port, pid, protocol, tls, on);
    }
}
