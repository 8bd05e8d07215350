package dev.sprocket.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compile-time checks of stacks: layers in the wrong order do not compile. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class StackTypesTest {
    private static final String CHAT =
            """
            class Chat implements MessageComponent<Connection, Message> {
                public void onMessage(Connection from, Message message) { from.send(message); }
            }
            """;
    private static final String NEEDS_WEBSOCKET =
            """
            class Closes implements MessageComponent<WsConnection, Message> {
                public void onMessage(WsConnection from, Message message) { from.close(4000, "no"); }
            }
            """;

    @TempDir
    private Path classes;

    /** Returns the output of javac; empty if the code compiles. */
    private String compile(String expression, String types) {
        String source =
                """
                import dev.sprocket.core.*;
                import dev.sprocket.core.io.*;
                import dev.sprocket.core.text.*;
                import dev.sprocket.http.*;
                import dev.sprocket.websocket.*;
                import dev.sprocket.wamp.*;
                import dev.sprocket.wamp.server.*;
                class Stack { Object stack = %s; }
                %s
                """
                        .formatted(expression, types);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter output = new StringWriter();
        var file =
                new SimpleJavaFileObject(URI.create("string:///Stack.java"), javax.tools.JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        List<String> options = List.of("-proc:none", "-d", classes.toString(), "-XDrawDiagnostics");
        boolean compiled = compiler.getTask(output, null, null, options, null, List.of(file))
                .call();
        return compiled ? "" : output.toString();
    }

    @Test
    void application_compiles_on_sockets_lines_and_WebSocket() {
        assertThat(compile("new IoServer(0, new Chat())", CHAT)).isEmpty();
        assertThat(compile("new IoServer(0, new Lines(new Chat()))", CHAT)).isEmpty();
        assertThat(compile("new IoServer(0, new HttpServer(new WsServer(new Chat())))", CHAT))
                .isEmpty();
        assertThat(compile("new IoServer(0, new HttpServer(new WsServer(new WampServer(new WampComponent() {}))))", ""))
                .isEmpty();
    }

    @Test
    void WebSocket_application_does_not_compile_inside_Lines() {
        assertThat(compile("new HttpServer(new WsServer(new Closes()))", NEEDS_WEBSOCKET))
                .isEmpty();
        assertThat(compile("new Lines(new Closes())", NEEDS_WEBSOCKET)).contains("cant.apply", "Closes");
    }

    @Test
    void layers_in_the_wrong_order_do_not_compile() {
        assertThat(compile("new IoServer(0, new WsServer(new Chat()))", CHAT))
                .contains("cant.apply", "dev.sprocket.websocket.WsServer");
        assertThat(compile(
                        "new WsServer(new HttpServer(new Chat()))", "class Chat extends Closes {}" + NEEDS_WEBSOCKET))
                .contains("cant.apply");
        assertThat(compile("new HttpServer(new WampServer(new WampComponent() {}))", ""))
                .contains("cant.apply", "dev.sprocket.wamp.server.WampServer");
        assertThat(compile("new WsServer(new WampProtocol(new WampComponent() {}))", ""))
                .contains("cant.apply");
        assertThat(compile("new WsServer(new WampProtocol(new RawWampComponent() {}))", ""))
                .isEmpty();
    }

    @Test
    void composed_layers_are_type_checked() {
        String stack = "((Layer<HttpServer, MessageComponent<HttpConnection, Message>>) HttpServer::new)"
                + ".through((Layer<WsServer, MessageComponent<Connection, Message>>) WsServer::new).around(new Chat())";
        assertThat(compile(stack, CHAT)).isEmpty();
        assertThat(compile(stack.replace("HttpServer::new", "Lines::new"), CHAT))
                .isNotEmpty();
    }
}
