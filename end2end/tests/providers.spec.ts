// The whole way with a provider instead of the built-in engine: questions, enhanced narrative, analysis
// and sign-off, in the formats of OpenAI and of Anthropic.

import { type Locator, type Page } from "@playwright/test";
import { alive } from "./support/alive";
import { draft } from "./support/drafts";
import { FakeProvider, KEY } from "./support/provider";
import { expect, test } from "./support/test";
import { someone } from "./support/wizard";

const FORMATS = [
  { format: "openai", kind: "OpenAI-compatible", model: "small" },
  { format: "anthropic", kind: "Anthropic", model: "claude-local" },
] as const;
const STEPS = ["Clarification questions", "Enhanced narrative", "Contributing conditions", "Classification"];

function card(page: Page, title: string): Locator {
  return page.locator("section").filter({ has: page.getByRole("heading", { level: 2, name: title, exact: true }) });
}

/** Has this provider, or the built-in engine, answer for every step. */
async function choose(page: Page, slug: string, answers: string, model?: string) {
  await page.goto(`/${slug}/ai`);
  const steps = card(page, "Steps");
  for (const name of STEPS) {
    const step = steps.getByRole("group", { name });
    await alive(step.getByLabel("Who answers"));
    await step.getByLabel("Who answers").selectOption(answers);
    if (model) await step.getByLabel("Model").fill(model);
  }
  await page.getByRole("button", { name: "Save steps" }).click();
  await expect(steps.getByText("Saved.", { exact: true })).toBeVisible();
}

for (const { format, kind, model } of FORMATS) {
  test(`a report is analysed by a provider in the format of ${format} and signed off`, async ({ place, deviceOf, pageOf }) => {
    const provider = await FakeProvider.start(format);
    const name = `Local ${someone()}`;
    const admin = await pageOf(place.admin);
    await admin.goto(`/${place.slug}/ai/providers/new`);
    await alive(admin.getByLabel("Kind"));
    await admin.getByLabel("Kind").selectOption(kind);
    await admin.getByLabel("Name", { exact: true }).fill(name);
    await admin.getByLabel("Address", { exact: true }).fill(provider.address);
    await admin.getByLabel("Key", { exact: true }).fill(KEY);
    await admin.getByRole("button", { name: "Save", exact: true }).click();
    await expect(card(admin, "Providers").getByRole("row").filter({ hasText: name })).toBeVisible();
    await choose(admin, place.slug, name, model);
    try {
      const participant = someone();
      const path = await draft(await deviceOf(place.worker), place, participant, "submitted");
      const page = await pageOf(place.lead);
      await expect
        .poll(async () => (await page.request.get(`${path}/analysis`)).text(), { message: "the suggestions come" })
        .toContain("Change the conditions");
      await page.goto(`${path}/analysis`);
      await expect(page.getByText(`Prepared by: ${name}: ${model}, prompt version 1`).first()).toBeVisible();
      await expect(page.getByText("built-in engine")).toHaveCount(0);

      // What supports the classification is marked, word for word.
      const account = page.getByRole("region", { name: "The account" });
      const quotes = await card(page, "Classifications").locator("blockquote").allTextContents();
      expect(quotes.length).toBeGreaterThan(0);
      for (const quote of quotes) await expect(account).toContainText(quote.replace(/^“|”$/g, ""));
      const marks = (await account.locator("p mark").allTextContents()).join(" ");
      expect(marks).toContain(quotes[0].replace(/^“|”$/g, "").slice(0, 40));

      const accept = page.getByRole("button", { name: /^Accept classification/ });
      await accept.first().click();
      await expect(accept).toHaveCount(0);
      await page.getByRole("link", { name: "Sign off" }).click();
      await page.getByRole("button", { name: "Sign off" }).click();
      await expect(page.getByRole("status").filter({ hasText: "Signed off" })).toBeVisible();

      // Four phases twice, conditions and classification, and no name among all that was sent.
      expect(provider.requests.length).toBeGreaterThanOrEqual(10);
      for (const request of provider.requests) expect(request.body).not.toContain(participant);
    } finally {
      await choose(admin, place.slug, "Built-in engine");
      await provider.stop();
    }
  });
}
