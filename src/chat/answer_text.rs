//! An answer's text as it is read: paragraphs and lists, with the numbers of its sources in their places.

/// A part of an answer that stands on its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    Paragraph(Vec<Inline>),
    /// Points without an order.
    Bullets(Vec<Vec<Inline>>),
    /// Steps, each with the number that the text gives it.
    Steps(Vec<(i32, Vec<Inline>)>),
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    Text(String),
    Strong(String),
    /// The number of a source, written as `[1]`.
    Source(i32),
}

/// What a line is, apart from its text.
enum Line<'a> {
    Empty,
    Heading(&'a str),
    Bullet(&'a str),
    Step(i32, &'a str),
    Plain(&'a str),
}

/// The answer in blocks, in order.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut is_apart = true;
    for line in text.lines() {
        let line = read_line(line);
        is_apart = match line {
            Line::Empty => true,
            Line::Heading(text) => {
                blocks.push(Block::Paragraph(vec![Inline::Strong(text.to_owned())]));
                true
            }
            Line::Bullet(text) => {
                match blocks.last_mut() {
                    Some(Block::Bullets(items)) => items.push(inlines(text)),
                    _ => blocks.push(Block::Bullets(vec![inlines(text)])),
                }
                false
            }
            Line::Step(number, text) => {
                match blocks.last_mut() {
                    Some(Block::Steps(items)) => items.push((number, inlines(text))),
                    _ => blocks.push(Block::Steps(vec![(number, inlines(text))])),
                }
                false
            }
            Line::Plain(text) => {
                match blocks.last_mut().filter(|_| !is_apart) {
                    Some(block) => continue_block(block, text),
                    None => blocks.push(Block::Paragraph(inlines(text))),
                }
                false
            }
        };
    }
    blocks
}

fn continue_block(block: &mut Block, text: &str) {
    let (line, separator) = match block {
        Block::Paragraph(line) => (Some(line), "\n"),
        Block::Bullets(items) => (items.last_mut(), " "),
        Block::Steps(items) => (items.last_mut().map(|(_, line)| line), " "),
    };
    if let Some(line) = line {
        line.push(Inline::Text(separator.to_owned()));
        line.extend(inlines(text));
    }
}

fn read_line(line: &str) -> Line<'_> {
    let line = line.trim();
    if line.is_empty() {
        return Line::Empty;
    }
    let after_hashes = line.trim_start_matches('#');
    if after_hashes.len() < line.len() && after_hashes.starts_with(' ') {
        return Line::Heading(after_hashes.trim());
    }
    if let Some(text) = ["- ", "* ", "\u{2022} "].iter().find_map(|sign| line.strip_prefix(sign)) {
        return Line::Bullet(text.trim_start());
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = line.split_at(digits);
    let text = [". ", ") "].iter().find_map(|sign| rest.strip_prefix(sign));
    match (number.parse(), text) {
        // Longer numbers begin a sentence about a year or an amount.
        (Ok(number), Some(text)) if digits <= 2 => Line::Step(number, text.trim_start()),
        _ => Line::Plain(line),
    }
}

/// A line cut at its sources and at words between double asterisks.
fn inlines(text: &str) -> Vec<Inline> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let special = if next == '[' { sources(rest) } else { strong(rest) };
        if let Some((found, after)) = special {
            if found.first().is_some_and(|piece| matches!(piece, Inline::Source(_))) {
                plain.truncate(plain.trim_end().len());
            }
            if !plain.is_empty() {
                pieces.push(Inline::Text(std::mem::take(&mut plain)));
            }
            pieces.extend(found);
            rest = after;
        } else {
            plain.push(next);
            rest = rest.get(next.len_utf8()..).unwrap_or_default();
        }
    }
    if !plain.is_empty() {
        pieces.push(Inline::Text(plain));
    }
    pieces
}

/// `[1]` or `[1, 2]` at the start of a text, and what follows it.
fn sources(text: &str) -> Option<(Vec<Inline>, &str)> {
    let (inside, after) = text.strip_prefix('[')?.split_once(']')?;
    let numbers: Option<Vec<_>> = inside.split(',').map(|number| number.trim().parse().ok()).collect();
    Some((numbers?.into_iter().map(Inline::Source).collect(), after))
}

/// `**words**` at the start of a text, and what follows it.
fn strong(text: &str) -> Option<(Vec<Inline>, &str)> {
    let (inside, after) = text.strip_prefix("**")?.split_once("**")?;
    (!inside.trim().is_empty()).then(|| (vec![Inline::Strong(inside.to_owned())], after))
}

/// The text so far of an answer that is being written, without the beginning of a source whose number is
/// still to come.
pub fn without_open_source(text: &str) -> &str {
    match text.rsplit_once('[') {
        Some((before, open)) if open.chars().all(|c| c.is_ascii_digit() || c == ',' || c == ' ') => before.trim_end(),
        _ => text,
    }
}

/// The answer without its marks, for reading aloud.
pub fn spoken(text: &str) -> String {
    let mut words = String::new();
    for block in blocks(text) {
        let lines = match block {
            Block::Paragraph(line) => vec![line],
            Block::Bullets(items) => items,
            Block::Steps(items) => items.into_iter().map(|(_, line)| line).collect(),
        };
        for piece in lines.into_iter().flat_map(|line| line.into_iter().chain([Inline::Text(" ".to_owned())])) {
            match piece {
                Inline::Text(text) | Inline::Strong(text) => words.push_str(&text),
                Inline::Source(_) => {}
            }
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{Block, Inline, blocks, spoken, without_open_source};

    fn text(text: &str) -> Inline {
        Inline::Text(text.to_owned())
    }

    #[test]
    fn sentences_keep_their_sources_in_place() {
        assert_eq!(
            blocks("Call the on-call manager [1]. Then write it down [2, 3].\n\nTell the family [1][4]"),
            [
                Block::Paragraph(vec![
                    text("Call the on-call manager"),
                    Inline::Source(1),
                    text(". Then write it down"),
                    Inline::Source(2),
                    Inline::Source(3),
                    text("."),
                ]),
                Block::Paragraph(vec![text("Tell the family"), Inline::Source(1), Inline::Source(4)]),
            ]
        );
    }

    #[test]
    fn steps_keep_their_numbers_and_points_their_lines() {
        assert_eq!(
            blocks("Do this:\n2. Ring **000**. [1]\n   Stay there.\n3) Wait.\n\n- Gloves\n\u{2022} Mask"),
            [
                Block::Paragraph(vec![text("Do this:")]),
                Block::Steps(vec![
                    (
                        2,
                        vec![
                            text("Ring "),
                            Inline::Strong("000".to_owned()),
                            text("."),
                            Inline::Source(1),
                            text(" "),
                            text("Stay there."),
                        ]
                    ),
                    (3, vec![text("Wait.")]),
                ]),
                Block::Bullets(vec![vec![text("Gloves")], vec![text("Mask")]]),
            ]
        );
    }

    #[test]
    fn what_only_looks_like_a_mark_stays_text() {
        for plain in
            ["See [the form] first", "2024. was long ago", "5.5 mg", "** not strong", "#1 on the list", "a * b"]
        {
            assert_eq!(blocks(plain), [Block::Paragraph(vec![text(plain)])]);
        }
        assert_eq!(blocks("## Who to call"), [Block::Paragraph(vec![Inline::Strong("Who to call".to_owned())])]);
        assert_eq!(blocks(" \n\n"), []);
    }

    #[test]
    fn an_unfinished_source_waits_for_its_number() {
        assert_eq!(without_open_source("Call the manager ["), "Call the manager");
        assert_eq!(without_open_source("Call the manager [1"), "Call the manager");
        assert_eq!(without_open_source("Call the manager [1]"), "Call the manager [1]");
        assert_eq!(without_open_source("See [the form"), "See [the form");
    }

    #[test]
    fn an_answer_is_read_aloud_without_marks() {
        assert_eq!(spoken("1. Ring **000** [1].\n2. Wait.\n\nThat's all [2]."), "Ring 000. Wait. That's all.");
    }
}
