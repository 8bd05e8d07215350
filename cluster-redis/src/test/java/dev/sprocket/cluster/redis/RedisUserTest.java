package dev.sprocket.cluster.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.testkit.contract.EngineContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Protocol;

/** The engine with the rights of {@code docs/operate/redis.md}, another database and another prefix. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("foreign")
class RedisUserTest extends EngineContract {
    private static TestRedis redis;

    @BeforeAll
    static void start() throws IOException {
        redis = TestRedis.start();
        create(redis, documented().replace("sprocket:", "site-a:") + " +select");
    }

    /** Creates a user, given in the form of an ACL file. */
    static void create(TestRedis redis, String user) {
        String[] words = user.split(" ");
        words[0] = "SETUSER";
        redis.command(jedis -> jedis.sendCommand(Protocol.Command.ACL, words));
    }

    /** Returns the line of the page, which has the form of an ACL file. */
    static String documented() throws IOException {
        Matcher line = Pattern.compile("\n    (user sprocket on .*)\n")
                .matcher(Files.readString(Path.of("../docs/operate/redis.md")));
        if (!line.find()) {
            throw new AssertionError("no user in the page");
        }
        return line.group(1);
    }

    @AfterAll
    static void stop() throws IOException {
        redis.close();
    }

    @AfterEach
    void flush() {
        redis.command(jedis -> jedis.flushAll());
    }

    @Test
    void rights_name_each_command_of_the_scripts() throws IOException {
        List<String> rights = List.of(documented().split(" "));
        for (Script script : Script.values()) {
            Matcher call = Pattern.compile("redis\\.call\\('(\\w+)'").matcher(Names.text(script.text()));
            while (call.find()) {
                assertThat(rights).contains("+" + call.group(1).toLowerCase(Locale.ROOT));
            }
        }
    }

    @Override
    protected Engine newEngine() {
        return RedisEngine.builder("redis://sprocket:password@127.0.0.1:" + redis.port() + "/3")
                .prefix("site-a")
                .timeout(TestRedis.LONG)
                .build();
    }
}
