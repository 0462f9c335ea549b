// Hocuspocus as it comes out of the box, without a database: it answers "saved" from memory.
// Version 3 sends every update at once; version 4 gathers those of one turn of the event loop.
const [port, version] = process.argv.slice(2);
const { Server } = await import(version === "4" ? "hocuspocus4" : "@hocuspocus/server");

const server = new Server({ port: Number(port), address: "127.0.0.1", quiet: true });
await server.listen();
