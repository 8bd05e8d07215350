package dev.sprocket.http.files;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.http.HttpFunction;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * Serves the files of a folder on disk, selected by the route's <code>{path*}</code>.
 *
 * <p>An empty path, or one that ends in {@code /}, selects {@code index.html}. Hidden files, and symbolic links to
 * files outside of the folder, are not served.
 *
 * <p>Responses carry {@code ETag} and {@code Last-Modified}; conditional requests are answered with 304 and range
 * requests with 206 (RFC 9110 13, 14). A file is read in pieces, as fast as the client accepts it. If a file changes
 * while it is sent, the connection is closed; replace files by renaming.
 *
 * <p>Files are read on the event loop, so the folder should be on a local disk.
 */
@ThreadSafe
public final class StaticFiles implements HttpFunction {
    private final Path root;

    /** Serves a folder. Throws {@link IllegalArgumentException} if the path is not a directory. */
    public StaticFiles(Path folder) {
        try {
            this.root = folder.toRealPath();
        } catch (IOException e) {
            throw new IllegalArgumentException("no such directory: " + folder, e);
        }
        if (!Files.isDirectory(root)) {
            throw new IllegalArgumentException("not a directory: " + folder);
        }
    }

    /**
     * Serves the files of a folder on the class path.
     *
     * <p>Each file is loaded once and cached. In a named module, the package of the folder must be open.
     *
     * @param anchor class whose package the folder path is relative to
     * @param folder relative path of the folder, without a slash at either end
     * @throws IllegalArgumentException if the folder is a package that is not open to this module
     */
    public static HttpFunction ofClasspath(Class<?> anchor, String folder) {
        return new ClasspathFiles(anchor, folder);
    }

    @Override
    public HttpResponse handle(HttpRequest request) throws IOException {
        Optional<String> name = SafeFileName.of(request);
        Optional<Path> found = name.isEmpty() ? Optional.empty() : find(name.get());
        if (found.isEmpty()) {
            return HttpResponse.error(404, "no such file: " + SafeText.excerpt(request.path()));
        }
        Path file = found.get();
        BasicFileAttributes attributes =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isDirectory()) {
            // without the slash, relative links of the index page would be wrong
            return HttpResponse.of(301).header("Location", request.path() + "/");
        }
        if (!attributes.isRegularFile()) {
            return HttpResponse.error(404, "not a regular file: " + SafeText.excerpt(request.path()));
        }
        String type = MediaTypes.of(file.getFileName().toString());
        ConditionalResponse conditional = new ConditionalResponse(
                type == null ? "application/octet-stream" : type,
                etag(attributes),
                Optional.of(attributes.lastModifiedTime().toInstant()),
                attributes.size());
        return conditional.create(
                request, (response, offset, length) -> response.file(conditional.type(), file, offset, length));
    }

    /** Returns the real path of a file. Empty if it does not exist, or is outside of the folder. */
    private Optional<Path> find(String name) throws IOException {
        try {
            Path real = root.resolve(name).toRealPath();
            return real.startsWith(root) ? Optional.of(real) : Optional.empty();
        } catch (InvalidPathException | FileSystemException e) {
            // missing, unreadable, name too long, or a loop of symbolic links
            return Optional.empty();
        }
    }

    private static String etag(BasicFileAttributes attributes) {
        return "\"" + Long.toHexString(attributes.size()) + "-"
                + Long.toHexString(attributes.lastModifiedTime().toMillis() * 1_000_000
                        + attributes.lastModifiedTime().toInstant().getNano() % 1_000_000)
                + "\"";
    }
}
