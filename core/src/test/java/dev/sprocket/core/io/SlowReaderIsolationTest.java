package dev.sprocket.core.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.core.internal.flow.DropCounter;
import dev.sprocket.core.internal.transport.Outbound;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.text.Lines;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests one slow reader and ten normal readers on the same loops, with real sockets. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class SlowReaderIsolationTest {
    private static final long LIMIT = 128 * 1024;
    private static final int LINE = 16 * 1024;
    private static final int HEALTHY = 10;
    private static final int LINES = 300;

    @ParameterizedTest
    @EnumSource
    @Timeout(120)
    void slow_reader_does_not_affect_others(OutboundLimit.Overflow overflow) throws Exception {
        BlockingQueue<Connection> opened = new LinkedBlockingQueue<>();
        MessageComponent<Connection, Message> app = new Lines(new MessageComponent<Connection, Message>() {
            @Override
            public void onOpen(Connection conn) {
                opened.add(conn);
            }

            @Override
            public void onMessage(Connection from, Message message) {}
        });
        DropCounter dropStats = new DropCounter();
        EventLoops loops = EventLoops.of(2);
        Channel server = serve(loops, app, new OutboundLimit(LIMIT, overflow), dropStats);
        List<Socket> sockets = new ArrayList<>();
        try {
            List<Connection> conns = new ArrayList<>();
            for (int i = 0; i <= HEALTHY; i++) {
                Socket socket = new Socket();
                socket.setReceiveBufferSize(32 * 1024);
                socket.connect(server.localAddress());
                sockets.add(socket);
                Connection conn = opened.poll(30, TimeUnit.SECONDS);
                assertThat(conn).isNotNull();
                conns.add(conn);
            }
            Outbound stuck = PipelineContext.of(conns.get(0)).outbound();
            List<BufferedReader> readers = new ArrayList<>();
            for (Socket socket : sockets) {
                readers.add(new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)));
            }
            for (int n = 0; n < LINES; n++) {
                Message line = Message.text(n + ":" + "x".repeat(LINE));
                for (Connection conn : conns) {
                    conn.send(line);
                }
                for (int i = 1; i <= HEALTHY; i++) {
                    assertThat(readers.get(i).readLine()).startsWith(n + ":").hasSize(line.size());
                }
                stuck.loop()
                        .submit(() -> assertThat(stuck.pendingBytes()).isLessThanOrEqualTo(LIMIT))
                        .get();
            }
            assertThat(conns.subList(1, HEALTHY + 1)).allMatch(Connection::isOpen);
            conns.subList(1, HEALTHY + 1)
                    .forEach(conn ->
                            assertThat(IoServer.dropStats(conn).messages()).isZero());
            if (overflow == OutboundLimit.Overflow.CLOSE) {
                assertThat(conns.get(0).isOpen()).isFalse();
                assertThat(dropStats.connections()).isEqualTo(1);
            } else {
                assertThat(dropStats.connections()).isZero();
                assertThat(dropStats.messages())
                        .isEqualTo(IoServer.dropStats(conns.get(0)).messages());
                assertThat(dropStats.messages()).isPositive();
                conns.get(0).close();
                List<Integer> arrived = readNumbers(readers.get(0));
                assertThat(arrived).isSorted().hasSize(LINES - (int) dropStats.messages());
                if (overflow != OutboundLimit.Overflow.DROP_NEWEST) {
                    assertThat(arrived).endsWith(LINES - 2, LINES - 1);
                }
            }
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
            server.close().sync();
            loops.release();
        }
    }

    /** Returns the numbers of the lines up to the end; each line must be complete. */
    private static List<Integer> readNumbers(BufferedReader reader) throws IOException {
        List<Integer> numbers = new ArrayList<>();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            int colon = line.indexOf(':');
            assertThat(line).hasSize(colon + 1 + LINE);
            numbers.add(Integer.valueOf(line.substring(0, colon)));
        }
        return numbers;
    }

    private static Channel serve(
            EventLoops loops, MessageComponent<Connection, Message> app, OutboundLimit limit, DropCounter dropStats)
            throws InterruptedException {
        return new ServerBootstrap()
                .group(loops.acquire())
                .channelFactory(loops.transport().serverChannel(true))
                .childOption(ChannelOption.SO_SNDBUF, 32 * 1024)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        ConnectionInitializer.attach(
                                channel, app, new IoOptions(limit, null, null, List.of()), dropStats);
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sync()
                .channel();
    }
}
