// The steps of a report as a person takes them.

import { type Locator, type Page, expect } from "@playwright/test";
import { alive, type } from "./alive";
import { type Place, localTime } from "./places";

export interface Story {
  before: string;
  during: string;
  end: string;
  after: string;
}

export type Phase = keyof Story;
export const PHASES: Phase[] = ["before", "during", "end", "after"];

const BOX: Record<Phase, string> = {
  before: "What was going on before it happened?",
  during: "What happened, step by step?",
  end: "How did it come to an end?",
  after: "What happened afterwards?",
};

export const HEADING: Record<Phase, string> = {
  before: "Before the event",
  during: "During the event",
  end: "How it ended",
  after: "After the event",
};

/** A short account of a fall: there is much to ask. */
export const FALL: Story = {
  before: "We had been to the letterbox together. It had rained all morning and the front ramp was slippery.",
  during: "She let go of the rail to wave at the postie, her thongs slid away and she fell sideways.",
  end: "I sat down beside her under the umbrella.",
  after: "We went inside and made hot chocolate.",
};

let count = 0;

/** A name that no other test uses. */
export function someone(): string {
  count += 1;
  return `Robin ${Date.now().toString(36)}${count}`;
}

/** For somebody who isn't in the register. */
export function nameField(page: Page): Locator {
  return page.getByLabel("Or type the name");
}

export function box(page: Page, phase: Phase): Locator {
  return page.getByLabel(BOX[phase]);
}

/** "Saved 10:42 am" beside the heading. */
export function savedWords(page: Page): Locator {
  return page.getByRole("banner").getByRole("status");
}

export async function expectSaved(page: Page) {
  await expect(savedWords(page)).toHaveText(/^Saved \d{1,2}:\d\d [ap]m$/);
}

/** Does something that saves by itself, and waits until the server has it. */
export async function andSave(page: Page, action: () => Promise<void>) {
  const saved = page.waitForResponse((answer) => /\/api\/.*\/save-/.test(answer.url()) && answer.ok());
  await action();
  await saved;
  await expectSaved(page);
}

/** Step 1 for somebody who isn't in the register; leads to step 2. */
export async function startReport(page: Page, place: Place, name: string) {
  await page.goto(`/${place.slug}/incidents/new`);
  await nameField(page).fill(name);
  await page.getByLabel("When did it happen?").fill(localTime(place, -26));
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Tell what happened");
}

/** Step 2; saved by itself. */
export async function tell(page: Page, story: Story) {
  await alive(box(page, "after"));
  await andSave(page, async () => {
    for (const phase of PHASES) await box(page, phase).fill(story[phase]);
  });
}

/** From step 2 to the questions about the first phase. */
export async function goToQuestions(page: Page) {
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(HEADING.before);
  await expect(answers(page).first()).toBeVisible();
}

/** The boxes of a clarification step; their labels are the questions. */
export function answers(page: Page): Locator {
  return page.locator("form").getByRole("textbox");
}

/** What a clarification step asks. */
export async function questionsOf(page: Page): Promise<string[]> {
  await expect(answers(page).first()).toBeVisible();
  return answers(page).evaluateAll((boxes) =>
    boxes.map((box) => ((box as HTMLTextAreaElement).labels[0]?.textContent ?? "").trim()),
  );
}

export function notKnown(page: Page): Locator {
  return page.getByLabel("I don't know, or it doesn't apply");
}

/** From one clarification step to what follows. */
export async function continueTo(page: Page, heading: string) {
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(heading);
}

/** The part of the review that is about a phase. */
export function reviewed(page: Page, phase: Phase): Locator {
  return page.locator("section").filter({ has: page.getByRole("heading", { level: 2, name: HEADING[phase] }) });
}

/** The id in the address of a report. */
export function idOf(page: Page): string {
  return new URL(page.url()).pathname.split("/")[3];
}

export { alive, type };
