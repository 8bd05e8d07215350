package dev.sprocket.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.legacy.command.Command;
import dev.sprocket.legacy.command.Command.Close;
import dev.sprocket.legacy.command.Command.Send;
import dev.sprocket.testkit.MemoryConnection;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Tests the callbacks and their commands without a server. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class Chat2011Test {
    private final Chat2011 chat = new Chat2011();
    private final Connection ann = new MemoryConnection("ann");
    private final Connection bob = new MemoryConnection("bob");

    @Test
    void message_is_sent_to_other_connections() {
        chat.onOpen(ann);
        chat.onOpen(bob);
        assertThat(chat.onMessage(ann, Message.text("hello"))).isEqualTo(Command.all(new Send(bob, "hello")));
    }

    @Test
    void closed_connection_receives_nothing() {
        chat.onOpen(ann);
        chat.onOpen(bob);
        chat.onClose(bob);
        assertThat(chat.onMessage(ann, Message.text("hello"))).isEqualTo(Command.all());
    }

    @Test
    void error_closes_connection() {
        assertThat(chat.onError(ann, new IllegalStateException("boom"))).isEqualTo(new Close(ann));
    }
}
