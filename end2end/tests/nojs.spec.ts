// The whole journey with plain forms.

import { PASSWORD, localTime } from "./support/places";
import { signIn } from "./support/sign_in";
import { expect, test } from "./support/test";
import {
  FALL,
  HEADING,
  PHASES,
  answers,
  box,
  continueTo,
  nameField,
  notKnown,
  questionsOf,
  reviewed,
  someone,
} from "./support/wizard";

test.use({ javaScriptEnabled: false });

test("a report can be written and submitted without JavaScript", async ({ page, place, problems }) => {
  // What the browser says of scripts that it may not run.
  problems.provoke(/^request failed: csp GET .*\.js$/);
  const name = someone();
  await page.goto("/");
  await signIn(page, place.worker, "not the password");
  await expect(page.getByRole("alert")).toContainText("The e-mail address or the password isn't right.");
  await signIn(page, place.worker, PASSWORD);
  await expect(page).toHaveURL(`/${place.slug}`);
  await page.getByRole("link", { name: "Report an incident" }).click();

  // A date in the future is refused at its field.
  await nameField(page).fill(name);
  await page.getByLabel("When did it happen?").fill(localTime(place, 2));
  await page.getByRole("button", { name: "Continue" }).click();
  const summary = page.getByRole("alert").filter({ hasText: "There is a problem" });
  await expect(summary).toContainText("This is in the future.");
  const when = page.getByLabel("When did it happen?");
  await expect(when).toHaveAccessibleDescription(/This is in the future/);
  await summary.getByRole("link").click();
  await expect(when).toBeFocused();
  await nameField(page).fill(name);
  await when.fill(localTime(place, -26));
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Tell what happened");

  // Too little to go on is kept, and more is asked for.
  await box(page, "during").fill("She fell.");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(summary).toContainText("Tell a little more before you go on");
  await expect(box(page, "during")).toHaveValue("She fell.");
  for (const phase of PHASES) await box(page, phase).fill(FALL[phase]);
  await page.getByRole("button", { name: "Continue" }).click();

  // The page looks again by itself until the questions are there.
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(HEADING.before);
  const questions = await questionsOf(page);
  expect(questions.length).toBeGreaterThanOrEqual(3);
  await answers(page).first().fill("She was telling me about her sister.");
  await notKnown(page).nth(1).check();
  await page.getByRole("button", { name: "Save and leave" }).click();
  await expect(page.getByText("Saved. You can go on any time.")).toBeVisible();
  await page.getByRole("link").filter({ hasText: name }).click();
  await expect(answers(page).first()).toHaveValue("She was telling me about her sister.");
  await expect(notKnown(page).nth(1)).toBeChecked();
  await continueTo(page, HEADING.during);
  await continueTo(page, HEADING.end);
  await continueTo(page, HEADING.after);
  await page.getByRole("button", { name: "Continue" }).click();

  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Check the enhanced narrative");
  const added = reviewed(page, "before").locator("details").filter({ has: page.locator("mark") });
  await expect(added.getByText(questions[0])).toBeHidden();
  await added.locator("summary").click();
  await expect(added.getByText(questions[0])).toBeVisible();
  await reviewed(page, "end").getByText("Edit this text").click();
  await reviewed(page, "end").getByRole("textbox").fill("I sat down next to her.");
  await page.getByRole("button", { name: "Looks right, continue" }).click();

  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Ready to submit");
  await page.getByRole("button", { name: "Submit for analysis" }).click();
  await expect(page.getByText("Your team leads have been told.")).toBeVisible();
  await expect(page.getByText("I sat down next to her.")).toBeVisible();

  await page.goto(`/${place.slug}/incidents`);
  await page.getByLabel("Search the reports").fill(name);
  await page.getByRole("button", { name: "Search", exact: true }).click();
  await expect(page.getByRole("table", { name: "Your reports" }).getByRole("rowheader")).toHaveCount(1);
});
