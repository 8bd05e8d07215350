package dev.sprocket.wamp.internal.meta;

import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.access.Action;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.RealmLimits;
import dev.sprocket.wamp.internal.broker.Testaments;
import dev.sprocket.wamp.internal.broker.V2PublishOptions;
import dev.sprocket.wamp.internal.id.Uris;
import dev.sprocket.wamp.internal.message.CallArguments;
import dev.sprocket.wamp.internal.message.OptionType;
import dev.sprocket.wamp.internal.session.MemoryUsage;
import dev.sprocket.wamp.internal.session.SessionAccess;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Procedures below {@code wamp.session.} for events that are published when a session ends. */
public final class TestamentProcedures {
    private final Uris uris;
    private final RealmLimits limits;
    private final SessionAccess accessControl;

    /** Creates the procedures. */
    public TestamentProcedures(Uris uris, RealmLimits limits, SessionAccess accessControl) {
        this.uris = uris;
        this.limits = limits;
        this.accessControl = accessControl;
    }

    void addTo(Map<String, MetaProcedure> procedures) {
        procedures.put("wamp.session.add_testament", this::add);
        procedures.put("wamp.session.flush_testaments", TestamentProcedures::flush);
    }

    private @Nullable Object add(MetaCall call) throws Exception {
        String topic = call.text();
        if (!uris.allows(topic) || Uris.isReserved(topic)) {
            throw new CallException(
                    "wamp.error.invalid_uri",
                    "topic " + SafeText.excerpt(topic)
                            + ": invalid or reserved URI (expected: a valid URI outside \"wamp.\")");
        }
        OptionType.LIST.read("argument 2", call.argument(1));
        OptionType.DICT.read("argument 3", call.argument(2));
        CallArguments arguments = call.payload().nested(1, 2);
        V2PublishOptions options = V2PublishOptions.of(call.named().dict("publish_options"));
        Testaments.Scope scope = scope(call);
        long size = MemoryUsage.OVERHEAD
                + 2L * topic.length()
                + arguments.size()
                + options.recipients().size();
        Testaments.Testament testament = new Testaments.Testament(scope, topic, arguments, options, size);
        Testaments own = testaments(call);
        return LateResult.of(accessControl.check(call.caller(), Action.PUBLISH, topic), decision -> {
            if (!(decision instanceof AccessDecision.Allow)) {
                throw new CallException("wamp.error.not_authorized", "publishing on " + topic);
            }
            own.add(testament, call.caller().memoryUsage(), limits);
            return MetaProcedure.NO_RESULT;
        });
    }

    private static Object flush(MetaCall call) {
        testaments(call).flush(scope(call), call.caller().memoryUsage());
        return MetaProcedure.NO_RESULT;
    }

    private static Testaments testaments(MetaCall call) {
        if (call.caller() instanceof MetaSession session) {
            return session.testaments();
        }
        throw new CallException("wamp.error.no_such_session", "testaments require WAMP v2");
    }

    private static Testaments.Scope scope(MetaCall call) {
        Testaments.Scope given = call.named().enumValue("scope", Testaments.Scope.class, MetaCall.INVALID);
        return given == null ? Testaments.Scope.DESTROYED : given;
    }
}
