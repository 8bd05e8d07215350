package dev.sprocket.session.memcached;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sprocket.plugin.ServiceFactory;
import dev.sprocket.plugin.internal.registry.FactoryRegistry;
import dev.sprocket.plugin.internal.registry.Plugins;
import dev.sprocket.session.spi.SessionFormatException;
import dev.sprocket.session.spi.SessionStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.zip.Deflater;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/**
 * Tests without memcached.
 *
 * <p>Tests with memcached and PHP are in {@code checks}.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class MemcachedSessionStoreTest {
    private static byte[] zlib(String text, int claimed) {
        Deflater deflater = new Deflater();
        deflater.setInput(text.getBytes(UTF_8));
        deflater.finish();
        byte[] all = new byte[100 + text.length()];
        int length = deflater.deflate(all, 4, all.length - 4);
        deflater.end();
        ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).putInt(claimed);
        return Arrays.copyOf(all, 4 + length);
    }

    private static String error(byte[] value, int flags) {
        try {
            var unused = MemcachedValue.decompress(value, flags);
            return "none";
        } catch (SessionFormatException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void flags_determine_format_of_value() throws Exception {
        assertThat(MemcachedValue.decompress(new byte[] {1}, 0)).containsExactly(1);
        assertThat(MemcachedValue.decompress(zlib("hello", 5), 0x30)).isEqualTo("hello".getBytes(UTF_8));
        assertThat(error(new byte[0], 1)).isEqualTo("value of type 1 (expected: 0, string)");
        assertThat(error(new byte[9], 0x50))
                .isEqualTo("unsupported compression, flags 0x50" + " (expected: memcached.compression_type = zlib)");
    }

    @Test
    void decompression_rejects_impossible_lengths() {
        assertThat(error(zlib("hello", Integer.MAX_VALUE), 0x30)).contains("invalid length 2147483647");
        assertThat(error(zlib("hello", -1), 0x30)).contains("invalid length 4294967295");
        assertThat(error(zlib("hello", 6), 0x30)).contains("truncated");
        assertThat(error(new byte[] {5, 0, 0, 0, 7, 7, 7}, 0x30)).contains("not a zlib stream");
        assertThat(error(new byte[3], 0x30)).contains("3 bytes");
    }

    @Test
    void unreachable_memcached_is_named_in_error() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        ServiceFactory<SessionStore> factory = Plugins.discover()
                .injector(binder -> {})
                .getInstance(FactoryRegistry.class)
                .services(SessionStore.class)
                .iterator()
                .next();
        assertThat(factory.name()).isEqualTo("memcached");
        try (SessionStore store = factory.create(factory.settings("port = " + port + ", timeout = 50ms"))) {
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> store.load("abc").toCompletableFuture().get(20, SECONDS))
                    .withCauseInstanceOf(IOException.class)
                    .withMessageContaining("memcached at 127.0.0.1:" + port + ": no response within 50 ms");
            for (String id : List.of("", "a b", "a\r\nflush_all", "a".repeat(240))) {
                assertThat(store.load(id).toCompletableFuture().get(20, SECONDS))
                        .isEmpty();
            }
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MemcachedSessionStore.builder("localhost", 1).lifetime(Duration.ZERO));
    }
}
