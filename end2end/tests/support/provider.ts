// A local AI provider that speaks the real formats: OpenAI's chat completions and Anthropic's messages.
// Its answers are made from what it is sent, so they follow the account.

import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

type Format = "openai" | "anthropic";

interface Seen {
  path: string;
  headers: IncomingMessage["headers"];
  body: string;
}

export class FakeProvider {
  /** What was sent, newest last. */
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

  async stop() {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  private async answer(request: IncomingMessage, response: ServerResponse) {
    let body = "";
    for await (const piece of request) body += piece;
    this.requests.push({ path: request.url ?? "", headers: request.headers, body });
    const asked = JSON.parse(body);
    const text = this.format === "openai" ? openAiText(asked) : anthropicText(asked);
    const content = answerTo(text);
    if (asked.stream) return this.stream(response, asked.model, content);
    const reply =
      this.format === "openai"
        ? {
            id: "chatcmpl-1",
            object: "chat.completion",
            created: 1_700_000_000,
            model: asked.model,
            choices: [{ index: 0, message: { role: "assistant", content, refusal: null }, finish_reason: "stop" }],
            usage: { prompt_tokens: 900, completion_tokens: 120, total_tokens: 1020 },
          }
        : {
            id: "msg_1",
            type: "message",
            role: "assistant",
            model: asked.model,
            content: [{ type: "text", text: content }],
            stop_reason: "end_turn",
            stop_sequence: null,
            usage: { input_tokens: 900, output_tokens: 120 },
          };
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(reply));
  }

  /** Word by word; ends early when whoever asked has gone. */
  private async stream(response: ServerResponse, model: string, content: string) {
    const words = content.match(/\s*\S+/g) ?? [];
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const word of words) {
      if (this.pauseMs) await pause(this.pauseMs);
      if (response.destroyed) return;
      response.write(this.format === "openai" ? openAiPiece(model, { content: word }, null) : anthropicPiece(word));
    }
    response.end(this.format === "openai" ? `${openAiPiece(model, {}, "stop")}data: [DONE]\n\n` : anthropicEnd());
  }
}

function openAiPiece(model: string, delta: object, finish_reason: string | null): string {
  const choices = [{ index: 0, delta, finish_reason }];
  return `data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1_700_000_000, model, choices })}\n\n`;
}

function anthropicPiece(text: string): string {
  return event("content_block_delta", { index: 0, delta: { type: "text_delta", text } });
}

function anthropicEnd(): string {
  const delta = { stop_reason: "end_turn", stop_sequence: null };
  return event("content_block_stop", { index: 0 }) + event("message_delta", { delta, usage: { output_tokens: 120 } }) + event("message_stop", {});
}

function event(type: string, data: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
}

interface Message {
  content: string | { text?: string }[];
}

function textOf({ content }: Message): string {
  return typeof content === "string" ? content : content.map((part) => part.text ?? "").join("\n");
}

function openAiText(asked: { messages: Message[] }): string {
  return asked.messages.map(textOf).join("\n");
}

function anthropicText(asked: { system?: string | { text?: string }[]; messages: Message[] }): string {
  return [asked.system ? textOf({ content: asked.system }) : "", ...asked.messages.map(textOf)].join("\n");
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
