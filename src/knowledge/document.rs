//! A document of the knowledge base and the passages that it was cut into.

use crate::text_enum::text_enum;

text_enum! {
    /// What a document's original is.
    FileType {
        Pdf = "pdf", "PDF";
        Docx = "docx", "Word";
        Markdown = "markdown", "Markdown";
        Html = "html", "Web page";
        Text = "text", "Plain text";
        /// Written here, in Markdown.
        Article = "article", "Article";
    }
}

text_enum! {
    /// How far a document has been read.
    ProcessingStatus {
        Pending = "pending", "Waiting";
        Processing = "processing", "Being read";
        Completed = "completed", "Ready";
        Failed = "failed", "Couldn't be read";
    }
}

impl ProcessingStatus {
    /// Whether there is still something to wait for.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Processing)
    }
}
