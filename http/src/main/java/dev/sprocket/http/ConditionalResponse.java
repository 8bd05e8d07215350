package dev.sprocket.http;

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
 * What a file answers, given what the client has of it already and which part of it the client wants.
 *
 * @param tag its {@code ETag}, strong and in quotes
 * @param modified when it was last changed; empty if that is not known
 */
record ConditionalResponse(String type, String etag, Optional<Instant> lastModified, long length) {
    private static final Pattern RANGE = Pattern.compile("bytes\\s*=\\s*([0-9]{0,18})\\s*-\\s*([0-9]{0,18})");

    /** Makes an answer of a part of the file. */
    @FunctionalInterface
    interface Body {
        /** Adds it to the answer. */
        HttpResponse addTo(HttpResponse answer, long offset, long length);
    }

    HttpResponse create(HttpRequest request, Body body) {
        HttpResponse answer = choose(request, body).header("ETag", etag).header("Cache-Control", "no-cache");
        if (lastModified.isPresent()) {
            answer = answer.header("Last-Modified", HttpDate.of(lastModified.get()));
        }
        return answer.header("X-Content-Type-Options", "nosniff").header("Accept-Ranges", "bytes");
    }

    private HttpResponse choose(HttpRequest request, Body body) {
        if (isNotModified(request)) {
            return HttpResponse.of(304);
        }
        Optional<String> range = request.header("Range");
        Matcher wanted = RANGE.matcher(range.orElse("").toLowerCase(Locale.ROOT).trim());
        // several ranges, and units that are not known, may be answered with the whole (RFC 9110 14.2)
        if (!request.method().equals("GET") || !wanted.matches() || !matchesIfRange(request)) {
            return body.addTo(HttpResponse.of(200), 0, length);
        }
        return partial(wanted.group(1), wanted.group(2), range.orElse(""), body);
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

    /** Whether the client has the file; a proxy may have made the tag a weak one (RFC 9110 13.1.2, 13.1.3). */
    private boolean isNotModified(HttpRequest request) {
        if (request.header("If-None-Match").isPresent()) {
            return Stream.of(etag, "W/" + etag, "*").anyMatch(known -> request.headerContains("If-None-Match", known));
        }
        Optional<Instant> since = request.header("If-Modified-Since").flatMap(ConditionalResponse::date);
        return since.isPresent()
                && lastModified.isPresent()
                && lastModified.get().getEpochSecond() <= since.get().getEpochSecond();
    }

    /** Whether a part of this file fits the parts that the client has (RFC 9110 13.1.5). */
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
