package dev.sprocket.http;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Component;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.SafeText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Leads requests to components by host, path and method.
 *
 * <p>A path is literal, or has parameters: <code>/rooms/{room}</code> takes one segment, <code>/files/{path*}</code> all
 * that are left. The most literal route wins, whatever the order they were added in. An unknown path is answered with
 * 404, a known one with the wrong method with 405 and {@code Allow}; OPTIONS is answered unless a route does, and by
 * {@link Cors} where that is a layer of the route. How many routes there are costs no time. A
 * request for an upgrade to {@code /ws/} reaches {@code /ws} if no route for upgrades has that path; other requests do not.
 *
 * <p>What leads nowhere is answered when its head is there; for a route, the body is taken first.
 *
 * <p>Threads: add routes before it serves; then any.
 */
@ConcurrentComponent
public final class Router implements MessageComponent<HttpConnection, Message>, CorsPath, RequestHeadListener {
    /** How many paths a log line names. */
    private static final int SHOWN_PATHS = 20;

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

    /** Stated where the host of a request is one that routes were given for. */
    private static final AttributeKey<Boolean> HOST_ROUTED =
            AttributeKey.of("host with routes of its own", "did Router.host name it?");

    private final AttributeKey<MessageComponent<? super HttpConnection, ? super Message>> target =
            AttributeKey.of("route", "did Router let it pass?");
    private final RouteTree<Route> routes = new RouteTree<>();
    private final Set<String> paths = new TreeSet<>();
    private final Set<String> methods = new TreeSet<>(Set.of("OPTIONS"));
    private final HostMap<Router> hosts = new HostMap<>();

    /** Answers GET (and HEAD) with a function. */
    public Router get(String path, HttpFunction function) {
        return route("GET", path, new FunctionComponent(function));
    }

    /** Answers POST with a function. */
    public Router post(String path, HttpFunction function) {
        return route("POST", path, new FunctionComponent(function));
    }

    /**
     * Leads requests of one method to a component. Throws {@link IllegalArgumentException} if the route is taken, or the
     * component is none that hears requests.
     */
    public Router route(
            String method, String path, MessageComponent<? super HttpConnection, ? super Message> component) {
        return add(method, path, false, component);
    }

    /**
     * Leads GET requests that want another protocol to a component that speaks it, such as {@code WsServer}. The same path
     * may have a GET route for those that do not.
     */
    public Router upgrade(String path, MessageComponent<? super HttpConnection, ? super Message> component) {
        return add("GET", path, true, component);
    }

    /**
     * Leads requests for one host to a router of its own, and all others to the routes of this one.
     *
     * @param pattern a host, such as {@code example.com}, or all below one, such as {@code *.example.com}; ports do not count
     */
    public Router host(String pattern, Router router) {
        hosts.add(pattern, router);
        return this;
    }

    /**
     * An object that was made by reflection, as a component for {@link #route}. Throws {@link IllegalArgumentException}
     * if it is null, no component, or one of another kind of connection, which would fail at each request.
     */
    public static MessageComponent<? super HttpConnection, ? super Message> component(@Nullable Object candidate) {
        return RouteTarget.check(candidate);
    }

    private Router add(String method, String path, boolean upgrades, @Nullable Object component) {
        PathPattern pattern = new PathPattern(path);
        MessageComponent<? super HttpConnection, ? super Message> checked;
        try {
            checked = component(component);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("route " + method + " " + path + ": " + e.getMessage(), e);
        }
        List<Route> same = routes.at(pattern);
        for (Route other : same) {
            if (other.method.equals(method) && other.upgrades == upgrades) {
                throw new IllegalArgumentException("route " + method + " " + path + " (taken by " + other.path + ")");
            }
        }
        same.add(new Route(method, pattern, upgrades, BodyAggregator.wrapIfNeeded(checked)));
        paths.add(path);
        methods.add(method);
        return this;
    }

    @Override
    public void onOpen(HttpConnection conn) throws Exception {
        HttpRequest request = HttpRequest.of(conn);
        Router own = hosts.isEmpty() ? null : hosts.find(request.host());
        if (own != null) {
            target.set(conn, own);
            HOST_ROUTED.set(conn, true);
            own.onOpen(conn);
        } else if (request.target().equals("*")) {
            conn.respond(HttpResponse.of(204).header("Allow", String.join(", ", methods)));
        } else {
            dispatch(conn, request);
        }
    }

    private void dispatch(HttpConnection conn, HttpRequest request) throws Exception {
        List<String> segments;
        try {
            segments = PathPattern.segments(request.path());
        } catch (IllegalArgumentException e) {
            conn.respond(HttpResponse.error(400, SafeText.excerpt(String.valueOf(e.getMessage()))));
            return;
        }
        List<Route> matching = routes.find(segments);
        Route route = choose(matching, request);
        if ((route == null || !route.upgrades) && wantsUpgrade(request) && endsWithSlash(segments)) {
            List<String> shorter = segments.subList(0, segments.size() - 1);
            Route upgrade = choose(routes.find(shorter), request);
            if (upgrade != null && upgrade.upgrades) {
                route = upgrade;
                segments = shorter;
            }
        }
        if (route == null && matching.isEmpty()) {
            conn.respond(HttpResponse.error(404, noRouteReason(request)));
            return;
        }
        if (request.isTunnel() && (route == null || !route.upgrades)) {
            conn.respond(HttpResponse.error(501, "CONNECT to a path without WebSocket (RFC 8441 4)"));
            return;
        }
        if (route == null) {
            HttpExchange.setCorsHeaders(conn, CorsPath.headers(this, request));
            conn.respond(
                    Cors.isPreflight(request)
                            ? CorsPath.find(this, request)
                                    .map(cors -> cors.preflight(request))
                                    .orElseGet(() -> otherMethodResponse(matching, request))
                            : otherMethodResponse(matching, request));
            return;
        }
        Map<String, String> parameters = route.path.parameters(segments);
        if (!parameters.isEmpty()) {
            HttpRequest.KEY.set(conn, request.withPathParameters(parameters));
        }
        target.set(conn, route.component);
        route.component.onOpen(conn);
    }

    /** Whether a request was led here because of its host. */
    static boolean isHostRouted(Connection conn) {
        return HOST_ROUTED.peek(conn) != null;
    }

    /** Whether a host has routes of its own. */
    boolean hasHost(String host) {
        return hosts.find(host) != null;
    }

    private static boolean wantsUpgrade(HttpRequest request) {
        return request.header("Upgrade").isPresent();
    }

    private static boolean endsWithSlash(List<String> segments) {
        return segments.size() > 1 && segments.get(segments.size() - 1).isEmpty();
    }

    @Override
    public List<Component<?>> nextComponents(HttpRequest request) {
        Router own = hosts.isEmpty() ? null : hosts.find(request.host());
        if (own != null) {
            return List.of(own);
        }
        List<Route> matching;
        try {
            matching = routes.find(PathPattern.segments(request.path()));
        } catch (IllegalArgumentException e) {
            return List.of();
        }
        String method = Cors.isPreflight(request)
                ? request.header("Access-Control-Request-Method").orElse("")
                : request.method();
        List<Component<?>> all = new ArrayList<>();
        for (Route route : matching) {
            if (route.serves(method)) {
                all.add(0, route.component);
            } else {
                all.add(route.component);
            }
        }
        return all;
    }

    /** The route of the method; of two, the one that fits whether an upgrade is asked for. */
    private static @Nullable Route choose(List<Route> matching, HttpRequest request) {
        boolean upgrade = wantsUpgrade(request);
        Route best = null;
        for (Route route : matching) {
            if (route.serves(request.method()) && (best == null || route.upgrades == upgrade)) {
                best = route;
            }
        }
        return best;
    }

    private static HttpResponse otherMethodResponse(List<Route> matching, HttpRequest request) {
        var allowed = new TreeSet<String>();
        for (Route route : matching) {
            allowed.add(route.method);
            if (route.serves("HEAD")) {
                allowed.add("HEAD");
            }
        }
        if (request.method().equals("OPTIONS")) {
            allowed.add("OPTIONS");
            return HttpResponse.of(204).header("Allow", String.join(", ", allowed));
        }
        return HttpResponse.error(405, "expected: " + String.join(", ", allowed))
                .header("Allow", String.join(", ", allowed));
    }

    private String noRouteReason(HttpRequest request) {
        List<String> expected = new ArrayList<>(paths);
        String shown = String.join(", ", expected.subList(0, Math.min(SHOWN_PATHS, expected.size())));
        String more = expected.size() > SHOWN_PATHS ? " and " + (expected.size() - SHOWN_PATHS) + " more" : "";
        return hosts.isEmpty()
                ? "no route (expected: " + shown + more + ")"
                : "no route for Host: " + SafeText.excerpt(request.host()) + " (expected: " + hosts
                        + "; or at any host: " + shown + more + ")";
    }

    @Override
    public void onMessage(HttpConnection from, Message message) throws Exception {
        target.get(from).onMessage(from, message);
    }

    @Override
    public void onClose(HttpConnection conn) throws Exception {
        var component = target.peek(conn);
        if (component != null) {
            component.onClose(conn);
        }
    }

    @Override
    public void onError(HttpConnection conn, Throwable cause) throws Exception {
        var component = target.peek(conn);
        if (component != null) {
            component.onError(conn, cause);
        } else {
            MessageComponent.super.onError(conn, cause);
        }
    }
}
