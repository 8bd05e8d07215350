package dev.sprocket.checks.docs;

import com.google.inject.AbstractModule;
import com.google.inject.Binder;
import dev.sprocket.bridge.zmq.ZmqKeys;
import dev.sprocket.config.stack.Stack;
import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.Endpoint;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.route.Router;
import dev.sprocket.legacy.command.Command;
import dev.sprocket.legacy.command.WampCommandComponent;
import dev.sprocket.plugin.BridgeFactory;
import dev.sprocket.plugin.LayerFactory;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.auth.SessionIdentity;
import dev.sprocket.wamp.auth.WampAuthenticator;
import dev.sprocket.wamp.server.WampServer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Names that the examples in Javadoc refer to. */
public class JavadocContext {
    public static class Chat implements MessageComponent<Connection, Message> {
        @Override
        public void onMessage(Connection from, Message message) {}
    }

    public static class Room extends Chat {}

    public static class Player extends Chat {
        public Player(Connection conn) {}
    }

    public static class Shop implements WampComponent {}

    public static class Staff implements WampComponent {}

    public static class Blog implements WampCommandComponent {
        @Override
        public Command onOpen(WampConnection conn) {
            return Command.NONE;
        }
    }

    public record Sum(double value) {}

    public interface Users {
        CompletionStage<Optional<SessionIdentity>> find(String authid, String ticket);
    }

    public static class MyDecorator<C extends Connection> extends ForwardingComponent<C, Message> {
        public MyDecorator(MessageComponent<? super C, Message> inner) {
            super(inner);
        }
    }

    public static class GetOnly extends ForwardingComponent<HttpConnection, Message> {
        public GetOnly(MessageComponent<? super HttpConnection, ? super Message> inner) {
            super(inner);
        }
    }

    public abstract static class MyLayer implements LayerFactory {}

    public abstract static class MyBridgeFactory implements BridgeFactory {}

    public static class RoomModule extends AbstractModule {}

    protected Router router;
    protected Topics topics;
    protected Chat chat;
    protected MessageComponent<Connection, Message> app;
    protected EventLoops loops;
    protected ComponentInvoker<Connection> invoker;
    protected ByteBuf bytes;
    protected ChannelHandler codec;
    protected ChannelHandler handler;
    protected WampServer wampServer;
    protected WampComponent shop;
    protected Users users;
    protected String secret;
    protected WampAuthenticator staff;
    protected String folder;
    protected ZmqKeys keys;
    protected Binder binder;
    protected Stack.Assembly stack;
    protected Endpoint bridge;

    protected void onBlogEntry(String json) {}

    protected static boolean isLocal(Connection conn) {
        return false;
    }
}
