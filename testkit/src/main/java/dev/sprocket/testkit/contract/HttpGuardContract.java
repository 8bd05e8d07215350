package dev.sprocket.testkit.contract;

import dev.sprocket.core.Attributes;
import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.StatefulComponent;
import dev.sprocket.core.spi.StackedConnection;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.RequestHeadListener;
import dev.sprocket.testkit.Recorder;
import dev.sprocket.testkit.WsPeer;
import dev.sprocket.websocket.WsServer;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Contract of filters of HTTP requests, in front of a WebSocket.
 *
 * <pre>{@code
 * class GetOnlyTest extends HttpGuardContract {
 *     protected MessageComponent<? super HttpConnection, Message> decorate(
 *             MessageComponent<? super HttpConnection, Message> inner) {
 *         return new GetOnly(inner);
 *     }
 * }
 * }</pre>
 */
public abstract class HttpGuardContract extends ComponentContract<HttpConnection> {
    @Override
    protected MessageComponent<? super Connection, ? super Message> stack(
            MessageComponent<? super HttpConnection, Message> decorator) {
        return new HttpServer(decorator);
    }

    @Override
    protected MessageComponent<? super HttpConnection, ? super Message> application(Recorder application) {
        return new WsServer(application);
    }

    @Override
    protected byte[] handshake() {
        return WsPeer.handshake("/").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    protected byte[] message(String text) {
        return WsPeer.frame(true, 1, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns a component that accepts requests by their head, such as a router. */
    @Override
    protected MessageComponent<? super HttpConnection, Message> decorated(
            MessageComponent<? super HttpConnection, Message> component) {
        return new HeadComponent(component);
    }

    /** Accepts requests before their body has arrived, directly inside a filter. */
    private static final class HeadComponent extends ForwardingComponent<HttpConnection, Message>
            implements RequestHeadListener {
        HeadComponent(MessageComponent<? super HttpConnection, ? super Message> inner) {
            super(inner);
        }
    }

    /** Returns a component for which all clients have another address. */
    protected static MessageComponent<HttpConnection, Message> fromAddress(
            String ip, MessageComponent<? super HttpConnection, ? super Message> inner) {
        return new AddressComponent(new InetSocketAddress(ip, 1), inner);
    }

    /** Replaces the address of clients. */
    private static final class AddressComponent extends StatefulComponent<HttpConnection, Message, AddressedConnection>
            implements RequestHeadListener {
        private final SocketAddress address;
        private final MessageComponent<? super HttpConnection, ? super Message> inner;

        AddressComponent(SocketAddress address, MessageComponent<? super HttpConnection, ? super Message> inner) {
            this.address = address;
            this.inner = inner;
        }

        @Override
        protected Optional<AddressedConnection> newState(HttpConnection conn) {
            return Optional.of(new AddressedConnection(conn, address));
        }

        @Override
        protected void onOpen(HttpConnection conn, AddressedConnection addressed) throws Exception {
            inner.onOpen(addressed);
        }

        @Override
        protected void onMessage(HttpConnection from, Message message, AddressedConnection addressed) throws Exception {
            inner.onMessage(addressed, message);
        }

        @Override
        protected void onClose(HttpConnection conn, AddressedConnection addressed) throws Exception {
            inner.onClose(addressed);
        }

        @Override
        protected void onError(HttpConnection conn, Throwable cause, AddressedConnection addressed) throws Exception {
            inner.onError(addressed, cause);
        }
    }

    private record AddressedConnection(HttpConnection underlying, SocketAddress remoteAddress)
            implements HttpConnection, StackedConnection {
        @Override
        public Attributes attributes() {
            return underlying.attributes();
        }

        @Override
        public boolean respond(HttpResponse response) {
            return underlying.respond(response);
        }

        @Override
        public boolean stream(HttpResponse head) {
            return underlying.stream(head);
        }

        @Override
        public boolean upgrade(HttpResponse switchingProtocols) {
            return underlying.upgrade(switchingProtocols);
        }

        @Override
        public void addHeader(String name, String value) {
            underlying.addHeader(name, value);
        }
    }
}
