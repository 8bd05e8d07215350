package dev.sprocket.session.redis;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.leaktest.SpinWait;
import dev.sprocket.session.json.JsonCodec;
import dev.sprocket.session.spi.SessionObject;
import dev.sprocket.session.spring.SpringCodec;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.serializer.RedisSerializer;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.core.userdetails.User;
import org.springframework.session.Session;
import org.springframework.session.SessionRepository;
import org.springframework.session.data.redis.RedisIndexedSessionRepository;
import org.springframework.session.data.redis.RedisSessionRepository;
import redis.clients.jedis.Jedis;
import redis.embedded.RedisServer;

/** Tests with sessions that Spring Session writes to and reads from Redis. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("foreign")
class SpringRedisTest {
    private static int port;
    private static RedisServer server;
    private static LettuceConnectionFactory connections;
    private static RedisTemplate<String, Object> template;

    private final SpringCodec codec = new SpringCodec();

    @BeforeAll
    static void start() throws IOException {
        port = RedisSessionStoreTest.freePort();
        server = RedisServer.newRedisServer()
                .port(port)
                .setting("bind 127.0.0.1")
                .setting("save \"\"")
                .setting("notify-keyspace-events Egx")
                .build();
        server.start();
        connections = new LettuceConnectionFactory("127.0.0.1", port);
        connections.afterPropertiesSet();
        connections.start();
        // as configured by spring-session itself
        template = new RedisTemplate<>();
        template.setKeySerializer(RedisSerializer.string());
        template.setHashKeySerializer(RedisSerializer.string());
        template.setDefaultSerializer(RedisSerializer.java());
        template.setConnectionFactory(connections);
        template.afterPropertiesSet();
    }

    @AfterAll
    static void stop() throws IOException {
        connections.destroy();
        server.stop();
    }

    private static <T> T now(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(20, SECONDS);
    }

    private static RedisSessionStore store() {
        return RedisSessionStore.spring("redis://127.0.0.1:" + port)
                .timeout(RedisSessionStoreTest.TIMEOUT)
                .build();
    }

    private static <S extends Session> String login(SessionRepository<S> site) {
        S session = site.createSession();
        User ann = new User("ann", "hash", List.of(new SimpleGrantedAuthority("ROLE_ADMIN")));
        session.setAttribute(
                "SPRING_SECURITY_CONTEXT",
                new SecurityContextImpl(
                        UsernamePasswordAuthenticationToken.authenticated(ann, null, ann.getAuthorities())));
        session.setAttribute("visits", 3);
        session.setAttribute("cart", new ArrayList<>(List.of("book", "pen")));
        session.setAttribute("removed", "x");
        site.save(session);
        session.removeAttribute("removed");
        site.save(session);
        return session.getId();
    }

    private static <S extends Session> void change(SessionRepository<S> site, String id, Consumer<Session> change) {
        S session = site.findById(id);
        change.accept(session);
        site.save(session);
    }

    private void check(Map<String, @Nullable Object> session) {
        assertThat(session)
                .containsEntry("visits", 3L)
                .containsEntry("cart", List.of("book", "pen"))
                .containsOnlyKeys("SPRING_SECURITY_CONTEXT", "visits", "cart");
        SessionObject authentication = field(session, "SPRING_SECURITY_CONTEXT", "authentication");
        SessionObject principal = field(authentication.fields(), null, "principal");
        assertThat(principal.fields()).containsEntry("username", "ann");
        assertThat(authentication.fields().get("authorities"))
                .isEqualTo(List.of(
                        new SessionObject(SimpleGrantedAuthority.class.getName(), Map.of("role", "ROLE_ADMIN"))));
    }

    private static SessionObject field(Map<String, ?> of, @Nullable String object, String name) {
        Map<String, ?> fields = object == null ? of : ((SessionObject) of.get(object)).fields();
        return (SessionObject) fields.get(name);
    }

    @Test
    void reads_spring_login_from_both_repositories() throws Exception {
        RedisIndexedSessionRepository indexed = new RedisIndexedSessionRepository(template);
        indexed.afterPropertiesSet();
        try (RedisSessionStore store = store()) {
            check(codec.decode(
                    now(store.load(login(new RedisSessionRepository(template)))).orElseThrow()));
            check(codec.decode(now(store.load(login(indexed))).orElseThrow()));
            assertThat(now(store.load("nobody"))).isEmpty();
        } finally {
            indexed.destroy();
        }
    }

    @Test
    @SuppressWarnings("removal") // still in use by sites
    void reads_json_attributes() throws Exception {
        RedisTemplate<String, Object> json = new RedisTemplate<>();
        json.setKeySerializer(RedisSerializer.string());
        json.setHashKeySerializer(RedisSerializer.string());
        json.setDefaultSerializer(new org.springframework.data.redis.serializer.GenericJackson2JsonRedisSerializer());
        json.setConnectionFactory(connections);
        json.afterPropertiesSet();
        RedisSessionRepository site = new RedisSessionRepository(json);
        var id = new String[1];
        change(site, session -> {
            session.setAttribute("user", "ann");
            session.setAttribute("visits", 3L);
            session.setAttribute("roles", new ArrayList<>(List.of("example.com", "b")));
            session.setAttribute("cart", new LinkedHashMap<>(Map.of("book", 2)));
            id[0] = session.getId();
        });
        try (RedisSessionStore store = store()) {
            assertThat(JsonCodec.spring().decode(now(store.load(id[0])).orElseThrow()))
                    .isEqualTo(Map.of(
                            "user",
                            "ann",
                            "visits",
                            3L,
                            "roles",
                            List.of("example.com", "b"),
                            "cart",
                            Map.of("book", 2L)));
        }
    }

    private static <S extends Session> void change(SessionRepository<S> site, Consumer<Session> change) {
        S session = site.createSession();
        change.accept(session);
        site.save(session);
    }

    @Test
    void remaining_hash_of_expired_session_is_ignored() throws Exception {
        RedisSessionRepository site = new RedisSessionRepository(template);
        String id = login(site);
        change(site, id, session -> session.setMaxInactiveInterval(Duration.ofSeconds(1000)));
        String key = "spring:session:sessions:" + id;
        try (RedisSessionStore store = store()) {
            assertThat(now(store.load(id))).isPresent();
            template.opsForHash().put(key, "lastAccessedTime", System.currentTimeMillis() - 1_000_001);
            assertThat(now(store.load(id))).isEmpty();
            template.opsForHash().put(key, "maxInactiveInterval", -1);
            assertThat(now(store.load(id))).as("never expires").isPresent();
            template.opsForHash().delete(key, "lastAccessedTime");
            assertThat(now(store.load(id))).isEmpty();
        }
    }

    @Test
    void update_is_readable_by_spring_and_keeps_objects() throws Exception {
        RedisSessionRepository site = new RedisSessionRepository(template);
        String id = login(site);
        try (RedisSessionStore store = store()) {
            assertThat(now(store.update(id, stored -> {
                        Map<String, @Nullable Object> attributes = new LinkedHashMap<>(codec.decode(stored));
                        attributes.put("seen", "by us");
                        attributes.put("cart", List.of("pen"));
                        attributes.remove("visits");
                        return codec.encode(attributes, stored);
                    })))
                    .isTrue();
        }
        Session session = site.findById(id);
        assertThat(session).isNotNull();
        assertThat(session.<String>getAttribute("seen")).isEqualTo("by us");
        assertThat(session.<List<String>>getAttribute("cart")).containsExactly("pen");
        assertThat(session.<Object>getAttribute("visits")).isNull();
        SecurityContextImpl context = session.getAttribute("SPRING_SECURITY_CONTEXT");
        assertThat(context.getAuthentication().getName()).isEqualTo("ann");
        try (Jedis redis = new Jedis("127.0.0.1", port)) {
            assertThat(redis.ttl("spring:session:sessions:" + id)).isPositive();
        }
    }

    @Test
    void update_keeps_concurrent_writes_of_spring() throws Exception {
        RedisSessionRepository site = new RedisSessionRepository(template);
        String id = login(site);
        try (RedisSessionStore store = store()) {
            assertThat(now(store.update(id, stored -> {
                        Map<String, @Nullable Object> attributes = new LinkedHashMap<>(codec.decode(stored));
                        if (!attributes.containsKey("meanwhile")) {
                            change(site, id, session -> session.setAttribute("meanwhile", "x"));
                        }
                        attributes.put("ours", (long) attributes.size());
                        return codec.encode(attributes, stored);
                    })))
                    .isTrue();
            assertThat(codec.decode(now(store.load(id)).orElseThrow()))
                    .containsEntry("meanwhile", "x")
                    .containsEntry("ours", 4L);
        }
    }

    @Test
    void logout_in_spring_notifies_watcher() throws Exception {
        RedisIndexedSessionRepository site = new RedisIndexedSessionRepository(template);
        site.afterPropertiesSet();
        BlockingQueue<String> ended = new LinkedBlockingQueue<>();
        try (RedisSessionStore store = store();
                Jedis redis = new Jedis("127.0.0.1", port)) {
            var unused = store.watch(ended::add);
            while (redis.publish("__keyevent@0__:del", "none") == 0) {
                SpinWait.once();
            }
            String id = login(site);
            site.deleteById(id);
            assertThat(ended.poll(20, SECONDS)).isEqualTo(id);
            assertThat(now(store.load(id))).isEmpty();
        } finally {
            site.destroy();
        }
    }
}
