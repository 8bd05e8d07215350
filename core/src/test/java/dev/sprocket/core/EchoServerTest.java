package dev.sprocket.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class EchoServerTest {
    @Test
    void echoes_every_byte() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        try (Peer peer = new Peer(new EchoServer())) {
            peer.send(all);

            ByteBuf back = peer.channel.readOutbound();
            byte[] bytes = new byte[back.readableBytes()];
            back.readBytes(bytes);
            back.release();
            assertThat(bytes).isEqualTo(all);
        }
    }

    @Test
    void echoes_messages_in_order() {
        try (Peer peer = new Peer(new EchoServer())) {
            peer.send("a").send("b").send("c");

            assertThat(peer.received()).isEqualTo("abc");
        }
    }
}
