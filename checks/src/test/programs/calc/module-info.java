/** Program of named modules only, without a plugin. */
module com.example.calc {
    requires dev.sprocket.wamp;

    opens com.example.calc to
            com.google.gson,
            dev.sprocket.wamp;
}
