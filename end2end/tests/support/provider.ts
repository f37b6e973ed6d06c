// A local AI provider that speaks the real formats, whole and as a stream: OpenAI's chat completions and
// Anthropic's messages. Its answers are made from what it is sent, so they follow the account.

import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** The only key that it answers to. */
export const KEY = "sk-journey-0123456789abcdefwxyz";

type Format = "openai" | "anthropic";

const PATHS: Record<Format, string> = { openai: "/v1/chat/completions", anthropic: "/v1/messages" };

interface Seen {
  path: string;
  headers: IncomingMessage["headers"];
  body: string;
}

interface Asked {
  model: string;
  stream?: boolean;
  system?: string | { text?: string }[];
  messages: Message[];
}

export class FakeProvider {
  /** What was sent with the right key, newest last. */
  readonly requests: Seen[] = [];
  /** How long it waits before each word of a streamed answer. */
  pauseMs = 0;

  private constructor(
    private readonly server: Server,
    private readonly format: Format,
  ) {}

  static async start(format: Format): Promise<FakeProvider> {
    const server = createServer();
    const provider = new FakeProvider(server, format);
    server.on("request", (request, response) => void provider.answer(request, response));
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    return provider;
  }

  /** The address to enter in the settings. */
  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1/`;
  }

  /** The models that were asked for, in order. */
  get asked(): string[] {
    return this.requests.map((request) => (JSON.parse(request.body) as Asked).model);
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  private async answer(request: IncomingMessage, response: ServerResponse) {
    let body = "";
    for await (const piece of request) body += piece;
    const path = request.url ?? "";
    if (path !== PATHS[this.format]) return refuse(response, 404, "not_found_error", "No such address.");
    if (keyOf(request) !== KEY) return refuse(response, 401, "invalid_api_key", "Incorrect API key provided.");
    this.requests.push({ path, headers: request.headers, body });
    const asked = JSON.parse(body) as Asked;
    const content = answerTo(textOf({ content: asked.system ?? "" }) + "\n" + asked.messages.map(textOf).join("\n"));
    if (asked.stream) return this.stream(response, asked.model, content);
    const reply = this.format === "openai" ? openAiReply(asked.model, content) : anthropicReply(asked.model, content);
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(reply));
  }

  /** Word by word; ends early when whoever asked has gone. */
  private async stream(response: ServerResponse, model: string, content: string) {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const frames = this.format === "openai" ? openAiFrames(model, content) : anthropicFrames(model, content);
    for (const frame of frames) {
      if (this.pauseMs) await pause(this.pauseMs);
      if (response.destroyed) return;
      response.write(frame);
    }
    response.end();
  }
}

function keyOf(request: IncomingMessage): string | undefined {
  return request.headers.authorization?.replace(/^Bearer /, "") ?? request.headers["x-api-key"]?.toString();
}

function refuse(response: ServerResponse, status: number, code: string, message: string) {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ type: "error", error: { type: code, code, message } }));
}

function openAiReply(model: string, content: string) {
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1_700_000_000,
    model,
    choices: [{ index: 0, message: { role: "assistant", content, refusal: null }, finish_reason: "stop" }],
    usage: { prompt_tokens: 900, completion_tokens: 120, total_tokens: 1020 },
  };
}

function anthropicReply(model: string, content: string) {
  return {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model,
    content: [{ type: "text", text: content }],
    stop_reason: "end_turn",
    stop_sequence: null,
    usage: { input_tokens: 900, output_tokens: 120 },
  };
}

/** Word by word, each with the space after it. */
function pieces(content: string): string[] {
  return content.match(/\S+\s*|\s+/g) ?? [];
}

function openAiFrames(model: string, content: string): string[] {
  const common = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1_700_000_000, model };
  const frame = (data: object) => `data: ${JSON.stringify({ ...common, ...data })}\n\n`;
  const chunk = (delta: object, finish_reason: string | null) => frame({ choices: [{ index: 0, delta, finish_reason }] });
  return [
    chunk({ role: "assistant", content: "" }, null),
    ...pieces(content).map((piece) => chunk({ content: piece }, null)),
    chunk({}, "stop"),
    frame({ choices: [], usage: { prompt_tokens: 900, completion_tokens: 120, total_tokens: 1020 } }),
    "data: [DONE]\n\n",
  ];
}

function anthropicFrames(model: string, content: string): string[] {
  const frame = (type: string, data: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
  const message = { ...anthropicReply(model, ""), content: [], stop_reason: null, usage: { input_tokens: 900, output_tokens: 1 } };
  return [
    frame("message_start", { message }),
    frame("content_block_start", { index: 0, content_block: { type: "text", text: "" } }),
    ...pieces(content).map((text) => frame("content_block_delta", { index: 0, delta: { type: "text_delta", text } })),
    frame("content_block_stop", { index: 0 }),
    frame("message_delta", { delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: 120 } }),
    frame("message_stop", {}),
  ];
}

interface Message {
  content: string | { text?: string }[];
}

function textOf({ content }: Message): string {
  return typeof content === "string" ? content : content.map((part) => part.text ?? "").join("\n");
}

/** The step shows by what its schema asks for. */
function answerTo(text: string): string {
  const sentences = (phase: string) => accountPart(text, phase).match(/[^.!?\n]{12,}[.!?]/g) ?? [];
  const during = sentences("During the event");
  const told = [...during, ...sentences("Before the event"), ...sentences("End of the event"), ...sentences("After the event")];
  const quote = (told[0] ?? "").trim();
  if (text.includes('"classifications"')) {
    return JSON.stringify({
      classifications: [{ incident_type: "Environmental", severity: "Medium", confidence: 0.81, evidence: [quote] }],
    });
  }
  if (text.includes('"conditions"')) {
    const evidence = (sentences("Before the event")[0] ?? quote).trim();
    return JSON.stringify({
      conditions: [{ group: "environmental", text: "The ground was slippery after rain.", evidence }],
      confidence: 0.7,
    });
  }
  if (text.includes('"questions"')) {
    return JSON.stringify({
      questions: [
        { topic: "people", text: "Who else was nearby, and what did they do?", purpose: "To know who can tell more." },
        { topic: "signs", text: "What did you notice about how people were feeling?", purpose: "To see what led to it." },
        { topic: "surroundings", text: "How was the place at that moment?", purpose: "To find hazards." },
      ],
    });
  }
  if (text.includes('"sentences"')) {
    // The rules that stand before the template name the marker, too.
    const original = (/<account>\n([\s\S]*?)\n<\/account>/.exec(text)?.[1] ?? "").trim();
    const answers = [...text.matchAll(/\[([0-9a-f-]{36})\] Question: .*\nAnswer: (.*)/g)];
    return JSON.stringify({
      sentences: [
        ...(original ? [{ text: original, source: "original" }] : []),
        ...answers.map(([, id, answer]) => ({ text: answer, source: id })),
      ],
    });
  }
  const passages = between(text, "passages");
  if (passages !== undefined) return fromPassages(passages);
  return "OK";
}

/** Sentences of the numbered passages, each with its number. */
function fromPassages(passages: string): string {
  const parts = passages.split(/(?=^\[\d+\])/m);
  const cited = parts.flatMap((part) => {
    const number = /^\[(\d+)\]/.exec(part)?.[1];
    const sentences = part.match(/[A-Z][^.!?\n|#*]{30,}\./g) ?? [];
    return number ? sentences.slice(0, 3).map((sentence) => `${sentence.slice(0, -1)} [${number}].`) : [];
  });
  return cited.slice(0, 8).join(" ") || "NOT FOUND";
}

/** What stands between the last pair of these markers: the rules before the template name them, too. */
function between(text: string, marker: string): string | undefined {
  const start = text.lastIndexOf(`<${marker}>`);
  const end = text.lastIndexOf(`</${marker}>`);
  return start >= 0 && end > start ? text.slice(start + marker.length + 2, end) : undefined;
}

function accountPart(text: string, heading: string): string {
  return new RegExp(`${heading}: ([\\s\\S]*?)(?=\\n(?:During the event|End of the event|After the event): |\\n</account>)`).exec(
    text,
  )?.[1] ?? "";
}
