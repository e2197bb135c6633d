/**
 * The upper limit for presence: Bun's `send` alone, of as many frames and bytes to each socket.
 * Prints the port that it listens on.
 *
 * Its arguments are the frames per socket, and the bytes per frame.
 */
const [frames = 0, bytes = 0] = process.argv.slice(2).map(Number);
const frame = "x".repeat(bytes);
const sender = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch(request, server) {
    return server.upgrade(request) ? undefined : new Response(null, { status: 426 });
  },
  websocket: {
    perMessageDeflate: false,
    backpressureLimit: 1024 * 1024 * 1024,
    open(socket) {
      for (let n = 0; n < frames; n++) socket.send(frame);
    },
    message() {},
  },
});
console.log(sender.port);
