// An admin sets a provider up, tests it, chooses it for a step, limits what it may cost and sees what it did.

import { type Locator, type Page } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { expectAccessible } from "./support/accessible";
import { alive, type } from "./support/alive";
import { FakeProvider, KEY } from "./support/provider";
import { expect, test } from "./support/test";
import { someone } from "./support/wizard";

let fake: FakeProvider;
test.beforeAll(async () => {
  fake = await FakeProvider.start("openai");
});
test.afterAll(() => fake.stop());

function card(page: Page, title: string): Locator {
  return page.locator("section").filter({ has: page.getByRole("heading", { level: 2, name: title, exact: true }) });
}

function step(page: Page, name: string): Locator {
  return card(page, "Steps").getByRole("group", { name });
}

function row(page: Page, name: string): Locator {
  return card(page, "Providers").getByRole("row").filter({ hasText: name });
}

async function fillProvider(page: Page, name: string, key: string) {
  await alive(page.getByLabel("Kind"));
  await page.getByLabel("Kind").selectOption("OpenAI-compatible");
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Address", { exact: true }).fill(fake.address);
  await page.getByLabel("Key", { exact: true }).fill(key);
  await page.getByLabel("Model for the test").fill("small");
}

test("a provider is set up, tested, chosen, limited and seen in the usage", async ({ place, pageOf, problems }) => {
  problems.provokeStatus(422);
  const name = `Local ${someone()}`;
  const page = await pageOf(place.admin);
  await page.goto(`/${place.slug}/ai`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("AI settings");
  await card(page, "Providers").getByRole("link", { name: "Add a provider" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Add a provider");

  // What is missing is said at its field.
  await alive(page.getByRole("button", { name: "Save and test" }));
  await page.getByRole("button", { name: "Save and test" }).click();
  const summary = page.getByRole("alert").filter({ hasText: "There is a problem" });
  await expect(summary).toContainText("Choose the kind of provider.");
  await expect(summary).toContainText("Enter the model to test with.");
  await expectAccessible(page, "a provider with problems");

  // A wrong key is told in plain words, the right one works.
  await fillProvider(page, name, "sk-not-the-right-key");
  await page.getByRole("button", { name: "Save and test" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("AI settings");
  await expect(page.getByRole("alert").filter({ hasText: `${name} didn't pass the test.` })).toContainText("refused the key");
  await row(page, name).getByRole("link", { name: "Edit" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Edit provider");
  await expect(page.getByLabel("Key", { exact: true })).toHaveValue("");
  await expect(page.getByLabel("Key", { exact: true })).toHaveAccessibleDescription(/ending in …-key/);
  await type(page.getByLabel("Key", { exact: true }), KEY);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(row(page, name)).toContainText("Not tested yet");
  await alive(row(page, name).getByRole("button", { name: `Test ${name}` }));
  await row(page, name).getByRole("button", { name: `Test ${name}` }).click();
  await expect(page.getByRole("status").filter({ hasText: `${name} answered in` })).toBeVisible();
  await expect(row(page, name)).toContainText("Works");
  await expect(row(page, name)).toContainText("…wxyz");
  expect(fake.asked).toContain("small");

  // Chosen for a step; its price is unknown, which the page says.
  await alive(step(page, "Classification").getByLabel("Who answers"));
  await step(page, "Classification").getByLabel("Who answers").selectOption(name);
  await step(page, "Classification").getByLabel("Model").fill("small");
  await page.getByRole("button", { name: "Save steps" }).click();
  await expect(card(page, "Steps").getByText("Saved.", { exact: true })).toBeVisible();
  await expect(step(page, "Classification")).toContainText("Price unknown");
  await expectAccessible(page, "the settings");

  // While a limit is set, no call to it is made.
  await type(page.getByLabel("Limit for the organisation in a month (US$)"), "25");
  await page.getByRole("button", { name: "Save limits" }).click();
  await expect(card(page, "AI providers and limits").getByText("Saved.", { exact: true })).toBeVisible();
  await expect(step(page, "Classification")).toContainText("its calls are refused while a limit is set");
  const asked = fake.asked.length;
  await row(page, name).getByRole("button", { name: `Test ${name}` }).click();
  await expect(row(page, name)).toContainText("Raise the limit.");
  expect(fake.asked.length).toBe(asked);

  await page.goto(`/${place.slug}/usage`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("AI usage");
  await expect(page.getByRole("table", { name: "By step" }).getByRole("row", { name: /Connection test/ })).toBeVisible();
  await expect(page.getByRole("table", { name: "By model" }).getByRole("row").filter({ hasText: name })).toContainText(
    "Price unknown",
  );
  await expect(card(page, "Limits")).toContainText("US$25.00 a month, US$25.00 left");
  await expectAccessible(page, "the usage");
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download as CSV" }).click();
  const file = await (await download).path();
  expect(await readFile(file, "utf8")).toContain(name);

  // Back to how it was; a provider that answers for a step can't be removed.
  await page.goto(`/${place.slug}/ai`);
  await type(page.getByLabel("Limit for the organisation in a month (US$)"), "");
  await page.getByRole("button", { name: "Save limits" }).click();
  await expect(card(page, "AI providers and limits").getByText("Saved.", { exact: true })).toBeVisible();
  await row(page, name).getByRole("link", { name: "Remove" }).click();
  await expect(card(page, "Remove this provider")).toContainText("It answers for: Classification.");
  await card(page, "Remove this provider").getByRole("link").click();
  await alive(step(page, "Classification").getByLabel("Who answers"));
  await step(page, "Classification").getByLabel("Who answers").selectOption("Built-in engine");
  await page.getByRole("button", { name: "Save steps" }).click();
  await expect(card(page, "Steps").getByText("Saved.", { exact: true })).toBeVisible();
  await row(page, name).getByRole("link", { name: "Remove" }).click();
  await type(page.getByLabel(/^Type .* to confirm$/), name);
  await page.getByRole("button", { name: "Remove provider" }).click();
  await expect(card(page, "Providers").getByText("Removed.", { exact: true })).toBeVisible();
  await expect(row(page, name)).toHaveCount(0);
});

test("access is withdrawn from one person and given back", async ({ place, pageOf }) => {
  const page = await pageOf(place.admin);
  await page.goto(`/${place.slug}/ai`);
  const boxes = card(page, "People").getByRole("checkbox");
  await alive(card(page, "People").getByRole("button", { name: "Save access" }));
  const name = (await boxes.first().evaluate((box) => box.closest("tr")!.cells[0].textContent))!.trim();
  const box = page.getByRole("checkbox", { name: `${name} may use AI providers` });
  for (const allowed of [false, true]) {
    await box.setChecked(allowed);
    await page.getByRole("button", { name: "Save access" }).click();
    await expect(card(page, "People").getByText("Saved.", { exact: true })).toBeVisible();
    await page.goto(`/${place.slug}/ai`);
    await expect(box).toBeChecked({ checked: allowed });
    await alive(card(page, "People").getByRole("button", { name: "Save access" }));
  }
});

test("a provider is set up, tested and removed without JavaScript", async ({ place, pageOf, problems }) => {
  problems.provoke(/^request failed: csp GET .*\.js$/);
  const name = `Plain ${someone()}`;
  const page = await pageOf(place.admin, { javaScriptEnabled: false });
  await page.goto(`/${place.slug}/ai/providers/new`);
  await page.getByLabel("Kind").selectOption("OpenAI-compatible");
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Address", { exact: true }).fill(fake.address);
  await page.getByLabel("Key", { exact: true }).fill(KEY);
  await page.getByLabel("Model for the test").fill("small");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("button", { name: `Test ${name}` }).click();
  await expect(page.getByText(`${name} answered in`)).toBeVisible();
  await row(page, name).getByRole("link", { name: "Remove" }).click();
  await page.getByLabel(/^Type .* to confirm$/).fill("something else");
  await page.getByRole("button", { name: "Remove provider" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "There is a problem" })).toContainText("Type the name exactly");
  await page.getByLabel(/^Type .* to confirm$/).fill(name);
  await page.getByRole("button", { name: "Remove provider" }).click();
  await expect(page.getByText("Removed.", { exact: true })).toBeVisible();
});
