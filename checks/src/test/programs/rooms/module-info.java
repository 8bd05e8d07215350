/** Program with {@code App}, a configuration file, and plugins found by ServiceLoader. */
module com.example.rooms {
    requires dev.sprocket.app;
    requires dev.sprocket.config;
    requires dev.sprocket.wamp;

    opens com.example.rooms to
            com.google.gson,
            dev.sprocket.wamp;
}
