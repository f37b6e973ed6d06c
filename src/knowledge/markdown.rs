//! Markdown as HTML that is safe to show: what people and documents wrote becomes text and a few known
//! elements, and nothing of it becomes markup of its own.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use std::fmt::Write;

/// The deepest heading that HTML has.
const DEEPEST: usize = 6;
/// Where a link may lead; everything else, `javascript:` first, stays text.
const SCHEMES: [&str; 4] = ["https://", "http://", "mailto:", "tel:"];

/// Stand for the edges of a mark while the text is read: private-use characters, as long in UTF-8 as
/// [`REPLACEMENT`], which takes the place of those that the text brings along.
const MARK_START: char = '\u{E000}';
const MARK_END: char = '\u{E001}';
const REPLACEMENT: &str = "\u{FFFD}";

/// The HTML of a text. Its headings begin at level `top` and leave none out, whatever the text does,
/// so that they fit into the page around them. Raw HTML is dropped; of pictures their description stays.
pub fn to_html(markdown: &str, top: usize) -> String {
    to_marked_html(markdown, top, &[])
}

/// The same with these byte ranges of the text in `<mark>`. They come in order and apart from each
/// other; what isn't a range of the text marks nothing.
pub fn to_marked_html(markdown: &str, top: usize, marks: &[(usize, usize)]) -> String {
    let markdown = with_marks(markdown, marks);
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut writer = Writer { html: String::with_capacity(markdown.len() * 5 / 4), top, ..Writer::default() };
    for event in Parser::new_ext(&markdown, options) {
        writer.event(event);
    }
    if writer.is_marked {
        writer.html.push_str("</mark>");
    }
    writer.html
}

/// The text with the edges of the marks written into it.
fn with_marks(text: &str, marks: &[(usize, usize)]) -> String {
    let text = text.replace([MARK_START, MARK_END], REPLACEMENT);
    let mut marked = String::with_capacity(text.len() + marks.len() * 6);
    let mut done = 0;
    for (start, end) in marks.iter().copied().filter(|(start, end)| start < end) {
        if let (Some(before), Some(inside)) = (text.get(done..start), text.get(start..end)) {
            marked.push_str(before);
            marked.push(MARK_START);
            marked.push_str(inside);
            marked.push(MARK_END);
            done = end;
        }
    }
    marked.push_str(text.get(done..).unwrap_or_default());
    marked
}

#[derive(Default)]
struct Writer {
    html: String,
    top: usize,
    /// The text's own levels of the headings above, the outermost first.
    headings: Vec<HeadingLevel>,
    /// Of each open link, whether it became one.
    links: Vec<bool>,
    in_table_head: bool,
    is_marked: bool,
}

impl Writer {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.outside_marks(|writer| writer.start(tag)),
            Event::End(tag) => self.outside_marks(|writer| writer.end(tag)),
            Event::Text(text) | Event::InlineMath(text) | Event::DisplayMath(text) => self.text(&text),
            Event::Code(code) => {
                self.html.push_str("<code>");
                self.text(&code);
                self.html.push_str("</code>");
            }
            Event::SoftBreak => self.html.push('\n'),
            Event::HardBreak => self.html.push_str("<br>"),
            Event::Rule => self.html.push_str("<hr>"),
            Event::TaskListMarker(done) => self.html.push_str(if done { "☑ " } else { "☐ " }),
            Event::Html(_) | Event::InlineHtml(_) | Event::FootnoteReference(_) => (),
        }
    }

    /// A mark never crosses the edge of an element.
    fn outside_marks(&mut self, write: impl FnOnce(&mut Self)) {
        if self.is_marked {
            self.html.push_str("</mark>");
        }
        write(self);
        if self.is_marked {
            self.html.push_str("<mark>");
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph => self.html.push_str("<p>"),
            Tag::Heading { level, .. } => {
                let level = self.enter_heading(level);
                self.number("<h", level, ">");
            }
            Tag::BlockQuote(_) => self.html.push_str("<blockquote>"),
            Tag::CodeBlock(_) => self.html.push_str("<pre><code>"),
            Tag::List(None) => self.html.push_str("<ul>"),
            Tag::List(Some(1)) => self.html.push_str("<ol>"),
            Tag::List(Some(first)) => self.number("<ol start=\"", first, "\">"),
            Tag::Item => self.html.push_str("<li>"),
            Tag::Table(_) => self.html.push_str("<table>"),
            Tag::TableHead => {
                self.in_table_head = true;
                self.html.push_str("<thead><tr>");
            }
            Tag::TableRow => self.html.push_str("<tr>"),
            Tag::TableCell => self.html.push_str(if self.in_table_head { "<th scope=\"col\">" } else { "<td>" }),
            Tag::Emphasis => self.html.push_str("<em>"),
            Tag::Strong => self.html.push_str("<strong>"),
            Tag::Strikethrough => self.html.push_str("<s>"),
            Tag::Link { dest_url, .. } => self.start_link(&dest_url),
            _ => (),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        let closing = match tag {
            TagEnd::Paragraph => "</p>\n",
            TagEnd::Heading(_) => {
                let level = self.depth();
                self.number("</h", level, ">\n");
                return;
            }
            TagEnd::BlockQuote(_) => "</blockquote>\n",
            TagEnd::CodeBlock => "</code></pre>\n",
            TagEnd::List(false) => "</ul>\n",
            TagEnd::List(true) => "</ol>\n",
            TagEnd::Item => "</li>\n",
            TagEnd::Table => "</tbody></table>\n",
            TagEnd::TableHead => {
                self.in_table_head = false;
                "</tr></thead><tbody>"
            }
            TagEnd::TableRow => "</tr>",
            TagEnd::TableCell => {
                if self.in_table_head {
                    "</th>"
                } else {
                    "</td>"
                }
            }
            TagEnd::Emphasis => "</em>",
            TagEnd::Strong => "</strong>",
            TagEnd::Strikethrough => "</s>",
            TagEnd::Link if self.links.pop() == Some(true) => "</a>",
            _ => return,
        };
        self.html.push_str(closing);
    }

    /// Notes a heading and tells its level on the page.
    fn enter_heading(&mut self, level: HeadingLevel) -> usize {
        while self.headings.last().is_some_and(|above| *above >= level) {
            self.headings.pop();
        }
        self.headings.push(level);
        self.depth()
    }

    fn depth(&self) -> usize {
        (self.top + self.headings.len().saturating_sub(1)).min(DEEPEST)
    }

    fn start_link(&mut self, address: &str) {
        let lower = address.trim().to_ascii_lowercase();
        let is_allowed = SCHEMES.iter().any(|scheme| lower.starts_with(scheme))
            || (lower.starts_with('/') && !lower.starts_with("//") && !lower.starts_with("/\\"));
        self.links.push(is_allowed);
        if is_allowed {
            self.html.push_str("<a class=\"text-link\" rel=\"external noopener noreferrer nofollow\" href=\"");
            let address = address.trim().replace([MARK_START, MARK_END], "");
            self.text(&address);
            self.html.push_str("\">");
        }
    }

    fn number(&mut self, before: &str, number: impl std::fmt::Display, after: &str) {
        // A string takes whatever is written to it.
        let _ = write!(self.html, "{before}{number}{after}");
    }

    fn text(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '&' => self.html.push_str("&amp;"),
                '<' => self.html.push_str("&lt;"),
                '>' => self.html.push_str("&gt;"),
                '"' => self.html.push_str("&quot;"),
                '\'' => self.html.push_str("&#39;"),
                MARK_START if !self.is_marked => {
                    self.is_marked = true;
                    self.html.push_str("<mark>");
                }
                MARK_END if self.is_marked => {
                    self.is_marked = false;
                    self.html.push_str("</mark>");
                }
                MARK_START | MARK_END => (),
                other => self.html.push(other),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{to_html, to_marked_html};
    use proptest::prelude::*;

    #[test]
    fn what_articles_use_becomes_html() {
        let text = "# On call\n\nRing **before 9 pm**, then:\n\n1. call\n2. wait\n\n| who | when |\n|-|-|\n| Kim | nights |\n\n> Be *kind*.\n\n`0491 570 156`";
        insta::assert_snapshot!(to_html(text, 3), @r#"
        <h3>On call</h3>
        <p>Ring <strong>before 9 pm</strong>, then:</p>
        <ol><li>call</li>
        <li>wait</li>
        </ol>
        <table><thead><tr><th scope="col">who</th><th scope="col">when</th></tr></thead><tbody><tr><td>Kim</td><td>nights</td></tr></tbody></table>
        <blockquote><p>Be <em>kind</em>.</p>
        </blockquote>
        <p><code>0491 570 156</code></p>
        "#);
    }

    #[test]
    fn words_are_marked_inside_their_elements() {
        let text = "Call **the nurse** first, see [the nurse list](https://example.org/nurse).";
        let marks: Vec<_> = text.match_indices("nurse").map(|(start, word)| (start, start + word.len())).collect();
        assert_eq!(
            to_marked_html(text, 2, &marks).trim_end(),
            "<p>Call <strong>the <mark>nurse</mark></strong> first, see <a class=\"text-link\" \
             rel=\"external noopener noreferrer nofollow\" href=\"https://example.org/nurse\">the <mark>nurse</mark> list</a>.</p>"
        );
        assert_eq!(
            to_marked_html("a *b* c", 2, &[(0, 7)]).trim_end(),
            "<p><mark>a </mark><em><mark>b</mark></em><mark> c</mark></p>"
        );
        assert_eq!(to_marked_html("né", 2, &[(0, 2), (5, 9), (2, 1)]).trim_end(), "<p>né</p>", "no ranges of the text");
        assert_eq!(to_marked_html("\u{E000}a", 2, &[(3, 4)]).trim_end(), "<p>\u{FFFD}<mark>a</mark></p>");
    }

    #[test]
    fn headings_fit_into_the_page() {
        let html = to_html("### First\n\n###### Deep\n\n### Second\n\n# Higher", 3);
        assert_eq!(html, "<h3>First</h3>\n<h4>Deep</h4>\n<h3>Second</h3>\n<h3>Higher</h3>\n");
        assert_eq!(to_html("# a\n## b\n### c\n#### d\n##### e", 4).matches("<h6>").count(), 3);
    }

    #[test]
    fn nothing_dangerous_gets_through() {
        for text in [
            "<script>alert(1)</script>",
            "a <img src=x onerror=alert(1)> b",
            "[a](javascript:alert(1))",
            "[a](JavaScript:alert(1))",
            "[a]( data:text/html,x)",
            "[a](//evil.example)",
            "![secret](https://evil.example/track.png)",
            "<a href=\"https://evil.example\" onclick=x>b</a>",
        ] {
            let html = to_html(text, 2);
            for bad in ["<script", "<img", "<a ", "onerror=alert", "href"] {
                assert!(!html.contains(bad) || html.contains("&lt;"), "{text}: {html}");
            }
        }
        assert!(to_html("![A map](x.png)", 2).contains("A map"));
        let link = to_html("[a](https://example.org/?a=1&b=\"x\")", 2);
        assert!(link.contains("href=\"https://example.org/?a=1&amp;b=&quot;x&quot;\""), "{link}");
        assert!(to_html("[our page](/banksia/incidents)", 2).contains("href=\"/banksia/incidents\""));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_only_known_elements_come_out(text in "[ -~\n]{0,200}") {
            let html = to_html(&text, 2);
            for tag in html.split('<').skip(1) {
                let name: String = tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
                prop_assert!(
                    ["p", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "code", "ul", "ol", "li", "table", "thead",
                     "tbody", "tr", "th", "td", "em", "strong", "s", "a", "br", "hr"].contains(&name.as_str()),
                    "{}", html
                );
            }
            prop_assert!(!html.to_ascii_lowercase().contains("href=\"javascript"));
        }
    }
}
