package dev.sprocket.bench.client;

/** Address and protocol of the server under test. */
public record Target(int port, long pid, ClientProtocol protocol) {}
