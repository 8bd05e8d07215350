package dev.sprocket.wamp;

import dev.sprocket.wamp.internal.message.V2Message;
import dev.sprocket.wamp.internal.message.V2MessageType;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** All WAMP v2 messages, as JSON text and as objects. */
final class V2Vectors {
    private V2Vectors() {}

    private static Map<String, Object> dict(Object... pairs) {
        Map<String, Object> dict = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            dict.put((String) pairs[i], pairs[i + 1]);
        }
        return dict;
    }

    private static Arguments row(String json, V2Message message) {
        return Arguments.of(json, message);
    }

    private static dev.sprocket.wamp.internal.message.CallArguments list(Object... items) {
        return dev.sprocket.wamp.internal.message.CallArguments.of(items);
    }

    private static dev.sprocket.wamp.internal.message.CallArguments both(List<?> list, Map<String, ?> map) {
        return dev.sprocket.wamp.internal.message.CallArguments.of(list, map);
    }

    static Stream<Arguments> all() {
        dev.sprocket.wamp.internal.message.CallArguments none = dev.sprocket.wamp.internal.message.CallArguments.EMPTY;
        return Stream.of(
                row(
                        "[1,\"com.example.shop\",{\"roles\":{\"subscriber\":{},\"caller\":{\"features\":{\"call_canceling\":true}}},"
                                + "\"authmethods\":[\"ticket\"],\"authid\":\"ann\"}]",
                        new V2Message.Hello(
                                "com.example.shop",
                                dict(
                                        "roles",
                                        dict(
                                                "subscriber",
                                                dict(),
                                                "caller",
                                                dict("features", dict("call_canceling", true))),
                                        "authmethods",
                                        List.of("ticket"),
                                        "authid",
                                        "ann"))),
                row(
                        "[2,9007199254740992,{\"roles\":{\"broker\":{}}}]",
                        new V2Message.Welcome(1L << 53, dict("roles", dict("broker", dict())))),
                row(
                        "[3,{\"message\":\"no such realm\"},\"wamp.error.no_such_realm\"]",
                        new V2Message.Abort(dict("message", "no such realm"), "wamp.error.no_such_realm", none)),
                row(
                        "[3,{},\"wamp.error.protocol_violation\",[\"why\"],{\"code\":7}]",
                        new V2Message.Abort(
                                dict(), "wamp.error.protocol_violation", both(List.of("why"), dict("code", 7L)))),
                row(
                        "[4,\"wampcra\",{\"challenge\":\"{}\"}]",
                        new V2Message.Challenge("wampcra", dict("challenge", "{}"))),
                row("[5,\"gir1mSx+deCDUV7w=\",{}]", new V2Message.Authenticate("gir1mSx+deCDUV7w=", dict())),
                row(
                        "[6,{\"message\":\"closing\"},\"wamp.close.system_shutdown\"]",
                        new V2Message.Goodbye(dict("message", "closing"), "wamp.close.system_shutdown")),
                row(
                        "[8,48,71,{},\"com.example.error\"]",
                        new V2Message.Failed(48, 71, dict(), "com.example.error", none)),
                row(
                        "[8,68,71,{},\"com.example.error\",[\"write-protected\"],{\"severity\":3}]",
                        new V2Message.Failed(
                                68,
                                71,
                                dict(),
                                "com.example.error",
                                both(List.of("write-protected"), dict("severity", 3L)))),
                row("[16,1,{},\"com.example.news\"]", new V2Message.Publish(1, dict(), "com.example.news", none)),
                row(
                        "[16,2,{\"acknowledge\":true,\"exclude\":[5]},\"com.example.news\",[\"Gr\u00fc\u00dfe\",null,-1.5]]",
                        new V2Message.Publish(
                                2,
                                dict("acknowledge", true, "exclude", List.of(5L)),
                                "com.example.news",
                                list("Gr\u00fc\u00dfe", null, -1.5))),
                row(
                        "[16,3,{},\"com.example.news\",[],{\"sizes\":[23,42,-7],\"sold\":false}]",
                        new V2Message.Publish(
                                3,
                                dict(),
                                "com.example.news",
                                both(List.of(), dict("sizes", List.of(23L, 42L, -7L), "sold", false)))),
                row("[17,2,4429313566]", new V2Message.Published(2, 4429313566L)),
                row(
                        "[32,4,{\"match\":\"prefix\"},\"com.example\"]",
                        new V2Message.Subscribe(4, dict("match", "prefix"), "com.example")),
                row("[33,4,5512315355]", new V2Message.Subscribed(4, 5512315355L)),
                row("[34,5,5512315355]", new V2Message.Unsubscribe(5, 5512315355L)),
                row("[35,5]", new V2Message.Unsubscribed(5)),
                row("[36,1,2,{}]", new V2Message.Event(1, 2, dict(), none)),
                row(
                        "[36,1,2,{\"topic\":\"com.example.a\"},[[[]]],{\"k\":{}}]",
                        new V2Message.Event(
                                1,
                                2,
                                dict("topic", "com.example.a"),
                                both(List.of(List.of(List.of())), dict("k", dict())))),
                row("[48,6,{},\"com.example.ping\"]", new V2Message.Call(6, dict(), "com.example.ping", none)),
                row(
                        "[48,7,{\"timeout\":5000},\"com.example.user\",[\"johnny\"],{\"age\":33}]",
                        new V2Message.Call(
                                7,
                                dict("timeout", 5000L),
                                "com.example.user",
                                both(List.of("johnny"), dict("age", 33L)))),
                row("[49,7,{\"mode\":\"kill\"}]", new V2Message.Cancel(7, dict("mode", "kill"))),
                row("[50,7,{}]", new V2Message.Result(7, dict(), none)),
                row(
                        "[50,7,{\"progress\":true},[30],{\"karma\":10}]",
                        new V2Message.Result(7, dict("progress", true), both(List.of(30L), dict("karma", 10L)))),
                row(
                        "[64,8,{\"invoke\":\"roundrobin\"},\"com.example.ping\"]",
                        new V2Message.Register(8, dict("invoke", "roundrobin"), "com.example.ping")),
                row("[65,8,2103333224]", new V2Message.Registered(8, 2103333224L)),
                row("[66,9,2103333224]", new V2Message.Unregister(9, 2103333224L)),
                row("[67,9]", new V2Message.Unregistered(9)),
                row("[68,1,2,{}]", new V2Message.Invocation(1, 2, dict(), none)),
                row(
                        "[68,1,2,{\"caller\":77},[1,2],{\"k\":\"v\"}]",
                        new V2Message.Invocation(1, 2, dict("caller", 77L), both(List.of(1L, 2L), dict("k", "v")))),
                row("[69,1,{\"mode\":\"killnowait\"}]", new V2Message.Interrupt(1, dict("mode", "killnowait"))),
                row("[70,1,{}]", new V2Message.Yield(1, dict(), none)),
                row(
                        "[70,1,{\"progress\":true},[true],{\"n\":12345678901234567890}]",
                        new V2Message.Yield(
                                1,
                                dict("progress", true),
                                both(List.of(true), dict("n", new java.math.BigInteger("12345678901234567890"))))));
    }

    /** Returns the type and the items of a message, with arguments as plain values. */
    static String describe(V2Message message) {
        StringBuilder text = new StringBuilder(V2MessageType.of(message).name());
        for (RecordComponent item : message.getClass().getRecordComponents()) {
            Object value = value(message, item);
            text.append(' ')
                    .append(
                            value instanceof dev.sprocket.wamp.internal.message.CallArguments arguments
                                    ? arguments.itemCount() + " " + arguments.list() + arguments.map()
                                    : value);
        }
        return text.toString();
    }

    private static Object value(V2Message message, RecordComponent item) {
        try {
            return item.getAccessor().invoke(message);
        } catch (ReflectiveOperationException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
