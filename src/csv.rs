//! Rows of a spreadsheet, safe to open in one.

/// One row with its line end, as RFC 4180 has it.
pub fn row<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let mut line = cells.into_iter().map(cell).collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}

/// A spreadsheet takes text that begins like this for a formula and runs it (OWASP, "CSV injection"); an
/// apostrophe in front makes it text again.
fn cell(text: &str) -> String {
    let looks_like_formula = text.trim_start_matches(' ').starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '|']);
    let guard = if looks_like_formula { "'" } else { "" };
    if guard.is_empty() && !text.contains([',', '"', '\r', '\n', ';']) && text.trim() == text {
        text.to_owned()
    } else {
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    }
}

#[cfg(test)]
mod tests {
    use super::row;

    #[test]
    fn cells_keep_to_themselves() {
        assert_eq!(
            row(["a", "b, c", "say \"no\"", "", "two\nlines"]),
            "a,\"b, c\",\"say \"\"no\"\"\",,\"two\nlines\"\r\n"
        );
    }

    #[test]
    fn nothing_becomes_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "|calc"] {
            let row = row([text]);
            assert!(row.starts_with("\"'"), "{row:?}");
        }
        assert_eq!(row(["gpt-4o", "a=b", "2026-11-01 10:00"]), "gpt-4o,a=b,2026-11-01 10:00\r\n");
    }
}
