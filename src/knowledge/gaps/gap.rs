//! A gap: questions of one meaning that the documents could not answer.

use crate::text_enum::text_enum;

text_enum! {
    /// Why a question counts as unanswered.
    UnansweredCause {
        NotFound = "not_found", "Nothing was found";
        Unverified = "unverified", "The answer had no source";
        NotHelpful = "not_helpful", "The answer didn't help";
    }
}
