package com.example.rooms;

import dev.sprocket.app.App;
import dev.sprocket.config.ConfiguredServer;
import dev.sprocket.wamp.annotation.Procedure;
import dev.sprocket.wamp.annotation.WampMethods;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;

/** Serves an annotated procedure and a configuration file until standard input ends. */
public final class Main {
    static final class Rooms {
        @Procedure("com.example.rooms")
        String[] rooms() {
            return new String[] {"kitchen", "hall"};
        }
    }

    private Main() {}

    /** Starts the server of a configuration file. */
    public static void main(String[] args) throws Exception {
        App app = App.listen(0).route("/rooms", WampMethods.of(new Rooms()));
        app.start();
        ConfiguredServer configured = ConfiguredServer.of(Path.of(args[0]));
        configured.start();
        int port = ((InetSocketAddress) configured.address("lines")).getPort();
        System.out.println("port=" + app.port() + " lines=" + port);
        while (System.in.read() >= 0) {}
        configured.close(Duration.ZERO);
        app.close(Duration.ZERO);
    }
}
