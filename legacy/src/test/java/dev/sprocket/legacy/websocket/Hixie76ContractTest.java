package dev.sprocket.legacy.websocket;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.HttpServer;
import dev.sprocket.testkit.Recorder;
import dev.sprocket.testkit.contract.LayerContract;
import dev.sprocket.websocket.WsServer;
import java.nio.charset.StandardCharsets;

/** Layer contract of hixie-76. */
class Hixie76ContractTest extends LayerContract {
    @Override
    protected MessageComponent<? super Connection, ? super Message> stack(Recorder application) {
        return new HttpServer(new WsServer(application).lenient().alsoAccept(OldDrafts.ALL));
    }

    @Override
    protected byte[] handshake() {
        return (OldDraftsTest.HIXIE + OldDraftsTest.KEY3).getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    protected byte[] message(String text) {
        return ("\0" + text + "\u00ff").getBytes(StandardCharsets.ISO_8859_1);
    }
}
