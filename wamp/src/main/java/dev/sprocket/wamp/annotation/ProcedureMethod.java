package dev.sprocket.wamp.annotation;

import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.wamp.Call;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.WampConnection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Annotated procedure, which turns the return value or exception into the answer. */
final class ProcedureMethod {
    static final Set<Class<?>> INJECTABLE = Set.of(WampConnection.class, Call.class);

    private static final PeerLog LOG = PeerLog.of(WampMethods.class);

    private final AnnotatedMethod method;
    /** True if the method returns nothing and takes the {@link Call}, so it answers itself. */
    private final boolean methodResponds;

    ProcedureMethod(AnnotatedMethod method) {
        this.method = method;
        this.methodResponds =
                method.returnType() == void.class && method.parameters().hasType(Call.class);
        if (Future.class.isAssignableFrom(method.returnType())
                && !CompletionStage.class.isAssignableFrom(method.returnType())) {
            throw new IllegalArgumentException(method + " returns "
                    + method.returnType().getSimpleName() + " (expected: CompletionStage, or a value)");
        }
    }

    void call(WampConnection conn, Call call) {
        try {
            Object result = method.invoke(Map.of(WampConnection.class, conn, Call.class, call), call.arguments());
            if (result instanceof CompletionStage<?> later) {
                var unused = later.whenComplete((value, failure) -> respond(conn, call, value, failure));
            } else if (!methodResponds) {
                respond(conn, call, result, null);
            }
        } catch (Exception e) {
            respond(conn, call, null, e);
        }
    }

    private void respond(WampConnection conn, Call call, @Nullable Object value, @Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        try {
            if (cause instanceof CallException) {
                call.fail(cause);
                return;
            }
            if (cause == null) {
                call.result(value instanceof Optional<?> optional ? optional.orElse(null) : value);
                return;
            }
        } catch (RuntimeException unwritable) {
            cause = unwritable;
        }
        LOG.cause(method)
                .warn(conn, "procedure failed, call answered with an error: peer={} method={}", conn, method, cause);
        call.fail(cause);
    }
}
