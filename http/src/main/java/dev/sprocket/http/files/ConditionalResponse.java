package dev.sprocket.http.files;

import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.internal.syntax.HttpDate;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Response for a file, which honours conditional and range requests.
 *
 * @param etag strong {@code ETag}, in quotes
 * @param lastModified time of the last change; empty if unknown
 */
record ConditionalResponse(String type, String etag, Optional<Instant> lastModified, long length) {
    private static final Pattern RANGE = Pattern.compile("bytes\\s*=\\s*([0-9]{0,18})\\s*-\\s*([0-9]{0,18})");

    /** Body of a response, made from a range of the file. */
    @FunctionalInterface
    interface Body {
        /** Returns a copy of the response with a range of the file as body. */
        HttpResponse addTo(HttpResponse response, long offset, long length);
    }

    HttpResponse create(HttpRequest request, Body body) {
        HttpResponse response = choose(request, body).header("ETag", etag).header("Cache-Control", "no-cache");
        if (lastModified.isPresent()) {
            response = response.header("Last-Modified", HttpDate.of(lastModified.get()));
        }
        return response.header("X-Content-Type-Options", "nosniff").header("Accept-Ranges", "bytes");
    }

    private HttpResponse choose(HttpRequest request, Body body) {
        if (isNotModified(request)) {
            return HttpResponse.of(304);
        }
        Optional<String> range = request.header("Range");
        Matcher requested =
                RANGE.matcher(range.orElse("").toLowerCase(Locale.ROOT).trim());
        // several ranges, and unknown units, may be answered with the complete file (RFC 9110 14.2)
        if (!request.method().equals("GET") || !requested.matches() || !matchesIfRange(request)) {
            return body.addTo(HttpResponse.of(200), 0, length);
        }
        return partial(requested.group(1), requested.group(2), range.orElse(""), body);
    }

    private HttpResponse partial(String from, String to, String range, Body body) {
        if (from.isEmpty() && to.isEmpty()) {
            return body.addTo(HttpResponse.of(200), 0, length);
        }
        long first = from.isEmpty() ? Math.max(0, length - Long.parseLong(to)) : Long.parseLong(from);
        long last = from.isEmpty() || to.isEmpty() ? length - 1 : Math.min(length - 1, Long.parseLong(to));
        if (!from.isEmpty() && !to.isEmpty() && Long.parseLong(to) < first) {
            return body.addTo(HttpResponse.of(200), 0, length);
        }
        if (first >= length || last < first) {
            return HttpResponse.error(416, "Range: " + range + " (expected: within " + length + " bytes)")
                    .header("Content-Range", "bytes */" + length);
        }
        return body.addTo(HttpResponse.of(206), first, last - first + 1)
                .header("Content-Range", "bytes " + first + "-" + last + "/" + length);
    }

    /** Reports whether the client has the current file (RFC 9110 13.1.2, 13.1.3). A proxy may have weakened the tag. */
    private boolean isNotModified(HttpRequest request) {
        if (request.header("If-None-Match").isPresent()) {
            return Stream.of(etag, "W/" + etag, "*").anyMatch(tag -> request.headerContains("If-None-Match", tag));
        }
        Optional<Instant> since = request.header("If-Modified-Since").flatMap(ConditionalResponse::date);
        return since.isPresent()
                && lastModified.isPresent()
                && lastModified.get().getEpochSecond() <= since.get().getEpochSecond();
    }

    /** Reports whether {@code If-Range} permits a range response (RFC 9110 13.1.5). */
    private boolean matchesIfRange(HttpRequest request) {
        Optional<String> condition = request.header("If-Range");
        return condition.isEmpty()
                || condition.get().equals(etag)
                || (lastModified.isPresent() && condition.get().equals(HttpDate.of(lastModified.get())));
    }

    private static Optional<Instant> date(String text) {
        try {
            return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME
                    .withZone(ZoneOffset.UTC)
                    .parse(text)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
