/**
 * The upper limit for fan-out: Bun's `publish` alone, with one message per frame.
 * Prints the port that it listens on.
 */
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch(request, server) {
    return server.upgrade(request) ? undefined : new Response(null, { status: 426 });
  },
  websocket: {
    perMessageDeflate: false,
    backpressureLimit: 1024 * 1024 * 1024,
    open(socket) {
      socket.subscribe("room");
    },
    message(socket, message) {
      server.publish("room", message);
      socket.send("ack");
    },
  },
});
console.log(server.port);
