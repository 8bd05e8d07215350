package dev.sprocket.config.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Guice;
import dev.sprocket.comet.CometServer;
import dev.sprocket.core.Connection;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.Layer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.Endpoints;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpServer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CometLayerTest {
    private static final Layer<
                    MessageComponent<Connection, Message>, MessageComponent<? super HttpConnection, ? super Message>>
            HTTP = HttpServer::new;

    @Test
    void stack_with_layer_serves_polls() throws Exception {
        Endpoints endpoints = Guice.createInjector(
                        binder -> binder.bind(EventLoops.class).toInstance(EventLoops.perCore()),
                        Stack.module(Stack.io(0)
                                .through(HTTP)
                                .through(CometServer.layer())
                                .to(EchoServer.class)))
                .getInstance(Endpoints.class);
        endpoints.start();
        try {
            URI uri = URI.create("http://127.0.0.1:" + ((InetSocketAddress) endpoints.address()).getPort() + "/");
            String body = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                    .body();
            assertThat(body).startsWith("{\"id\":\"");
        } finally {
            endpoints.close(Duration.ZERO);
        }
        assertThat(CometServer.layer()).hasToString("comet");
    }
}
