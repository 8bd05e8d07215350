package dev.sprocket.bench.jmh;

import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.route.Router;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Measures the cost of a browser's request head and a short response.
 *
 * <p>The response is included because a request without one blocks the next.
 */
@OperationsPerInvocation(HeadBenchmark.ITERATIONS)
public class HeadBenchmark extends TimedOnLoop {
    static final int ITERATIONS = 500;

    private static final ByteBuf HEAD = Unpooled.unreleasableBuffer(Unpooled.copiedBuffer(
            "GET /articles/42?from=feed HTTP/1.1\r\nHost: www.example.com\r\n"
                    + "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
                    + "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
                    + "Accept-Language: en-US,en;q=0.5\r\nAccept-Encoding: gzip, deflate, br\r\n"
                    + "Connection: keep-alive\r\nCookie: session=8f14e45fceea167a5a36dedd4bea2543; theme=dark\r\n"
                    + "Sec-Fetch-Dest: document\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Site: same-origin\r\n"
                    + "Cache-Control: no-cache\r\n\r\n",
            StandardCharsets.US_ASCII));

    /** Server implementation. */
    public enum ServerType {
        /** Netty's codec and aggregator with a handler. */
        NETTY,
        /** {@code IoServer(HttpServer(Router))}. */
        SPROCKET
    }

    /** The implementation under test. */
    @Param
    public ServerType server = ServerType.NETTY;

    /** Opens a connection. */
    @Setup(Level.Trial)
    public void open() throws InterruptedException {
        loop.open(1, this::build);
        long before = loop.written();
        head();
        if (loop.written() - before < ITERATIONS * 50) {
            throw new IllegalStateException("missing responses");
        }
    }

    private void build(Channel channel) {
        switch (server) {
            case NETTY ->
                channel.pipeline()
                        .addLast(new HttpServerCodec())
                        .addLast(new HttpObjectAggregator(65536))
                        .addLast(new ResponseHandler());
            case SPROCKET ->
                IoServer.attach(
                        channel,
                        new HttpServer(new Router().get("/articles/{id}", request -> HttpResponse.text("ok"))));
        }
    }

    /** Measures one request and its response. */
    @Benchmark
    public void head() throws InterruptedException {
        MemoryChannel channel = loop.channels().get(0);
        loop.runIterations(
                ITERATIONS,
                () -> channel.receive(
                        channel.alloc().directBuffer(HEAD.readableBytes()).writeBytes(HEAD, 0, HEAD.readableBytes())));
    }

    private static final class ResponseHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
            FullHttpResponse response = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1,
                    HttpResponseStatus.OK,
                    Unpooled.wrappedBuffer("ok".getBytes(StandardCharsets.UTF_8)));
            response.headers()
                    .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                    .setInt(HttpHeaderNames.CONTENT_LENGTH, 2);
            ctx.writeAndFlush(response, ctx.voidPromise());
        }
    }
}
