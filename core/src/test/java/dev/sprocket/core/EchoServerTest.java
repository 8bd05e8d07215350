package dev.sprocket.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class EchoServerTest {
    @Test
    void every_message_comes_back_byte_for_byte() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        try (Peer peer = new Peer(new EchoServer())) {
            peer.says(all);

            ByteBuf back = peer.channel.readOutbound();
            byte[] bytes = new byte[back.readableBytes()];
            back.readBytes(bytes);
            back.release();
            assertThat(bytes).isEqualTo(all);
        }
    }

    @Test
    void messages_come_back_in_order() {
        try (Peer peer = new Peer(new EchoServer())) {
            peer.says("a").says("b").says("c");

            assertThat(peer.hears()).isEqualTo("abc");
        }
    }
}
