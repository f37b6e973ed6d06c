//! From lines to Markdown: which letters are the body's, which lines are headings, which ones stand on
//! every page.

use super::lines::Line;
use std::collections::{BTreeMap, BTreeSet};

/// Letters this much larger than the body's make a heading.
const HEADING_RATIO: f64 = 1.15;
const MAX_HEADING_CHARACTERS: usize = 150;
/// Lines further apart than this many heights of their letters are different paragraphs.
const PARAGRAPH_GAP: f64 = 1.75;
/// With fewer pages nothing can be told to stand on every page.
const MIN_PAGES_TO_COMPARE: usize = 4;
/// Where running titles and page numbers are: the outermost lines.
const EDGE_LINES: usize = 2;
const BULLETS: [char; 7] = ['•', '◦', '▪', '●', '○', '■', '\u{f0b7}'];

/// What the pages of a document have in common.
pub struct Layout {
    body_size: f64,
    /// Sizes of headings, the largest first, in tenths of a point.
    heading_sizes: Vec<u32>,
    /// What stands at the edge of most pages, digits aside.
    running: BTreeSet<String>,
}

impl Layout {
    pub fn of<'a>(pages: impl Iterator<Item = &'a [Line]>) -> Self {
        let pages: Vec<_> = pages.collect();
        let mut letters: BTreeMap<u32, usize> = BTreeMap::new();
        for line in pages.iter().copied().flatten() {
            *letters.entry(tenths(line.size)).or_default() += line.text.chars().count();
        }
        let body = letters.iter().max_by_key(|(_, count)| **count).map_or(0, |(size, _)| *size);
        let mut layout =
            Self { body_size: f64::from(body) / 10.0, heading_sizes: Vec::new(), running: find_running(&pages) };
        let sizes: BTreeSet<u32> = pages
            .iter()
            .copied()
            .flatten()
            .filter(|line| layout.looks_like_heading(line))
            .map(|line| tenths(line.size))
            .collect();
        layout.heading_sizes = sizes.into_iter().rev().collect();
        layout
    }

    fn looks_like_heading(&self, line: &Line) -> bool {
        line.size >= self.body_size * HEADING_RATIO
            && line.text.chars().count() <= MAX_HEADING_CHARACTERS
            && line.text.chars().any(char::is_alphabetic)
            && !self.is_running(line)
    }

    fn is_running(&self, line: &Line) -> bool {
        self.running.contains(&without_digits(&line.text))
    }

    /// 1 to 3.
    fn heading_level(&self, line: &Line) -> Option<usize> {
        let rank = self.heading_sizes.iter().position(|size| *size == tenths(line.size));
        rank.filter(|_| self.looks_like_heading(line)).map(|rank| (rank + 1).min(3))
    }

    /// A page in Markdown.
    pub fn write(&self, lines: &[Line]) -> String {
        let edges = edges(lines);
        let kept = lines.iter().enumerate().filter(|(at, line)| !(edges.contains(at) && self.is_running(line)));
        let mut page = String::new();
        let mut last: Option<(&Line, Option<usize>)> = None;
        for (_, line) in kept {
            let level = self.heading_level(line);
            match last {
                None => begin(&mut page, level),
                Some((above, level_above)) if goes_on(above, level_above, line, level) => {
                    join(&mut page, line);
                    last = Some((line, level));
                    continue;
                }
                Some((above, level_above)) => {
                    let is_list = is_item(above) && is_item(line) && level_above.is_none();
                    page.push_str(if is_list { "\n" } else { "\n\n" });
                    begin(&mut page, level);
                }
            }
            page.push_str(&item(&line.text));
            last = Some((line, level));
        }
        page
    }
}

/// Where the outermost lines are in the order of drawing.
fn edges(lines: &[Line]) -> BTreeSet<usize> {
    let mut by_height: Vec<usize> = (0..lines.len()).collect();
    let height = |at: &usize| lines.get(*at).map_or(0.0, |line| line.y);
    by_height.sort_by(|a, b| height(b).total_cmp(&height(a)));
    let top = by_height.iter().take(EDGE_LINES);
    top.chain(by_height.iter().rev().take(EDGE_LINES)).copied().collect()
}

fn find_running(pages: &[&[Line]]) -> BTreeSet<String> {
    if pages.len() < MIN_PAGES_TO_COMPARE {
        return BTreeSet::new();
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for lines in pages {
        let texts: BTreeSet<_> =
            edges(lines).into_iter().filter_map(|at| lines.get(at)).map(|line| without_digits(&line.text)).collect();
        for text in texts {
            *counts.entry(text).or_default() += 1;
        }
    }
    counts.into_iter().filter(|(_, count)| count * 10 >= pages.len() * 6).map(|(text, _)| text).collect()
}

fn without_digits(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_digit() { '#' } else { c }).collect()
}

fn begin(page: &mut String, level: Option<usize>) {
    if let Some(level) = level {
        page.push_str(&"#".repeat(level));
        page.push(' ');
    }
}

/// Whether a line belongs to the paragraph, or the heading, of the line above it.
fn goes_on(above: &Line, level_above: Option<usize>, line: &Line, level: Option<usize>) -> bool {
    let gap = above.y - line.y;
    level == level_above && gap >= 0.0 && gap <= PARAGRAPH_GAP * above.size.max(line.size) && !is_item(line)
}

fn is_item(line: &Line) -> bool {
    line.text.starts_with(BULLETS)
}

fn item(text: &str) -> String {
    match text.strip_prefix(BULLETS) {
        Some(rest) => format!("- {}", rest.trim_start()),
        None => text.to_owned(),
    }
}

/// A word that was divided at the line's end becomes whole again.
fn join(page: &mut String, line: &Line) {
    let is_divided = page.ends_with('-')
        && page.chars().rev().nth(1).is_some_and(char::is_alphabetic)
        && line.text.starts_with(char::is_lowercase);
    if is_divided {
        page.pop();
    } else {
        page.push(' ');
    }
    page.push_str(&line.text);
}

/// Sizes are compared in tenths of a point.
fn tenths(size: f64) -> u32 {
    // From the text of the number, because there is no conversion without a cast.
    format!("{:.0}", (size * 10.0).clamp(0.0, 100_000.0)).parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Layout, Line};

    fn line(text: &str, size: f64, y: f64) -> Line {
        Line { text: text.to_owned(), size, y }
    }

    #[test]
    fn large_letters_make_headings_and_near_lines_paragraphs() {
        let lines = [
            line("Medication policy", 20.0, 800.0),
            line("Errors", 14.0, 760.0),
            line("Call the on-call nurse and write down what hap-", 10.0, 740.0),
            line("pened before the end of the shift.", 10.0, 727.0),
            line("Then tell the team lead.", 10.0, 700.0),
            line("• Stay with the person", 10.0, 680.0),
            line("• Ring the nurse", 10.0, 667.0),
            line("at any hour", 10.0, 654.0),
        ];
        let layout = Layout::of([&lines[..]].into_iter());
        assert_eq!(
            layout.write(&lines),
            "# Medication policy\n\n## Errors\n\nCall the on-call nurse and write down what happened before the end \
             of the shift.\n\nThen tell the team lead.\n\n- Stay with the person\n- Ring the nurse at any hour"
        );
    }

    #[test]
    fn what_stands_on_every_page_is_left_out() {
        let pages: Vec<Vec<Line>> = (1..=5)
            .map(|number| {
                vec![
                    line("Banksia Support policy", 9.0, 820.0),
                    line(&format!("Text of page {}", "abcdef".repeat(number)), 10.0, 700.0),
                    line("More text", 10.0, 600.0),
                    line(&format!("And more {}", "xyz".repeat(number)), 10.0, 500.0),
                    line(&format!("Page {number} of 5"), 9.0, 20.0),
                ]
            })
            .collect();
        let layout = Layout::of(pages.iter().map(Vec::as_slice));
        let text = layout.write(&pages[0]);
        assert_eq!(text, "Text of page abcdef\n\nMore text\n\nAnd more xyz");
    }
}
