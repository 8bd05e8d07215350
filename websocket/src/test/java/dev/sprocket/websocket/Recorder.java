package dev.sprocket.websocket;

import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Component that records its callbacks. */
class Recorder implements MessageComponent<WsConnection, Message> {
    final List<String> seen = new ArrayList<>();
    final List<WsConnection> opened = new ArrayList<>();

    WsConnection conn() {
        return opened.get(0);
    }

    @Override
    public void onOpen(WsConnection conn) throws Exception {
        opened.add(conn);
        seen.add("open");
    }

    @Override
    public void onMessage(WsConnection from, Message message) throws Exception {
        seen.add(message.isBinary() ? "binary " + HexFormat.of().formatHex(message.bytes()) : "text " + message.text());
    }

    @Override
    public void onClose(WsConnection conn) throws Exception {
        CloseStatus status = CloseStatus.of(conn);
        seen.add("close " + status.code() + (status.clean() ? " clean " : " unclean ") + status.reason());
    }

    @Override
    public void onError(WsConnection conn, Throwable cause) throws Exception {
        seen.add("error " + cause.getMessage());
    }
}
