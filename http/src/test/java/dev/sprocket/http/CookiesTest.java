package dev.sprocket.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import org.junit.jupiter.api.Test;

class CookiesTest {
    private static Cookies cookies(String... headers) {
        var head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
        for (String header : headers) {
            head.headers().add("Cookie", header);
        }
        return Cookies.of(HttpRequest.of(head, Unpooled.EMPTY_BUFFER, "http"));
    }

    @Test
    void parses_names_and_values() {
        Cookies cookies = cookies("PHPSESSID=298zf09hf012fh2; csrftoken=u32t4o3tb3gg43");
        assertThat(cookies.value("PHPSESSID")).contains("298zf09hf012fh2");
        assertThat(cookies.value("csrftoken")).contains("u32t4o3tb3gg43");
        assertThat(cookies.value("phpsessid")).isEmpty();
    }

    @Test
    void strips_quotes_and_decodes_percent_encoding() {
        Cookies cookies = cookies("a=\"quoted\"; b=s%3Aid.sig%2B%2F; c=one+two; d=100%; e=\"; f=\"\"; g=%C3%A9");
        assertThat(cookies.value("a")).contains("quoted");
        assertThat(cookies.value("b")).contains("s:id.sig+/");
        assertThat(cookies.rawValue("b")).contains("s%3Aid.sig%2B%2F");
        assertThat(cookies.value("c")).contains("one+two");
        assertThat(cookies.value("d")).contains("100%");
        assertThat(cookies.value("e")).contains("\"");
        assertThat(cookies.value("f")).contains("");
        assertThat(cookies.value("g")).contains("é");
    }

    @Test
    void skips_invalid_pairs_and_accepts_attribute_names() {
        Cookies cookies = cookies("Path=mine; junk; =nameless; ;  PHPSESSID = x=y ;");
        assertThat(cookies.value("Path")).contains("mine");
        assertThat(cookies.value("PHPSESSID")).contains("x=y");
        assertThat(cookies.names()).containsExactly("Path", "PHPSESSID");
    }

    @Test
    void first_value_wins_across_headers() {
        Cookies cookies = cookies("a=1; a=2", "b=3; a=4");
        assertThat(cookies.value("a")).contains("1");
        assertThat(cookies.value("b")).contains("3");
    }

    @Test
    void string_form_hides_values() {
        assertThat(cookies("PHPSESSID=secret")).hasToString("[PHPSESSID]");
    }
}
