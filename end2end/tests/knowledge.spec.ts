// An admin fills the knowledge base, finds what is in it, and decides who may see it.

import { type Locator, type Page } from "@playwright/test";
import { expectAccessible } from "./support/accessible";
import { alive, type } from "./support/alive";
import { expect, test } from "./support/test";

test.use({ contextOptions: { reducedMotion: "reduce" } });

/** Reading takes a job, and each look again takes a moment. */
const READ = { timeout: 30_000 };

interface File {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

let count = 0;

/** A word that no other document has. */
function unique(stem: string): string {
  count += 1;
  return `${stem}${Date.now().toString(36)}${count}`;
}

function file(name: string, mimeType: string, text: string): File {
  return { name, mimeType, buffer: Buffer.from(text) };
}

function markdown(name: string, word: string): File {
  return file(
    `${name}.md`,
    "text/markdown",
    `# Sorting the ${word}\n\nUse gloves for the ${word} box.\n\n## At night\n\nAfter ten at night the ${word} box stays closed. Call the on-call manager first.\n`,
  );
}

function heading(page: Page): Locator {
  return page.getByRole("heading", { level: 1 });
}

function row(page: Page, title: string): Locator {
  return page.getByRole("row").filter({ has: page.getByRole("link", { name: title, exact: true }) });
}

function passages(page: Page): Locator {
  return page.getByRole("list", { name: "Passages" }).getByRole("listitem").filter({ has: page.getByRole("heading") });
}

async function upload(page: Page, slug: string, files: File[]) {
  await page.goto(`/${slug}/knowledge`);
  await page.getByLabel("Files", { exact: true }).setInputFiles(files);
  await page.getByRole("button", { name: "Upload" }).click();
}

async function search(page: Page, slug: string, words: string) {
  await page.goto(`/${slug}/knowledge`);
  await page.getByLabel("Search the documents").fill(words);
  await page.getByRole("button", { name: "Search", exact: true }).click();
  await expect(page).toHaveURL(/[?&]q=/);
  await expect(passages(page).or(page.getByText("Nothing found")).first()).toBeVisible();
}

/** Opens a document from the list. */
async function open(page: Page, slug: string, title: string) {
  await page.goto(`/${slug}/knowledge`);
  await page.getByRole("link", { name: title, exact: true }).click();
  await expect(heading(page)).toHaveText(title);
}

/** Removes a document, and what it says about typing its title. */
async function remove(page: Page, slug: string, title: string) {
  await open(page, slug, title);
  await type(page.getByLabel(`Type “${title}” to confirm`), title);
  await page.getByRole("button", { name: "Remove document" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Removed." })).toBeVisible();
  await expect(page.getByRole("link", { name: title, exact: true })).toHaveCount(0);
}

test("files are read, found with their words marked, replaced and removed", async ({ place, deviceOf, problems }) => {
  problems.provokeStatus(422);
  const slug = place.slug;
  const page = await (await deviceOf(place.admin)).newPage();
  const [word, name] = [unique("quoll"), unique("Box rules ")];
  const [webName, textName] = [unique("Web rules "), unique("Text rules ")];
  const web = file(`${webName}.html`, "text/html", `<h1>Web</h1><p>The ${word} web page.</p><script>alert(1)</script>`);
  const text = file(`${textName}.txt`, "text/plain", `The ${word} text.`);

  await page.goto(`/${slug}/knowledge`);
  await expect(heading(page)).toHaveText("Knowledge");
  await expectAccessible(page, "the documents");
  await page.getByText("Tags, and who may see them").click();
  await type(page.getByRole("textbox", { name: /^Tags/ }), "garden");
  await page.getByLabel("Files", { exact: true }).setInputFiles([markdown(name, word), web, text]);
  await page.getByRole("button", { name: "Upload" }).click();
  const report = page.getByRole("list", { name: "What became of the files" });
  await expect(report.getByRole("listitem")).toHaveCount(3);
  await expect(report).toContainText("added");
  await expectAccessible(page, "what became of the files");

  // The rows look again by themselves.
  for (const title of [name, webName, textName]) await expect(row(page, title)).toContainText("Ready", READ);
  await expect(row(page, name)).toContainText("garden");

  // The very same file changes nothing; another kind is refused with its reason.
  await upload(page, slug, [markdown(`${name} again`, word), file("photo.exe", "application/octet-stream", "MZ")]);
  await expect(report).toContainText("the same file is already there");
  await expect(report).toContainText("not taken");

  await search(page, slug, word);
  const hit = passages(page).filter({ hasText: "After ten at night" }).first();
  await expect(hit.locator("mark").first()).toHaveText(new RegExp(word, "i"));
  await expect(page.getByText("alert(1)")).toHaveCount(0);
  await expectAccessible(page, "what was found");
  await hit.getByRole("link").first().click();
  await expect(heading(page)).toHaveText(name);
  const passage = page.getByRole("region", { name: "The passage" });
  await expect(passage).toContainText("Call the on-call manager first.");
  await expect(passage.locator("mark").first()).toBeVisible();
  await expectAccessible(page, "a passage");
  await page.getByRole("link", { name: "Open the whole document" }).click();
  await expect(page.getByRole("heading", { level: 3, name: "At night" })).toBeVisible();
  await expectAccessible(page, "a document");

  const next = file(`${name}.md`, "text/markdown", `# Sorting\n\nUse gloves for the ${word} box.\n\n## By day\n\nThe lid is blue.\n`);
  await page.getByLabel("Replace the file").setInputFiles(next);
  await page.getByRole("button", { name: "Replace file" }).click();
  await expect(page.getByRole("status").filter({ hasText: "The file is replaced." })).toBeVisible();
  await expect(page.getByText("The lid is blue.")).toBeVisible(READ);
  await expect(page.getByText("After ten at night")).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Download version 1" })).toBeVisible();

  // Removing asks for the title.
  await type(page.getByLabel(`Type “${name}” to confirm`), "something else");
  await page.getByRole("button", { name: "Remove document" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "There is a problem" })).toBeVisible();
  for (const title of [name, webName, textName]) await remove(page, slug, title);
});

test("what is kept to a role is not found by another", async ({ place, deviceOf, problems }) => {
  problems.provokeStatus(404);
  const slug = place.slug;
  const admin = await (await deviceOf(place.admin)).newPage();
  const worker = await (await deviceOf(place.worker)).newPage();
  const [word, name] = [unique("bilby"), unique("Roster rules ")];
  await upload(admin, slug, [markdown(name, word)]);
  await expect(row(admin, name)).toContainText("Ready", READ);
  await search(worker, slug, word);
  await expect(passages(worker).first()).toContainText(word);
  await expectAccessible(worker, "a worker's search");
  await passages(worker).first().getByRole("link").first().click();
  await expect(heading(worker)).toHaveText(name);
  const address = worker.url();

  await open(admin, slug, name);
  await admin.getByRole("link", { name: "Edit details" }).click();
  await expect(heading(admin)).toHaveText("Edit details");
  await expectAccessible(admin, "the details");
  await alive(admin.getByLabel("Support workers"));
  await admin.getByLabel("Support workers").uncheck();
  await admin.getByRole("button", { name: "Save changes" }).click();
  await expect(admin.getByRole("status").filter({ hasText: "The details are saved." })).toBeVisible();
  await expect(admin.getByText("Team leads, viewers and admins")).toBeVisible();

  await search(worker, slug, word);
  // What comes near in meaning may be shown; the document may not.
  await expect(worker.locator("main")).not.toContainText(name);
  await expect(worker.locator("main")).not.toContainText(word);
  expect((await worker.goto(address))?.status()).toBe(404);
  await remove(admin, slug, name);
});

test("an article is previewed, saved, found and changed", async ({ place, deviceOf, problems }) => {
  problems.provokeStatus(422);
  const slug = place.slug;
  const page = await (await deviceOf(place.admin)).newPage();
  const [word, title] = [unique("numbat"), unique("Lawn rules ")];
  await page.goto(`/${slug}/knowledge`);
  await page.getByRole("link", { name: "Write an article" }).first().click();
  await expect(heading(page)).toHaveText("Write an article");
  await type(page.getByLabel("Text", { exact: true }), `# Mowing\n\nThe **${word}** mower is in the shed.`);
  await page.getByRole("button", { name: "Preview" }).click();
  const preview = page.getByRole("region", { name: "Preview" });
  await expect(preview.locator("strong")).toHaveText(word);
  await expectAccessible(page, "an article with its preview");
  await page.getByRole("button", { name: "Save article" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "There is a problem" })).toContainText("Enter a title.");
  await type(page.getByLabel("Title"), title);
  await page.getByRole("button", { name: "Save article" }).click();
  await expect(heading(page)).toHaveText(title);
  await expect(page.locator("strong").filter({ hasText: word })).toBeVisible(READ);

  await page.getByRole("link", { name: "Edit the article" }).click();
  await expect(heading(page)).toHaveText("Edit article");
  await type(page.getByLabel("Text", { exact: true }), `The ${word} mower is at the neighbour's.`);
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("at the neighbour's.")).toBeVisible(READ);
  await search(page, slug, word);
  await expect(passages(page).first()).toContainText("at the neighbour's.");

  // Archived, nobody finds it; restored, they do.
  await open(page, slug, title);
  await page.getByRole("button", { name: "Archive" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Archived." })).toBeVisible();
  await search(page, slug, word);
  await expect(page.locator("main")).not.toContainText(title);
  await page.goto(`/${slug}/knowledge?status=archived`);
  await page.getByRole("link", { name: title, exact: true }).click();
  await page.getByRole("button", { name: "Restore" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Restored." })).toBeVisible();
  await remove(page, slug, title);
});

test("the list of unanswered questions is for admins", async ({ place, pageOf, problems }) => {
  problems.provokeStatus(403);
  const admin = await pageOf(place.admin);
  await admin.goto(`/${place.slug}/knowledge/gaps`);
  await expect(heading(admin)).toHaveText("Unanswered questions");
  await expectAccessible(admin, "the unanswered questions");
  const worker = await pageOf(place.worker);
  await worker.goto(`/${place.slug}/knowledge`);
  await expect(worker.getByRole("button", { name: "Upload" })).toHaveCount(0);
  await expect(worker.getByRole("link", { name: "Write an article" })).toHaveCount(0);
  const answer = await worker.goto(`/${place.slug}/knowledge/gaps`);
  expect(answer?.status()).toBe(403);
});

test("files are uploaded and articles previewed without JavaScript", async ({ place, deviceOf, problems }) => {
  problems.provoke(/^request failed: csp GET .*\.js$/);
  const slug = place.slug;
  const page = await (await deviceOf(place.admin, { javaScriptEnabled: false })).newPage();
  const [word, name] = [unique("dunnart"), unique("Plain rules ")];
  await upload(page, slug, [markdown(name, word), file("photo.exe", "application/octet-stream", "MZ")]);
  const notice = page.getByRole("status").filter({ hasText: "Uploaded" });
  await expect(notice).toContainText("1 file added");
  await expect(notice).toContainText("File 2 was not taken.");
  await page.getByRole("link", { name, exact: true }).click();
  // The page looks again by itself.
  await expect(page.getByText("Call the on-call manager first.")).toBeVisible(READ);
  await search(page, slug, word);
  await expect(passages(page).first().locator("mark").first()).toBeVisible();

  await page.goto(`/${slug}/knowledge/articles/new`);
  await page.getByLabel("Text", { exact: true }).fill(`**${word}** & <b>more</b>`);
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.getByRole("region", { name: "Preview" }).locator("strong")).toHaveText(word);
  await expect(page.getByLabel("Text", { exact: true })).toHaveValue(`**${word}** & <b>more</b>`);

  await open(page, slug, name);
  await page.getByLabel(`Type “${name}” to confirm`).fill(name);
  await page.getByRole("button", { name: "Remove document" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Removed." })).toBeVisible();
});
