//! Web pages: their text in Markdown, without scripts, styles, menus and addresses.

use super::{ReadingFault, plain};
use htmd::{
    Element, HtmlToMarkdown,
    element_handler::Handlers,
    options::{BulletListMarker, Options},
};

/// What nobody reads on a page.
const SKIPPED: [&str; 18] = [
    "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "canvas", "video", "audio", "form",
    "nav", "button", "select", "head", "link", "meta",
];

pub fn read(file: &[u8]) -> Result<String, ReadingFault> {
    let page = plain::decode(file)?;
    let converter = HtmlToMarkdown::builder()
        .options(Options {
            bullet_list_marker: BulletListMarker::Dash,
            ul_bullet_spacing: 1,
            ol_number_spacing: 1,
            ..Options::default()
        })
        .skip_tags(SKIPPED.to_vec())
        // An address is noise to whoever reads or searches; its words stay.
        .add_handler(vec!["a"], |handlers: &dyn Handlers, element: Element| Some(handlers.walk_children(element.node)))
        .add_handler(vec!["img"], |_: &dyn Handlers, element: Element| {
            let text = element.attrs.iter().find(|attribute| &*attribute.name.local == "alt");
            text.map(|text| text.value.to_string().into())
        })
        .build();
    converter.convert(&page).map_err(|_| ReadingFault::Damaged)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_page_becomes_its_text() {
        let page = b"<html><head><title>Site</title><style>p { color: red }</style></head><body>
            <nav><a href='/'>Home</a></nav><script>alert('no')</script>
            <h1>On call</h1><p>Ring the <a href='https://example.org/x'>duty <b>manager</b></a>.</p>
            <ul><li>Weekdays</li><li>Weekends</li></ul><img src='x.png' alt='A phone'><iframe src='y'></iframe></body></html>";
        let text = read(page).expect("a page");
        assert_eq!(text.trim(), "# On call\n\nRing the duty **manager**.\n\n- Weekdays\n- Weekends\n\nA phone");
    }
}
