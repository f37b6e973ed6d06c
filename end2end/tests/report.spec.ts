// The main job: a rough account becomes a submitted report, and the team lead has it.

import { holdCode } from "./support/alive";
import { bell, unreadCount } from "./support/frame";
import { PASSWORD, localTime } from "./support/places";
import { expectSignInPage, signIn } from "./support/sign_in";
import { draft } from "./support/drafts";
import { expect, test } from "./support/test";
import {
  FALL,
  HEADING,
  PHASES,
  alive,
  andSave,
  answers,
  box,
  continueTo,
  expectSaved,
  goToQuestions,
  idOf,
  notKnown,
  questionsOf,
  reviewed,
  someone,
  tell,
} from "./support/wizard";

test("a worker's rough account becomes a report that the team lead has", async ({ page, place, pageOf }) => {
  await page.goto("/");
  await expectSignInPage(page);
  await signIn(page, place.worker, PASSWORD);
  await expect(page).toHaveURL(`/${place.slug}`);
  await page.getByRole("link", { name: "Report an incident" }).click();

  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Who, where and when");
  const participant = page.getByLabel("Participant", { exact: true });
  await alive(participant);
  await participant.selectOption(place.participant);
  await expect(page.getByLabel("Site").locator("option:checked")).toHaveText(place.home);
  await page.getByLabel("When did it happen?").fill(localTime(place, -3));
  await page.getByLabel("Place").fill("front ramp");
  await page.getByRole("button", { name: "Continue" }).click();

  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Tell what happened");
  const id = idOf(page);
  await tell(page, FALL);
  await goToQuestions(page);

  const all: string[] = [];
  const answered: { question: string; answer: string }[] = [];
  for (const phase of PHASES) {
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(HEADING[phase]);
    const questions = await questionsOf(page);
    expect(questions.length, `questions about ${phase}`).toBeGreaterThanOrEqual(3);
    expect(questions.length, `questions about ${phase}`).toBeLessThanOrEqual(5);
    await expect(page.getByText("Why we ask:")).toHaveCount(questions.length);
    all.push(...questions);
    for (const field of await answers(page).all()) await expect(field).toHaveValue("");
    if (phase === "before") {
      await andSave(page, () => notKnown(page).nth(1).check());
    }
    if (phase === "before" || phase === "after") {
      const answer = `Mr Nguyen from number ${all.length} told me about it later.`;
      answered.push({ question: questions[0], answer });
      await andSave(page, () => answers(page).first().fill(answer));
    }
    const next = PHASES[PHASES.indexOf(phase) + 1];
    await continueTo(page, next ? HEADING[next] : "Check the enhanced narrative");
  }

  // The questions are about this account: what it leaves out, and in its words.
  const asked = all.join("\n");
  expect(new Set(all).size).toBe(all.length);
  expect(asked).toContain(place.participant);
  expect(all.filter((question) => /\bfall\b|\bland on\b|floor or ground/.test(question)).length).toBeGreaterThanOrEqual(3);
  expect(asked).not.toMatch(/medication chart|seizure|support plan say to do at times like this/);
  const told = PHASES.map((phase) => FALL[phase]).join(" ");
  for (const [, quote] of asked.matchAll(/“([^”]+)”/g)) expect(told).toContain(quote);

  // The original beside the result; what an answer added is tinted and leads to its question.
  for (const phase of PHASES) await expect(reviewed(page, phase)).toContainText(FALL[phase]);
  const [first] = answered;
  const before = reviewed(page, "before");
  const added = before.locator("details").filter({ has: page.locator("mark", { hasText: first.answer }) });
  await expect(added).toHaveCount(1);
  await expect(added.getByText(first.question)).toBeHidden();
  await added.locator("summary").click();
  await expect(added.getByText(first.question)).toBeVisible();
  await expect(reviewed(page, "after").locator("mark", { hasText: answered[1].answer })).toBeVisible();

  const ending = reviewed(page, "end");
  await ending.getByText("Edit this text").click();
  const edited = "I sat down beside her under the umbrella and held her hand.";
  const editor = ending.getByRole("textbox");
  await expect(editor).toHaveValue(FALL.end);
  await alive(editor);
  await andSave(page, () => editor.fill(edited));
  await page.getByRole("button", { name: "Looks right, continue" }).click();

  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Ready to submit");
  await expect(page.getByText("Your team leads are told")).toBeVisible();
  await page.getByRole("button", { name: "Submit for analysis" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Submitted" })).toContainText("Your team leads have been told.");
  await expect(page).toHaveURL(new RegExp(`/incidents/${id}\\?submitted=1$`));
  const title = await page.getByRole("heading", { level: 1 }).textContent();
  const number = /#\d+/.exec(title ?? "")![0];
  await expect(page.getByText(edited)).toBeVisible();
  await expect(page.getByText(`${FALL.end}`, { exact: true })).toBeVisible();

  // The team lead has heard of it and finds it in the queue.
  const lead = await pageOf(place.lead);
  await lead.goto(`/${place.slug}`);
  await expect(bell(lead)).toBeVisible();
  const unread = await unreadCount(lead);
  expect(unread).toBeGreaterThan(0);
  await expect(lead.getByRole("table", { name: "Reports that wait for review" })).toBeVisible();
  // The queue on the home page begins with those that wait longest; the list has all of them.
  await lead.goto(`/${place.slug}/incidents?status=analysis_pending`);
  await expect(lead.getByRole("row").filter({ hasText: number })).toContainText("She let go of the rail to wave at the postie");

  await bell(lead).click();
  await expect(lead.getByRole("heading", { level: 1 })).toHaveText("Notifications");
  const notice = lead.getByRole("listitem").filter({ hasText: `report ${number} about ${place.participant}` });
  await expect(notice).toContainText("Unread");
  await notice.getByRole("link").click();
  await expect(lead.getByRole("heading", { level: 1 })).toHaveText(title!);
  await expect(lead.getByText(first.answer).first()).toBeVisible();
  await expect.poll(() => unreadCount(lead)).toBe(unread - 1);
  await lead.goBack();
  await expect(notice).toBeVisible();
  await expect(notice).not.toContainText("Unread");
});

test("another account gets other questions, and a changed one new ones", async ({ place, deviceOf }) => {
  const device = await deviceOf(place.worker);
  const path = await draft(device, place, someone(), "questions", {
    before: "I was giving out the morning tablets in the kitchen.",
    during: "I saw that the webster pack for last night was still full, so the evening tablets were missed.",
    end: "I rang the pharmacist on call for advice.",
    after: "I wrote a note for the next shift.",
  });
  const page = await device.newPage();
  await page.goto(`${path}/clarify/before`);
  const aboutTablets = await questionsOf(page);
  expect(aboutTablets.join("\n")).toMatch(/medication/);

  await page.getByRole("link", { name: /What happened/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Tell what happened");
  await tell(page, FALL);
  await goToQuestions(page);
  const aboutTheFall = await questionsOf(page);
  expect(aboutTheFall.join("\n")).not.toMatch(/medication/);
  expect(aboutTheFall.join("\n")).toMatch(/\bfall\b|\bramp\b|ground/);
});

test("what is typed before the page comes alive is saved too", async ({ place, deviceOf }) => {
  const device = await deviceOf(place.worker);
  const path = await draft(device, place, someone(), "details");
  const release = await holdCode(device);
  const page = await device.newPage();
  await page.goto(`${path}/narrative`, { waitUntil: "commit" });
  await box(page, "during").fill(FALL.during);
  await andSave(page, async () => release());
  await expect(box(page, "during")).toHaveValue(FALL.during);
  await page.reload();
  await expect(box(page, "during")).toHaveValue(FALL.during);
  await expectSaved(page);
});
