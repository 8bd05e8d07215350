package dev.sprocket.core.io;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.socket.DuplexChannelConfig;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Listening sockets of a server. Opens all of them or none. Not thread-safe. */
final class ListeningSockets {
    /** Shared by all connections, which by default have one each. The default is 16 reads per iteration. */
    private static final RecvByteBufAllocator RECEIVE_BUFFERS =
            new AdaptiveRecvByteBufAllocator().maxMessagesPerRead(16);

    private final List<ListenAddress> addresses;
    private final int backlog;
    private List<ListenAddress> serving = List.of();
    private List<Channel> bound = List.of();

    ListeningSockets(List<ListenAddress> addresses, int backlog) {
        this.addresses = List.copyOf(addresses);
        this.backlog = backlog;
    }

    /** Opens all sockets, then accepts connections. Passes each connection to the consumer on its event loop. */
    void open(EventLoopGroup group, Transport transport, Consumer<Channel> connection) throws IOException {
        ServerBootstrap bootstrap = bootstrap(group, connection);
        List<Channel> opened = new ArrayList<>();
        serving = families(transport);
        try {
            for (ListenAddress address : serving) {
                opened.add(address.bind(bootstrap.clone(), transport));
            }
        } catch (IOException | RuntimeException e) {
            close(opened);
            throw e;
        }
        bound = List.copyOf(opened);
        bound.forEach(channel -> channel.config().setAutoRead(true));
    }

    /** Lets {@code 0.0.0.0} and {@code ::} share a port: as two sockets, or as one for both. */
    private List<ListenAddress> families(Transport transport) {
        List<ListenAddress> all = new ArrayList<>(addresses);
        for (ListenAddress ipv4 : addresses) {
            for (ListenAddress ipv6 : addresses) {
                if (ipv4 instanceof TcpAddress part && ipv6 instanceof TcpAddress any && part.isIpv4PartOf(any)) {
                    if (transport.separatesFamilies()) {
                        all.replaceAll(one -> one == any ? any.ipv6Only() : one);
                    } else {
                        all.remove(part);
                    }
                }
            }
        }
        return List.copyOf(all);
    }

    private ServerBootstrap bootstrap(EventLoopGroup group, Consumer<Channel> connection) {
        return new ServerBootstrap()
                .group(group)
                .option(ChannelOption.SO_BACKLOG, backlog)
                // no connection is accepted before all addresses are bound
                .option(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.RCVBUF_ALLOCATOR, RECEIVE_BUFFERS)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel server) {
                        server.pipeline().addLast(new AcceptErrors());
                    }
                })
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (channel.config() instanceof DuplexChannelConfig config) {
                            // a client that ended its stream may still be reading
                            config.setAllowHalfClosure(true);
                        }
                        connection.accept(channel);
                    }
                });
    }

    boolean isOpen() {
        return !bound.isEmpty();
    }

    /** Returns the actual addresses, also after the close. */
    List<SocketAddress> addresses() {
        List<SocketAddress> all = new ArrayList<>();
        for (int i = 0; i < bound.size(); i++) {
            all.add(serving.get(i).address(bound.get(i)));
        }
        return List.copyOf(all);
    }

    void close() {
        close(bound);
    }

    private void close(List<Channel> opened) {
        for (int i = 0; i < opened.size(); i++) {
            opened.get(i).close().awaitUninterruptibly();
            serving.get(i).closed();
        }
    }

    @Override
    public String toString() {
        return addresses.toString();
    }
}
