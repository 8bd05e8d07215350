package com.example;

import dev.sprocket.app.App;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.wamp.annotation.Procedure;
import dev.sprocket.wamp.annotation.WampMethods;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** Starts a chat as a bean, and prints what a visitor receives. */
@SpringBootApplication
public class Site {
    static class Calculator {
        @Procedure("com.example.calc.add")
        double add(double a, double b) {
            return a + b;
        }
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    App sprocket() {
        return App.listen(0)
                .route("/chat", new Chat())
                .route("/calc", WampMethods.of(new Calculator()))
                .get("/hello", request -> HttpResponse.text("hello"));
    }

    @Bean
    CommandLineRunner visitor(App app) {
        return args -> System.out.println("received: " + say("hello", app.port()));
    }

    public static void main(String[] args) {
        SpringApplication.run(Site.class, args).close();
    }

    private static String say(String text, int port) throws Exception {
        CompletableFuture<String> received = new CompletableFuture<>();
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/chat"), new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
                        received.complete(data.toString());
                        return WebSocket.Listener.super.onText(from, data, last);
                    }
                })
                .get(20, TimeUnit.SECONDS);
        socket.sendText(text, true);
        return received.get(20, TimeUnit.SECONDS);
    }
}
