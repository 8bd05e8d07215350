package dev.sprocket.bench;

/** A server to be measured. */
record Target(int port, long pid, Dialect dialect) {}
