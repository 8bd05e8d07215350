package dev.sprocket.session.spring.internal.plugin;

import com.google.inject.Module;
import dev.sprocket.plugin.Factory;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.ServiceFactory;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.session.spi.SessionCodec;
import dev.sprocket.session.spring.SpringCodec;
import java.util.List;

/** Plugin with the session codec {@code spring}. Not thread-safe. */
public final class SpringSessionPlugin implements Plugin {
    private static final Option<List<String>> ALLOW = Option.strings(
            "allow",
            List.of(),
            "Java classes whose fields may be read, such as com.example.Cart, in addition to"
                    + " those of Spring Security");

    @Override
    public String name() {
        return "session-spring";
    }

    @Override
    public Module module() {
        return binder -> ServiceFactory.services(binder)
                .addBinding()
                .toInstance(Factory.named(
                                "spring",
                                "Attributes of Spring Session in Java serialization, parsed without loading classes")
                        .options(ALLOW)
                        .service(SessionCodec.class, settings -> new SpringCodec()
                                .allow(settings.get(ALLOW).toArray(String[]::new))));
    }
}
