package dev.sprocket.http;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Serves the files of a folder on the class path, as the <code>{path*}</code> of its route names them; a path that ends in
 * {@code /}, or is empty, is its {@code index.html}. Each file is read once and kept. Answers carry an {@code ETag} (RFC 9110 8.8.3).
 *
 * <p>Threads: any.
 */
public final class Resources implements HttpFunction {
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("html", "text/html; charset=utf-8"),
            Map.entry("css", "text/css; charset=utf-8"),
            Map.entry("js", "text/javascript; charset=utf-8"),
            Map.entry("json", "application/json"),
            Map.entry("txt", "text/plain; charset=utf-8"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("png", "image/png"),
            Map.entry("ico", "image/x-icon"),
            Map.entry("webp", "image/webp"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("woff2", "font/woff2"));

    private record File(HttpResponse answer, String tag) {}

    private final Class<?> anchor;
    private final String folder;
    private final Map<String, File> files = new ConcurrentHashMap<>();

    /**
     * A folder that lies beside a class.
     *
     * @param anchor the class
     * @param folder the folder's path from there, without a slash at either end
     */
    public Resources(Class<?> anchor, String folder) {
        this.anchor = anchor;
        this.folder = folder;
    }

    @Override
    public HttpResponse answer(HttpRequest request) throws IOException {
        String path = request.pathParameter("path").orElse("");
        String name = path.isEmpty() || path.endsWith("/") ? path + "index.html" : path;
        Optional<File> file = load(name);
        if (file.isEmpty()) {
            return HttpResponse.error(404, "no such file: " + name);
        }
        String tag = file.get().tag;
        HttpResponse found = has(request, tag) ? HttpResponse.of(304) : file.get().answer;
        return found.header("ETag", tag)
                .header("Cache-Control", "no-cache")
                .header("X-Content-Type-Options", "nosniff");
    }

    /** Whether the client has the file already; a proxy may have made the tag a weak one (RFC 9110 13.1.2). */
    private static boolean has(HttpRequest request, String tag) {
        return Stream.of(tag, "W/" + tag, "*").anyMatch(known -> request.lists("If-None-Match", known));
    }

    private Optional<File> load(String name) throws IOException {
        // one name for each file, or a client could fill the memory with copies of one
        String path = "/" + name;
        if (path.contains("//") || path.contains("/.") || path.contains("\\") || path.indexOf('\0') >= 0) {
            return Optional.empty();
        }
        File known = files.get(name);
        if (known != null) {
            return Optional.of(known);
        }
        String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        String type = TYPES.get(extension);
        if (type == null) {
            return Optional.empty();
        }
        try (InputStream in = anchor.getResourceAsStream(folder + "/" + name)) {
            if (in == null) {
                return Optional.empty();
            }
            byte[] bytes = in.readAllBytes();
            File file = new File(HttpResponse.of(200).body(type, bytes), tag(bytes));
            files.put(name, file);
            return Optional.of(file);
        }
    }

    private static String tag(byte[] bytes) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return "\"" + HexFormat.of().formatHex(hash, 0, 8) + "\"";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
