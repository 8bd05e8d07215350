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
    void pairs_have_names_and_values() {
        Cookies cookies = cookies("PHPSESSID=298zf09hf012fh2; csrftoken=u32t4o3tb3gg43");
        assertThat(cookies.value("PHPSESSID")).contains("298zf09hf012fh2");
        assertThat(cookies.value("csrftoken")).contains("u32t4o3tb3gg43");
        assertThat(cookies.value("phpsessid")).isEmpty();
    }

    @Test
    void quotes_are_stripped_and_percents_decoded() {
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
    void an_attribute_s_name_is_a_name_like_others_and_a_piece_that_is_no_pair_is_skipped() {
        Cookies cookies = cookies("Path=mine; junk; =nameless; ;  PHPSESSID = x=y ;");
        assertThat(cookies.value("Path")).contains("mine");
        assertThat(cookies.value("PHPSESSID")).contains("x=y");
        assertThat(cookies.names()).containsExactly("Path", "PHPSESSID");
    }

    @Test
    void the_first_of_a_name_counts_and_several_headers_are_one() {
        Cookies cookies = cookies("a=1; a=2", "b=3; a=4");
        assertThat(cookies.value("a")).contains("1");
        assertThat(cookies.value("b")).contains("3");
    }

    @Test
    void values_are_not_for_a_log() {
        assertThat(cookies("PHPSESSID=secret")).hasToString("[PHPSESSID]");
    }
}
