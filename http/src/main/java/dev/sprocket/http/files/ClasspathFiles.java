package dev.sprocket.http.files;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.reflect.ModuleAccess;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.http.HttpFunction;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Serves the files of a folder on the class path, selected by the route's <code>{path*}</code>.
 *
 * <p>An empty path, or one that ends in {@code /}, selects {@code index.html}. Each file is loaded once and cached.
 * Responses carry an {@code ETag} (RFC 9110 8.8.3); conditional requests are answered with 304 and range requests with
 * 206.
 */
@ThreadSafe
final class ClasspathFiles implements HttpFunction {
    private record File(ConditionalResponse response, byte[] bytes) {}

    private final Class<?> anchor;
    private final String folder;
    private final Map<String, File> files = new ConcurrentHashMap<>();

    /**
     * Serves a folder on the class path.
     *
     * <p>In a named module, the package of the folder must be open.
     *
     * @param anchor class whose package the folder path is relative to
     * @param folder relative path of the folder, without a slash at either end
     * @throws IllegalArgumentException if the folder is a package that is not open to this module
     */
    ClasspathFiles(Class<?> anchor, String folder) {
        String packageName = anchor.getPackageName() + "." + folder.replace('/', '.');
        if (anchor.getModule().getPackages().contains(packageName)) {
            ModuleAccess.missingOpens(anchor.getModule(), packageName, ClasspathFiles.class.getModule())
                    .ifPresent(missing -> {
                        throw new IllegalArgumentException(
                                "no access to the files in " + packageName + " (expected: " + missing + ")");
                    });
        }
        this.anchor = anchor;
        this.folder = folder;
    }

    @Override
    public HttpResponse handle(HttpRequest request) throws IOException {
        Optional<String> name = SafeFileName.of(request);
        Optional<File> file = name.isEmpty() ? Optional.empty() : load(name.get());
        if (file.isEmpty()) {
            return HttpResponse.error(404, "no such file: " + SafeText.excerpt(request.path()));
        }
        ConditionalResponse conditional = file.get().response;
        return conditional.create(
                request,
                (response, offset, length) ->
                        response.body(conditional.type(), file.get().bytes, (int) offset, (int) length));
    }

    private Optional<File> load(String name) throws IOException {
        File cached = files.get(name);
        if (cached != null) {
            return Optional.of(cached);
        }
        String type = MediaTypes.of(name);
        URL url = type == null ? null : anchor.getResource(folder + "/" + name);
        if (type == null || url == null) {
            return Optional.empty();
        }
        URLConnection connection = url.openConnection();
        connection.setUseCaches(false);
        try (InputStream in = connection.getInputStream()) {
            byte[] bytes = in.readAllBytes();
            long modified = connection.getLastModified();
            Optional<Instant> time = modified > 0 ? Optional.of(Instant.ofEpochMilli(modified)) : Optional.empty();
            File file = new File(new ConditionalResponse(type, etag(bytes), time, bytes.length), bytes);
            files.put(name, file);
            return Optional.of(file);
        }
    }

    private static String etag(byte[] bytes) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return "\"" + HexFormat.of().formatHex(hash, 0, 8) + "\"";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
