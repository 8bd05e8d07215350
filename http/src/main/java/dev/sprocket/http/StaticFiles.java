package dev.sprocket.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.spi.SafeText;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * Serves the files of a folder on disk, as the <code>{path*}</code> of its route names them; a path that ends in {@code /},
 * or is empty, is its {@code index.html}. Hidden files, and what a link leads to outside of the folder, are not served.
 *
 * <p>Answers carry {@code ETag} and {@code Last-Modified}; a client that has the file is told so, one that wants a part of
 * it gets that (RFC 9110 13, 14). A file is read in pieces, as fast as the client takes it. A file that is changed while it
 * is sent ends that connection; replace files by renaming.
 *
 * <p>It asks the disk on the event loop, so the disk should be a local one.
 */
@ThreadSafe
public final class StaticFiles implements HttpFunction {
    private final Path root;

    /** Serves a folder. Throws {@link IllegalArgumentException} if there is none at this path. */
    public StaticFiles(Path folder) {
        try {
            this.root = folder.toRealPath();
        } catch (IOException e) {
            throw new IllegalArgumentException("folder: " + folder + " (expected: one that is there)", e);
        }
        if (!Files.isDirectory(root)) {
            throw new IllegalArgumentException("folder: " + folder + " (expected: no file)");
        }
    }

    @Override
    public HttpResponse handle(HttpRequest request) throws IOException {
        Optional<String> name = SafeFileName.of(request);
        Optional<Path> found = name.isEmpty() ? Optional.empty() : find(name.get());
        if (found.isEmpty()) {
            return HttpResponse.error(404, "no such file: " + SafeText.excerpt(request.path()));
        }
        Path file = found.get();
        BasicFileAttributes facts = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (facts.isDirectory()) {
            // relative links of its page would lead beside it
            return HttpResponse.of(301).header("Location", request.path() + "/");
        }
        if (!facts.isRegularFile()) {
            return HttpResponse.error(
                    404, "no file, but a device, a pipe or a socket: " + SafeText.excerpt(request.path()));
        }
        String type = MediaTypes.of(file.getFileName().toString());
        ConditionalResponse answer = new ConditionalResponse(
                type == null ? "application/octet-stream" : type,
                etag(facts),
                Optional.of(facts.lastModifiedTime().toInstant()),
                facts.size());
        return answer.create(
                request,
                (response, offset, length) -> response.body(answer.type(), new FileBody.Part(file, offset, length)));
    }

    /** The real path of a file; empty if it is not there, or not inside. */
    private Optional<Path> find(String name) throws IOException {
        try {
            Path real = root.resolve(name).toRealPath();
            return real.startsWith(root) ? Optional.of(real) : Optional.empty();
        } catch (InvalidPathException | FileSystemException e) {
            // not there, not readable, too long, a loop of links
            return Optional.empty();
        }
    }

    private static String etag(BasicFileAttributes facts) {
        return "\"" + Long.toHexString(facts.size()) + "-"
                + Long.toHexString(facts.lastModifiedTime().toMillis() * 1_000_000
                        + facts.lastModifiedTime().toInstant().getNano() % 1_000_000)
                + "\"";
    }
}
