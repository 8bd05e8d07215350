// uWebSockets in Bun, with its own subscribe and publish. Implements WAMP v1 like WampText.
const [, , , port, , mode] = process.argv;
const fanout = mode === "fanout";
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(port),
  fetch(request, server) {
    const headers = fanout ? { "Sec-WebSocket-Protocol": "wamp" } : {};
    return server.upgrade(request, { headers }) ? undefined : new Response("expected: WebSocket", { status: 400 });
  },
  websocket: {
    perMessageDeflate: false,
    idleTimeout: 0,
    open(socket) {
      if (fanout) socket.send('[0,"peer",1,"peer"]');
    },
    message(socket, message) {
      if (!fanout) {
        socket.send(message);
        return;
      }
      const topic = message.slice(4, message.indexOf('"', 4));
      if (message[1] === "5") socket.subscribe(topic);
      else if (message[1] === "7") server.publish(topic, "[8" + message.slice(2));
    },
  },
});
process.stdin.on("end", () => process.exit(0));
process.stdin.resume();
