// A server on this machine that speaks OpenAI's chat completions.

import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import { type AddressInfo } from "node:net";

export const KEY = "sk-journey-0123456789abcdefwxyz";

export interface FakeProvider {
  /** Up to the part before /chat/completions. */
  address: string;
  /** The models that were asked for, in order. */
  asked: string[];
  stop: () => Promise<void>;
}

export async function startFakeProvider(): Promise<FakeProvider> {
  const asked: string[] = [];
  const server = createServer((request, response) => void answer(request, response, asked));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const stop = () =>
    new Promise<void>((done) => {
      server.closeAllConnections();
      server.close(() => done());
    });
  return { address: `http://127.0.0.1:${port}/v1`, asked, stop };
}

async function answer(request: IncomingMessage, response: ServerResponse, asked: string[]) {
  let text = "";
  for await (const chunk of request) text += chunk;
  const { model, stream } = JSON.parse(text || "{}") as { model?: string; stream?: boolean };
  const send = (status: number, body: unknown) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };
  if (request.url !== "/v1/chat/completions") return send(404, { error: { message: "No such address." } });
  if (request.headers.authorization !== `Bearer ${KEY}`) {
    return send(401, { error: { message: "Incorrect API key provided.", code: "invalid_api_key" } });
  }
  asked.push(model ?? "");
  const common = { id: "c1", created: 1, model };
  if (stream) {
    const chunk = (delta: object, finish_reason: string | null) =>
      `data: ${JSON.stringify({ ...common, object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(`${chunk({ role: "assistant", content: "ok" }, null)}${chunk({}, "stop")}data: [DONE]\n\n`);
    return;
  }
  send(200, {
    ...common,
    object: "chat.completion",
    choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }],
    usage: { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 },
  });
}
