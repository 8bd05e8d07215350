package dev.sprocket.bench;

/** Address and protocol of the server under test. */
record Target(int port, long pid, ClientProtocol protocol) {}
