// WCAG 2.2 AA as axe checks it, in light and dark.

import AxeBuilder from "@axe-core/playwright";
import { type Page } from "@playwright/test";
import { expect } from "./test";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Use with `reducedMotion: "reduce"`, so that no colour is on its way. */
export async function expectAccessible(page: Page, what: string) {
  await expect(page).toHaveTitle(/.+/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    // Painted twice: all colours have changed over.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
    const found = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target} ${node.failureSummary}`));
    expect.soft(found, `${what}, ${colorScheme}`).toEqual([]);
  }
}
