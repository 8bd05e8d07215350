import com.google.inject.Inject;
import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import dev.sprocket.core.Component;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.plugin.ComponentFactory;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.ServiceFactory.Services;
import dev.sprocket.plugin.StackType;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import dev.sprocket.plugin.config.Settings.FactoryRef;
import dev.sprocket.session.MemoryStore;
import dev.sprocket.session.Session;
import dev.sprocket.session.spi.SessionStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Plugin whose component creates (GET ?begin), changes (GET ?change) and reads (GET) sessions. */
public final class SessionWriter implements Plugin {
    @Override
    public String name() {
        return "session-writer";
    }

    @Override
    public Module module() {
        return binder -> Multibinder.newSetBinder(binder, ComponentFactory.class)
                .addBinding()
                .to(Factory.class);
    }

    static final class Factory implements ComponentFactory {
        private static final Option<Optional<FactoryRef>> STORE =
                Option.factory("store", "Store in which sessions are created");

        private final Services services;

        @Inject
        Factory(Services services) {
            this.services = services;
        }

        @Override
        public String name() {
            return "session-writer";
        }

        @Override
        public String summary() {
            return "Creates, changes and reads sessions";
        }

        @Override
        public List<Option<?>> options() {
            return List.of(STORE);
        }

        @Override
        public StackType requires() {
            return StackType.messages(HttpConnection.class);
        }

        @Override
        public Component<?> create(Settings settings) {
            return new Writer(
                    services.get(SessionStore.class, settings.get(STORE).orElse(FactoryRef.of("memory"))));
        }
    }

    @ConcurrentComponent
    static final class Writer implements MessageComponent<HttpConnection, Message> {
        private final SessionStore store;

        Writer(SessionStore store) {
            this.store = store;
        }

        @Override
        public void onOpen(HttpConnection conn) {
            String target = HttpRequest.of(conn).target();
            String query = target.substring(target.indexOf('?') + 1);
            if (query.equals("begin")) {
                conn.respond(HttpResponse.text(
                        ((MemoryStore) store).create("username|s:3:\"ann\";".getBytes(StandardCharsets.UTF_8))));
            } else if (query.equals("change")) {
                try {
                    Session.of(conn)
                            .change(attributes -> attributes.put("changed", "yes"))
                            .whenComplete((done, failure) ->
                                    conn.respond(HttpResponse.text(failure == null ? "" + done : "failed")));
                } catch (IllegalStateException e) {
                    conn.respond(HttpResponse.text("read-only"));
                }
            } else {
                conn.respond(HttpResponse.text(Session.of(conn).text("username").orElse("nobody")));
            }
        }

        @Override
        public void onMessage(HttpConnection from, Message message) {}
    }
}
