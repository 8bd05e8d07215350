package dev.sprocket.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.app.App;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.wamp.Call;
import dev.sprocket.wamp.Procedure;
import dev.sprocket.wamp.Realm;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.WampMethods;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** On which threads {@code App.route} runs annotated methods. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AppTest {
    private static final Set<Thread> SEEN = ConcurrentHashMap.newKeySet();

    private static final class Confined {
        @Procedure("run")
        void run() {
            SEEN.add(Thread.currentThread());
        }
    }

    @ConcurrentComponent
    private static final class OnLoops {
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

    /** The names of the threads that run one call on each route. */
    private static Set<String> threads(App app, String procedure) throws Exception {
        SEEN.clear();
        try (app) {
            app.start();
            for (String path : new String[] {"/one", "/two"}) {
                Browser browser = Browser.wamp(app.port(), path).say("[2,1,\"" + procedure + "\"]");
                assertThat(browser.next()).isEqualTo("[3,1,[]]");
                browser.leave();
            }
        }
        // a confined thread ends when it is idle, and another with the next number takes its place
        return SEEN.stream()
                .map(thread -> thread.getName().replaceAll("-\\d+$", ""))
                .collect(Collectors.toSet());
    }

    private static App app(WampComponent one, WampComponent two) {
        return App.at("localhost", 0).route("/one", one).route("/two", two);
    }

    @Test
    void an_object_on_two_routes_stays_on_its_one_thread() throws Exception {
        Object object = new Confined();

        assertThat(threads(app(WampMethods.of(object), WampMethods.of(object, new Other())), "run"))
                .hasSize(1)
                .allMatch(name -> name.startsWith("sprocket-WampServer"));
    }

    @Test
    void realm_on_a_route_is_joined_by_its_name_on_one_thread() throws Exception {
        SEEN.clear();
        Realm realm = new Realm("com.example.shop", WampMethods.of(new Confined()));
        try (App app = App.at("localhost", 0).route("/shop", realm).route("/other", realm)) {
            app.start();
            for (String path : new String[] {"/shop", "/other"}) {
                Browser browser =
                        Browser.wamp2(app.port(), path, "com.example.shop").say("[48,1,{},\"run\"]");
                assertThat(browser.next()).isEqualTo("[50,1,{},[null]]");
                browser.leave();
            }
            Browser stranger =
                    Browser.open(app.port(), "/shop", "wamp.2.json").say("[1,\"realm1\",{\"roles\":{\"caller\":{}}}]");
            assertThat(stranger.next()).startsWith("[3,").contains("wamp.error.no_such_realm");
            stranger.leave();
        }
        assertThat(SEEN).allMatch(thread -> thread.getName().startsWith("sprocket-WampServer"));
    }

    @Test
    void an_object_whose_class_says_Concurrent_runs_on_the_event_loops() throws Exception {
        assertThat(threads(app(WampMethods.of(new OnLoops()), WampMethods.of(new OnLoops())), "run"))
                .noneMatch(name -> name.startsWith("sprocket-WampServer"));
    }

    @Test
    void a_fallback_that_does_not_say_it_is_confined() throws Exception {
        assertThat(threads(
                        app(WampMethods.of(new OnLoops(), new Other()), WampMethods.of(new OnLoops(), new Other())),
                        "other"))
                .allMatch(name -> name.startsWith("sprocket-WampServer"));
    }
}
