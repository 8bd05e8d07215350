package dev.sprocket.core.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class EndpointsTest {
    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());

    private Endpoint endpoint(String name) {
        return new Endpoint() {
            @Override
            public void start() {
                calls.add(name + " starts");
            }

            @Override
            public void close(Duration deadline) {
                calls.add(name + " closes" + (deadline.toDays() > 365 ? " with a long deadline" : ""));
            }

            @Override
            public SocketAddress address() {
                return new InetSocketAddress(0);
            }
        };
    }

    /** Endpoint whose {@code close} blocks until the test releases it. */
    private final class Stuck implements Endpoint {
        final CountDownLatch closeCalled = new CountDownLatch(1);
        final CountDownLatch released = new CountDownLatch(1);

        @Override
        public void start() {
            calls.add("stuck starts");
        }

        @Override
        public void close(Duration deadline) {
            closeCalled.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public SocketAddress address() {
            return new InetSocketAddress(0);
        }
    }

    @Test
    void stuck_endpoint_does_not_delay_others() throws Exception {
        for (boolean bridge : new boolean[] {false, true}) {
            Stuck stuck = new Stuck();
            CountDownLatch closeCalled = new CountDownLatch(1);
            Endpoint other = new Endpoint() {
                @Override
                public void start() {
                    calls.add("other starts");
                }

                @Override
                public void close(Duration deadline) {
                    closeCalled.countDown();
                }

                @Override
                public SocketAddress address() {
                    return new InetSocketAddress(0);
                }
            };
            Endpoints both = new Endpoints(List.of(other, stuck), bridge ? List.of(stuck) : List.of());
            both.start();
            Thread closing = new Thread(() -> both.close(Duration.ofDays(1)));
            closing.start();

            assertThat(stuck.closeCalled.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(closeCalled.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(closing.isAlive()).isTrue();
            stuck.released.countDown();
            closing.join();
        }
    }

    @Test
    void bridges_close_before_other_endpoints() throws Exception {
        Endpoint page = endpoint("page");
        Endpoint bridge = endpoint("bridge");
        Endpoints both = new Endpoints(List.of(page, bridge), List.of(bridge));
        both.start();

        both.close(Duration.ofMinutes(1));

        assertThat(calls).containsExactly("page starts", "bridge starts", "bridge closes", "page closes");
    }

    @Test
    void failing_close_does_not_affect_others() throws Exception {
        Endpoint broken = new Endpoint() {
            @Override
            public void start() {}

            @Override
            public void close(Duration deadline) {
                throw new IllegalStateException("broken");
            }

            @Override
            public SocketAddress address() {
                return new InetSocketAddress(0);
            }
        };
        Endpoints both = new Endpoints(List.of(broken, endpoint("a")));
        both.start();

        both.close(Duration.ofMinutes(1));

        both.join();
        assertThat(calls).containsExactly("a starts", "a closes");
    }

    @Test
    void accepts_longest_deadline() throws Exception {
        Endpoints both = new Endpoints(List.of(endpoint("a"), endpoint("b")));
        both.start();

        both.close(Duration.ofSeconds(Long.MAX_VALUE));

        both.join();
        assertThat(calls.subList(0, 2)).containsExactly("a starts", "b starts");
        assertThat(calls.subList(2, 4))
                .containsExactlyInAnyOrder("a closes with a long deadline", "b closes with a long deadline");
    }
}
