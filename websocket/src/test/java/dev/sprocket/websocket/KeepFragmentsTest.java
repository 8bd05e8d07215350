package dev.sprocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.EchoServer;
import dev.sprocket.core.Message;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Fragments of forwarded messages (RFC 6455 5.4). */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class KeepFragmentsTest {
    private static final byte[] IN_THREE =
            ClientFrames.join(ClientFrames.text(0x01, "a"), ClientFrames.text(0x00, "bc"), ClientFrames.text(0x80, ""));

    @RegisterExtension
    final Peer peer = new Peer();

    @Test
    void fragmented_message_is_echoed_in_one_frame_by_default() {
        peer.connect(new EchoServer()).send(IN_THREE);

        assertThat(peer.wire.receivedHex()).isEqualTo("81 03 61 62 63");
    }

    @Test
    void fragments_are_preserved_with_keepFragments() {
        peer.connect(new WsServer(new EchoServer()).keepFragments()).send(IN_THREE);

        assertThat(peer.wire.receivedHex()).isEqualTo("01 01 61 00 02 62 63 80 00");
    }

    @Test
    void fragments_of_one_message_do_not_affect_the_next() {
        peer.connect(new WsServer(new EchoServer()).keepFragments())
                .send(
                        IN_THREE,
                        ClientFrames.text(0x81, "x"),
                        ClientFrames.frame(0x02, "01"),
                        ClientFrames.frame(0x80, "02"));

        assertThat(peer.wire.receivedHex()).isEqualTo("01 01 61 00 02 62 63 80 00 81 01 78 02 01 01 80 01 02");
    }

    @Test
    void preserved_fragments_are_not_compressed() {
        WsServer server = new WsServer(new EchoServer()).keepFragments().compress(Deflate.DEFAULT.threshold(0));
        peer.serve(server)
                .request(ClientFrames.UPGRADE + "Sec-WebSocket-Extensions: permessage-deflate\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");

        peer.send(IN_THREE);

        assertThat(peer.wire.receivedHex()).isEqualTo("01 01 61 00 02 62 63 80 00");
    }

    @Test
    void application_can_choose_the_parts() {
        Recorder app = new Recorder();
        peer.connect(app);

        app.conn().send(Message.text("abcd").fragmented(1, 4));

        assertThat(peer.wire.receivedHex()).isEqualTo("01 01 61 80 03 62 63 64");
    }
}
