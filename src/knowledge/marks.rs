//! Places in a passage as addresses write them: `4-9.20-27`, byte ranges of its text. They give away
//! nothing of what it says.

/// More than any query has words.
const MAX_MARKS: usize = 60;

/// As addresses write them.
pub fn write(marks: &[(usize, usize)]) -> String {
    marks.iter().take(MAX_MARKS).map(|(start, end)| format!("{start}-{end}")).collect::<Vec<_>>().join(".")
}

/// Reads what [`write`] writes; what is broken, or out of order, is left out.
pub fn read(text: &str) -> Vec<(usize, usize)> {
    let mut marks: Vec<(usize, usize)> = Vec::new();
    for entry in text.split('.').take(MAX_MARKS) {
        let range = entry.split_once('-').and_then(|(start, end)| Some((start.parse().ok()?, end.parse().ok()?)));
        if let Some((start, end)) = range
            && start < end
            && marks.last().is_none_or(|(_, before)| *before <= start)
        {
            marks.push((start, end));
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::{read, write};

    #[test]
    fn marks_travel_in_an_address() {
        let marks = vec![(4, 9), (9, 12), (20, 27)];
        assert_eq!(write(&marks), "4-9.9-12.20-27");
        assert_eq!(read(&write(&marks)), marks);
        assert_eq!(read(""), []);
        assert_eq!(read("9-4.x-2.5.-1-3.7-8.2-3"), [(7, 8)], "only what is a range and in order");
    }
}
