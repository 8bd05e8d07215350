package dev.sprocket.core.json;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.RejectedException;
import dev.sprocket.core.StatefulComponent;
import dev.sprocket.core.internal.json.JsonCursor;
import dev.sprocket.core.internal.json.JsonException;
import dev.sprocket.core.internal.reflect.ModuleAccess;
import dev.sprocket.core.internal.text.ParserErrors;
import dev.sprocket.core.spi.BorrowedMessages;
import java.io.StringReader;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Converts text messages to Java objects with Gson, and sent objects to JSON.
 *
 * <pre>{@code
 * record Move(int x, int y) {}
 * class Game implements MessageComponent<JsonConnection<Move>, Move> {
 *     public void onMessage(JsonConnection<Move> from, Move move) {}
 * }
 * WsServer server = new WsServer(new Json<>(Move.class, new Game()));
 * }</pre>
 *
 * <p>A message that is not JSON, is nested deeper than 64, or is not a {@code T} is rejected: the connection is closed
 * (1007 under WebSocket) and the reason and position are logged, unless {@link #onRejected} is set. A missing member is
 * null or zero, as always with Gson; a record whose constructor throws rejects the message.
 *
 * <p>In a named module, the package of {@code T} must be open to Gson: {@code opens com.example.game to
 * com.google.gson;}.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class Json<T> extends StatefulComponent<Connection, Message, JsonConnectionHandler<T>> {
    private static final Gson PLAIN = new GsonBuilder().disableHtmlEscaping().create();

    private final TypeToken<T> type;
    private final MessageComponent<? super JsonConnection<T>, ? super T> app;
    private final Gson gson;
    private final @Nullable BiConsumer<? super JsonConnection<T>, ? super CloseReason.Rejection> rejectionHandler;

    /**
     * Creates a layer for objects of a class.
     *
     * @throws IllegalArgumentException if the class is in a package that is not open to Gson
     */
    public Json(Class<T> type, MessageComponent<? super JsonConnection<T>, ? super T> app) {
        this(TypeToken.get(type), app);
    }

    /** Creates a layer for objects of a generic type, such as {@code new TypeToken<List<Move>>() {}}. */
    public Json(TypeToken<T> type, MessageComponent<? super JsonConnection<T>, ? super T> app) {
        this(type, app, PLAIN, null);
    }

    private Json(
            TypeToken<T> type,
            MessageComponent<? super JsonConnection<T>, ? super T> app,
            Gson gson,
            @Nullable BiConsumer<? super JsonConnection<T>, ? super CloseReason.Rejection> rejectionHandler) {
        checkAccess(type, gson);
        this.type = type;
        this.app = app;
        this.gson = gson;
        this.rejectionHandler = rejectionHandler;
    }

    /** Throws {@link IllegalArgumentException} if the type is in a package that is not open to Gson. */
    private static void checkAccess(TypeToken<?> type, Gson gson) {
        try {
            var unused = gson.getAdapter(type);
        } catch (RuntimeException e) {
            ModuleAccess.missingOpens(e, Gson.class.getModule()).ifPresent(missing -> {
                throw new IllegalArgumentException(
                        "Gson has no access to the members of " + name(type) + " (expected: " + missing + ")", e);
            });
        }
    }

    /** Returns a layer that uses this Gson instance. */
    public Json<T> gson(Gson own) {
        return new Json<>(type, app, own, rejectionHandler);
    }

    /**
     * Returns a layer that calls a handler for each rejected message. The connection stays open unless the handler
     * closes it.
     */
    public Json<T> onRejected(BiConsumer<? super JsonConnection<T>, ? super CloseReason.Rejection> rejectionHandler) {
        return new Json<>(type, app, gson, rejectionHandler);
    }

    @Override
    protected Optional<JsonConnectionHandler<T>> newState(Connection conn) {
        return Optional.of(new JsonConnectionHandler<>(app, conn, this::write));
    }

    @Override
    protected void onOpen(Connection conn, JsonConnectionHandler<T> handler) {
        handler.open();
    }

    @Override
    protected void onMessage(Connection from, Message message, JsonConnectionHandler<T> handler) {
        T value;
        try {
            value = read(message);
        } catch (RejectedException rejection) {
            if (rejectionHandler == null) {
                throw rejection;
            }
            rejectionHandler.accept(handler, rejection.rejection());
            return;
        }
        handler.deliver(app, value);
    }

    private T read(Message message) {
        if (message.isBinary()) {
            throw RejectedException.unsupported("binary message (expected: JSON text; a raw socket needs Lines below)");
        }
        try {
            JsonCursor cursor = new JsonCursor(BorrowedMessages.bytes(message));
            cursor.raw();
            cursor.end();
        } catch (JsonException e) {
            throw RejectedException.malformed(String.valueOf(e.getMessage()));
        }
        JsonReader reader = gson.newJsonReader(new StringReader(message.text()));
        T value;
        try {
            value = gson.fromJson(reader, type);
        } catch (RuntimeException e) {
            throw mismatch(reason(e) + reader.toString().substring("JsonReader".length()));
        }
        if (value == null) {
            throw mismatch("null");
        }
        return value;
    }

    /**
     * Returns the message of the root cause, such as a constructor's exception. Gson's advice and position are removed.
     */
    private static String reason(Throwable failure) {
        Throwable at = failure;
        while (at.getCause() != null) {
            at = at.getCause();
        }
        return ParserErrors.text(String.valueOf(at.getMessage()).split(" at line |\nSee ", 2)[0]);
    }

    private RejectedException mismatch(String seen) {
        return RejectedException.malformed("JSON: " + seen + " (expected: " + name(type) + ")");
    }

    private static String name(TypeToken<?> type) {
        return type.getType() instanceof Class<?> named
                ? named.getSimpleName()
                : type.toString().replaceAll("[a-z_][a-z_0-9]*\\.(?=\\w)", "");
    }

    private String write(T value) {
        return gson.toJson(value, type.getType());
    }

    @Override
    protected void onError(Connection conn, Throwable cause, JsonConnectionHandler<T> handler) {
        handler.fail(cause);
    }

    @Override
    protected void onClose(Connection conn, JsonConnectionHandler<T> handler) {
        handler.closed();
    }
}
