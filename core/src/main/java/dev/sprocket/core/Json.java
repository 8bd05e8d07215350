package dev.sprocket.core;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.JsonCursor;
import dev.sprocket.core.spi.JsonException;
import dev.sprocket.core.spi.ParserErrors;
import dev.sprocket.core.spi.RejectedException;
import java.io.StringReader;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes objects of messages: each text message is a JSON value that Gson reads as a {@code T}, and what the component above
 * sends is written as JSON.
 *
 * <pre>{@code
 * record Move(int x, int y) {}
 * new WsServer(new Json<>(Move.class, new Game()))   // Game implements MessageComponent<JsonConnection<Move>, Move>
 * }</pre>
 *
 * <p>A message that is no JSON, is nested deeper than 64, or is no {@code T} is refused: the connection is closed (1007
 * under WebSocket) and the log says why and where; or {@link #onRejected} says what happens instead. A member that is missing
 * is null or zero, as always with Gson; a record that throws in its constructor refuses.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class Json<T> implements MessageComponent<Connection, Message> {
    private static final Gson PLAIN = new GsonBuilder().disableHtmlEscaping().create();

    private final AttributeKey<JsonConnectionHandler<T>> key = AttributeKey.of("JSON level", "was Json.onOpen called?");
    private final TypeToken<T> type;
    private final MessageComponent<? super JsonConnection<T>, ? super T> app;
    private final Gson gson;
    private final @Nullable BiConsumer<? super JsonConnection<T>, ? super RejectedException> instead;

    /** Reads objects of a class. */
    public Json(Class<T> type, MessageComponent<? super JsonConnection<T>, ? super T> app) {
        this(TypeToken.get(type), app);
    }

    /** Reads objects of a type with parameters: {@code new TypeToken<List<Move>>() {}}. */
    public Json(TypeToken<T> type, MessageComponent<? super JsonConnection<T>, ? super T> app) {
        this(type, app, PLAIN, null);
    }

    private Json(
            TypeToken<T> type,
            MessageComponent<? super JsonConnection<T>, ? super T> app,
            Gson gson,
            @Nullable BiConsumer<? super JsonConnection<T>, ? super RejectedException> instead) {
        this.type = type;
        this.app = app;
        this.gson = gson;
        this.instead = instead;
    }

    /** The same, with a Gson of one's own. */
    public Json<T> withGson(Gson own) {
        return new Json<>(type, app, own, instead);
    }

    /** The same, but this is called with a message that is refused, and the connection stays open unless it closes it. */
    public Json<T> onRejected(BiConsumer<? super JsonConnection<T>, ? super RejectedException> instead) {
        return new Json<>(type, app, gson, instead);
    }

    @Override
    public void onOpen(Connection conn) {
        JsonConnectionHandler<T> level = new JsonConnectionHandler<>(app, conn, this::write);
        key.set(conn, level);
        level.open();
    }

    @Override
    public void onMessage(Connection from, Message message) {
        JsonConnectionHandler<T> level = key.get(from);
        T value;
        try {
            value = read(message);
        } catch (RejectedException refusal) {
            if (instead == null) {
                throw refusal;
            }
            instead.accept(level, refusal);
            return;
        }
        level.deliver(app, value);
    }

    private T read(Message message) {
        if (message.isBinary()) {
            throw new RejectedException(
                    RejectedException.Kind.UNSUPPORTED,
                    "binary message (expected: JSON text; a raw socket needs Lines below)");
        }
        try {
            JsonCursor cursor = new JsonCursor(BorrowedMessages.bytes(message));
            cursor.raw();
            cursor.end();
        } catch (JsonException e) {
            throw new RejectedException(RejectedException.Kind.MALFORMED, String.valueOf(e.getMessage()));
        }
        JsonReader reader = gson.newJsonReader(new StringReader(message.text()));
        T value;
        try {
            value = gson.fromJson(reader, type);
        } catch (RuntimeException e) {
            throw wrong(said(e) + reader.toString().substring("JsonReader".length()));
        }
        if (value == null) {
            throw wrong("null");
        }
        return value;
    }

    /** What a constructor or a number threw stands behind what Gson says of it, and before its advice and its position. */
    private static String said(Throwable failure) {
        Throwable at = failure;
        while (at.getCause() != null) {
            at = at.getCause();
        }
        return ParserErrors.text(String.valueOf(at.getMessage()).split(" at line |\nSee ", 2)[0]);
    }

    private RejectedException wrong(String seen) {
        return new RejectedException(RejectedException.Kind.MALFORMED, "JSON: " + seen + " (expected: " + name() + ")");
    }

    private String name() {
        return type.getType() instanceof Class<?> named
                ? named.getSimpleName()
                : type.toString().replaceAll("[a-z_][a-z_0-9]*\\.(?=\\w)", "");
    }

    private String write(T value) {
        return gson.toJson(value, type.getType());
    }

    @Override
    public void onError(Connection conn, Throwable cause) {
        key.get(conn).fail(cause);
    }

    @Override
    public void onClose(Connection conn) {
        JsonConnectionHandler<T> level = key.peek(conn);
        if (level != null) {
            level.end();
        }
    }
}
