import { createServer } from "node:http";

/** The yardstick of the door: reads the body, keeps nothing, answers 202. */
const server = createServer((request, response) => {
	request.on("data", () => undefined);
	request.on("end", () => {
		response.writeHead(202, { "content-type": "application/json", "content-length": 14 });
		response.end('{"accepted":1}');
	});
});
server.listen(Number(process.argv[2]), "127.0.0.1");
