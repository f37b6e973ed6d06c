// Nothing that was typed is lost: leaving, another device, back, refresh, two tabs, no connection,
// an ended session.

import { PASSWORD } from "./support/places";
import { draft } from "./support/drafts";
import { signIn } from "./support/sign_in";
import { expect, test } from "./support/test";
import {
  FALL,
  HEADING,
  alive,
  andSave,
  answers,
  box,
  continueTo,
  expectSaved,
  goToQuestions,
  notKnown,
  savedWords,
  someone,
  startReport,
  tell,
  type,
} from "./support/wizard";

test("a report waits where it was left, on any device", async ({ place, pageOf }) => {
  const name = someone();
  const phone = await pageOf(place.worker);
  await startReport(phone, place, name);
  await tell(phone, FALL);
  await goToQuestions(phone);
  await continueTo(phone, HEADING.during);
  await alive(answers(phone).first());
  await answers(phone).first().fill("On her left hip and elbow.");
  await notKnown(phone).nth(1).check();
  await phone.getByRole("button", { name: "Save and leave" }).click();
  await expect(phone.getByText("Saved. You can go on any time.")).toBeVisible();

  const tablet = await pageOf(place.worker);
  await tablet.goto(`/${place.slug}`);
  const waiting = tablet.getByRole("link").filter({ hasText: name });
  await expect(waiting).toContainText("Step 4 of 8: During the event");
  await waiting.click();
  await expect(tablet.getByRole("heading", { level: 1 })).toHaveText(HEADING.during);
  await expect(answers(tablet).first()).toHaveValue("On her left hip and elbow.");
  await expect(notKnown(tablet).nth(1)).toBeChecked();

  await tablet.getByRole("link", { name: /^2\. What happened/ }).click();
  await expect(box(tablet, "before")).toHaveValue(FALL.before);
});

test("a page that waited for its questions stays as it is", async ({ place, pageOf }) => {
  const page = await pageOf(place.worker);
  await startReport(page, place, someone());
  await tell(page, FALL);
  await goToQuestions(page);
  await page.evaluate(() => Object.assign(window, { isSamePage: true }));
  // Without JavaScript the waiting page looks again every two seconds.
  await page.waitForTimeout(2_500);
  expect(await page.evaluate(() => "isSamePage" in window)).toBe(true);
});

test("back and refresh lose nothing, however quick", async ({ place, deviceOf }) => {
  const device = await deviceOf(place.worker);
  const path = await draft(device, place, someone(), "questions");
  const page = await device.newPage();
  await page.goto(`${path}/narrative`);
  await alive(box(page, "after"));
  await box(page, "after").fill(`${FALL.after} Then she slept.`);
  // At once, before it could be saved.
  await page.reload();
  await expect(box(page, "after")).toHaveValue(`${FALL.after} Then she slept.`);
  await expect(page.getByText("We've put back what you typed")).toBeVisible();
  await expectSaved(page);

  await goToQuestions(page);
  await alive(answers(page).first());
  await answers(page).first().fill("She was in a hurry.");
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Tell what happened");
  await expect(box(page, "after")).toHaveValue(`${FALL.after} Then she slept.`);
  await page.goForward();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(HEADING.before);
  await expect(answers(page).first()).toHaveValue("She was in a hurry.");
  await expectSaved(page);
  await page.reload();
  await expect(answers(page).first()).toHaveValue("She was in a hurry.");
});

test("pressing Continue while a save is under way goes on and loses nothing", async ({ place, deviceOf }) => {
  const device = await deviceOf(place.worker);
  const path = await draft(device, place, someone(), "narrative");
  const page = await device.newPage();
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/api/incidents/save-narrative", async (route) => {
    await released;
    await route.continue();
  });
  await page.goto(`${path}/narrative`);
  const field = box(page, "end");
  await alive(field);
  await field.fill("We sat down together.");
  await expect(savedWords(page)).toHaveText("Saving…");
  // Each of these asks for a save of the same text; they wait for the one that is under way.
  for (const text of ["We sat down together. Then", "We sat down together.", "We sat", "We sat down together."]) {
    await field.fill(text);
  }
  await page.getByRole("button", { name: "Continue" }).click();
  release();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(HEADING.before);
  await expect(answers(page).first()).toBeVisible();
  await page.goBack();
  await expect(field).toHaveValue("We sat down together.");
  await expect(box(page, "before")).toHaveValue(FALL.before);
  await page.reload();
  await expect(field).toHaveValue("We sat down together.");
  await expect(box(page, "before")).toHaveValue(FALL.before);
});

test("with two tabs the later save is told and offered both ways", async ({ place, deviceOf, problems }) => {
  problems.provokeStatus(409);
  const device = await deviceOf(place.worker);
  const path = await draft(device, place, someone(), "narrative");
  const [first, second] = [await device.newPage(), await device.newPage()];
  await first.goto(`${path}/narrative`);
  await second.goto(`${path}/narrative`);
  await alive(box(second, "end"));
  await alive(box(first, "end"));

  await andSave(first, () => box(first, "end").fill("First tab."));
  await box(second, "end").fill("Second tab.");
  const conflict = second.getByRole("status").filter({ hasText: "Changed somewhere else" });
  await expect(conflict).toBeVisible();
  await expect(box(second, "end")).toHaveValue("Second tab.");
  await second.getByRole("button", { name: "Keep what is here" }).click();
  await expectSaved(second);
  await expect(conflict).toBeHidden();

  await box(first, "end").fill("First tab again.");
  const conflictOfFirst = first.getByRole("status").filter({ hasText: "Changed somewhere else" });
  await expect(conflictOfFirst).toBeVisible();
  await first.getByRole("button", { name: "Load the other version" }).click();
  await expect(box(first, "end")).toHaveValue("Second tab.");
  await expect(conflictOfFirst).toBeHidden();

  // Both go on as usual.
  await alive(box(first, "end"));
  await andSave(first, () => box(first, "end").fill("The end."));
  await second.reload();
  await expect(box(second, "end")).toHaveValue("The end.");
});

test("without a connection what is typed is kept and saved later", async ({ place, deviceOf, problems }) => {
  problems.provoke(/ERR_INTERNET_DISCONNECTED/);
  const device = await deviceOf(place.worker);
  const path = await draft(device, place, someone(), "narrative");
  const page = await device.newPage();
  await page.goto(`${path}/narrative`);
  await alive(box(page, "end"));
  await device.setOffline(true);
  await box(page, "end").fill("Typed in the lift.");
  await expect(savedWords(page)).toContainText("no connection");
  await box(page, "after").fill("Typed in the cellar.");
  await expect(savedWords(page)).toContainText("no connection");
  await device.setOffline(false);
  await expectSaved(page);
  await page.reload();
  await expect(box(page, "end")).toHaveValue("Typed in the lift.");
  await expect(box(page, "after")).toHaveValue("Typed in the cellar.");
});

test("after an ended session the text is there again", async ({ place, deviceOf, problems }) => {
  problems.provokeStatus(401);
  const device = await deviceOf(place.worker);
  const path = await draft(device, place, someone(), "narrative");
  const page = await device.newPage();
  await page.goto(`${path}/narrative`);
  await alive(box(page, "end"));
  await device.clearCookies();
  await box(page, "end").fill("Typed after the session had ended.");
  const told = page.getByRole("alert").filter({ hasText: "You've been signed out" });
  await expect(told).toBeVisible();
  await expect(box(page, "end")).toHaveValue("Typed after the session had ended.");

  await told.getByRole("link", { name: "Sign in and go on" }).click();
  await signIn(page, place.worker, PASSWORD);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Tell what happened");
  await expect(box(page, "end")).toHaveValue("Typed after the session had ended.");
  await expectSaved(page);

  const elsewhere = await (await deviceOf(place.worker)).newPage();
  await elsewhere.goto(`${path}/narrative`);
  await expect(box(elsewhere, "end")).toHaveValue("Typed after the session had ended.");
});

test("the account of an ended session is not shown to the next person", async ({ place, deviceOf, problems }) => {
  problems.provokeStatus(401, 404);
  const device = await deviceOf(place.worker);
  const path = await draft(device, place, someone(), "narrative");
  const page = await device.newPage();
  await page.goto(`${path}/narrative`);
  await alive(box(page, "end"));
  await device.clearCookies();
  await box(page, "end").fill("Not for everybody.");
  await page.getByRole("link", { name: "Sign in and go on" }).click();
  await signIn(page, place.otherWorker, PASSWORD);
  await expect(page.getByText("Not found")).toBeVisible();
  await expect(page.getByText("Not for everybody.")).toBeHidden();
});
