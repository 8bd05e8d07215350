package dev.sprocket.bench.peer;

import com.corundumstudio.socketio.Configuration;
import com.corundumstudio.socketio.SocketIOServer;
import com.corundumstudio.socketio.Transport;
import java.util.List;

/** netty-socketio with its rooms, on epoll. */
final class SocketIoPeer implements Peer {
    public static void main(String[] args) throws Exception {
        Peer.main(new SocketIoPeer(), args);
    }

    @Override
    public void start(int port, Mode mode) {
        Configuration configuration = new Configuration();
        configuration.setHostname("127.0.0.1");
        configuration.setPort(port);
        configuration.setBossThreads(1);
        configuration.setWorkerThreads(1);
        configuration.setUseLinuxNativeEpoll(true);
        configuration.setTransports(Transport.WEBSOCKET);
        configuration.getSocketConfig().setAcceptBackLog(4096);
        SocketIOServer server = new SocketIOServer(configuration);
        server.addEventListener("subscribe", String.class, (client, room, ack) -> client.joinRoom(room));
        server.addEventListener(
                "publish", List.class, (client, message, ack) -> server.getRoomOperations("" + message.get(0))
                        .sendEvent("event", message.get(1)));
        server.start();
    }
}
