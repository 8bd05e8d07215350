package dev.sprocket.http.route;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Component;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Dispatcher;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpFunction;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.RequestHeadListener;
import dev.sprocket.http.internal.exchange.ExchangeControl;
import dev.sprocket.http.internal.route.HostMap;
import dev.sprocket.http.internal.route.PathPattern;
import dev.sprocket.http.internal.route.RouteTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Dispatches requests to components by host, path and method.
 *
 * <p>A path is literal, or has parameters: <code>/rooms/{room}</code> matches one segment, <code>/files/{path*}</code>
 * all remaining segments. The most literal route wins, independent of the order in which routes were added. An unknown
 * path is answered with 404, and a known path with another method with 405 and {@code Allow}. OPTIONS is answered by
 * the router unless a route handles it, or {@code Cors} is a layer of the route. Lookup time is independent of the
 * number of routes. Upgrade requests ignore a trailing slash unless a route has it: {@code /ws/} reaches {@code /ws}.
 *
 * <p>Requests without a route are answered when their head has arrived. For a route, the body is read first.
 *
 * <p>Immutable: a method that adds a route returns a copy with the same components. A route that is added to a router
 * which already serves has no effect on it.
 */
@ConcurrentComponent
public final class Router extends Dispatcher<HttpConnection, Message> implements RequestHeadListener {
    /** Maximum number of paths in a log line. */
    private static final int SHOWN_PATHS = 20;

    private record Route(
            String method,
            PathPattern path,
            boolean upgrades,
            MessageComponent<? super HttpConnection, ? super Message> component) {
        /** Reports whether the route handles a method. A GET function also answers HEAD; the server omits the body. */
        boolean serves(String requested) {
            return method.equals(requested) || (requested.equals("HEAD") && method.equals("GET") && !upgrades);
        }
    }

    /** Set on connections whose host has its own router. */
    private static final AttributeKey<Boolean> HOST_ROUTED =
            AttributeKey.of("host with its own routes", "was the host added with Router.host?");

    private final RouteTree<Route> routes;
    private final SortedSet<String> paths;
    private final SortedSet<String> methods;
    private final HostMap<Router> hosts;

    /** Creates a router without routes, which answers every request with 404. */
    public Router() {
        this(new RouteTree<>(), new TreeSet<>(), new TreeSet<>(Set.of("OPTIONS")), new HostMap<>());
    }

    private Router(RouteTree<Route> routes, SortedSet<String> paths, SortedSet<String> methods, HostMap<Router> hosts) {
        this.routes = routes;
        this.paths = paths;
        this.methods = methods;
        this.hosts = hosts;
    }

    /** Returns a copy with a function that answers GET and HEAD requests. */
    public Router get(String path, HttpFunction function) {
        return route("GET", path, function.toComponent());
    }

    /** Returns a copy with a function that answers POST requests. */
    public Router post(String path, HttpFunction function) {
        return route("POST", path, function.toComponent());
    }

    /**
     * Returns a copy with a component for requests with a method and path.
     *
     * <p>Throws {@link IllegalArgumentException} if the route exists, or the component does not accept requests.
     */
    public Router route(
            String method, String path, MessageComponent<? super HttpConnection, ? super Message> component) {
        return add(method, path, false, component);
    }

    /**
     * Returns a copy with a component for upgrade requests, such as {@code WsServer}.
     *
     * <p>The same path may also have a GET route for requests without upgrade.
     */
    public Router upgrade(String path, MessageComponent<? super HttpConnection, ? super Message> component) {
        return add("GET", path, true, component);
    }

    /**
     * Returns a copy with a router for one host. Requests for other hosts use the routes of this router.
     *
     * @param pattern a host, such as {@code example.com}, or all of its subdomains, such as {@code *.example.com};
     *     ports are ignored
     */
    public Router host(String pattern, Router router) {
        return new Router(routes, paths, methods, hosts.with(pattern, router));
    }

    /**
     * Returns an object that was created by reflection as a component for {@link #route}.
     *
     * <p>Throws {@link IllegalArgumentException} if it is null, not a component, or a component for another type of
     * connection, which would fail at each request.
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
        Route route = new Route(method, pattern, upgrades, RequestHeadListener.around(checked));
        return new Router(
                routes.with(pattern, same -> extended(same, route)),
                extended(paths, path),
                extended(methods, method),
                hosts);
    }

    private static List<Route> extended(List<Route> same, Route added) {
        for (Route other : same) {
            if (other.method.equals(added.method) && other.upgrades == added.upgrades) {
                throw new IllegalArgumentException(
                        "route " + added.method + " " + added.path + " (already used by " + other.path + ")");
            }
        }
        List<Route> all = new ArrayList<>(same);
        all.add(added);
        return all;
    }

    private static SortedSet<String> extended(SortedSet<String> texts, String added) {
        SortedSet<String> all = new TreeSet<>(texts);
        all.add(added);
        return all;
    }

    @Override
    protected Optional<MessageComponent<? super HttpConnection, ? super Message>> choose(HttpConnection conn) {
        HttpRequest request = HttpRequest.of(conn);
        Router hostRouter = hosts.isEmpty() ? null : hosts.find(request.host());
        if (hostRouter != null) {
            HOST_ROUTED.set(conn, true);
            return Optional.of(hostRouter);
        }
        if (request.target().equals("*")) {
            return answer(conn, HttpResponse.of(204).header("Allow", String.join(", ", methods)));
        }
        return route(conn, request);
    }

    private static Optional<MessageComponent<? super HttpConnection, ? super Message>> answer(
            HttpConnection conn, HttpResponse response) {
        conn.respond(response);
        return Optional.empty();
    }

    private Optional<MessageComponent<? super HttpConnection, ? super Message>> route(
            HttpConnection conn, HttpRequest request) {
        List<String> segments;
        try {
            segments = PathPattern.segments(request.path());
        } catch (IllegalArgumentException e) {
            return answer(conn, HttpResponse.error(400, SafeText.excerpt(String.valueOf(e.getMessage()))));
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
            return answer(conn, HttpResponse.error(404, noRouteReason(request)));
        }
        if (request.isTunnel() && (route == null || !route.upgrades)) {
            return answer(conn, HttpResponse.error(501, "CONNECT to a path without WebSocket (RFC 8441 4)"));
        }
        if (route == null) {
            ExchangeControl.of(conn)
                    .setCorsHeaders(
                            request.header("Origin").isEmpty()
                                    ? List.of()
                                    : corsHeaders(request).orElse(List.of()));
            return answer(
                    conn,
                    request.isPreflight()
                            ? preflight(request).orElseGet(() -> otherMethodResponse(matching, request))
                            : otherMethodResponse(matching, request));
        }
        Map<String, String> parameters = route.path.parameters(segments);
        if (!parameters.isEmpty()) {
            HttpRequest.set(conn, request.pathParameters(parameters));
        }
        return Optional.of(route.component);
    }

    /** Reports whether a request was dispatched by its host. */
    public static boolean isHostRouted(Connection conn) {
        return HOST_ROUTED.find(conn).isPresent();
    }

    /** Reports whether a host has its own router. */
    public boolean hasHost(String host) {
        return hosts.find(host) != null;
    }

    private static boolean wantsUpgrade(HttpRequest request) {
        return request.header("Upgrade").isPresent();
    }

    private static boolean endsWithSlash(List<String> segments) {
        return segments.size() > 1 && segments.get(segments.size() - 1).isEmpty();
    }

    @Override
    public Optional<List<Map.Entry<String, String>>> corsHeaders(HttpRequest request) {
        return firstOf(request, listener -> listener.corsHeaders(request));
    }

    @Override
    public Optional<HttpResponse> preflight(HttpRequest request) {
        return firstOf(request, listener -> listener.preflight(request));
    }

    /** Returns the first answer of the components that may handle a request. */
    private <T> Optional<T> firstOf(HttpRequest request, Function<RequestHeadListener, Optional<T>> question) {
        for (Component<?> next : nextComponents(request)) {
            Optional<T> answer =
                    ForwardingComponent.find(next, RequestHeadListener.class).flatMap(question);
            if (answer.isPresent()) {
                return answer;
            }
        }
        return Optional.empty();
    }

    /** Returns the components that may handle a request, the most likely first. */
    private List<Component<?>> nextComponents(HttpRequest request) {
        Router hostRouter = hosts.isEmpty() ? null : hosts.find(request.host());
        if (hostRouter != null) {
            return List.of(hostRouter);
        }
        List<Route> matching;
        try {
            matching = routes.find(PathPattern.segments(request.path()));
        } catch (IllegalArgumentException e) {
            return List.of();
        }
        String method = request.isPreflight()
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

    /** Returns the route for the method, preferring upgrade routes for upgrade requests, and others otherwise. */
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
        return HttpResponse.error(405, "method not allowed (expected: " + String.join(", ", allowed) + ")")
                .header("Allow", String.join(", ", allowed));
    }

    private String noRouteReason(HttpRequest request) {
        List<String> expected = new ArrayList<>(paths);
        String listed = String.join(", ", expected.subList(0, Math.min(SHOWN_PATHS, expected.size())));
        String more = expected.size() > SHOWN_PATHS ? " and " + (expected.size() - SHOWN_PATHS) + " more" : "";
        return hosts.isEmpty()
                ? "no route (expected: " + listed + more + ")"
                : "no route for Host: " + SafeText.excerpt(request.host()) + " (expected: " + hosts
                        + "; or for any host: " + listed + more + ")";
    }
}
