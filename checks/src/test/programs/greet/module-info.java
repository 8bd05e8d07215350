/** Plugin that is a named module. */
module com.example.greet {
    requires com.google.guice;
    requires dev.sprocket.core;
    requires dev.sprocket.plugin;

    provides dev.sprocket.plugin.Plugin with
            com.example.greet.GreetPlugin;
}
