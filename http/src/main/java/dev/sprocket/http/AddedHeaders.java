package dev.sprocket.http;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Headers that lower layers add to a response, whichever component gives it. */
@ThreadSafe
final class AddedHeaders {
    private List<Map.Entry<String, String>> added = List.of();
    /** CORS headers; each layer that knows the matching rules replaces them. */
    private List<Map.Entry<String, String>> cors;

    AddedHeaders(List<Map.Entry<String, String>> cors) {
        this.cors = cors;
    }

    /** Adds a header. Throws {@link IllegalArgumentException} if the name or value is invalid. */
    synchronized void add(String name, String value) {
        HttpResponse.checkHeader(name, value);
        List<Map.Entry<String, String>> more = new ArrayList<>(added);
        more.add(Map.entry(name, value));
        added = more;
    }

    /** Replaces the CORS headers. */
    synchronized void setCors(List<Map.Entry<String, String>> headers) {
        cors = headers;
    }

    /** Returns a copy of a response with the headers. */
    synchronized HttpResponse addTo(HttpResponse response) {
        return response.withHeaders(added).withHeaders(cors);
    }
}
