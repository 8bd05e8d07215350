// uWebSockets in Bun, with its own subscribe and publish. Implements WAMP v1 like WampText.
const args = process.argv;
const option = (name) => args[args.indexOf(name) + 1];
const fanout = option("--mode") === "fanout";
const deflate = args.includes("--deflate");
const folder = option("--certificate");
const tls = args.includes("--tls")
  ? { tls: { cert: Bun.file(folder + "/cert.pem"), key: Bun.file(folder + "/key.pem") } }
  : {};
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(option("--port")),
  ...tls,
  fetch(request, server) {
    const headers = fanout ? { "Sec-WebSocket-Protocol": "wamp" } : {};
    return server.upgrade(request, { headers }) ? undefined : new Response("expected: WebSocket", { status: 400 });
  },
  websocket: {
    perMessageDeflate: deflate ? { compress: "shared", decompress: "shared" } : false,
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
      else if (message[1] === "7") server.publish(topic, "[8" + message.slice(2), deflate);
    },
  },
});
process.stdin.on("end", () => process.exit(0));
process.stdin.resume();
