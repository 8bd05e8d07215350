package dev.sprocket.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.app.App;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.leaktest.WebSocketClient;
import dev.sprocket.wamp.Call;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.annotation.Procedure;
import dev.sprocket.wamp.annotation.WampMethods;
import dev.sprocket.wamp.server.Realm;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Threads on which {@code App.route} runs annotated methods. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AppTest {
    private static final Set<Thread> SEEN = ConcurrentHashMap.newKeySet();

    private static final class OneThread {
        @Procedure("run")
        void run() {
            SEEN.add(Thread.currentThread());
        }
    }

    @ConcurrentComponent
    private static final class AllLoops {
        @Procedure("run")
        void run() {
            SEEN.add(Thread.currentThread());
        }
    }

    private static final class Other implements WampComponent {
        @Override
        public void onCall(WampConnection conn, Call call) {
            SEEN.add(Thread.currentThread());
            call.result(null);
        }
    }

    /** Returns the names of the threads that run one call on each route. */
    private static Set<String> threads(App app, String procedure) throws Exception {
        SEEN.clear();
        try (app) {
            app.start();
            for (String path : new String[] {"/one", "/two"}) {
                WebSocketClient browser =
                        ExamplesTest.page(app.port(), path, "wamp").welcome().send("[2,1,\"" + procedure + "\"]");
                assertThat(browser.receive()).isEqualTo("[3,1,[]]");
                browser.disconnect();
            }
        }
        // an idle thread ends, and its successor has the next number
        return SEEN.stream()
                .map(thread -> thread.getName().replaceAll("-\\d+$", ""))
                .collect(Collectors.toSet());
    }

    private static App app(WampComponent one, WampComponent two) {
        return App.listen(0).route("/one", one).route("/two", two);
    }

    @Test
    void object_on_two_routes_uses_one_thread() throws Exception {
        Object object = new OneThread();

        assertThat(threads(app(WampMethods.of(object), WampMethods.of(object, new Other())), "run"))
                .hasSize(1)
                .allMatch(name -> name.startsWith("sprocket-WampServer"));
    }

    @Test
    void realm_on_route_joins_by_name_on_one_thread() throws Exception {
        SEEN.clear();
        Realm realm = new Realm("com.example.shop", WampMethods.of(new OneThread()));
        try (App app = App.listen(0).route("/shop", realm).route("/other", realm)) {
            app.start();
            for (String path : new String[] {"/shop", "/other"}) {
                WebSocketClient browser = ExamplesTest.page(app.port(), path, "wamp.2.json")
                        .join("com.example.shop")
                        .send("[48,1,{},\"run\"]");
                assertThat(browser.receive()).isEqualTo("[50,1,{},[null]]");
                browser.disconnect();
            }
            WebSocketClient unknownRealm = ExamplesTest.page(app.port(), "/shop", "wamp.2.json")
                    .send("[1,\"realm1\",{\"roles\":{\"caller\":{}}}]");
            assertThat(unknownRealm.receive()).startsWith("[3,").contains("wamp.error.no_such_realm");
            unknownRealm.disconnect();
        }
        assertThat(SEEN).allMatch(thread -> thread.getName().startsWith("sprocket-WampServer"));
    }

    @Test
    void ConcurrentComponent_object_runs_on_event_loops() throws Exception {
        assertThat(threads(app(WampMethods.of(new AllLoops()), WampMethods.of(new AllLoops())), "run"))
                .noneMatch(name -> name.startsWith("sprocket-WampServer"));
    }

    @Test
    void fallback_component_runs_on_one_thread() throws Exception {
        assertThat(threads(
                        app(WampMethods.of(new AllLoops(), new Other()), WampMethods.of(new AllLoops(), new Other())),
                        "other"))
                .allMatch(name -> name.startsWith("sprocket-WampServer"));
    }
}
