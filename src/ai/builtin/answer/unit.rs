//! A passage as sentences and list items, with what each needs around it to be understood.

use crate::ai::builtin::language::sentence_spans;

/// A sentence or a list item, as it stands in the passage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    pub text: String,
    pub form: Form,
    /// The headings inside the passage under which it stands.
    pub heading: String,
}

/// What a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Sentence,
    /// An item of the passage's list of this number; `lead` is the sentence that introduces the list.
    Item {
        list: usize,
        lead: Option<usize>,
        is_step: bool,
    },
}

/// The units of a passage in their order. Headings are no units.
pub fn units(passage: &str) -> Vec<Unit> {
    let mut reader = Reader::default();
    for line in passage.lines() {
        reader.read(line);
    }
    reader.end_paragraph();
    reader.units
}

#[derive(Default)]
struct Reader {
    units: Vec<Unit>,
    heading: String,
    /// Lines of the paragraph or list item that is being read.
    open: String,
    item: Option<bool>,
    lists: usize,
    in_list: bool,
    lead: Option<usize>,
}

impl Reader {
    fn read(&mut self, line: &str) {
        let trimmed = line.trim();
        if trimmed.is_empty() {
            self.end_paragraph();
        } else if trimmed.starts_with('#') {
            self.end_paragraph();
            self.end_list();
            self.heading = plain(trimmed.trim_start_matches('#'));
        } else if let Some(row) = table_row(trimmed) {
            self.end_paragraph();
            self.end_list();
            self.push(row, Form::Sentence);
        } else if let Some((text, is_step)) = list_item(trimmed) {
            self.end_paragraph();
            self.begin_item();
            self.item = Some(is_step);
            self.open = text.to_owned();
        } else {
            if self.in_list && self.item.is_none() {
                self.end_list();
            }
            if !self.open.is_empty() {
                self.open.push(' ');
            }
            self.open.push_str(trimmed);
        }
    }

    fn begin_item(&mut self) {
        if !self.in_list {
            self.in_list = true;
            self.lists += 1;
            let last = self.units.len().checked_sub(1);
            self.lead = last.filter(|last| self.units.get(*last).is_some_and(Unit::introduces));
        }
    }

    fn end_list(&mut self) {
        self.in_list = false;
        self.lead = None;
    }

    fn end_paragraph(&mut self) {
        let text = std::mem::take(&mut self.open);
        match self.item.take() {
            Some(is_step) => self.push(plain(&text), Form::Item { list: self.lists, lead: self.lead, is_step }),
            None => {
                let text = plain(&text);
                for span in sentence_spans(&text) {
                    if let Some(sentence) = text.get(span) {
                        self.push(sentence.trim().to_owned(), Form::Sentence);
                    }
                }
            }
        }
    }

    fn push(&mut self, text: String, form: Form) {
        if text.chars().any(char::is_alphanumeric) {
            self.units.push(Unit { text, form, heading: self.heading.clone() });
        }
    }
}

impl Unit {
    fn introduces(&self) -> bool {
        self.form == Form::Sentence && self.text.ends_with(':')
    }
}

/// The text of a list item, and whether its number says that the order counts.
fn list_item(line: &str) -> Option<(&str, bool)> {
    if let Some(rest) = line.strip_prefix(['-', '*', '•', '–', '+']) {
        return rest.strip_prefix(char::is_whitespace).map(|rest| (rest.trim(), false));
    }
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, rest) = line.split_at(digits);
    if number.is_empty() || number.len() > 2 {
        return None;
    }
    let rest = rest.strip_prefix(['.', ')'])?;
    rest.strip_prefix(char::is_whitespace).map(|rest| (rest.trim(), true))
}

/// A row of a table as one line; the line under a table's head is nothing.
fn table_row(line: &str) -> Option<String> {
    let inner = line.strip_prefix('|')?.trim_end_matches('|');
    if inner.chars().all(|c| matches!(c, '-' | ':' | '|' | ' ')) {
        return Some(String::new());
    }
    let cells: Vec<_> = inner.split('|').map(|cell| plain(cell.trim())).filter(|cell| !cell.is_empty()).collect();
    Some(cells.join(", "))
}

/// Without the marks of Markdown that no reader needs.
fn plain(text: &str) -> String {
    text.replace("**", "").replace('`', "").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Form, units};

    #[test]
    fn sentences_and_items_come_in_order_and_know_their_surroundings() {
        let passage = "# Medication\nKeep it\nlocked. Never leave it out.\n\nAfter an error:\n\n1. Ring the **on-call** manager.\n2. Watch the person\n   for an hour.\n\nThen write a report.\n| Who | When |\n|---|---|\n| Nurse | daily |";
        let read = units(passage);
        let texts: Vec<_> = read.iter().map(|unit| unit.text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "Keep it locked.",
                "Never leave it out.",
                "After an error:",
                "Ring the on-call manager.",
                "Watch the person for an hour.",
                "Then write a report.",
                "Who, When",
                "Nurse, daily"
            ]
        );
        assert!(read.iter().all(|unit| unit.heading == "Medication"));
        assert_eq!(read[4].form, Form::Item { list: 1, lead: Some(2), is_step: true });
        assert_eq!(read[5].form, Form::Sentence);
    }

    #[test]
    fn dashes_and_years_in_a_sentence_make_no_list() {
        assert!(units("-5 degrees\n2019. was dry").iter().all(|unit| unit.form == Form::Sentence));
        assert!(units("").is_empty());
    }
}
