package dev.sprocket.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class StatefulComponentTest {
    private final List<String> calls = new ArrayList<>();
    private final Map<TestConnection, String> names = new HashMap<>();
    private final Listing component = new Listing();

    private TestConnection connection(String name) {
        TestConnection conn = new TestConnection();
        names.put(conn, name);
        return conn;
    }

    /** Names each connection by its state, and creates none for some names. */
    private final class Listing extends StatefulComponent<TestConnection, String, String> {
        @Override
        protected Optional<String> newState(TestConnection conn) {
            String name = names.getOrDefault(conn, "");
            if (name.equals("failing")) {
                throw new IllegalStateException("no state");
            }
            return Optional.of(name).filter(kept -> !kept.equals("rejected"));
        }

        @Override
        protected void onOpen(TestConnection conn, String state) {
            calls.add("open " + state);
        }

        @Override
        protected void onMessage(TestConnection from, String message, String state) {
            calls.add(message + " " + state);
        }

        @Override
        protected void onClose(TestConnection conn, String state) {
            calls.add("close " + state);
        }
    }

    @Test
    void passes_its_state_to_each_callback() throws Exception {
        TestConnection one = connection("one");
        TestConnection two = connection("two");
        component.onOpen(one);
        component.onOpen(two);
        component.onMessage(one, "hi");
        component.onMessage(two, "ho");
        component.onClose(one);

        assertThat(calls).containsExactly("open one", "open two", "hi one", "ho two", "close one");
        assertThat(component.state(two)).contains("two");
    }

    @Test
    void connection_without_state_reaches_no_callback() throws Exception {
        TestConnection conn = connection("rejected");
        component.onOpen(conn);
        component.onMessage(conn, "hi");
        component.onClose(conn);

        assertThat(calls).isEmpty();
        assertThat(component.state(conn)).isEmpty();
    }

    @Test
    void failure_of_the_factory_is_thrown_on() {
        TestConnection conn = connection("failing");
        IllegalStateException cause = new IllegalStateException("no state");

        assertThatThrownBy(() -> component.onOpen(conn)).hasMessage("no state");
        assertThatThrownBy(() -> component.onError(conn, cause)).isSameAs(cause);
        assertThat(calls).isEmpty();
    }
}
