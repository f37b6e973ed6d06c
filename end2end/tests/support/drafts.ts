// Reports that a journey needs but isn't about: sent as the plain forms that they are.

import { type APIResponse, type BrowserContext, expect } from "@playwright/test";
import { type Place, localTime } from "./places";
import { FALL, type Story } from "./wizard";

type Furthest = "details" | "narrative" | "questions" | "review" | "submitted";

/** Writes a report this far; returns its address. */
export async function draft(
  device: BrowserContext,
  place: Place,
  name: string,
  furthest: Furthest,
  story: Story = FALL,
): Promise<string> {
  const tenant = place.slug;
  const started = await send(device, "incidents/start", {
    tenant,
    participant_id: "",
    participant_name: name,
    site_id: "",
    location: "Front ramp",
    event_date_time: localTime(place, -26),
    late_reason: "",
  });
  const narrative = leadsTo(started);
  const path = narrative.replace(/\/narrative$/, "");
  const id = path.split("/").pop()!;
  if (furthest === "details") return path;

  const intent = furthest === "narrative" ? "stay" : "continue";
  const revision = async (step: string) => /name="revision" value="(\d+)"/.exec(await html(device, `${path}/${step}`))![1];
  await send(device, "incidents/save-narrative", { tenant, id, revision: await revision("narrative"), ...story, intent });
  if (furthest === "narrative") return path;

  const questions = /name="answers\[(q[0-9a-f-]+)\]"/g;
  await expect.poll(() => html(device, `${path}/clarify/before`)).toMatch(questions);
  if (furthest === "questions") return path;

  for (const phase of ["before", "after"]) {
    const ids = [...(await html(device, `${path}/clarify/${phase}`)).matchAll(questions)].map((match) => match[1]);
    await send(device, "clarification/save-answers", {
      tenant,
      id,
      phase,
      revision: await revision(`clarify/${phase}`),
      [`answers[${ids[0]}]`]: "Kim from the house next door saw it from her gate.",
      intent: "continue",
    });
  }
  await expect.poll(() => html(device, `${path}/review`)).toContain("Looks right, continue");
  if (furthest === "review") return path;

  await send(device, "incidents/submit", { tenant, id, revision: await revision("submit") });
  return path;
}

/** Posts a form without following its redirect. */
async function send(device: BrowserContext, endpoint: string, form: Record<string, string>): Promise<APIResponse> {
  const origin = `http://127.0.0.1:${process.env.E2E_PORT}`;
  const answer = await device.request.post(`/api/${endpoint}`, {
    form,
    headers: { origin, accept: "text/html" },
    maxRedirects: 0,
  });
  const problem = new URL(answer.headers()["location"] ?? "/", origin).searchParams.get("__err");
  expect(answer.status() < 400 && !problem, `${endpoint}: ${answer.status()} ${problem ?? ""}`).toBe(true);
  return answer;
}

function leadsTo(answer: APIResponse): string {
  return answer.headers()["location"];
}

async function html(device: BrowserContext, path: string): Promise<string> {
  return (await device.request.get(path)).text();
}
