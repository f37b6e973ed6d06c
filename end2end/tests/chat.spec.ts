// Asking the documents: answers with their sources, what isn't there, and a person's conversations.

import { type Locator, type Page } from "@playwright/test";
import { expectAccessible } from "./support/accessible";
import { alive, type } from "./support/alive";
import { FakeProvider, KEY } from "./support/provider";
import { expect, test } from "./support/test";
import { someone } from "./support/wizard";

const ANSWERED = "Who do I call after a medication error on a weekend?";
const NOT_THERE = "Which football team won the premiership in 1987?";

function box(page: Page): Locator {
  return page.getByLabel("Your question");
}

function heading(page: Page): Locator {
  return page.getByRole("heading", { level: 1 });
}

/** The answer of the last turn. */
function answer(page: Page): Locator {
  return page.getByRole("region", { name: "Answer" }).last();
}

function chips(part: Locator): Locator {
  return part.getByRole("link", { name: /^Source \d+: / });
}

async function ask(page: Page, question: string) {
  await type(box(page), question);
  await page.getByRole("button", { name: "Ask", exact: true }).click();
  await expect(page.getByRole("heading", { level: 2, name: question })).toBeVisible();
}

/** Until the answer is there and another question can be asked. */
async function expectAnswered(page: Page) {
  await expect(page.getByRole("button", { name: "Ask", exact: true })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("Did this help?").last()).toBeVisible();
}

/** An open source: beside the answer where there is room, in front of it where there isn't. */
function openSource(page: Page): Locator {
  return page.viewportSize()!.width >= 1280
    ? page.getByRole("complementary", { name: /^Source \d+/ })
    : page.getByRole("dialog", { name: "Source" });
}

function card(page: Page, title: string): Locator {
  return page.locator("section").filter({ has: page.getByRole("heading", { level: 2, name: title, exact: true }) });
}

async function expectNothingSticksOut(page: Page) {
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), "nothing sticks out").toBe(true);
}

test("a worker asks, reads the answer beside its source, and says whether it helped", async ({ place, pageOf }) => {
  const page = await pageOf(place.worker);
  await page.goto(`/${place.slug}`);
  await page.getByRole("link", { name: "Ask", exact: true }).first().click();
  await expect(heading(page)).toHaveText("Ask");
  await expect(page.getByRole("button", { name: /^(What|When) .*“.+”/ })).toHaveCount(3);
  await expectAccessible(page, "a new conversation");
  await expectNothingSticksOut(page);

  // Nothing typed is said at the box; Shift and Enter begin another line; Enter asks.
  await alive(box(page));
  await box(page).press("Enter");
  await expect(box(page)).toHaveAccessibleDescription(/Write your question first/);
  await box(page).fill("Who do I call");
  await box(page).press("Shift+Enter");
  await box(page).pressSequentially("after a medication error on a weekend?");
  await expect(box(page)).toHaveValue("Who do I call\nafter a medication error on a weekend?");
  await box(page).press("Enter");
  await expect(page).toHaveURL(new RegExp(`/${place.slug}/chat/[0-9a-f-]{36}$`));
  await expectAnswered(page);
  await expect(chips(answer(page)).first()).toBeVisible();
  await expect(answer(page).getByRole("heading", { name: "Sources" })).toBeVisible();
  await expect(answer(page).getByText("Built-in engine")).toBeVisible();
  // A screen reader hears the finished answer.
  await expect(page.getByRole("status").filter({ hasText: /^Answer: / })).toHaveCount(1);
  await expectAccessible(page, "an answer");
  await expectNothingSticksOut(page);

  // The source opens at the passage with its words marked, and closes back to where it was opened.
  const chip = chips(answer(page)).first();
  const title = (await chip.getAttribute("title"))!;
  await chip.click();
  await expect(openSource(page)).toContainText(title);
  await expect(openSource(page).locator("mark")).not.toBeEmpty();
  await expectAccessible(page, "an open source");
  await page.keyboard.press("Escape");
  await expect(openSource(page)).toBeHidden();
  await expect(chip).toBeFocused();
  await chip.click();
  await openSource(page).getByRole("link", { name: "Open in the document" }).click();
  await expect(page).toHaveURL(/\/knowledge\/[0-9a-f-]{36}\/passages\/[0-9a-f-]{36}$/);
  await page.goBack();
  await expectAnswered(page);

  // What was wrong with it is kept.
  await alive(page.getByRole("button", { name: "Not helpful" }));
  await page.getByRole("button", { name: "Not helpful" }).click();
  await page.getByLabel("Something is missing").check();
  await page.getByLabel(/^What should it have said/).fill("The number of the pharmacy.");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(page.getByRole("status").filter({ hasText: "Saved: Something is missing." })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("button", { name: "Not helpful" })).toHaveAttribute("aria-pressed", "true");
  await page.getByText("Change what you said").click();
  await expect(page.getByLabel("Something is missing")).toBeChecked();
  await expectAccessible(page, "feedback");
});

test("what the documents don't say is said, with what comes nearest", async ({ place, pageOf }) => {
  const page = await pageOf(place.worker);
  await page.goto(`/${place.slug}/chat`);
  await ask(page, NOT_THERE);
  await expectAnswered(page);
  await expect(answer(page)).toContainText("I couldn't find this in your documents.");
  await expect(answer(page)).toContainText("Your admins see the question, without your name");
  await expect(page.getByRole("alert")).toHaveCount(0);
  await expectAccessible(page, "nothing found");

  // A second question in the same conversation.
  await ask(page, ANSWERED);
  await expectAnswered(page);
  await expect(chips(answer(page)).first()).toBeVisible();
  await expect(page.getByRole("region", { name: "Answer" })).toHaveCount(2);
  await expect(answer(page)).toBeInViewport();
});

test("what was typed survives a reload and signing out", async ({ place, pageOf, problems }) => {
  problems.provokeStatus(401);
  const page = await pageOf(place.worker);
  await page.goto(`/${place.slug}/chat`);
  await type(box(page), "Half a question");
  await page.reload();
  await expect(box(page)).toHaveValue("Half a question");
  // The session has ended meanwhile.
  const cookies = await page.context().cookies();
  await page.context().clearCookies();
  await alive(box(page));
  await box(page).press("Enter");
  await expect(page.getByRole("alert")).toContainText("You've been signed out");
  await expect(box(page)).toHaveValue("Half a question");
  await page.context().addCookies(cookies);
  await page.reload();
  await expect(box(page)).toHaveValue("Half a question");
  await type(box(page), "");
});

test("conversations are found, renamed, saved, archived and deleted", async ({ place, pageOf, problems }) => {
  problems.provokeStatus(422);
  const page = await pageOf(place.otherWorker);
  const title = `Weekend errors ${someone()}`;
  await page.goto(`/${place.slug}/chat`);
  await ask(page, ANSWERED);
  await expectAnswered(page);
  const conversation = new URL(page.url()).pathname;

  await page.getByRole("link", { name: "Rename, save or delete", exact: true }).click();
  await expect(heading(page)).toHaveText("Rename, save or delete");
  await expectAccessible(page, "managing a conversation");
  await type(page.getByLabel("Title"), " ");
  await page.getByRole("button", { name: "Save title" }).click();
  await expect(page.getByLabel("Title")).toHaveAccessibleDescription(/Write a title/);
  await type(page.getByLabel("Title"), title);
  await page.getByRole("button", { name: "Save title" }).click();
  await expect(page.getByText(title, { exact: true })).toBeVisible();

  for (const [name, ending, mark] of [
    ["Save as text (Markdown)", "md", ANSWERED],
    ["Save as data (JSON)", "json", "{"],
  ] as const) {
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(new RegExp(`\\.${ending}$`));
    const stream = await file.createReadStream();
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toContain(mark);
  }

  // By its title and by what was asked in it.
  await page.goto(`/${place.slug}/chat/history`);
  await expect(heading(page)).toHaveText("Your conversations");
  await expectAccessible(page, "all conversations");
  const list = page.getByRole("list", { name: "Conversations" });
  for (const words of [title, "medication weekend"]) {
    await page.getByLabel("Search your conversations").fill(words);
    await page.getByRole("button", { name: "Search", exact: true }).click();
    await expect(list.getByRole("link", { name: title }).first()).toBeVisible();
  }
  await page.getByLabel("Search your conversations").fill("xylophone zeppelin");
  await page.getByRole("button", { name: "Search", exact: true }).click();
  await expect(page.getByText("No conversation has these words")).toBeVisible();
  await page.getByRole("link", { name: "Clear the search" }).click();

  // Archived it is out of the list; put back it is in it again.
  await page.goto(`${conversation}/manage`);
  await alive(page.getByRole("button", { name: "Archive", exact: true }));
  await page.getByRole("button", { name: "Archive", exact: true }).click();
  await expect(page.getByRole("button", { name: "Put back", exact: true })).toBeVisible();
  await page.goto(`/${place.slug}/chat/history`);
  await expect(list.getByRole("link", { name: title })).toHaveCount(0);
  await page.getByRole("link", { name: "Show archived ones" }).click();
  await list.getByRole("link", { name: title }).first().click();
  await expect(page.getByText("This conversation is archived")).toBeVisible();
  await expectAccessible(page, "an archived conversation");
  await page.getByRole("button", { name: "Put it back to go on asking" }).click();
  await expect(box(page)).toBeVisible();

  await page.goto(`${conversation}/manage`);
  await page.getByText("Delete this conversation").click();
  await alive(page.getByRole("button", { name: "Delete for good" }));
  await page.getByRole("button", { name: "Delete for good" }).click();
  await expect(page).toHaveURL(`/${place.slug}/chat`);
  await page.goto(`/${place.slug}/chat/history?q=${encodeURIComponent(title)}`);
  await expect(page.getByText("No conversation has these words")).toBeVisible();
});

test("nobody else sees a conversation", async ({ place, pageOf, problems }) => {
  problems.provokeStatus(404);
  const page = await pageOf(place.worker);
  await page.goto(`/${place.slug}/chat`);
  await ask(page, ANSWERED);
  const conversation = new URL(page.url()).pathname;
  const other = await pageOf(place.admin);
  for (const address of [conversation, `${conversation}/manage`, `${conversation}/export?format=md`]) {
    const answer = await other.request.get(address);
    expect(answer.status(), address).toBe(404);
  }
});

test.describe("with a provider", () => {
  let provider: FakeProvider;
  let model: string;

  test.beforeAll(async () => {
    provider = await FakeProvider.start("openai");
    model = `Local ${someone()}`;
  });
  test.afterAll(() => provider.stop());

  async function choose(page: Page, slug: string, answers: string) {
    await page.goto(`/${slug}/ai`);
    const step = card(page, "Steps").getByRole("group", { name: "Answers in chat" });
    await alive(step.getByLabel("Who answers"));
    await step.getByLabel("Who answers").selectOption(answers);
    if (answers !== "Built-in engine") await step.getByLabel("Model").fill("small");
    await page.getByRole("button", { name: "Save steps" }).click();
    await expect(card(page, "Steps").getByText("Saved.", { exact: true })).toBeVisible();
  }

  test("an answer grows word by word, is stopped, asked for again, and outlives a reload", async ({ place, pageOf }) => {
    const admin = await pageOf(place.admin);
    await admin.goto(`/${place.slug}/ai/providers/new`);
    await alive(admin.getByLabel("Kind"));
    await admin.getByLabel("Kind").selectOption("OpenAI-compatible");
    await admin.getByLabel("Name", { exact: true }).fill(model);
    await admin.getByLabel("Address", { exact: true }).fill(provider.address);
    await admin.getByLabel("Key", { exact: true }).fill(KEY);
    await admin.getByRole("button", { name: "Save", exact: true }).click();
    await expect(card(admin, "Providers").getByRole("row").filter({ hasText: model })).toBeVisible();
    await choose(admin, place.slug, model);
    try {
      const page = await pageOf(place.worker);
      await page.goto(`/${place.slug}/chat`);
      await expect(page.getByText(`${model}: small answers from your documents.`)).toBeVisible();

      // Slow enough to be read while it grows, and to be stopped.
      provider.pauseMs = 300;
      await ask(page, ANSWERED);
      const growing = answer(page).locator("[aria-busy=true]");
      const length = async () => ((await growing.textContent()) ?? "").length;
      await expect.poll(length).toBeGreaterThan(40);
      const before = await length();
      await expect.poll(length).toBeGreaterThan(before);
      await expectAccessible(page, "an answer that grows");
      await page.getByRole("button", { name: "Stop" }).click();
      await expectAnswered(page);
      await expect(answer(page).getByText("Stopped", { exact: true })).toBeVisible();

      // Asked again, it goes on through a reload and stands whole at the end.
      provider.pauseMs = 60;
      await alive(page.getByRole("button", { name: "Answer again" }));
      await page.getByRole("button", { name: "Answer again" }).click();
      await expect.poll(length).toBeGreaterThan(20);
      await page.reload();
      await expectAnswered(page);
      await expect(chips(answer(page)).first()).toBeVisible();
      await expect(answer(page).getByText(`${model}: small`).first()).toBeVisible();
      await page.getByText("1 older try").click();
      await expect(answer(page).getByText("You stopped it here; it may not be whole.")).toBeVisible();
      await expectAccessible(page, "an older try");
    } finally {
      provider.pauseMs = 0;
      await choose(admin, place.slug, "Built-in engine");
    }
  });
});

test.describe("without JavaScript", () => {
  test("a question is asked, answered and rated with plain forms", async ({ place, pageOf, problems }) => {
    problems.provoke(/^request failed: csp GET .*\.js$/);
    const page = await pageOf(place.worker, { javaScriptEnabled: false });
    await page.goto(`/${place.slug}/chat`);
    await page.getByRole("button", { name: "Ask", exact: true }).click();
    await expect(box(page)).toHaveAccessibleDescription(/Write your question first/);
    await box(page).fill(ANSWERED);
    await page.getByRole("button", { name: "Ask", exact: true }).click();
    // The page looks again by itself.
    await expect(page.getByText("Did this help?")).toBeVisible({ timeout: 60_000 });
    await expect(page).toHaveURL(new RegExp(`/${place.slug}/chat/[0-9a-f-]{36}`));
    await expect(chips(answer(page)).first()).toBeVisible();

    await page.getByRole("button", { name: "Not helpful" }).click();
    await page.getByLabel("Something is missing").check();
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await expect(page.getByText("Saved: Something is missing.")).toBeVisible();

    await box(page).fill(NOT_THERE);
    await page.getByRole("button", { name: "Ask", exact: true }).click();
    await expect(page.getByText("Did this help?")).toHaveCount(2, { timeout: 60_000 });
    await expect(answer(page)).toContainText("I couldn't find this in your documents.");

    // A source is a page of its own.
    await chips(page.locator("main")).first().click();
    await expect(page).toHaveURL(/\/knowledge\/[0-9a-f-]{36}\/passages\/[0-9a-f-]{36}/);
    await expect(page.getByRole("region", { name: "The passage" })).toBeVisible();
    await page.goBack();

    await page.getByRole("link", { name: "Rename, save or delete", exact: true }).click();
    const title = `Plain ${someone()}`;
    await page.getByLabel("Title").fill(title);
    await page.getByRole("button", { name: "Save title" }).click();
    await expect(page.getByLabel("Title")).toHaveValue(title);
    await page.getByText("Delete this conversation").click();
    await page.getByRole("button", { name: "Delete for good" }).click();
    await expect(page).toHaveURL(`/${place.slug}/chat`);
  });
});
