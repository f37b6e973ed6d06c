//! Misspellings and slips of the thumb, and the words without them.

/// Misspellings that can only mean one word. Nothing here is also a name, a drug or another word.
pub const CORRECTIONS: &[(&str, &str)] = &[
    ("accidently", "accidentally"),
    ("agressive", "aggressive"),
    ("alot", "a lot"),
    ("ambulence", "ambulance"),
    ("ambulace", "ambulance"),
    ("apparantly", "apparently"),
    ("arguement", "argument"),
    ("assesment", "assessment"),
    ("basicly", "basically"),
    ("bathrom", "bathroom"),
    ("becuase", "because"),
    ("becasue", "because"),
    ("beggining", "beginning"),
    ("begining", "beginning"),
    ("beleive", "believe"),
    ("beleived", "believed"),
    ("breakfest", "breakfast"),
    ("brusie", "bruise"),
    ("definately", "definitely"),
    ("diferent", "different"),
    ("embarassed", "embarrassed"),
    ("finaly", "finally"),
    ("freind", "friend"),
    ("gaurd", "guard"),
    ("happend", "happened"),
    ("hopsital", "hospital"),
    ("hospitol", "hospital"),
    ("immediatly", "immediately"),
    ("immediatley", "immediately"),
    ("independant", "independent"),
    ("kichen", "kitchen"),
    ("kithcen", "kitchen"),
    ("knifes", "knives"),
    ("lisence", "licence"),
    ("maintainance", "maintenance"),
    ("medcation", "medication"),
    ("medicaton", "medication"),
    ("medicaiton", "medication"),
    ("neccessary", "necessary"),
    ("noticable", "noticeable"),
    ("occured", "occurred"),
    ("occurence", "occurrence"),
    ("ocurred", "occurred"),
    ("parmedic", "paramedic"),
    ("paramedix", "paramedics"),
    ("prefered", "preferred"),
    ("realy", "really"),
    ("recieve", "receive"),
    ("recieved", "received"),
    ("refered", "referred"),
    ("refering", "referring"),
    ("seperate", "separate"),
    ("seperated", "separated"),
    ("siezure", "seizure"),
    ("seizue", "seizure"),
    ("sudenly", "suddenly"),
    ("suport", "support"),
    ("supose", "suppose"),
    ("tabelt", "tablet"),
    ("tommorow", "tomorrow"),
    ("tommorrow", "tomorrow"),
    ("tomorow", "tomorrow"),
    ("toliet", "toilet"),
    ("untill", "until"),
    ("usualy", "usually"),
    ("verbaly", "verbally"),
    ("wensday", "Wednesday"),
    ("whech", "which"),
    ("wheelchiar", "wheelchair"),
    ("wheelchar", "wheelchair"),
    ("wich", "which"),
    ("writting", "writing"),
    ("yesturday", "yesterday"),
];

/// Doubled words that are always a slip; "had had", "that that" and "no no" can be meant.
const NEVER_DOUBLED: &[&str] = &[
    "the", "a", "an", "and", "of", "to", "in", "on", "at", "was", "were", "is", "with", "for", "he", "she", "they",
    "i", "his", "my", "their", "we", "from", "by", "into", "then", "because",
];

/// One space between words, misspellings from the table, "i" as "I", no doubled small words.
pub fn tidy_words(raw: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in raw.split_whitespace() {
        let doubled = words.last().is_some_and(|previous| {
            previous.to_lowercase() == word.to_lowercase() && NEVER_DOUBLED.contains(&word.to_lowercase().as_str())
        });
        if doubled {
            continue;
        }
        match words.last_mut() {
            // " ," and " ." are slips of the thumb; "..." and "?!" are not.
            Some(previous)
                if matches!(word, "," | "." | ";" | "!" | "?") && previous.ends_with(char::is_alphanumeric) =>
            {
                previous.push_str(word);
            }
            _ => words.push(spelt(word)),
        }
    }
    words.join(" ")
}

/// A word with its signs around it, the letters corrected if the table has them.
fn spelt(word: &str) -> String {
    let Some(start) = word.find(char::is_alphanumeric) else { return word.to_owned() };
    let end = word
        .char_indices()
        .rev()
        .find(|(_, letter)| letter.is_alphanumeric())
        .map_or(word.len(), |(position, letter)| position + letter.len_utf8());
    let core = &word[start..end];
    let (before, after) = (&word[..start], &word[end..]);
    let pronoun = matches!(core, "i" | "i'm" | "i've" | "i'd" | "i'll" | "i’m" | "i’ve" | "i’d" | "i’ll");
    // "i" with a bracket or full stop is a list's number or "i.e."
    if pronoun && !after.starts_with([')', '.']) && before.is_empty() {
        return format!("I{}{after}", &core[1..]);
    }
    let lower = core.to_lowercase();
    match CORRECTIONS.iter().find(|(wrong, _)| *wrong == lower) {
        Some((_, right)) if core.starts_with(char::is_uppercase) => format!("{before}{}{after}", capitalised(right)),
        Some((_, right)) => format!("{before}{right}{after}"),
        None => word.to_owned(),
    }
}

/// First letter large, unless the word is written in its own way ("iPad", "mL") or has a figure.
pub fn capitalised(text: &str) -> String {
    let Some(first) = text.chars().next() else { return String::new() };
    let word = text.split_whitespace().next().unwrap_or(text);
    let own_way = word.chars().skip(1).any(|letter| letter.is_uppercase() || letter.is_numeric());
    if own_way || !first.is_lowercase() || word.contains(['@', '/', '_']) {
        return text.to_owned();
    }
    first.to_uppercase().chain(text.chars().skip(1)).collect()
}
