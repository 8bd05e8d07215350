package dev.sprocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.EchoServer;
import dev.sprocket.core.Message;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A message that is sent as it was received (RFC 6455 5.4). */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FragmentsTest {
    private static final byte[] IN_THREE =
            Client.join(Client.text(0x01, "a"), Client.text(0x00, "bc"), Client.text(0x80, ""));

    @RegisterExtension
    final Peer peer = new Peer();

    @Test
    void it_is_one_frame_unless_the_application_asks() {
        peer.connect(new EchoServer()).send(IN_THREE);

        assertThat(peer.wire.receivedHex()).isEqualTo("81 03 61 62 63");
    }

    @Test
    void it_keeps_its_fragments_if_the_application_asks() {
        peer.connect(new WsServer(new EchoServer()).keepFragments()).send(IN_THREE);

        assertThat(peer.wire.receivedHex()).isEqualTo("01 01 61 00 02 62 63 80 00");
    }

    @Test
    void the_next_message_has_fragments_of_its_own() {
        peer.connect(new WsServer(new EchoServer()).keepFragments())
                .send(IN_THREE, Client.text(0x81, "x"), Client.frame(0x02, "01"), Client.frame(0x80, "02"));

        assertThat(peer.wire.receivedHex()).isEqualTo("01 01 61 00 02 62 63 80 00 81 01 78 02 01 01 80 01 02");
    }

    @Test
    void where_compression_was_agreed_on_they_go_without_it() {
        WsServer server = new WsServer(new EchoServer()).keepFragments().compress(Deflate.DEFAULT.threshold(0));
        peer.serve(server)
                .ask(Client.UPGRADE + "Sec-WebSocket-Extensions: permessage-deflate\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");

        peer.send(IN_THREE);

        assertThat(peer.wire.receivedHex()).isEqualTo("01 01 61 00 02 62 63 80 00");
    }

    @Test
    void the_application_may_choose_the_parts() {
        Recorder app = new Recorder();
        peer.connect(app);

        app.conn().send(Message.text("abcd").fragmented(1, 4));

        assertThat(peer.wire.receivedHex()).isEqualTo("01 01 61 80 03 62 63 64");
    }
}
