package dev.sprocket.session.jdbc;

import static dev.sprocket.session.jdbc.JdbcSessionStoreTest.now;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.session.spi.SessionObject;
import dev.sprocket.session.spring.SpringCodec;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.core.userdetails.User;
import org.springframework.session.Session;
import org.springframework.session.SessionRepository;
import org.springframework.session.jdbc.JdbcIndexedSessionRepository;
import org.springframework.transaction.support.TransactionTemplate;

/** Tests with sessions that Spring Session writes to and reads from a database. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SpringJdbcTest {
    abstract static class Contract {
        private final SpringCodec codec = new SpringCodec();

        abstract DataSource database();

        private JdbcIndexedSessionRepository site() {
            JdbcIndexedSessionRepository site = new JdbcIndexedSessionRepository(
                    new JdbcTemplate(database()),
                    new TransactionTemplate(new DataSourceTransactionManager(database())));
            site.setDefaultMaxInactiveInterval(java.time.Duration.ofSeconds(1000));
            site.setCleanupCron(org.springframework.scheduling.annotation.Scheduled.CRON_DISABLED);
            site.afterPropertiesSet();
            return site;
        }

        static void createTables(DataSource database, String name) {
            new ResourceDatabasePopulator(
                            new ClassPathResource("org/springframework/session/jdbc/schema-" + name + ".sql"))
                    .execute(database);
        }

        private static <S extends Session> String login(SessionRepository<S> site) {
            S session = site.createSession();
            User ann = new User("ann", "hash", List.of(new SimpleGrantedAuthority("ROLE_USER")));
            session.setAttribute(
                    "SPRING_SECURITY_CONTEXT",
                    new SecurityContextImpl(
                            UsernamePasswordAuthenticationToken.authenticated(ann, null, ann.getAuthorities())));
            session.setAttribute("visits", 3);
            session.setAttribute("note", "x");
            site.save(session);
            return session.getId();
        }

        private static <S extends Session> void change(SessionRepository<S> site, String id, Consumer<Session> change) {
            S session = site.findById(id);
            change.accept(session);
            site.save(session);
        }

        @Test
        void reads_spring_login() throws Exception {
            String id = login(site());
            try (JdbcSessionStore store = JdbcSessionStoreTest.store(database(), JdbcSchema.spring())) {
                Map<String, @Nullable Object> session =
                        codec.decode(now(store.load(id)).orElseThrow());
                assertThat(session)
                        .containsEntry("visits", 3L)
                        .containsEntry("note", "x")
                        .containsOnlyKeys("SPRING_SECURITY_CONTEXT", "visits", "note");
                SessionObject context = (SessionObject) session.get("SPRING_SECURITY_CONTEXT");
                SessionObject authentication = (SessionObject) context.fields().get("authentication");
                SessionObject principal =
                        (SessionObject) authentication.fields().get("principal");
                assertThat(principal.fields()).containsEntry("username", "ann");
                assertThat(now(store.load("nobody"))).isEmpty();
            }
        }

        @Test
        void expired_session_is_not_found() throws Exception {
            String id = login(site());
            new JdbcTemplate(database())
                    .update("UPDATE SPRING_SESSION SET EXPIRY_TIME = ? WHERE SESSION_ID = ?", 1000L, id);
            try (JdbcSessionStore store = JdbcSessionStoreTest.store(database(), JdbcSchema.spring())) {
                assertThat(now(store.load(id))).isEmpty();
                assertThat(now(store.update(id, stored -> stored))).isFalse();
            }
        }

        @Test
        void update_is_readable_by_spring_and_keeps_objects() throws Exception {
            JdbcIndexedSessionRepository site = site();
            String id = login(site);
            try (JdbcSessionStore store = JdbcSessionStoreTest.store(database(), JdbcSchema.spring())) {
                assertThat(now(store.update(id, stored -> {
                            Map<String, @Nullable Object> attributes = new LinkedHashMap<>(codec.decode(stored));
                            attributes.put("seen", "by us");
                            attributes.put("note", List.of("pen"));
                            attributes.remove("visits");
                            return codec.encode(attributes, stored);
                        })))
                        .isTrue();
                change(site, id, session -> {
                    assertThat(session.<String>getAttribute("seen")).isEqualTo("by us");
                    assertThat(session.<List<String>>getAttribute("note")).containsExactly("pen");
                    assertThat(session.<Object>getAttribute("visits")).isNull();
                    SecurityContextImpl context = session.getAttribute("SPRING_SECURITY_CONTEXT");
                    assertThat(context.getAuthentication().getName()).isEqualTo("ann");
                    session.setAttribute("visits", 4);
                });
                assertThat(codec.decode(now(store.load(id)).orElseThrow())).containsEntry("visits", 4L);
            }
        }
    }

    @Nested
    class H2 extends Contract {
        private static final DataSource DATABASE = JdbcSessionStoreTest.h2("spring");

        @BeforeAll
        static void create() {
            createTables(DATABASE, "h2");
        }

        @Override
        DataSource database() {
            return DATABASE;
        }
    }

    @Tag("foreign")
    @Nested
    class PostgreSql extends Contract {
        private static EmbeddedPostgres postgres;

        @BeforeAll
        static void start() throws IOException {
            postgres = EmbeddedPostgres.start();
            createTables(postgres.getPostgresDatabase(), "postgresql");
        }

        @AfterAll
        static void stop() throws IOException {
            postgres.close();
        }

        @Override
        DataSource database() {
            return postgres.getPostgresDatabase();
        }
    }
}
