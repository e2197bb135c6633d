/**
 * The limit for latency: commits each message and publishes it, without anything else.
 * Takes the database from `DATABASE_URL`, and prints the port that it listens on.
 */
import pg from "pg";

// With a pipeline, a message does not wait until the one before it is answered; the answers keep their order.
const database = new pg.Client({ connectionString: process.env["DATABASE_URL"], pipeline: true });
await database.connect();
const insert = { name: "insert", text: "insert into plain values ($1, $2, $3, $4, $5, now())" };
let seq = 0;
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch(request, server) {
    return server.upgrade(request) ? undefined : new Response(null, { status: 426 });
  },
  websocket: {
    perMessageDeflate: false,
    open(socket) {
      socket.subscribe("room");
    },
    async message(socket, message) {
      const { chat, clientId, body } = JSON.parse(String(message));
      await database.query({ ...insert, values: [chat, ++seq, chat, clientId, body] });
      server.publish("room", message);
      socket.send("ack");
    },
  },
});
console.log(server.port);
