import { createServer } from 'node:http';

/** Stands for a collector of spans: takes what comes, and looks at none of it. */
const server = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
});
server.listen(0, '127.0.0.1');
process.once('SIGTERM', () => process.exit());
