package dev.sprocket.checks.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.RequiredPrograms;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Notifications to systemd and settings of the unit file. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
@Tag("foreign")
class SystemdTest {
    private static final Path UNIT = Path.of("../docs/deploy/sprocket.service");

    @TempDir
    Path folder;

    private final BlockingQueue<String> notifications = new LinkedBlockingQueue<>();

    private Process serve(String socket) throws IOException {
        Path file = Files.writeString(
                folder.resolve("site.conf"),
                "listeners.web { address = \"127.0.0.1:0\", layers = [http, ws], component = echo }\n");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-jar",
                        "../server/target/sprocket.jar",
                        "serve",
                        "-c",
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile());
        builder.environment().put("NOTIFY_SOCKET", socket);
        return builder.start();
    }

    private Channel listen(EventLoopGroup group, String socket) {
        return new Bootstrap()
                .group(group)
                .channel(EpollDomainDatagramChannel.class)
                .handler(new SimpleChannelInboundHandler<DomainDatagramPacket>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext ctx, DomainDatagramPacket packet) {
                        notifications.add(packet.content().toString(StandardCharsets.UTF_8));
                    }
                })
                .bind(new DomainSocketAddress(socket.startsWith("@") ? "\0" + socket.substring(1) : socket))
                .syncUninterruptibly()
                .channel();
    }

    private String next() throws Exception {
        return String.valueOf(notifications.poll(60, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "abstract"})
    void server_reports_ready_reloading_and_stopping(String kind) throws Exception {
        Assumptions.assumeTrue(Epoll.isAvailable(), "missing: epoll");
        String socket = kind.equals("file")
                ? folder.resolve("notify").toString()
                : "@sprocket-test-" + ProcessHandle.current().pid() + "-" + folder.getFileName();
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        Channel channel = listen(group, socket);
        Process server = serve(socket);
        try {
            assertThat(next()).as(Files.readString(folder.resolve("log"))).startsWith("READY=1\n");
            new ProcessBuilder("kill", "-HUP", String.valueOf(server.pid()))
                    .start()
                    .waitFor();
            assertThat(next()).startsWith("RELOADING=1\nMONOTONIC_USEC=");
            assertThat(next()).startsWith("READY=1\n");
            server.destroy();
            assertThat(next()).startsWith("STOPPING=1\n");
            assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(server.exitValue()).isZero();
        } finally {
            server.destroyForcibly();
            channel.close().syncUninterruptibly();
            group.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    @Test
    void server_starts_without_notify_socket_reader() throws Exception {
        Process server = serve(folder.resolve("gone").toString());
        try {
            assertThat(ReadyLine.await(server, folder.resolve("log")).text()).isNotEmpty();
            server.destroy();
            assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(server.exitValue()).isZero();
        } finally {
            server.destroyForcibly();
        }
    }

    @Test
    void unit_exposure_is_below_4() throws Exception {
        RequiredPrograms.require("systemd-analyze");
        Process analyze = new ProcessBuilder("systemd-analyze", "security", "--offline=true", UNIT.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(analyze.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher exposure =
                Pattern.compile("Overall exposure level for \\S+: ([0-9.]+)").matcher(output);
        assertThat(exposure.find()).as(output).isTrue();
        assertThat(Double.parseDouble(exposure.group(1))).as(output).isLessThan(4);
    }

    /** The session files of PHP have mode 0600 and may be in {@code /tmp}. */
    @Test
    void unit_runs_as_php_user_without_private_tmp() throws Exception {
        List<String> lines = Files.readAllLines(UNIT);
        assertThat(lines)
                .contains("Type=notify", "User=www-data", "RuntimeDirectory=sprocket", "PrivateTmp=no")
                .noneMatch(line -> line.startsWith("DynamicUser"));
    }
}
