package dev.sprocket.http;

import dev.sprocket.core.Concurrent;
import dev.sprocket.core.Key;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Leads requests to components by path and method.
 *
 * <p>A path is literal, or has parameters: <code>/rooms/{room}</code> takes one segment, <code>/files/{path*}</code> all
 * that are left. The most literal route wins, whatever the order they were added in. An unknown path is answered with
 * 404, a known one with the wrong method with 405 and {@code Allow}.
 *
 * <p>Threads: add routes before it serves; then any.
 */
@Concurrent
public final class Router implements MessageComponent<HttpConnection, Message> {
    private static final Key<MessageComponent<? super HttpConnection, ? super Message>> CHOSEN =
            Key.of("route", "did Router let it pass?");

    private record Route(
            String method,
            PathPattern path,
            boolean upgrades,
            MessageComponent<? super HttpConnection, ? super Message> component) {
        /** A function for GET answers HEAD too: the server leaves out the body. */
        boolean serves(String wanted) {
            return method.equals(wanted) || (wanted.equals("HEAD") && method.equals("GET") && !upgrades);
        }
    }

    private final List<Route> routes = new ArrayList<>();

    /** Answers GET (and HEAD) with a function. */
    public Router get(String path, HttpFunction function) {
        return route("GET", path, new FunctionComponent(function));
    }

    /** Answers POST with a function. */
    public Router post(String path, HttpFunction function) {
        return route("POST", path, new FunctionComponent(function));
    }

    /** Leads requests of one method to a component. Throws {@link IllegalArgumentException} if the route is taken. */
    public Router route(
            String method, String path, MessageComponent<? super HttpConnection, ? super Message> component) {
        return add(new Route(method, new PathPattern(path), false, component));
    }

    /**
     * Leads GET requests that want another protocol to a component that speaks it, such as {@code WsServer}. The same path
     * may have a GET route for those that do not.
     */
    public Router upgrade(String path, MessageComponent<? super HttpConnection, ? super Message> component) {
        return add(new Route("GET", new PathPattern(path), true, component));
    }

    private Router add(Route route) {
        for (Route other : routes) {
            if (other.path.sameAs(route.path)
                    && other.method.equals(route.method)
                    && other.upgrades == route.upgrades) {
                throw new IllegalArgumentException(
                        "route " + route.method + " " + route.path + " (taken by " + other.path + ")");
            }
        }
        routes.add(route);
        routes.sort((a, b) -> a.path.compareTo(b.path));
        return this;
    }

    @Override
    public void onOpen(HttpConnection conn) throws Exception {
        HttpRequest request = HttpRequest.of(conn);
        List<String> segments;
        try {
            segments = PathPattern.segments(request.path());
        } catch (IllegalArgumentException e) {
            conn.respond(HttpResponse.error(400, String.valueOf(e.getMessage())));
            return;
        }
        List<Route> matching = matching(segments);
        if (matching.isEmpty()) {
            conn.respond(HttpResponse.error(404, "no route (expected: " + paths() + ")"));
            return;
        }
        Route route = choose(matching, request);
        if (route == null) {
            conn.respond(
                    HttpResponse.error(405, "expected: " + allowed(matching)).header("Allow", allowed(matching)));
            return;
        }
        Map<String, String> parameters = route.path.parameters(segments);
        if (!parameters.isEmpty()) {
            HttpRequest.KEY.set(conn, request.with(parameters));
        }
        CHOSEN.set(conn, route.component);
        route.component.onOpen(conn);
    }

    /** The routes of the most literal path that matches. */
    private List<Route> matching(List<String> segments) {
        List<Route> matching = new ArrayList<>(2);
        for (Route route : routes) {
            boolean best = matching.isEmpty() || matching.get(0).path.sameAs(route.path);
            if (best && route.path.matches(segments)) {
                matching.add(route);
            }
        }
        return matching;
    }

    /** The route of the method; of two, the one that fits whether an upgrade is asked for. */
    private static @Nullable Route choose(List<Route> matching, HttpRequest request) {
        boolean upgrade = request.header("Upgrade").isPresent();
        Route best = null;
        for (Route route : matching) {
            if (route.serves(request.method()) && (best == null || route.upgrades == upgrade)) {
                best = route;
            }
        }
        return best;
    }

    private static String allowed(List<Route> matching) {
        var methods = new TreeSet<String>();
        for (Route route : matching) {
            methods.add(route.method);
            if (route.serves("HEAD")) {
                methods.add("HEAD");
            }
        }
        return String.join(", ", methods);
    }

    private String paths() {
        return routes.stream().map(r -> r.path.toString()).distinct().limit(20).collect(Collectors.joining(", "));
    }

    @Override
    public void onMessage(HttpConnection from, Message message) throws Exception {
        CHOSEN.get(from).onMessage(from, message);
    }

    @Override
    public void onClose(HttpConnection conn) throws Exception {
        var chosen = CHOSEN.peek(conn);
        if (chosen != null) {
            chosen.onClose(conn);
        }
    }

    @Override
    public void onError(HttpConnection conn, Throwable cause) throws Exception {
        var chosen = CHOSEN.peek(conn);
        if (chosen != null) {
            chosen.onError(conn, cause);
        } else {
            MessageComponent.super.onError(conn, cause);
        }
    }
}
