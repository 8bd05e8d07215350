package dev.sprocket.cluster.redis;

import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.testkit.contract.DirectoryContract;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("foreign")
class RedisDirectoryTest extends DirectoryContract {
    private static TestRedis redis;

    @BeforeAll
    static void start() throws IOException {
        redis = TestRedis.start();
        RedisUserTest.create(redis, RedisUserTest.documented());
    }

    @AfterAll
    static void stop() throws IOException {
        redis.close();
    }

    @AfterEach
    void flush() {
        redis.command(jedis -> jedis.flushAll());
    }

    @Override
    protected Engine newEngine() {
        return RedisEngine.builder("redis://sprocket:password@127.0.0.1:" + redis.port())
                .timeout(TestRedis.LONG)
                .build();
    }

    @Override
    protected void endLease(String name) {
        redis.command(jedis -> jedis.del(RedisEngine.DEFAULT_PREFIX + ":node:" + name));
    }
}
